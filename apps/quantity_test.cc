// SPDX-License-Identifier: Apache-2.0
#include "quantity.h"

#include <gtest/gtest.h>

namespace beamport::app {
namespace {

TEST(Quantity, VoxelSizesWithUnits) {
  EXPECT_EQ(parse_voxel_size_um("0.65um").value(), (std::array<double, 3>{0.65, 0.65, 0.65}));
  EXPECT_EQ(parse_voxel_size_um("0.65µm").value()[0], 0.65);
  EXPECT_DOUBLE_EQ(parse_voxel_size_um("650nm").value()[2], 0.65);
  EXPECT_EQ(parse_voxel_size_um("2,1,0.5um").value(), (std::array<double, 3>{2, 1, 0.5}));
  for (const char* wrong : {"", "0.65", "um", "-1um", "0um", "1,2um", "nanum", "1,2,3,4um", "infum", "1 um "}) {
    EXPECT_FALSE(parse_voxel_size_um(wrong)) << wrong;
  }
}

TEST(Quantity, Bytes) {
  EXPECT_EQ(parse_bytes("2GiB").value(), std::int64_t{2} << 30);
  EXPECT_EQ(parse_bytes("512M").value(), std::int64_t{512} << 20);
  EXPECT_EQ(parse_bytes("4096").value(), 4096);
  for (const char* wrong : {"", "0", "-1", "2XB", "99999999999TiB", "1.5GiB"})
    EXPECT_FALSE(parse_bytes(wrong)) << wrong;
}

TEST(Quantity, Windows) {
  EXPECT_EQ(parse_window("-0.5,1e3").value().high, 1000);
  for (const char* wrong : {"", "1", "2,1", "1,1", "nan,1", "0,inf", "1,2,3"})
    EXPECT_FALSE(parse_window(wrong)) << wrong;
}

TEST(Quantity, Extents) {
  EXPECT_EQ(parse_extent("1,20,300").value(), (Extent{1, 20, 300}));
  for (const char* wrong : {"", "1,2", "0,1,1", "1,2,x", "1,2,3,4"}) EXPECT_FALSE(parse_extent(wrong)) << wrong;
}

TEST(Quantity, PrintsForPeople) {
  EXPECT_EQ(format_bytes(4294967296.0), "4.29 GB");
  EXPECT_EQ(format_bytes(12), "12 B");
  EXPECT_EQ(format_bytes(999900), "1 MB");
  EXPECT_EQ(format_duration(5.2), "5 s");
  EXPECT_EQ(format_duration(125), "2 min 05 s");
  EXPECT_EQ(format_duration(3725), "1 h 02 min");
}

}  // namespace
}  // namespace beamport::app
