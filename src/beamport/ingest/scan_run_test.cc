// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_run.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "beamport/db/test_process.h"
#include "beamport/image/tiff_writer.h"
#include "beamport/ingest/test_syncing.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;

class ScanRunTest : public testing::Test {
 protected:
  void SetUp() override {
    request_.generation = std::string(24, 'a');
    request_.source = directory_.path() / "scan";
    request_.output = directory_.path() / "data" / "ada" / "scan.ome.zarr";
    request_.settle = std::chrono::milliseconds(20);
    fs::create_directories(request_.source);
    const std::vector<std::uint16_t> voxels(std::size_t{20} * 30, 7);
    const VolumeView slice(reinterpret_cast<const std::byte*>(voxels.data()), {1, 20, 30}, DataType::kUint16);
    for (int z = 0; z < 3; ++z) {
      ASSERT_TRUE(image::write_tiff_slice(request_.source / fmt::format("slice_{}.tif", z), slice, std::nullopt));
    }
    calls_.enter = [this](ScanState state) -> Result<void> {
      entered_.push_back(state);
      return {};
    };
    calls_.begin_publishing = [](const std::string& /*content*/) -> Result<void> { return {}; };
    calls_.progress = [](const ConvertProgress& /*progress*/) -> Result<void> { return {}; };
  }

  Result<ScanRunOutcome> run() { return run_scan(request_, {.software = "test"}, calls_, {}); }

  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  ScanRunRequest request_;
  ScanRunCalls calls_;
  std::vector<ScanState> entered_;
};

TEST_F(ScanRunTest, WhatAFormerRunPublishedIsFoundByItsGeneration) {
  const auto first = run();
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_TRUE(first->summary);
  EXPECT_EQ(published_generation(request_.output), request_.generation);
  entered_.clear();
  const auto second = run();
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_FALSE(second->summary);
  EXPECT_EQ(entered_, (std::vector{ScanState::kConverting, ScanState::kVerifying}));
}

// The former run may have ended between the rename and its being durable.
TEST_F(ScanRunTest, WhatAFormerRunPublishedCountsOnlyWhenItIsDurable) {
  ASSERT_TRUE(run());
  db::TestProcess child([&] {
    if (!refuse_to_sync()) return 2;
    const auto again = run();
    return !again && again.error().code == ErrorCode::kIo ? 0 : 3;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(ScanRunTest, WhatMayGoAwayByItselfIsTriedAgain) {
  using enum ErrorCode;
  const auto is_tried_again = [&](ErrorCode code) {
    return is_worth_retrying({code, "", {}}, request_.source, directory_.path());
  };
  for (const ErrorCode code : {kUnavailable, kNoSpace, kIo, kPermissionDenied}) EXPECT_TRUE(is_tried_again(code));
  for (const ErrorCode code : {kCorrupt, kInvalidArgument, kUnsupported, kCancelled}) {
    EXPECT_FALSE(is_tried_again(code));
  }
}

TEST_F(ScanRunTest, WhatIsNotFoundIsTriedAgainWhileItsRootIsAway) {
  const fs::path root = directory_.path() / "root";
  const fs::path source = root / "ada" / "scan";
  const auto is_tried_again = [&] { return is_worth_retrying({ErrorCode::kNotFound, "", {}}, source, root); };
  EXPECT_TRUE(is_tried_again());  // no root
  fs::create_directory(root);
  EXPECT_TRUE(is_tried_again());  // an empty mount point
  fs::create_directory(root / "emmy");
  EXPECT_FALSE(is_tried_again());  // others are there, so it is gone
  fs::create_directories(source);
  EXPECT_TRUE(is_tried_again());  // it was away for a moment
}

}  // namespace
}  // namespace beamport::ingest
