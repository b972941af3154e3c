// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/voxel.h"

#include <limits>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "beamport/render/test_image.h"

namespace beamport::render {
namespace {

VoxelValue value_of(const TestImage& truth, Point point, std::size_t level = 0) {
  ChunkReader chunks(std::uint64_t{16} << 20);
  const auto voxel = read_voxel({chunks}, *truth.serve(), level, point);
  EXPECT_TRUE(voxel) << voxel.error().message;
  return voxel.value_or(VoxelValue{});
}

TestImage constant(DataType type, double value) {
  return TestImage(
      {.type = type, .extent = {3, 4, 5}, .chunk = {2, 2, 2}, .levels = 1, .value = [value](std::size_t, Point) {
         return value;
       }});
}

TEST(Voxel, ReadsTheRightPlaceAtEveryLevel) {
  const TestImage truth({});
  for (std::size_t level = 0; level < 3; ++level) {
    const Extent extent = truth.level(level).extent;
    for (const Point point : {Point{0, 0, 0}, Point{extent.z - 1, extent.y / 2, 1}, Point{3, 2, extent.x - 1}}) {
      const VoxelValue voxel = value_of(truth, point, level);
      EXPECT_EQ(voxel.value, truth.voxel<std::uint16_t>(level, point));
      EXPECT_EQ(voxel.text, fmt::format("{}", truth.voxel<std::uint16_t>(level, point)));
    }
  }
}

TEST(Voxel, TextIsTheShortestOfTheVoxelsOwnType) {
  EXPECT_EQ(value_of(constant(DataType::kFloat32, 0.1), {0, 0, 0}).text, "0.1");
  EXPECT_EQ(value_of(constant(DataType::kFloat32, 0.1), {0, 0, 0}).value, static_cast<double>(0.1F));
  EXPECT_EQ(value_of(constant(DataType::kFloat64, 0.1), {0, 0, 0}).text, "0.1");
  EXPECT_EQ(value_of(constant(DataType::kInt8, -5), {2, 3, 4}).text, "-5");
  EXPECT_EQ(value_of(constant(DataType::kUint8, 65), {2, 3, 4}).text, "65");
}

TEST(Voxel, LargeIntegersKeepEveryDigitInTheText) {
  const TestImage truth({.type = DataType::kUint64});
  const Point point{1, 2, 3};
  const auto exact = truth.voxel<std::uint64_t>(0, point);
  ASSERT_GT(exact, std::uint64_t{1} << 53);
  EXPECT_EQ(value_of(truth, point).text, fmt::format("{}", exact));
  EXPECT_EQ(value_of(truth, point).value, static_cast<double>(exact));
}

TEST(Voxel, WhatIsNotFiniteHasATextOnly) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const VoxelValue nan = value_of(constant(DataType::kFloat32, std::numeric_limits<double>::quiet_NaN()), {0, 0, 0});
  EXPECT_EQ(nan.text, "NaN");
  EXPECT_EQ(nan.value, std::nullopt);
  EXPECT_EQ(value_of(constant(DataType::kFloat64, kInfinity), {0, 0, 0}).text, "inf");
  EXPECT_EQ(value_of(constant(DataType::kFloat64, -kInfinity), {0, 0, 0}).text, "-inf");
  EXPECT_EQ(value_of(constant(DataType::kFloat64, -kInfinity), {0, 0, 0}).value, std::nullopt);
}

TEST(Voxel, AnAbsentChunkHasTheFillValue) {
  const TestImage truth({.absent_chunks = {{1, 1, 1}}, .fill = 42});
  EXPECT_EQ(value_of(truth, {40, 41, 42}).text, "42");
}

TEST(Voxel, RefusesPointsOutside) {
  const TestImage truth({});
  const auto image = truth.serve();
  ChunkReader chunks(std::uint64_t{16} << 20);
  for (const Point point :
       {Point{70, 0, 0}, Point{0, 90, 0}, Point{0, 0, 110}, Point{-1, 0, 0}, Point{0, -1, 0}, Point{0, 0, -1}}) {
    EXPECT_EQ(read_voxel({chunks}, *image, 0, point).error().code, ErrorCode::kNotFound);
  }
  EXPECT_EQ(read_voxel({chunks}, *image, 3, {0, 0, 0}).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace beamport::render
