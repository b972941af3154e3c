// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/plane.h"

#include <gtest/gtest.h>

namespace beamport::render {
namespace {

TEST(Plane, NamesAreTheAxisToTheRightAndTheAxisDown) {
  EXPECT_EQ(parse_plane("xy"), Plane::kXy);
  EXPECT_EQ(parse_plane("xz"), Plane::kXz);
  EXPECT_EQ(parse_plane("zy"), Plane::kZy);
  for (const Plane plane : kPlanes) EXPECT_EQ(parse_plane(name_of(plane)), plane);
  for (const char* name : {"", "yx", "XY", "yz", "xyz", "x"}) EXPECT_EQ(parse_plane(name), std::nullopt) << name;
}

TEST(Plane, PicturesHaveTheSizesOfTheirAxes) {
  constexpr Extent kVolume{30, 20, 10};  // z, y, x
  EXPECT_EQ(picture_size(Plane::kXy, kVolume), (PictureSize{.width = 10, .height = 20}));
  EXPECT_EQ(picture_size(Plane::kXz, kVolume), (PictureSize{.width = 10, .height = 30}));
  EXPECT_EQ(picture_size(Plane::kZy, kVolume), (PictureSize{.width = 30, .height = 20}));
  EXPECT_EQ(slice_count(Plane::kXy, kVolume), 30);
  EXPECT_EQ(slice_count(Plane::kXz, kVolume), 20);
  EXPECT_EQ(slice_count(Plane::kZy, kVolume), 10);
}

TEST(Plane, PointsMapToVoxelsAndBack) {
  constexpr PlanePoint kPoint{.index = 1, .u = 2, .v = 3};
  EXPECT_EQ(to_voxel(Plane::kXy, kPoint), (Point{.z = 1, .y = 3, .x = 2}));
  EXPECT_EQ(to_voxel(Plane::kXz, kPoint), (Point{.z = 3, .y = 1, .x = 2}));
  EXPECT_EQ(to_voxel(Plane::kZy, kPoint), (Point{.z = 2, .y = 3, .x = 1}));
  for (const Plane plane : kPlanes) EXPECT_EQ(to_plane(plane, to_voxel(plane, kPoint)), kPoint);
}

TEST(Plane, ARectangleIsOneVoxelThick) {
  const PictureBox pixels{.left = 2, .top = 3, .size = {.width = 10, .height = 20}};
  EXPECT_EQ(voxels_of(Plane::kXy, 5, pixels), (Box{{5, 3, 2}, {6, 23, 12}}));
  EXPECT_EQ(voxels_of(Plane::kXz, 5, pixels), (Box{{3, 5, 2}, {23, 6, 12}}));
  EXPECT_EQ(voxels_of(Plane::kZy, 5, pixels), (Box{{2, 3, 5}, {12, 23, 6}}));
}

}  // namespace
}  // namespace beamport::render
