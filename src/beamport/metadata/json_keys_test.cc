// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/json_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::metadata {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(JsonKeys, OnlyTheOutermost) {
  EXPECT_THAT(outermost_keys(R"( {"a": {"b": 1}, "c": ["d", {"e": 2}], "f": "g:", "h" : null} )"),
              ElementsAre("a", "c", "f", "h"));
  EXPECT_THAT(outermost_keys(R"({"a\"b": 1})"), ElementsAre(R"(a\"b)"));
}

TEST(JsonKeys, AnEndMayBeMissing) {
  EXPECT_THAT(outermost_keys(R"({"a": {"b": 1)"), ElementsAre("a"));
  EXPECT_THAT(outermost_keys(R"({"a": 1, "bc)"), ElementsAre("a"));
  EXPECT_THAT(outermost_keys(R"({"a": 1, "bc")"), ElementsAre("a"));
}

TEST(JsonKeys, WhatIsNoObjectHasNone) {
  for (const char* text : {"", "  ", "[1]", R"(["a": 1])", "[System]\nScanner=x", "}{", "\"a\": 1"}) {
    EXPECT_THAT(outermost_keys(text), IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace beamport::metadata
