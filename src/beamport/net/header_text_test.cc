// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/header_text.h"

#include <limits>

#include <gtest/gtest.h>

namespace beamport::net {
namespace {

TEST(HeaderText, ComparesWithoutCaseOfLettersOnly) {
  EXPECT_TRUE(equal_ignoring_case("Content-Length", "content-LENGTH"));
  EXPECT_FALSE(equal_ignoring_case("Content-Length", "Content-Lengt"));
  EXPECT_FALSE(equal_ignoring_case("[", "{"));
}

TEST(HeaderText, TrimsSpacesAndTabs) {
  EXPECT_EQ(trim(" \t a b\t "), "a b");
  EXPECT_EQ(trim(" \t"), "");
}

TEST(HeaderText, TakesItemsOffAList) {
  std::string_view list = "a , b,,c";
  EXPECT_EQ(next_item(list, ','), "a");
  EXPECT_EQ(next_item(list, ','), "b");
  EXPECT_EQ(next_item(list, ','), "");
  EXPECT_EQ(next_item(list, ','), "c");
  EXPECT_TRUE(list.empty());
}

TEST(HeaderText, KnowsTokensAndFieldValues) {
  EXPECT_TRUE(is_token("X-Beamport_1"));
  EXPECT_FALSE(is_token(""));
  EXPECT_FALSE(is_token("a b"));
  EXPECT_FALSE(is_token("a:"));
  EXPECT_TRUE(is_field_value("a\tb \xc3\xa9"));
  EXPECT_FALSE(is_field_value("a\r\nb"));
  EXPECT_FALSE(is_field_value(std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_field_value("\x7f"));
}

TEST(HeaderText, ParsesDigitsOnlyAndStopsAtTheLargestNumber) {
  EXPECT_EQ(parse_digits("0"), 0U);
  EXPECT_EQ(parse_digits("007"), 7U);
  EXPECT_EQ(parse_digits("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parse_digits("18446744073709551616"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parse_digits("99999999999999999999999999"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parse_digits(""), std::nullopt);
  EXPECT_EQ(parse_digits("+7"), std::nullopt);
  EXPECT_EQ(parse_digits("7 "), std::nullopt);
  EXPECT_EQ(parse_digits("99999999999999999999999999x"), std::nullopt);
}

}  // namespace
}  // namespace beamport::net
