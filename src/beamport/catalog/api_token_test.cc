// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/api_token.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace beamport::catalog {
namespace {

const std::string kId = "0123456789abcdef01234567";

TEST(ApiTokenTest, SaysItsIdAndNeverTheSameSecret) {
  std::set<std::string> texts;
  for (int i = 0; i < 100; ++i) {
    const std::string text = make_token(kId).value();
    EXPECT_TRUE(texts.insert(text).second);
    ASSERT_TRUE(parse_token(text));
    EXPECT_EQ(parse_token(text)->id, kId);
  }
}

TEST(ApiTokenTest, EveryOtherTextIsNone) {
  const std::string text = make_token(kId).value();
  for (std::size_t place = 0; place < text.size(); ++place) {
    std::string other = text;
    other[place] = other[place] == '0' ? '1' : '0';
    EXPECT_FALSE(parse_token(other)) << "changed at " << place;
    EXPECT_FALSE(parse_token(text.substr(0, place))) << "cut at " << place;
  }
  EXPECT_FALSE(parse_token(text + "0"));
  EXPECT_FALSE(parse_token(""));
}

}  // namespace
}  // namespace beamport::catalog
