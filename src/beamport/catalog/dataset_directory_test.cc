// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/dataset_directory.h"

#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "beamport/os/temporary_directory.h"

namespace beamport::catalog {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

class DatasetDirectoryTest : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = os::TemporaryDirectory::create();
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(*folder));
    root_ = folder_->path() / "data";
    fs::create_directories(root_ / "first.ome.zarr");
    DatasetDirectory::Options options;
    options.clock = [this] { return std::chrono::steady_clock::time_point(milliseconds(now_ms_.load())); };
    auto directory = DatasetDirectory::open(root_, options);
    ASSERT_TRUE(directory) << directory.error().message;
    directory_ = std::move(*directory);
  }

  [[nodiscard]] std::size_t count() const {
    const auto list = directory_->datasets();
    return list ? (*list)->entries.size() : 9999;
  }

  std::optional<os::TemporaryDirectory> folder_;
  fs::path root_;
  std::atomic<int> now_ms_{5000};
  std::unique_ptr<DatasetDirectory> directory_;
};

TEST_F(DatasetDirectoryTest, LooksAgainAtMostOnceASecond) {
  EXPECT_EQ(count(), 1U);
  fs::create_directories(root_ / "second.ome.zarr");
  now_ms_ += 999;
  EXPECT_EQ(count(), 1U);
  now_ms_ += 1;
  EXPECT_EQ(count(), 2U);
  fs::create_directories(root_ / "third.ome.zarr");
  EXPECT_EQ(count(), 2U);
}

TEST_F(DatasetDirectoryTest, ASnapshotOnceTakenStaysAsItWas) {
  const auto before = directory_->datasets();
  ASSERT_TRUE(before);
  fs::remove_all(root_ / "first.ome.zarr");
  now_ms_ += 1000;
  EXPECT_EQ(count(), 0U);
  EXPECT_EQ((*before)->entries.size(), 1U);
}

TEST_F(DatasetDirectoryTest, FindsById) {
  const auto found = directory_->find(dataset_id_of("first.ome.zarr"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "first");
  EXPECT_EQ(directory_->find(dataset_id_of("other")).error().code, ErrorCode::kNotFound);
}

TEST_F(DatasetDirectoryTest, FindsAtOnceOnlyInARecentList) {
  const DatasetId id = dataset_id_of("first.ome.zarr");
  const auto found = directory_->find_at_once(id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "first");
  EXPECT_FALSE(directory_->find_at_once(dataset_id_of("other")));
  now_ms_ += 1000;
  EXPECT_FALSE(directory_->find_at_once(id)) << "it may be gone by now";
  EXPECT_EQ(count(), 1U);
  EXPECT_TRUE(directory_->find_at_once(id));
  fs::rename(root_, folder_->path() / "away");
  now_ms_ += 1000;
  EXPECT_FALSE(directory_->datasets());
  EXPECT_FALSE(directory_->find_at_once(id)) << "the list could not be read";
}

TEST_F(DatasetDirectoryTest, FailsWhileTheRootIsAwayAndRecovers) {
  fs::rename(root_, folder_->path() / "away");
  EXPECT_TRUE(directory_->datasets());
  now_ms_ += 1000;
  EXPECT_FALSE(directory_->datasets());
  EXPECT_FALSE(directory_->datasets());
  fs::rename(folder_->path() / "away", root_);
  now_ms_ += 1000;
  EXPECT_EQ(count(), 1U);
}

TEST_F(DatasetDirectoryTest, ACancelledLookLeavesTheOldListAndIsTriedAgain) {
  fs::create_directories(root_ / "second.ome.zarr");
  now_ms_ += 1000;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(directory_->datasets(stop.get_token()).error().code, ErrorCode::kCancelled);
  EXPECT_EQ(count(), 2U);
}

TEST_F(DatasetDirectoryTest, ServesManyThreadsWhileTheFolderGrows) {
  std::atomic<bool> failed{false};
  std::vector<std::jthread> readers;
  readers.reserve(4);
  for (int thread = 0; thread < 4; ++thread) {
    readers.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const auto list = directory_->datasets();
        if (!list || (*list)->find(dataset_id_of("first.ome.zarr")) == nullptr) failed = true;
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    fs::create_directories(root_ / fmt::format("more_{}.zarr", i));
    now_ms_ += 1000;
  }
  readers.clear();
  EXPECT_FALSE(failed);
  now_ms_ += 1000;
  EXPECT_EQ(count(), 21U);
}

TEST_F(DatasetDirectoryTest, OpenRefusesWhatIsNoDirectory) {
  EXPECT_EQ(DatasetDirectory::open(root_ / "absent").error().code, ErrorCode::kNotFound);
  std::ofstream(root_ / "file") << "x";
  EXPECT_EQ(DatasetDirectory::open(root_ / "file").error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace beamport::catalog
