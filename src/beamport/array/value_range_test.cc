// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/value_range.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "beamport/array/test_voxels.h"

namespace beamport {
namespace {

template <typename T>
ValueRange range(const std::vector<T>& voxels) {
  return range_of({reinterpret_cast<const std::byte*>(voxels.data()),
                   {1, 1, static_cast<std::int64_t>(voxels.size())},
                   data_type_of<T>()});
}

TEST(ValueRange, LeavesOutWhatIsNotFinite) {
  const float inf = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const ValueRange found = range(std::vector<float>{nan, 2.0F, -inf, -3.0F, inf});
  EXPECT_TRUE(found.any);
  EXPECT_EQ(found.min, -3);
  EXPECT_EQ(found.max, 2);
  EXPECT_EQ(found.not_finite, 3U);
  EXPECT_FALSE(range(std::vector<float>{nan, inf}).any);
}

TEST(ValueRange, HoldsTheLimitsOfTheType) {
  const auto largest = std::numeric_limits<float>::max();
  EXPECT_EQ(range(std::vector<float>{largest}).min, static_cast<double>(largest));
  EXPECT_EQ(range(std::vector<std::uint32_t>{4294967295U}).max, 4294967295.0);
  EXPECT_EQ(range(std::vector<std::int16_t>{-32768, 7}).min, -32768);
}

TEST(ValueRange, ZerosOfBothSignsAreOneNumber) {
  with_each_simd_target([] {
    for (std::size_t length = 1; length < 70; ++length) {
      std::vector<float> zeros(length, 0.0F);
      zeros[length / 2] = -0.0F;
      EXPECT_FALSE(std::signbit(range(zeros).min));
      EXPECT_FALSE(std::signbit(range(std::vector<float>(length, -0.0F)).max));
    }
  });
}

template <typename T>
class ValueRangeTargets : public testing::Test {};
TYPED_TEST_SUITE(ValueRangeTargets, VoxelTypes);

TYPED_TEST(ValueRangeTargets, SeeEachVoxelOfEveryShape) {
  std::mt19937 random(12);
  for (const Extent extent : kernel_extents()) {
    for (const unsigned rare : {1U, 5U, 1000U, 1000000U}) {
      TestVoxels<TypeParam> voxels(extent, extent.x % 2 * 3);
      voxels.fill(random, rare);
      ValueRange expected;
      voxels.for_each([&](auto, auto, auto, TypeParam voxel) {
        const auto value = static_cast<double>(voxel);
        if (!std::isfinite(value)) {
          ++expected.not_finite;
          expected.nan += std::isnan(value) ? 1U : 0U;
          return;
        }
        expected.min = expected.any ? std::min(expected.min, value) : value;
        expected.max = expected.any ? std::max(expected.max, value) : value;
        expected.any = true;
      });
      with_each_simd_target([&] {
        const ValueRange found = range_of(voxels.view());
        ASSERT_EQ(found.any, expected.any) << fmt::format("{}", extent);
        ASSERT_EQ(found.min, expected.min) << fmt::format("{}", extent);
        ASSERT_EQ(found.max, expected.max) << fmt::format("{}", extent);
        ASSERT_EQ(found.not_finite, expected.not_finite) << fmt::format("{}", extent);
        ASSERT_EQ(found.nan, expected.nan) << fmt::format("{}", extent);
      });
      if (this->HasFatalFailure()) return;
    }
  }
}

TEST(ValueRange, IncludesAnother) {
  ValueRange a;
  a.include({1, 5, true, 0});
  a.include({});
  a.include({-2, 3, true, 4, 3});
  EXPECT_EQ(a.min, -2);
  EXPECT_EQ(a.max, 5);
  EXPECT_EQ(a.not_finite, 4U);
  EXPECT_EQ(a.nan, 3U);
}

}  // namespace
}  // namespace beamport
