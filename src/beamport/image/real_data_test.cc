// SPDX-License-Identifier: Apache-2.0
// Stacks as instruments and other programs really wrote them. Skipped by name where the shared data is absent.
// The expected sums were computed once with tifffile and NumPy (bone_binary: with zlib and NumPy).
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/image/frame_source.h"
#include "beamport/image/tiff_samples.h"

namespace beamport::image {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::filesystem::path shared_data() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment
  if (const char* told = std::getenv("BEAMPORT_SHARED_DATA"); told != nullptr) return told;
  return std::filesystem::path(BEAMPORT_SOURCE_DIR) / ".." / "shared" / "data";
}

#define BEAMPORT_NEEDS(variable, name)                         \
  const std::filesystem::path variable = shared_data() / name; \
  if (!std::filesystem::exists(variable)) GTEST_SKIP() << "needs " << variable

std::unique_ptr<FrameSource> opened(const std::filesystem::path& path, const StackOptions& options = {}) {
  auto stack = open_stack(path.string(), options);
  EXPECT_TRUE(stack) << stack.error().message;
  return stack ? std::move(*stack) : nullptr;
}

template <typename T>
double sum_of(const FrameSource& stack) {
  double sum = 0;
  const Extent extent = stack.extent();
  SampleVolume frame({1, extent.y, extent.x}, data_type_of<T>());
  for (std::int64_t z = 0; z < extent.z; ++z) {
    const auto result = stack.read_rows(z, 0, frame.view());
    EXPECT_TRUE(result) << result.error().message;
    for (std::int64_t y = 0; y < extent.y; ++y) {
      const auto* row = VolumeView(frame.view()).row_as<T>(0, y);
      for (std::int64_t x = 0; x < extent.x; ++x) sum += static_cast<double>(row[x]);
    }
  }
  return sum;
}

TEST(RealData, FloatSlicesFromSynchrotron) {
  BEAMPORT_NEEDS(path, "derived/i13_24737_recon");
  const auto stack = opened(path);
  ASSERT_NE(stack, nullptr);
  EXPECT_EQ(stack->extent(), (Extent{135, 160, 160}));
  EXPECT_EQ(stack->type(), DataType::kFloat32);
  EXPECT_EQ(stack->frame_name(134), "recon_00135.tiff");
  EXPECT_EQ(stack->voxel_size_um(), std::nullopt);
  EXPECT_THAT(stack->notes(), IsEmpty());
  EXPECT_NEAR(sum_of<float>(*stack), 10616.897963, 1e-3);
}

TEST(RealData, PagesThatImagejDescriptionCallsChannels) {
  BEAMPORT_NEEDS(path, "derived/i13_24737_recon_u16.tif");
  const auto stack = opened(path);
  ASSERT_NE(stack, nullptr);
  EXPECT_EQ(stack->extent(), (Extent{135, 160, 160}));
  EXPECT_EQ(stack->type(), DataType::kUint16);
  EXPECT_THAT(stack->notes(), ElementsAre(HasSubstr("read as slices")));
  EXPECT_EQ(sum_of<std::uint16_t>(*stack), 16'400'941'762);
}

TEST(RealData, BigEndianImagejStacks) {
  BEAMPORT_NEEDS(bone_path, "volumes/qim3d/bone_128x128x128.tif");
  BEAMPORT_NEEDS(shell_path, "volumes/qim3d/shell_225x128x128.tif");
  const auto bone = opened(bone_path);
  ASSERT_NE(bone, nullptr);
  EXPECT_EQ(bone->extent(), (Extent{128, 128, 128}));
  EXPECT_EQ(bone->voxel_size_um(), std::nullopt);  // its unit is blank
  EXPECT_EQ(sum_of<std::uint8_t>(*bone), 243'509'780);
  const auto shell = opened(shell_path);
  ASSERT_NE(shell, nullptr);
  EXPECT_EQ(shell->extent(), (Extent{225, 128, 128}));
  EXPECT_THAT(shell->voxel_size_um().value(), ElementsAre(1, 1, 1));
  EXPECT_EQ(sum_of<std::uint8_t>(*shell), 54'577'895);
}

TEST(RealData, TwoVolumesInOneFolderAreRefused) {
  BEAMPORT_NEEDS(path, "volumes/qim3d");
  const auto stack = open_stack(path.string());
  ASSERT_FALSE(stack);
  EXPECT_THAT(stack.error().message, HasSubstr("2 different patterns"));
}

TEST(RealData, GapsInTheNumberingAreReported) {
  BEAMPORT_NEEDS(path, "volumes/psi_nct_slices");
  const auto refused = open_stack(path.string());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message,
              AllOf(HasSubstr("27 numbers are missing"), HasSubstr("nct0440.tif to nct0470.tif"),
                    HasSubstr("441-449, 451-459, 461-469"), HasSubstr("steps of 10")));
  const auto stack = opened(path, {.gaps = GapPolicy::kClose});
  ASSERT_NE(stack, nullptr);
  EXPECT_EQ(stack->extent(), (Extent{4, 751, 818}));
  EXPECT_EQ(stack->type(), DataType::kUint16);
  EXPECT_NEAR(stack->voxel_size_um().value()[2], 139.0, 0.1);
  EXPECT_THAT(stack->notes(), ElementsAre(HasSubstr("27 numbers are missing")));
  EXPECT_EQ(sum_of<std::uint16_t>(*stack), 37'112'655'122);
}

TEST(RealData, DeflatedBinaryPages) {
  BEAMPORT_NEEDS(path, "volumes/bone_binary");
  const auto stack = opened(path);
  ASSERT_NE(stack, nullptr);
  EXPECT_EQ(stack->extent(), (Extent{600, 250, 350}));
  EXPECT_EQ(stack->type(), DataType::kUint8);
  EXPECT_EQ(stack->frame_name(599), "bone_7H3A_B1.tif page 600 of 600");
  std::set<std::uint8_t> values;
  SampleVolume frame({1, 250, 350}, DataType::kUint8);
  for (const std::int64_t z : {0, 299, 599}) {
    ASSERT_TRUE(stack->read_rows(z, 0, frame.view()));
    for (std::int64_t y = 0; y < 250; ++y) {
      const auto* row = VolumeView(frame.view()).row_as<std::uint8_t>(0, y);
      values.insert(row, row + 350);
    }
  }
  EXPECT_THAT(values, ElementsAre(0, 127));
  EXPECT_EQ(sum_of<std::uint8_t>(*stack), 6'341'643'146);
}

}  // namespace
}  // namespace beamport::image
