// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/served_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/render/test_image.h"

namespace beamport::render {
namespace {

JsonObject with_beamport(JsonObject own) {
  return {{"beamport", std::move(own)}};
}

VolumeStatistics statistics() {
  VolumeStatistics made;
  made.voxel_count = 1000;
  made.min = -5;
  made.max = 105;
  made.mean = 50;
  for (const double percent : {0.1, 1.0, 5.0, 25.0, 50.0, 75.0, 95.0, 99.0, 99.9}) {
    made.percentiles.push_back({percent, percent});
  }
  made.histogram.low = -5;
  made.histogram.high = 105;
  made.histogram.counts.assign(Histogram::kBins, 0);
  made.histogram.counts[0] = 1000;
  return made;
}

TEST(ServedImage, KnowsItsLevelsAndIdentity) {
  const auto image = TestImage({}).serve(17);
  EXPECT_EQ(image->number(), 17U);
  EXPECT_EQ(image->version(), "0123456789ab");
  EXPECT_EQ(image->type(), DataType::kUint16);
  ASSERT_TRUE(image->level(2));
  EXPECT_EQ((*image->level(2))->extent(), (Extent{18, 23, 28}));
  EXPECT_EQ(image->level(3).error().code, ErrorCode::kNotFound);
}

TEST(ServedImage, TakesVersionAndStatisticsFromTheAttributes) {
  const TestImage truth({.attributes = with_beamport(
                             {{"generation", "0123456789abcdef01234567"}, {"statistics", to_json(statistics())}})});
  const auto image = truth.serve();
  EXPECT_EQ(recorded_version(image->image()), "0123456789ab");
  ASSERT_TRUE(image->statistics());
  EXPECT_EQ(image->statistics()->max, 105);
  EXPECT_EQ(image->windows().range.low, -5);
  EXPECT_EQ(image->windows().range.high, 105);
  EXPECT_NEAR(image->windows().display.low, 0.1, 1e-9);
  EXPECT_NEAR(image->windows().display.high, 99.9, 1e-9);
}

TEST(ServedImage, AForeignImageHasNeither) {
  const auto image = TestImage({}).serve();
  EXPECT_EQ(recorded_version(image->image()), std::nullopt);
  EXPECT_FALSE(image->statistics());
  const auto odd = TestImage({.attributes = with_beamport({{"generation", "../../etc"}})}).serve();
  EXPECT_EQ(recorded_version(odd->image()), std::nullopt);
  const auto other = TestImage({.attributes = {{"beamport", 3}}}).serve();
  EXPECT_EQ(recorded_version(other->image()), std::nullopt);
}

TEST(ServedImage, DamagedStatisticsAreAnError) {
  const TestImage truth({.attributes = with_beamport({{"statistics", JsonObject{{"min", "low"}}}})});
  const auto image = truth.try_serve();
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(image.error().message, testing::HasSubstr("statistics"));
}

}  // namespace
}  // namespace beamport::render
