// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/value_bins.h"

#include <iterator>
#include <limits>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "beamport/array/test_voxels.h"

namespace beamport {
namespace {

TEST(ValueBins, KeepTheOrderOfTheNumbers) {
  const double values[] = {-1e300, -1e30, -2, -1.9, -1e-40, 0, 1e-40, 0.5, 1, 1.001, 1e30, 1e300};
  for (std::size_t i = 1; i < std::size(values); ++i) {
    EXPECT_LE(binning::bin_of(values[i - 1]), binning::bin_of(values[i])) << values[i];
  }
  EXPECT_LT(binning::bin_of(1.0F), binning::bin_of(1.001F));
  EXPECT_EQ(binning::bin_of(std::int8_t{-128}), 0U);
  EXPECT_EQ(binning::bin_of(std::int16_t{32767}), 65535U);
}

TEST(ValueBins, FiniteValuesAreApartFromTheOthers) {
  const ValueBins bins(DataType::kFloat64);
  for (const double value : {-1e300, 0.0, 1e300, 3.5e38}) {
    EXPECT_TRUE(bins.is_finite(binning::bin_of(value))) << value;
  }
  const double inf = std::numeric_limits<double>::infinity();
  for (const double value : {-inf, inf, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_FALSE(bins.is_finite(binning::bin_of(value))) << value;
  }
}

template <typename T>
class ValueBinsTargets : public testing::Test {};
TYPED_TEST_SUITE(ValueBinsTargets, VoxelTypes);

TYPED_TEST(ValueBinsTargets, CountTheRowsThatTheSamplingNames) {
  for (const RowSampling sampling : {RowSampling::kEvery, RowSampling::kSixteenth}) {
    with_each_simd_target([&] {
      std::mt19937 random(31);
      ValueBins bins(data_type_of<TypeParam>());
      std::map<std::size_t, std::uint64_t> expected;
      for (const Extent extent : kernel_extents()) {
        TestVoxels<TypeParam> voxels(extent, extent.x % 2 * 3);
        voxels.fill(random, 4);
        if (extent.x % 4 == 0) {  // whole blocks of one value, and one value in a block that differs
          voxels.for_each([](auto, auto, auto, TypeParam& voxel) { voxel = TypeParam{77}; });
          voxels.at(0, 0, extent.x / 2) = TypeParam{3};
        }
        bins.add(voxels.view(), sampling);
        voxels.for_each([&](auto z, auto y, auto, TypeParam voxel) {
          if (sampling == RowSampling::kEvery || (z + y) % 16 == 0) ++expected[binning::bin_of(voxel)];
        });
      }
      std::map<std::size_t, std::uint64_t> found;
      bins.for_each([&](std::size_t bin, std::uint64_t count) { found[bin] = count; });
      ASSERT_TRUE(found == expected);
    });
  }
}

TEST(ValueBins, NothingIsLostWhenTheShortCountsAreEmptied) {
  const std::vector<std::uint16_t> voxels{1, 2, 2, 65535};
  const VolumeView view(reinterpret_cast<const std::byte*>(voxels.data()), {1, 1, 4}, DataType::kUint16);
  ValueBins bins(DataType::kUint16, 10);
  for (int i = 0; i < 7; ++i) bins.add(view, RowSampling::kEvery);
  EXPECT_EQ(bins.count(1), 7U);
  EXPECT_EQ(bins.count(2), 14U);
  EXPECT_EQ(bins.count(65535), 7U);
  ValueBins more(DataType::kUint16);
  more.add(view, RowSampling::kEvery);
  more.merge(bins);
  EXPECT_EQ(more.count(2), 16U);
}

}  // namespace
}  // namespace beamport
