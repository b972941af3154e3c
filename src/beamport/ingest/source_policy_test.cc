// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/source_policy.h"

#include <fstream>
#include <random>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/image/tiff_writer.h"
#include "beamport/ingest/convert.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SourcePolicyTest : public testing::Test {
 protected:
  SourcePolicyTest() {
    fs::create_directories(published_.source);
    for (std::int64_t z = 0; z < kExtent.z; ++z) write_slice(z, static_cast<unsigned>(z));
    publish();
  }

  void write_slice(std::int64_t z, unsigned seed) const {
    std::vector<std::uint16_t> voxels(static_cast<std::size_t>(kExtent.y * kExtent.x));
    std::mt19937 random(seed);
    for (std::uint16_t& voxel : voxels) voxel = static_cast<std::uint16_t>(random());
    const VolumeView view(reinterpret_cast<const std::byte*>(voxels.data()), {1, kExtent.y, kExtent.x},
                          DataType::kUint16);
    ASSERT_TRUE(image::write_tiff_slice(slice(z), view, std::nullopt));
  }

  void publish(std::optional<TypeChange> change = std::nullopt) {
    ConvertRequest request;
    request.stack = published_.source.string();
    request.output = published_.image;
    request.overwrite = true;
    request.type_change = change;
    published_.content = look_at_source(published_.source, "*").value().content;
    const auto summary = convert(request, [](const ConvertProgress&) {}, {});
    ASSERT_TRUE(summary.has_value()) << summary.error().message;
  }

  [[nodiscard]] fs::path slice(std::int64_t z) const { return published_.source / fmt::format("slice_{:04}.tif", z); }
  [[nodiscard]] Result<void> compare() const { return compare_with_source(published_, {}); }
  Result<std::string> archive() { return archive_source(folder_.path() / "archive", published_); }

  static constexpr Extent kExtent{70, 90, 100};
  os::TemporaryDirectory folder_ = os::TemporaryDirectory::create().value();
  PublishedSource published_{.source = folder_.path() / "landing" / "scan",
                             .slice_pattern = "*",
                             .gaps = image::GapPolicy::kRefuse,
                             .content = {},
                             .image = folder_.path() / "scan.ome.zarr",
                             .archive_name = "ada/scan"};
};

TEST_F(SourcePolicyTest, WhatTheImageHoldsMayGo) {
  const auto said = compare();
  ASSERT_TRUE(said.has_value()) << said.error().message;
}

TEST_F(SourcePolicyTest, ASourceThatChangedIsNotTouched) {
  write_slice(69, 1234);
  EXPECT_EQ(compare().error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(SourcePolicyTest, AnImageThatHoldsOtherVoxelsKeepsItsSource) {
  write_slice(69, 1234);
  published_.content = look_at_source(published_.source, "*").value().content;  // as if the change had not been noticed
  const auto said = compare();
  ASSERT_FALSE(said.has_value());
  EXPECT_EQ(said.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(said.error().message, HasSubstr("slice_0069.tif"));
}

TEST_F(SourcePolicyTest, ADamagedImageKeepsItsSource) {
  for (const auto& entry : fs::recursive_directory_iterator(published_.image / "0" / "c")) {
    if (entry.is_regular_file()) fs::resize_file(entry.path(), entry.file_size() - 1);
  }
  EXPECT_FALSE(compare());
}

TEST_F(SourcePolicyTest, AnImageOfAnotherTypeCannotReplaceItsSource) {
  publish(TypeChange{DataType::kUint8, ValueWindow{0, 65535}});
  const auto said = compare();
  ASSERT_FALSE(said.has_value());
  EXPECT_THAT(said.error().message, HasSubstr("uint8 made from uint16"));
}

TEST_F(SourcePolicyTest, OnlyTheSlicesOfThePatternAreCompared) {
  std::ofstream(published_.source / "preview.tif") << "no slice";
  EXPECT_FALSE(compare());
  published_.slice_pattern = "slice_*";
  published_.content = look_at_source(published_.source, "slice_*").value().content;
  const auto said = compare();
  EXPECT_TRUE(said.has_value()) << said.error().message;
}

TEST_F(SourcePolicyTest, TheArchiveGetsTheWholeFolderAndNeverReplacesOne) {
  const auto said = archive();
  ASSERT_TRUE(said.has_value()) << said.error().message;
  EXPECT_FALSE(fs::exists(published_.source));
  EXPECT_TRUE(fs::exists(folder_.path() / "archive/ada/scan/slice_0069.tif"));
  EXPECT_TRUE(archive()) << "said again after a crash";
  fs::create_directories(published_.source);
  write_slice(69, 69);
  EXPECT_EQ(archive().error().code, ErrorCode::kAlreadyExists);
  EXPECT_TRUE(fs::exists(slice(69)));
}

}  // namespace
}  // namespace beamport::ingest
