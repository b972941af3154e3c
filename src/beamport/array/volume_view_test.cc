// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/volume_view.h"

#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace beamport {
namespace {

TEST(VolumeView, PartAddressesTheRightVoxels) {
  std::vector<std::uint16_t> voxels(2 * 3 * 4);
  std::iota(voxels.begin(), voxels.end(), std::uint16_t{0});
  const VolumeView view(reinterpret_cast<const std::byte*>(voxels.data()), {2, 3, 4}, DataType::kUint16);
  const VolumeView part = view.part({{1, 1, 2}, {2, 3, 4}});
  EXPECT_EQ(part.extent, (Extent{1, 2, 2}));
  EXPECT_EQ(part.row_as<std::uint16_t>(0, 0)[0], 12 + 4 + 2);
  EXPECT_EQ(part.row_as<std::uint16_t>(0, 1)[1], 12 + 8 + 3);
}

TEST(VolumeView, CopiesBetweenDifferentStrides) {
  const std::vector<std::uint8_t> from{1, 2, 3, 4, 5, 6};
  std::vector<std::uint8_t> to(12, 9);
  const VolumeView source(reinterpret_cast<const std::byte*>(from.data()), {1, 2, 3}, DataType::kUint8);
  const MutableVolumeView whole(reinterpret_cast<std::byte*>(to.data()), {1, 3, 4}, DataType::kUint8);
  copy_volume(source, whole.part({{0, 1, 1}, {1, 3, 4}}));
  EXPECT_EQ(to, (std::vector<std::uint8_t>{9, 9, 9, 9, 9, 1, 2, 3, 9, 4, 5, 6}));
}

TEST(VolumeView, FindsTheOneVoxelThatIsNotZero) {
  std::vector<float> voxels(27, 0.0F);
  const MutableVolumeView view(reinterpret_cast<std::byte*>(voxels.data()), {3, 3, 3}, DataType::kFloat32);
  EXPECT_TRUE(all_zero(view));
  voxels.back() = 1.0F;
  EXPECT_FALSE(all_zero(view));
  voxels.back() = -0.0F;  // not the same bits as the fill value, so it must be kept
  EXPECT_FALSE(all_zero(view));
  fill_zero(view);
  EXPECT_TRUE(all_zero(view));
}

}  // namespace
}  // namespace beamport
