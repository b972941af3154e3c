// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/utf8_text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace beamport::metadata {
namespace {

TEST(Utf8Text, Latin1IsConverted) {
  EXPECT_EQ(as_utf8("\xB5m"), "\xC2\xB5m");
  EXPECT_EQ(as_utf8("\xC2\xB5m"), "\xC2\xB5m");
  EXPECT_EQ(as_utf8("plain"), "plain");
}

TEST(Utf8Text, WhatIsNoUtf8) {
  for (const char* text : {"\x80", "\xC2", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"}) {
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
  }
  for (const char* text : {"", "a", "\xC2\x80", "\xE2\x82\xAC", "\xF0\x9F\x94\xAC", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
}

TEST(Utf8Text, CutsBetweenCharacters) {
  EXPECT_EQ(utf8_prefix("a\xC2\xB5m", 2), "a");
  EXPECT_EQ(utf8_prefix("a\xC2\xB5m", 3), "a\xC2\xB5");
  EXPECT_EQ(utf8_prefix("a\xC2\xB5m", 4), "a\xC2\xB5m");
  EXPECT_EQ(utf8_prefix("\xC2\xB5", 1), "");
}

RC_GTEST_PROP(Utf8TextProperty, AnyBytesBecomeUtf8, (const std::string& text)) {
  const std::string converted = as_utf8(text);
  RC_ASSERT(is_utf8(converted));
  RC_ASSERT(as_utf8(converted) == converted);
  RC_ASSERT(is_utf8(utf8_prefix(converted, converted.size() / 2)));
}

}  // namespace
}  // namespace beamport::metadata
