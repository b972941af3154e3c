// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/json.h"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

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

TEST(Json, ReadsTheNearestNumber) {
  // Boost's own conversion gives a neighbour of the first.
  for (const char* text : {"202.13969952166659", "401.04710541364847", "-0.10000000000000002", "5e-324"}) {
    EXPECT_EQ(write_json(*parse_json(text)), text);
  }
  EXPECT_EQ(parse_json("1e-400")->get_double(), 0.0);
  EXPECT_EQ(parse_json("-0.0")->get_double(), 0.0);
  EXPECT_EQ(parse_json("18446744073709551615")->get_uint64(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRUE(parse_json("-9223372036854775808")->is_int64());
}

RC_GTEST_PROP(JsonProperty, ANumberReadsBackAsItWas, (double number)) {
  RC_PRE(std::isfinite(number));
  const auto value = parse_json("[" + write_json(Json(number)) + "]");
  RC_ASSERT(value.has_value());
  RC_ASSERT(value->get_array().front().get_double() == number);
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
