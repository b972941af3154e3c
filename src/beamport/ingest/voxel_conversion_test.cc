// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/voxel_conversion.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace beamport::ingest {
namespace {

template <typename To, typename From>
std::vector<To> apply(const VoxelConversion& conversion, const std::vector<From>& from) {
  std::vector<To> to(from.size());
  const Extent extent{1, 1, static_cast<std::int64_t>(from.size())};
  conversion.apply(VolumeView(reinterpret_cast<const std::byte*>(from.data()), extent, data_type_of<From>()),
                   MutableVolumeView(reinterpret_cast<std::byte*>(to.data()), extent, data_type_of<To>()));
  return to;
}

TEST(VoxelConversion, KeepsEveryBit) {
  const auto keep = VoxelConversion::keep(DataType::kFloat32);
  ASSERT_TRUE(keep);
  EXPECT_FALSE(keep->changes_values());
  EXPECT_TRUE(keep->to_json().is_null());
  EXPECT_EQ(apply<float>(*keep, std::vector<float>{-0.0F, 1e-40F, 3.0F}), (std::vector<float>{-0.0F, 1e-40F, 3.0F}));
}

TEST(VoxelConversion, NarrowsDoublesAndSaysSo) {
  const auto narrow = VoxelConversion::keep(DataType::kFloat64);
  ASSERT_TRUE(narrow);
  EXPECT_TRUE(narrow->narrows());
  EXPECT_EQ(apply<float>(*narrow, std::vector<double>{0.1, -2.5}), (std::vector<float>{0.1F, -2.5F}));
  EXPECT_EQ(write_json(narrow->to_json()), R"({"from":"float64","to":"float32"})");
}

TEST(VoxelConversion, WindowsClampRoundAndTreatNanAsZero) {
  const auto window = VoxelConversion::windowed(DataType::kFloat32, DataType::kUint8, {0.0, 1.0});
  ASSERT_TRUE(window);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  EXPECT_EQ(apply<std::uint8_t>(*window, std::vector<float>{-1.0F, 0.0F, 0.5F, 1.0F, 2.0F, nan, inf, -inf}),
            (std::vector<std::uint8_t>{0, 0, 128, 255, 255, 0, 255, 0}));
}

TEST(VoxelConversion, RecordsHowToGetTheValuesBack) {
  const auto window = VoxelConversion::windowed(DataType::kInt16, DataType::kUint16, {-100.0, 555.35});
  ASSERT_TRUE(window);
  const auto stored = apply<std::uint16_t>(*window, std::vector<std::int16_t>{-100, 0, 500});
  const Json record = window->to_json();
  const double slope = record.at("slope").as_double();
  const double intercept = record.at("intercept").as_double();
  EXPECT_NEAR(stored[1] * slope + intercept, 0, slope);
  EXPECT_NEAR(stored[2] * slope + intercept, 500, slope);
}

TEST(VoxelConversion, RefusesWhatMakesNoSense) {
  EXPECT_FALSE(VoxelConversion::windowed(DataType::kFloat32, DataType::kUint8, {1.0, 1.0}));
  EXPECT_FALSE(VoxelConversion::windowed(DataType::kFloat32, DataType::kFloat32, {0.0, 1.0}));
  EXPECT_FALSE(
      VoxelConversion::windowed(DataType::kFloat32, DataType::kUint8, {0.0, std::numeric_limits<double>::infinity()}));
  EXPECT_EQ(VoxelConversion::keep(DataType::kUint64).error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace beamport::ingest
