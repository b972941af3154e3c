// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/volume_view.h"

#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "beamport/array/test_voxels.h"

namespace beamport {
namespace {

TEST(VolumeView, PartAddressesTheRightVoxels) {
  std::vector<std::uint16_t> voxels(24);
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

template <typename T>
class VolumeCopyTargets : public testing::Test {};
TYPED_TEST_SUITE(VolumeCopyTargets, VoxelTypes);

TYPED_TEST(VolumeCopyTargets, CopyEachVoxelOfEveryShapeAndNothingElse) {
  std::mt19937 random(13);
  for (const Extent extent : kernel_extents()) {
    TestVoxels<TypeParam> from(extent, 2);
    from.fill(random, 3);
    TestVoxels<TypeParam> expected(extent, 5);
    expected.for_each([&](auto z, auto y, auto x, TypeParam& to) { to = from.at(z, y, x); });
    with_each_simd_target([&] {
      TestVoxels<TypeParam> to(extent, 5);
      copy_volume(from.view(), to.view());
      ASSERT_TRUE(to.bytes() == expected.bytes()) << fmt::format("{}", extent);
    });
    if (this->HasFatalFailure()) return;
  }
}

TEST(VolumeView, CopiesMoreRowsThanAreAskedForAhead) {
  std::mt19937 random(14);
  TestVoxels<std::uint8_t> from({5, 70, 16}, 48);
  from.fill(random, 3);
  with_each_simd_target([&] {
    TestVoxels<std::uint8_t> to({5, 70, 16}, 48);
    copy_volume(from.view(), to.view());
    EXPECT_TRUE(to.bytes() == from.bytes());
  });
}

TYPED_TEST(VolumeCopyTargets, FindTheOneByteThatIsNotZeroWhereverItIs) {
  for (const Extent extent : kernel_extents()) {
    const std::int64_t gap = extent.x % 2 * 3;
    TestVoxels<TypeParam> voxels(extent, gap);
    fill_zero(voxels.view());
    with_each_simd_target([&] {
      ASSERT_TRUE(all_zero(voxels.view())) << fmt::format("{}", extent);
      for (const std::int64_t x : {std::int64_t{0}, extent.x / 2, extent.x - 1}) {
        std::byte& last = voxels.view().row(extent.z - 1, extent.y - 1)[(x + 1) * std::int64_t{sizeof(TypeParam)} - 1];
        last = std::byte{0x80};
        ASSERT_FALSE(all_zero(voxels.view())) << fmt::format("{} {}", extent, x);
        last = std::byte{0};
      }
    });
    if (this->HasFatalFailure()) return;
  }
}

TEST(VolumeView, NothingIsAllZero) {
  EXPECT_TRUE(all_zero(VolumeView(nullptr, {0, 4, 4}, DataType::kFloat32)));
}

}  // namespace
}  // namespace beamport
