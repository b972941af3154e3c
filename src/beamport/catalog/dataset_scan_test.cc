// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/dataset_scan.h"

#include <fstream>
#include <optional>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/os/temporary_directory.h"

namespace beamport::catalog {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DatasetScan : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = os::TemporaryDirectory::create();
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(*folder));
    root_ = fs::canonical(folder_->path()) / "data";
    fs::create_directories(root_);
  }

  void make(const std::string& relative) const { fs::create_directories(root_ / relative); }

  [[nodiscard]] DatasetList scan(const ScanLimits& limits = {}) const {
    auto list = scan_datasets(root_, limits, {});
    EXPECT_TRUE(list) << list.error().message;
    return list ? std::move(*list) : DatasetList();
  }

  [[nodiscard]] static std::vector<std::string> paths_of(const DatasetList& list) {
    std::vector<std::string> paths;
    paths.reserve(list.entries.size());
    for (const DatasetEntry& entry : list.entries) paths.push_back(entry.relative_path);
    return paths;
  }

  std::optional<os::TemporaryDirectory> folder_;
  fs::path root_;
};

TEST_F(DatasetScan, FindsImagesByNameSortedByPath) {
  make("b/scan_2.ome.zarr/0/c");
  make("b/scan_1.zarr");
  make("a.ome.zarr");
  make("notes");
  const DatasetList list = scan();
  EXPECT_THAT(paths_of(list), ElementsAre("a.ome.zarr", "b/scan_1.zarr", "b/scan_2.ome.zarr"));
  EXPECT_EQ(list.entries[2].name, "b/scan_2");
  EXPECT_EQ(list.entries[2].path, root_ / "b/scan_2.ome.zarr");
  EXPECT_THAT(list.problems, IsEmpty());
}

TEST_F(DatasetScan, IdsComeFromTheRelativePathAlone) {
  make("x/scan.ome.zarr");
  const DatasetList list = scan();
  ASSERT_EQ(list.entries.size(), 1U);
  // printf 'x/scan.ome.zarr' | sha256sum
  EXPECT_EQ(list.entries[0].id.text(), "347849dce7d2c917ca33f4c9");
  EXPECT_EQ(list.find(list.entries[0].id), &list.entries[0]);
  EXPECT_EQ(list.find(dataset_id_of("another")), nullptr);
}

TEST_F(DatasetScan, LeavesOutUnfinishedHiddenAndNestedOnes) {
  make("scan.ome.zarr.partial/0");
  make("work.partial/inner.ome.zarr");
  make(".trash/old.ome.zarr");
  make(".hidden.zarr");
  make("outer.zarr/labels/inner.zarr");
  make(".zarr");
  std::ofstream(root_ / "file.zarr") << "no directory";
  EXPECT_THAT(paths_of(scan()), ElementsAre("outer.zarr"));
}

TEST_F(DatasetScan, NeverLeavesTheRootThroughLinks) {
  make("real.zarr");
  const fs::path outside = root_.parent_path() / "outside";
  fs::create_directories(outside / "secret.zarr");
  fs::create_directories(root_.parent_path() / "data_2/secret.zarr");  // a neighbour whose name begins with the root's
  fs::create_directory_symlink(outside, root_ / "link");
  fs::create_directory_symlink(outside / "secret.zarr", root_ / "stolen.zarr");
  fs::create_directory_symlink(root_.parent_path() / "data_2/secret.zarr", root_ / "neighbour.zarr");
  fs::create_directory_symlink("../outside/secret.zarr", root_ / "relative.zarr");
  fs::create_directory_symlink(root_, root_ / "circle.zarr");
  fs::create_directory_symlink("real.zarr", root_ / "alias.zarr");
  fs::create_directory_symlink("nowhere", root_ / "dangling.zarr");
  EXPECT_THAT(paths_of(scan()), ElementsAre("alias.zarr", "real.zarr"));
}

TEST_F(DatasetScan, StopsAtTheDepthLimit) {
  make("1/2/3/at.zarr");
  make("1/2/3/4/below.zarr");
  EXPECT_THAT(paths_of(scan({.max_depth = 3})), ElementsAre("1/2/3/at.zarr"));
  EXPECT_EQ(scan().entries.size(), 2U);
}

TEST_F(DatasetScan, SaysWhenTheListIsIncomplete) {
  for (int i = 0; i < 5; ++i) make(fmt::format("scan_{}.zarr", i));
  const DatasetList few = scan({.max_entries = 3});
  EXPECT_EQ(few.entries.size(), 3U);
  EXPECT_THAT(few.problems, ElementsAre(HasSubstr("incomplete")));
  const DatasetList seen = scan({.max_visited = 2});
  EXPECT_EQ(seen.entries.size(), 2U);
  EXPECT_THAT(seen.problems, ElementsAre(HasSubstr("incomplete")));
  EXPECT_THAT(scan({.max_entries = 5}).problems, IsEmpty());
}

TEST_F(DatasetScan, ARootThatIsAnImageIsTheOneDataset) {
  make("only.ome.zarr/0");
  const auto list = scan_datasets(root_ / "only.ome.zarr", {}, {});
  ASSERT_TRUE(list);
  ASSERT_EQ(list->entries.size(), 1U);
  EXPECT_EQ(list->entries[0].name, "only");
  EXPECT_EQ(list->entries[0].path, root_ / "only.ome.zarr");
}

TEST_F(DatasetScan, FailsForAMissingRootAndWhenCancelled) {
  EXPECT_EQ(scan_datasets(root_ / "absent", {}, {}).error().code, ErrorCode::kNotFound);
  make("a.zarr");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(scan_datasets(root_, {}, stop.get_token()).error().code, ErrorCode::kCancelled);
}

TEST_F(DatasetScan, FindsEveryOneOfManyById) {
  for (int i = 0; i < 1'000; ++i) fs::create_directory(root_ / fmt::format("scan_{:05}.zarr", i));
  const DatasetList list = scan();
  ASSERT_EQ(list.entries.size(), 1'000U);
  for (const DatasetEntry& entry : list.entries) ASSERT_EQ(list.find(entry.id), &entry);
}

}  // namespace
}  // namespace beamport::catalog
