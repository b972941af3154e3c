// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/path_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::api {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(PathTemplate, CapturesBetweenPiecesOfText) {
  const auto segment = SegmentTemplate::parse("{ty}.{format}");
  ASSERT_TRUE(segment);
  EXPECT_EQ(segment->literal(), nullptr);
  EXPECT_THAT(segment->names(), ElementsAre("ty", "format"));
  EXPECT_THAT(*segment->match("12.jpg"), ElementsAre(Pair("ty", "12"), Pair("format", "jpg")));
  EXPECT_FALSE(segment->match("12"));
  EXPECT_FALSE(segment->match(".jpg"));
  EXPECT_FALSE(segment->match("12."));
  const auto framed = SegmentTemplate::parse("v{n}.json");
  ASSERT_TRUE(framed);
  EXPECT_THAT(*framed->match("v3.json"), ElementsAre(Pair("n", "3")));
  EXPECT_FALSE(framed->match("v3.jsonx"));
  EXPECT_FALSE(framed->match("3.json"));
}

TEST(PathTemplate, SplitsAPath) {
  const auto segments = parse_path_template("/zarr/{id}/{key...}");
  ASSERT_TRUE(segments);
  ASSERT_EQ(segments->size(), 3U);
  EXPECT_EQ(*segments->at(0).literal(), "zarr");
  EXPECT_FALSE(segments->at(1).takes_the_rest());
  EXPECT_TRUE(segments->at(2).takes_the_rest());
  EXPECT_THAT(segments->at(2).names(), ElementsAre("key"));
  EXPECT_TRUE(parse_path_template("/")->empty());
}

TEST(PathTemplate, RefusesWhatItCannotMean) {
  for (const char* const wrong : {"a", "/{a", "/a}", "/{}", "/{a}{b}", "/{a...}/b", "/x{a...}", "//a"}) {
    EXPECT_FALSE(parse_path_template(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace beamport::api
