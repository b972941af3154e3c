// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::net {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Target, SplitsThePath) {
  EXPECT_THAT(parse_target("/")->segments, IsEmpty());
  EXPECT_THAT(parse_target("/a/b.c/d-e")->segments, ElementsAre("a", "b.c", "d-e"));
  EXPECT_THAT(parse_target("/a%20b/%C3%A9")->segments, ElementsAre("a b", "\xc3\xa9"));
  EXPECT_THAT(parse_target("/a+b")->segments, ElementsAre("a+b"));
  EXPECT_THAT(parse_target("/.zattrs/...")->segments, ElementsAre(".zattrs", "..."));
}

TEST(Target, RemembersATrailingSlash) {
  EXPECT_FALSE(parse_target("/")->trailing_slash);
  EXPECT_FALSE(parse_target("/a")->trailing_slash);
  EXPECT_TRUE(parse_target("/a/")->trailing_slash);
  EXPECT_THAT(parse_target("/a/?b")->segments, ElementsAre("a"));
  EXPECT_TRUE(parse_target("/a/?b")->trailing_slash);
}

TEST(Target, SplitsTheQuery) {
  const auto target = parse_target("/a?x=1%2C2&flag&empty=&&at=0.0.0,1.1.1&text=a+b%2Bc=d/?");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->parameter("x"), "1,2");
  EXPECT_EQ(target->parameter("flag"), "");
  EXPECT_EQ(target->parameter("empty"), "");
  EXPECT_EQ(target->parameter("at"), "0.0.0,1.1.1");
  EXPECT_EQ(target->parameter("text"), "a b+c=d/?");
  EXPECT_EQ(target->parameter("y"), std::nullopt);
  EXPECT_EQ(target->query.size(), 5U);
}

class RefusedTarget : public ::testing::TestWithParam<const char*> {};

TEST_P(RefusedTarget, IsAnInvalidArgument) {
  const auto target = parse_target(GetParam());
  ASSERT_FALSE(target.has_value());
  EXPECT_EQ(target.error().code, ErrorCode::kInvalidArgument) << target.error().message;
}

INSTANTIATE_TEST_SUITE_P(Target, RefusedTarget,
                         ::testing::Values("", "a", "//", "/a//b", "/.", "/..", "/a/../b", "/%2e%2e/b", "/%2E",
                                           "/a%2Fb", "/a\\b", "/a%5cb", "/a%00", "/a%0a", "/a%7f", "/%", "/%4", "/%4g",
                                           "/%zz", "/%c3", "/%c0%af", "/%ed%a0%80", "/%f5%80%80%80", "/a#b", "/a?b=%00",
                                           "/a?b=%", "/a?b=%f", "/a?b=1&b=2", "/a?%c3=1", "/a?b\x01"));

TEST(Target, HasLimits) {
  const TargetLimits limits{.max_bytes = 40, .max_segments = 3, .max_segment_bytes = 5, .max_parameters = 2};
  EXPECT_TRUE(parse_target("/a/b/c", limits).has_value());
  EXPECT_EQ(parse_target("/a/b/c/d", limits).error().code, ErrorCode::kOutOfRange);
  EXPECT_TRUE(parse_target("/%61%61%61%61%61", limits).has_value());
  EXPECT_EQ(parse_target("/aaaaaa", limits).error().code, ErrorCode::kOutOfRange);
  EXPECT_TRUE(parse_target("/?a&b", limits).has_value());
  EXPECT_EQ(parse_target("/?a&b&c", limits).error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(parse_target("/?" + std::string(39, '&'), limits).error().code, ErrorCode::kOutOfRange);
}

}  // namespace
}  // namespace beamport::net
