// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/json.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace beamport {
namespace {

TEST(Json, WritesNumbersTheShortWay) {
  EXPECT_EQ(write_json(Json(0.65)), "0.65");
  EXPECT_EQ(write_json(Json(1.0)), "1.0");
  EXPECT_EQ(write_json(Json(1e300)), "1e+300");
  EXPECT_EQ(write_json(Json(std::numeric_limits<std::uint64_t>::max())), "18446744073709551615");
}

TEST(Json, WritesNonFiniteNumbersAsNull) {
  EXPECT_EQ(write_json(Json(std::numeric_limits<double>::quiet_NaN())), "null");
  EXPECT_EQ(write_json(Json(std::numeric_limits<double>::infinity())), "null");
}

TEST(Json, KeepsKeyOrderAndEscapes) {
  const auto value = parse_json(R"({"b":[1,2.5],"a":"x\n\"y"})");
  ASSERT_TRUE(value);
  EXPECT_EQ(write_json(*value), R"({"b":[1,2.5],"a":"x\n\"y"})");
}

TEST(Json, PrettyKeepsScalarArraysOnOneLine) {
  const auto value = parse_json(R"({"shape":[1,2,3],"list":[{"a":1}],"none":{}})");
  ASSERT_TRUE(value);
  EXPECT_EQ(write_json_pretty(*value),
            "{\n  \"shape\": [1, 2, 3],\n  \"list\": [\n    {\n      \"a\": 1\n    }\n  ],\n  \"none\": {}\n}\n");
}

TEST(Json, RefusesBrokenTruncatedTrailingDeepAndLarge) {
  EXPECT_FALSE(parse_json("{"));
  EXPECT_FALSE(parse_json(""));
  EXPECT_FALSE(parse_json("{} x"));
  EXPECT_FALSE(parse_json("{'a':1}"));
  EXPECT_FALSE(parse_json(std::string(100, '[') + std::string(100, ']')));
  EXPECT_EQ(parse_json("[1,2,3]", {.max_bytes = 4, .max_depth = 8}).error().code, ErrorCode::kOutOfRange);
  EXPECT_TRUE(parse_json(" [1] \n"));
}

}  // namespace
}  // namespace beamport
