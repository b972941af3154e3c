// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/value_range.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

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

TEST(ValueRange, IncludesAnother) {
  ValueRange a;
  a.include({1, 5, true, 0});
  a.include({});
  a.include({-2, 3, true, 4});
  EXPECT_EQ(a.min, -2);
  EXPECT_EQ(a.max, 5);
  EXPECT_EQ(a.not_finite, 4U);
}

}  // namespace
}  // namespace beamport
