// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/value_histogram.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "beamport/array/test_voxels.h"

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

TEST(ValueHistogram, AFewBrightVoxelsDoNotDarkenTheRest) {
  std::vector<float> voxels(100000);
  for (std::size_t i = 0; i < voxels.size(); ++i) voxels[i] = static_cast<float>(i % 1000) / 1000;
  std::fill_n(voxels.begin(), 300, 50.0F);
  const VolumeStatistics s = statistics_of(voxels);
  const ValueWindow display = display_window(s);
  EXPECT_NEAR(display.low, 0, 0.01);
  EXPECT_GT(display.high, 0.99);
  EXPECT_LT(display.high, 1.5);
  EXPECT_NEAR(percentile_window(s).high, 50, 0.01);
  EXPECT_NEAR(s.histogram.high, 50, 0.01) << "the bright ones can still be reached";
}

TEST(ValueHistogram, AFewVoxelsOnEmptyGroundAreShown) {
  std::vector<float> voxels(100000, 0.0F);
  std::fill_n(voxels.begin(), 500, 3.0F);
  const ValueWindow display = display_window(statistics_of(voxels));
  EXPECT_NEAR(display.low, 0, 1e-6);
  EXPECT_NEAR(display.high, 3, 0.01);
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

/// Counted chunk by chunk, by two accumulators in turns.
template <typename T>
std::string statistics_in_chunks(TestVoxels<T>& voxels, Extent chunk, RowSampling sampling) {
  ValueHistogram counts[] = {ValueHistogram(data_type_of<T>(), sampling), ValueHistogram(data_type_of<T>(), sampling)};
  const Extent grid = grid_of(voxels.extent(), chunk);
  for (std::int64_t i = 0; i < grid.volume(); ++i) {
    const Point at{i / (grid.y * grid.x) * chunk.z, i / grid.x % grid.y * chunk.y, i % grid.x * chunk.x};
    const Box box = intersection(Box::at(at, chunk), Box::whole(voxels.extent()));
    counts[i % 2].add(voxels.view().part(box));
  }
  counts[1].merge(counts[0]);
  return write_json(to_json(counts[1].statistics()));
}

template <typename T>
class ValueHistogramTypes : public testing::Test {};
using CountedTypes = testing::Types<std::uint8_t, std::int16_t, std::uint16_t, float, double>;
TYPED_TEST_SUITE(ValueHistogramTypes, CountedTypes);

TYPED_TEST(ValueHistogramTypes, AnyCutIntoChunksBySixteensWithAnyTargetGivesTheSame) {
  std::mt19937 random(21);
  for (int round = 0; round < 3; ++round) {
    const auto up_to = [&](std::uint32_t n) { return static_cast<std::int64_t>(1 + random() % n); };
    TestVoxels<TypeParam> voxels({up_to(40), up_to(140), up_to(150)}, up_to(3) - 1);
    voxels.fill(random, 50);
    for (const RowSampling sampling : {RowSampling::kEvery, RowSampling::kSixteenth}) {
      ASSERT_TRUE(limit_simd_target("scalar"));
      const std::string whole = statistics_in_chunks(voxels, voxels.extent(), sampling);
      with_each_simd_target([&] {
        const Extent chunk{16 * up_to(2), 16 * up_to(8), up_to(160)};
        ASSERT_EQ(statistics_in_chunks(voxels, chunk, sampling), whole)
            << fmt::format("{} in {}", voxels.extent(), chunk);
      });
      if (this->HasFatalFailure()) return;
    }
  }
}

TEST(ValueHistogram, ASixteenthOfTheRowsRulesPercentilesButEveryVoxelTheRange) {
  TestVoxels<float> voxels({16, 32, 16});
  voxels.for_each([](auto z, auto y, auto, float& voxel) { voxel = (z + y) % 16 == 0 ? 1.0F : 100.0F; });
  voxels.at(1, 1, 3) = -7.0F;
  voxels.at(2, 3, 5) = std::numeric_limits<float>::quiet_NaN();
  voxels.at(0, 0, 0) = std::numeric_limits<float>::infinity();
  ValueHistogram histogram(DataType::kFloat32, RowSampling::kSixteenth);
  histogram.add(voxels.view());
  const VolumeStatistics s = histogram.statistics();
  EXPECT_EQ(s.voxel_count, 16U * 32 * 16);
  EXPECT_EQ(s.counted, 32U * 16 - 1);
  EXPECT_EQ(s.min, -7);
  EXPECT_EQ(s.max, 100);
  EXPECT_EQ(s.nan_count, 1U);
  EXPECT_EQ(s.infinite_count, 1U);
  EXPECT_NEAR(s.mean, 1.0, 1e-3);
  EXPECT_NEAR(s.percentile(50), 1.0, 1e-3);
  EXPECT_EQ(total(s.histogram), s.counted);
}

TEST(ValueHistogram, RowsThatWereNotCountedLeaveAUsableWindow) {
  TestVoxels<float> voxels({1, 2, 8});
  voxels.for_each([](auto, auto y, auto x, float& voxel) {
    voxel = y == 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(x);
  });
  ValueHistogram histogram(DataType::kFloat32, RowSampling::kSixteenth);
  histogram.add(voxels.view());
  const VolumeStatistics s = histogram.statistics();
  EXPECT_EQ(s.counted, 0U);
  EXPECT_EQ(s.max, 7);
  EXPECT_NEAR(display_window(s).high, 7, 0.01);
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

TEST(VolumeStatistics, WithoutTheNumberCountedEveryFiniteVoxelWas) {
  VolumeStatistics s = statistics_of(std::vector<float>{1, 2, std::numeric_limits<float>::quiet_NaN()});
  EXPECT_EQ(s.counted, 2U);
  Json value = to_json(s);
  EXPECT_EQ(value.at("counted_voxels"), 2U);
  value.as_object().erase("counted_voxels");
  EXPECT_EQ(statistics_from_json(value)->counted, 2U);
  value.as_object()["counted_voxels"] = -1;
  EXPECT_NE(statistics_from_json(value).error().message.find("counted_voxels"), std::string::npos);
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
