// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/downsample.h"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "beamport/array/test_voxels.h"

namespace beamport {
namespace {

template <typename T>
struct Cube {
  Extent extent;
  std::vector<T> voxels;

  explicit Cube(Extent e) : extent(e), voxels(static_cast<std::size_t>(e.volume())) {}
  VolumeView view() const { return {reinterpret_cast<const std::byte*>(voxels.data()), extent, data_type_of<T>()}; }
  MutableVolumeView view() { return {reinterpret_cast<std::byte*>(voxels.data()), extent, data_type_of<T>()}; }
  T at(std::int64_t z, std::int64_t y, std::int64_t x) const {
    return voxels[static_cast<std::size_t>(linear_index({z, y, x}, extent))];
  }
};

/// Straight from the definition: sum and count of the voxels that exist.
template <typename T>
void expect_mean(const Cube<T>& from, const Cube<T>& to) {
  for (std::int64_t z = 0; z < to.extent.z; ++z) {
    for (std::int64_t y = 0; y < to.extent.y; ++y) {
      for (std::int64_t x = 0; x < to.extent.x; ++x) {
        long double sum = 0;
        int count = 0;
        for (std::int64_t k = 2 * z; k < std::min(2 * z + 2, from.extent.z); ++k) {
          for (std::int64_t j = 2 * y; j < std::min(2 * y + 2, from.extent.y); ++j) {
            for (std::int64_t i = 2 * x; i < std::min(2 * x + 2, from.extent.x); ++i) {
              sum += static_cast<long double>(from.at(k, j, i));
              ++count;
            }
          }
        }
        const long double mean = sum / count;
        if constexpr (std::is_integral_v<T>) {
          ASSERT_EQ(to.at(z, y, x), static_cast<T>(std::nearbyintl(mean))) << z << " " << y << " " << x;
        } else {
          ASSERT_NEAR(static_cast<double>(to.at(z, y, x)), static_cast<double>(mean), 1e-6 * 1000)
              << z << " " << y << " " << x;
        }
      }
    }
  }
}

template <typename T>
class DownsampleTypes : public testing::Test {};
using Types =
    testing::Types<std::uint8_t, std::int8_t, std::uint16_t, std::int16_t, std::uint32_t, std::int32_t, float>;
TYPED_TEST_SUITE(DownsampleTypes, Types);

TYPED_TEST(DownsampleTypes, EqualsTheDefinitionForOddAndEvenExtents) {
  std::mt19937 random(7);
  for (const Extent extent : {Extent{4, 4, 4}, Extent{5, 7, 9}, Extent{1, 1, 1}, Extent{1, 6, 33}, Extent{3, 1, 2}}) {
    Cube<TypeParam> from(extent);
    for (auto& voxel : from.voxels) {
      if constexpr (std::is_integral_v<TypeParam>) {
        voxel = static_cast<TypeParam>(random());
      } else {
        voxel = static_cast<TypeParam>(std::uniform_real_distribution<double>(-1000, 1000)(random));
      }
    }
    Cube<TypeParam> to(half_of(extent));
    downsample_mean(std::as_const(from).view(), to.view());
    expect_mean(from, to);
  }
}

TEST(Downsample, ExtremesDoNotOverflow) {
  Cube<std::uint32_t> high({2, 2, 2});
  std::fill(high.voxels.begin(), high.voxels.end(), std::numeric_limits<std::uint32_t>::max());
  Cube<std::uint32_t> one({1, 1, 1});
  downsample_mean(std::as_const(high).view(), one.view());
  EXPECT_EQ(one.voxels[0], std::numeric_limits<std::uint32_t>::max());

  Cube<float> large({2, 2, 2});
  std::fill(large.voxels.begin(), large.voxels.end(), std::numeric_limits<float>::max());
  Cube<float> mean({1, 1, 1});
  downsample_mean(std::as_const(large).view(), mean.view());
  EXPECT_EQ(mean.voxels[0], std::numeric_limits<float>::max());
}

TEST(Downsample, NanCountsOnlyWhereTheWholeBlockIsNan) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Cube<float> from({2, 2, 6});
  std::fill(from.voxels.begin(), from.voxels.end(), 3.0F);
  from.voxels[0] = nan;
  for (std::int64_t z = 0; z < 2; ++z) {
    for (std::int64_t y = 0; y < 2; ++y) {
      for (std::int64_t x = 2; x < 4; ++x)
        from.voxels[static_cast<std::size_t>(linear_index({z, y, x}, from.extent))] = nan;
    }
  }
  Cube<float> to({1, 1, 3});
  downsample_mean(std::as_const(from).view(), to.view());
  EXPECT_EQ(to.voxels[0], 3.0F);
  EXPECT_TRUE(std::isnan(to.voxels[1]));
  EXPECT_EQ(to.voxels[2], 3.0F);
}

/// The documented order of additions, one voxel at a time. A column, row or plane that is missing is its neighbour.
template <typename T>
T mean_by_definition(TestVoxels<T>& from, std::int64_t z, std::int64_t y, std::int64_t x) {
  const auto voxel = [&](std::int64_t k, std::int64_t j, std::int64_t i) {
    return from.at(std::min(2 * z + k, from.extent().z - 1), std::min(2 * y + j, from.extent().y - 1),
                   std::min(2 * x + i, from.extent().x - 1));
  };
  if constexpr (std::is_integral_v<T>) {
    __int128 sum = 0;
    for (int n = 0; n < 8; ++n) sum += voxel(n / 4, n / 2 % 2, n % 2);
    const __int128 floor = sum >> 3;
    const __int128 rest = sum - floor * 8;
    return static_cast<T>(floor + (rest > 4 || (rest == 4 && floor % 2 != 0) ? 1 : 0));
  } else {
    const auto column = [&](std::int64_t i) {
      const T near = voxel(0, 0, i) + voxel(0, 1, i);
      const T far = voxel(1, 0, i) + voxel(1, 1, i);
      return near + far;
    };
    const T mean = (column(0) + column(1)) * T{0.125};
    if (2 * x + 1 < from.extent().x && std::isfinite(mean)) return mean;
    double sum = 0;
    int numbers = 0;
    for (int n = 0; n < 8; ++n) {
      const T value = voxel(n / 4, n / 2 % 2, n % 2);
      if (std::isnan(value)) continue;
      sum += static_cast<double>(value) / 8;
      ++numbers;
    }
    return numbers == 0 ? std::numeric_limits<T>::quiet_NaN() : static_cast<T>(sum * (8.0 / numbers));
  }
}

template <typename T>
class DownsampleTargets : public testing::Test {};
TYPED_TEST_SUITE(DownsampleTargets, VoxelTypes);

TYPED_TEST(DownsampleTargets, MeanIsTheDefinitionBitByBitAndTouchesNothingElse) {
  std::mt19937 random(11);
  for (const Extent extent : kernel_extents()) {
    for (const unsigned rare : {5U, 400U}) {
      const std::int64_t gap = extent.x % 2 * 3;
      TestVoxels<TypeParam> from(extent, gap);
      from.fill(random, rare);
      TestVoxels<TypeParam> expected(half_of(extent), gap);
      expected.for_each([&](auto z, auto y, auto x, TypeParam& mean) { mean = mean_by_definition(from, z, y, x); });
      with_each_simd_target([&] {
        TestVoxels<TypeParam> to(half_of(extent), gap);
        downsample_mean(from.view(), to.view());
        ASSERT_TRUE(to.bytes() == expected.bytes()) << fmt::format("{}", extent);
      });
      if (this->HasFatalFailure()) return;
    }
  }
}

TEST(Downsample, ModeTakesTheMostFrequentThenTheSmallest) {
  Cube<std::uint16_t> from({2, 2, 2});
  from.voxels = {5, 9, 9, 5, 1, 9, 5, 2};
  Cube<std::uint16_t> to({1, 1, 1});
  downsample_mode(std::as_const(from).view(), to.view());
  EXPECT_EQ(to.voxels[0], 5);
  from.voxels = {7, 9, 9, 5, 1, 9, 5, 2};
  downsample_mode(std::as_const(from).view(), to.view());
  EXPECT_EQ(to.voxels[0], 9);
}

}  // namespace
}  // namespace beamport
