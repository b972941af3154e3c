// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/tile_quantise.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::render {
namespace {

using testing::ElementsAre;

template <typename T>
std::vector<std::uint8_t> grey_of(const std::vector<T>& voxels, const ValueWindow& window) {
  std::vector<std::uint8_t> grey(voxels.size());
  quantise(std::as_bytes(std::span(voxels)), data_type_of<T>(), window, grey);
  return grey;
}

TEST(Quantise, Uint8OverItsWholeRangeLosesNothing) {
  std::vector<std::uint8_t> all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(grey_of(all, {0, 255}), all);
}

TEST(Quantise, RoundsHalvesUpAndClamps) {
  EXPECT_THAT(grey_of<double>({-1e300, -0.001, 0, 0.499, 0.5, 1.49, 1.5, 254.49, 254.5, 255, 1e300}, {0, 255}),
              ElementsAre(0, 0, 0, 0, 1, 1, 2, 254, 255, 255, 255));
}

TEST(Quantise, WhatIsNoNumberIsBlack) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  // Long enough for the vector part of the loop and its remainder.
  std::vector<float> voxels(37, kNan);
  EXPECT_THAT(grey_of(voxels, {-1, 1}), testing::Each(0));
  EXPECT_THAT(grey_of<float>({kNan, -kInfinity, kInfinity, -kNan, 1.0F}, {-1, 1}), ElementsAre(0, 0, 255, 0, 255));
}

TEST(Quantise, LargeIntegersKeepTheirDifferences) {
  constexpr std::uint32_t kBase = 4'000'000'000;
  EXPECT_THAT(grey_of<std::uint32_t>({kBase, kBase + 1, kBase + 2}, {4e9, 4e9 + 2}), ElementsAre(0, 128, 255));
  constexpr std::int64_t kFar = -(std::int64_t{1} << 52);
  EXPECT_THAT(grey_of<std::int64_t>({kFar, kFar + 1, kFar + 2}, {-0x1p52, -0x1p52 + 2}), ElementsAre(0, 128, 255));
}

TEST(Quantise, ANarrowWindowIsAThreshold) {
  EXPECT_THAT(grey_of<float>({-1, 0, 1}, {0, std::numeric_limits<double>::denorm_min()}), ElementsAre(0, 0, 255));
}

template <typename T>
class QuantiseType : public testing::Test {};
using Types = testing::Types<std::uint8_t, std::int8_t, std::uint16_t, std::int16_t, std::uint32_t, std::int32_t,
                             std::uint64_t, std::int64_t, float, double>;
TYPED_TEST_SUITE(QuantiseType, Types);

TYPED_TEST(QuantiseType, FollowsTheFormula) {
  const double low = std::is_signed_v<TypeParam> ? -70.25 : 11.5;
  const double high = 101.75;
  std::vector<TypeParam> voxels;
  std::vector<std::uint8_t> expected;
  for (int i = -100; i < 127; ++i) {
    const auto voxel = static_cast<TypeParam>(std::is_signed_v<TypeParam> ? i : i + 100);
    voxels.push_back(voxel);
    const double level = std::floor((static_cast<double>(voxel) - low) / (high - low) * 255 + 0.5);
    expected.push_back(static_cast<std::uint8_t>(std::clamp(level, 0.0, 255.0)));
  }
  EXPECT_EQ(grey_of(voxels, {low, high}), expected);
}

}  // namespace
}  // namespace beamport::render
