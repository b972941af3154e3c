// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/conditional.h"

#include <gtest/gtest.h>

namespace beamport::net {
namespace {

TEST(ETag, IsTheTextInQuotes) {
  EXPECT_EQ(format_etag("0123-abc"), "\"0123-abc\"");
  EXPECT_DEATH((void)format_etag("a\"b"), "check failed");
}

TEST(IfNoneMatch, ComparesWeakly) {
  EXPECT_TRUE(none_match_names("\"a\"", "\"a\""));
  EXPECT_TRUE(none_match_names("W/\"a\"", "\"a\""));
  EXPECT_TRUE(none_match_names("\"a\"", "W/\"a\""));
  EXPECT_FALSE(none_match_names("\"a\"", "\"b\""));
  EXPECT_FALSE(none_match_names("\"A\"", "\"a\""));
}

TEST(IfNoneMatch, LooksThroughAList) {
  EXPECT_TRUE(none_match_names("\"x\", W/\"y\" ,\"a\"", "\"a\""));
  EXPECT_TRUE(none_match_names(", ,\"x\",,\"a\"", "\"a\""));
  EXPECT_TRUE(none_match_names("\"x,y\",\"a\"", "\"a\""));
  EXPECT_FALSE(none_match_names("\"x,a\"", "\"a\""));
}

TEST(IfNoneMatch, StarMatchesEverything) {
  EXPECT_TRUE(none_match_names(" * ", "\"a\""));
}

TEST(IfNoneMatch, MalformedListsMatchNothing) {
  for (const char* header : {"", "a", "\"a", "w/\"a\"", R"("x" "a")", "W/", "W/a", ","}) {
    EXPECT_FALSE(none_match_names(header, "\"a\"")) << header;
  }
}

TEST(IfRange, ComparesStrongly) {
  EXPECT_TRUE(if_range_allows(" \"a\" ", "\"a\""));
  EXPECT_FALSE(if_range_allows("\"b\"", "\"a\""));
  EXPECT_FALSE(if_range_allows("W/\"a\"", "\"a\""));
  EXPECT_FALSE(if_range_allows("W/\"a\"", "W/\"a\""));
  EXPECT_FALSE(if_range_allows("Sun, 06 Nov 1994 08:49:37 GMT", "\"a\""));
  EXPECT_FALSE(if_range_allows("", ""));
}

}  // namespace
}  // namespace beamport::net
