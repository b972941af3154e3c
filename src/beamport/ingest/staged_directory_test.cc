// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/staged_directory.h"

#include <gtest/gtest.h>

#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;
using Policy = StagedDirectory::IfExists;

class StagedDirectoryTest : public testing::Test {
 protected:
  void write(const fs::path& path, std::string_view text) { ASSERT_TRUE(os::replace_file(path, as_byte_view(text))); }
  static std::string read(const fs::path& path) { return std::string(as_text(os::read_file(path, 100).value())); }

  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  fs::path target_ = directory_.path() / "scan.ome.zarr";
  fs::path partial_ = directory_.path() / "scan.ome.zarr.partial";
};

TEST_F(StagedDirectoryTest, AppearsOnlyWhenPublished) {
  auto staged = StagedDirectory::begin(target_, Policy::kRefuse);
  ASSERT_TRUE(staged);
  write(staged->partial_path() / "a", "1");
  EXPECT_FALSE(fs::exists(target_));
  ASSERT_TRUE(staged->publish());
  EXPECT_EQ(read(target_ / "a"), "1");
  EXPECT_FALSE(fs::exists(partial_));
}

TEST_F(StagedDirectoryTest, LeavesNothingWhenGivenUp) {
  {
    auto staged = StagedDirectory::begin(target_, Policy::kRefuse);
    ASSERT_TRUE(staged);
    write(staged->partial_path() / "a", "1");
  }
  EXPECT_FALSE(fs::exists(partial_));
  EXPECT_FALSE(fs::exists(target_));
}

TEST_F(StagedDirectoryTest, RefusesAnExistingTargetUnlessToldToReplace) {
  fs::create_directory(target_);
  write(target_ / "a", "old");
  EXPECT_EQ(StagedDirectory::begin(target_, Policy::kRefuse).error().code, ErrorCode::kAlreadyExists);
  auto staged = StagedDirectory::begin(target_, Policy::kReplace);
  ASSERT_TRUE(staged);
  write(staged->partial_path() / "a", "new");
  EXPECT_EQ(read(target_ / "a"), "old");
  ASSERT_TRUE(staged->publish());
  EXPECT_EQ(read(target_ / "a"), "new");
  EXPECT_FALSE(fs::exists(partial_));
}

TEST_F(StagedDirectoryTest, ASecondWriterIsRefused) {
  auto first = StagedDirectory::begin(target_, Policy::kRefuse);
  ASSERT_TRUE(first);
  EXPECT_EQ(StagedDirectory::begin(target_, Policy::kRefuse).error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(StagedDirectoryTest, ClearsWhatAnInterruptedRunLeft) {
  fs::create_directories(partial_ / "0" / "c");
  write(partial_ / "0" / "c" / "stale", "x");
  auto staged = StagedDirectory::begin(target_, Policy::kRefuse);
  ASSERT_TRUE(staged);
  EXPECT_TRUE(fs::is_empty(staged->partial_path()));
}

}  // namespace
}  // namespace beamport::ingest
