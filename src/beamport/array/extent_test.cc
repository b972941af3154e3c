// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/extent.h"

#include <gtest/gtest.h>

#include "beamport/array/box.h"
#include "beamport/array/data_type.h"

namespace beamport {
namespace {

TEST(Extent, GridCoversTheWhole) {
  EXPECT_EQ(grid_of({135, 160, 160}, {64, 64, 64}), (Extent{3, 3, 3}));
  EXPECT_EQ(grid_of({64, 1, 65}, {64, 64, 64}), (Extent{1, 1, 2}));
}

TEST(Extent, BytesOfAbsurdSizesAreRefused) {
  const std::int64_t huge = std::int64_t{1} << 31;
  EXPECT_EQ((Extent{huge, huge, huge}.checked_bytes(4)), std::nullopt);
  EXPECT_EQ((Extent{-1, 2, 2}.checked_bytes(4)), std::nullopt);
  EXPECT_EQ((Extent{16384, 16384, 16384}.checked_bytes(4)), std::int64_t{16384} * 16384 * 16384 * 4);
}

TEST(Extent, FormatsInTheOrderZYX) {
  EXPECT_EQ(fmt::format("{}", Extent{1, 2, 3}), "1×2×3");
}

TEST(Box, IntersectsAndContains) {
  const Box a{{0, 0, 0}, {4, 4, 4}};
  const Box b{{2, 3, 4}, {8, 8, 8}};
  EXPECT_TRUE(intersection(a, b).empty());
  EXPECT_EQ(intersection(a, Box{{2, 2, 2}, {9, 9, 9}}), (Box{{2, 2, 2}, {4, 4, 4}}));
  EXPECT_TRUE(a.contains(Box{{1, 1, 1}, {4, 4, 4}}));
  EXPECT_FALSE(a.contains(b));
}

TEST(DataType, NamesRoundTripAndSizesAreRight) {
  for (int i = 0; i < 10; ++i) {
    const auto type = static_cast<DataType>(i);
    EXPECT_EQ(parse_data_type(name_of(type)), type);
  }
  EXPECT_EQ(parse_data_type("complex64"), std::nullopt);
  EXPECT_EQ(size_of(DataType::kUint16), 2U);
  EXPECT_EQ(size_of(DataType::kFloat64), 8U);
}

}  // namespace
}  // namespace beamport
