// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/value_histogram.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace beamport {
namespace {

template <typename T>
VolumeView view_of(const std::vector<T>& voxels) {
  return {reinterpret_cast<const std::byte*>(voxels.data()),
          {1, 1, static_cast<std::int64_t>(voxels.size())},
          data_type_of<T>()};
}

template <typename T>
VolumeStatistics statistics_of(const std::vector<T>& voxels) {
  ValueHistogram histogram(data_type_of<T>());
  histogram.add(view_of(voxels));
  return histogram.statistics();
}

std::uint64_t total(const Histogram& histogram) {
  return std::accumulate(histogram.counts.begin(), histogram.counts.end(), histogram.below + histogram.above);
}

TEST(ValueHistogram, SixteenBitIsExact) {
  std::vector<std::uint16_t> voxels(10001);
  std::iota(voxels.begin(), voxels.end(), std::uint16_t{100});
  const VolumeStatistics s = statistics_of(voxels);
  EXPECT_EQ(s.min, 100);
  EXPECT_EQ(s.max, 10100);
  EXPECT_NEAR(s.mean, 5100, 1e-6);
  EXPECT_EQ(s.percentile(50), 5100);
  EXPECT_EQ(total(s.histogram), 10001U);
}

TEST(ValueHistogram, SignedValuesKeepTheirOrder) {
  const VolumeStatistics s = statistics_of(std::vector<std::int16_t>{-300, -200, -100, 0, 100});
  EXPECT_EQ(s.min, -300);
  EXPECT_EQ(s.max, 100);
  EXPECT_EQ(s.percentile(50), -100);
  EXPECT_NEAR(s.mean, -100, 1e-9);
}

TEST(ValueHistogram, FloatPercentilesAreCloseAroundAnOffset) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal(1.0F, 0.01F);
  std::vector<float> voxels(200000);
  for (float& v : voxels) v = normal(random);
  std::vector<float> sorted = voxels;
  std::sort(sorted.begin(), sorted.end());
  const VolumeStatistics s = statistics_of(voxels);
  for (const Percentile& p : s.percentiles) {
    const auto rank = static_cast<std::size_t>(std::ceil(p.percent / 100 * 200000)) - 1;
    EXPECT_NEAR(p.value, static_cast<double>(sorted[rank]), 2e-4) << p.percent;
  }
  EXPECT_NEAR(s.mean, 1.0, 1e-4);
  EXPECT_EQ(total(s.histogram), 200000U);
}

TEST(ValueHistogram, NonFiniteVoxelsAreCountedApart) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const VolumeStatistics s = statistics_of(std::vector<float>{nan, -2.0F, inf, 4.0F, -inf, nan});
  EXPECT_EQ(s.nan_count, 2U);
  EXPECT_EQ(s.infinite_count, 2U);
  EXPECT_EQ(s.voxel_count, 6U);
  EXPECT_EQ(s.min, -2);
  EXPECT_EQ(s.max, 4);
}

TEST(ValueHistogram, OneOutlierDoesNotSpoilWindowOrHistogram) {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> uniform(0.0F, 1.0F);
  std::vector<float> voxels(100000);
  for (float& v : voxels) v = uniform(random);
  voxels[17] = 1e30F;
  const VolumeStatistics s = statistics_of(voxels);
  const ValueWindow window = display_window(s);
  EXPECT_LT(window.high, 1.01);
  EXPECT_LT(s.histogram.high, 3.1);
  EXPECT_EQ(s.histogram.above, 1U);
}

TEST(ValueHistogram, MergingPartsGivesTheSameAsTheWhole) {
  std::mt19937 random(9);
  std::normal_distribution<float> normal(0.0F, 50.0F);
  std::vector<float> voxels(5000);
  for (float& v : voxels) v = normal(random);
  ValueHistogram a(DataType::kFloat32);
  ValueHistogram b(DataType::kFloat32);
  a.add(view_of(std::vector<float>(voxels.begin(), voxels.begin() + 1234)));
  b.add(view_of(std::vector<float>(voxels.begin() + 1234, voxels.end())));
  b.merge(a);
  EXPECT_EQ(write_json(to_json(b.statistics())), write_json(to_json(statistics_of(voxels))));
}

TEST(ValueHistogram, ConstantAndEmptyVolumesHaveAUsableWindow) {
  const ValueWindow constant = display_window(statistics_of(std::vector<float>(10, 7.0F)));
  EXPECT_GT(constant.high, constant.low);
  const ValueWindow none =
      display_window(statistics_of(std::vector<float>(4, std::numeric_limits<float>::quiet_NaN())));
  EXPECT_GT(none.high, none.low);
}

TEST(VolumeStatistics, SurvivesJson) {
  const VolumeStatistics s = statistics_of(std::vector<std::uint8_t>{1, 2, 3, 200});
  const auto read = statistics_from_json(parse_json(write_json(to_json(s))).value());
  ASSERT_TRUE(read);
  EXPECT_EQ(write_json(to_json(*read)), write_json(to_json(s)));
}

TEST(VolumeStatistics, DamagedJsonNamesTheField) {
  Json value = to_json(statistics_of(std::vector<std::uint8_t>{1, 2}));
  value.as_object()["histogram"].as_object()["counts"] = JsonArray{1, 2, 3};
  EXPECT_NE(statistics_from_json(value).error().message.find("histogram"), std::string::npos);
  EXPECT_FALSE(statistics_from_json(Json("x")));
}

TEST(VolumeStatistics, PreviewWindowOfBytesLosesNothing) {
  const VolumeStatistics s = statistics_of(std::vector<std::uint8_t>{10, 20, 30});
  const ValueWindow window = preview_window(s, DataType::kUint8);
  EXPECT_EQ(window.low, 0);
  EXPECT_EQ(window.high, 255);
}

}  // namespace
}  // namespace beamport
