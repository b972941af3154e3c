// SPDX-License-Identifier: Apache-2.0
#include "sample_volume.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace beamport::app {
namespace {

template <typename T>
std::vector<T> slice(const SampleVolume& volume, Extent extent, std::int64_t z) {
  std::vector<T> voxels(static_cast<std::size_t>(extent.y * extent.x));
  volume.fill_slice(z, {reinterpret_cast<std::byte*>(voxels.data()), {1, extent.y, extent.x}, data_type_of<T>()});
  return voxels;
}

TEST(SampleVolume, RampIsKnownFromThePlace) {
  const Extent extent{5, 6, 7};
  const SampleVolume volume(SamplePattern::kRamp, extent, 1);
  EXPECT_EQ(slice<std::uint16_t>(volume, extent, 4)[2 * 7 + 3], 3 + 3 * 2 + 7 * 4);
  EXPECT_EQ(slice<float>(volume, extent, 4)[2 * 7 + 3], 1.5F - 0.5F + 4.0F);
}

TEST(SampleVolume, TissueIsRepeatableAndDependsOnTheSeed) {
  const Extent extent{16, 48, 48};
  const SampleVolume a(SamplePattern::kTissue, extent, 1);
  const SampleVolume b(SamplePattern::kTissue, extent, 1);
  const SampleVolume c(SamplePattern::kTissue, extent, 2);
  EXPECT_EQ(slice<float>(a, extent, 8), slice<float>(b, extent, 8));
  EXPECT_NE(slice<float>(a, extent, 8), slice<float>(c, extent, 8));
  const auto voxels = slice<float>(a, extent, 8);
  EXPECT_GT(*std::max_element(voxels.begin(), voxels.end()), 1.0F);
  EXPECT_LT(*std::min_element(voxels.begin(), voxels.end()), 0.2F);
}

}  // namespace
}  // namespace beamport::app
