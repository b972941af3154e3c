// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/ome_description.h"

#include <gtest/gtest.h>

namespace beamport::image {
namespace {

TEST(OmeDescription, ReadsCountsAndVoxelSize) {
  const auto description = parse_ome_description(
      R"(<?xml version="1.0"?><OME xmlns="x"><Image><Pixels DimensionOrder="XYZCT" SizeC="2" SizeT="3" SizeZ="30" )"
      R"(PhysicalSizeX="650" PhysicalSizeXUnit="nm" PhysicalSizeY="0.65" PhysicalSizeZ="2"><Channel/></Pixels></Image></OME>)");
  ASSERT_TRUE(description);
  EXPECT_EQ(description->channels, 2);
  EXPECT_EQ(description->time_points, 3);
  ASSERT_TRUE(description->voxel_size_um);
  EXPECT_DOUBLE_EQ((*description->voxel_size_um)[0], 2);
  EXPECT_DOUBLE_EQ((*description->voxel_size_um)[1], 0.65);
  EXPECT_DOUBLE_EQ((*description->voxel_size_um)[2], 0.65);
}

TEST(OmeDescription, IgnoresOtherAndBrokenTexts) {
  EXPECT_FALSE(parse_ome_description("ImageJ=1.53"));
  EXPECT_EQ(parse_ome_description("<OME>")->channels, 1);
  EXPECT_EQ(parse_ome_description("<OME><Pixels SizeC=\"x\" SizeT=\"")->channels, 1);
  EXPECT_FALSE(parse_ome_description("<OME><Pixels PhysicalSizeX=\"-1\" PhysicalSizeY=\"nan\">")->voxel_size_um);
  EXPECT_FALSE(
      parse_ome_description("<OME><Pixels PhysicalSizeX=\"1\" PhysicalSizeXUnit=\"reference frame\">")->voxel_size_um);
}

}  // namespace
}  // namespace beamport::image
