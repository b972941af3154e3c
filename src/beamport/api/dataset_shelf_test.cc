// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/dataset_shelf.h"

#include <array>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/api/test_dataset.h"
#include "beamport/os/file.h"

namespace beamport::api {
namespace {

using testing::IsEmpty;
using testing::Optional;

class DatasetShelfTest : public testing::Test {
 protected:
  DatasetShelfTest() {
    write("a");
    write("b");
    make({});
  }

  void write(const std::string& name, const std::string& generation = "00112233445566778899aabb") {
    TestDataset{.generation = generation}.write(root_->path() / (name + ".zarr"));
  }

  void make(DatasetShelf::Options options) {
    options.directory.clock = [this] { return now_; };
    shelf_ = std::move(*DatasetShelf::create(root_->path(), std::move(options)));
  }

  std::vector<DatasetSummary> list_later() {
    now_ += std::chrono::seconds(2);
    const auto listing = shelf_->list({});
    return listing ? (*listing)->datasets : std::vector<DatasetSummary>();
  }

  Result<std::shared_ptr<const OpenDataset>> open(const std::string& name) {
    return shelf_->open(*shelf_->find(id_of(name + ".zarr"), {}), {});
  }

  Result<os::TemporaryDirectory> root_ = os::TemporaryDirectory::create();
  std::chrono::steady_clock::time_point now_;
  std::unique_ptr<DatasetShelf> shelf_;
};

TEST_F(DatasetShelfTest, AnImageStaysOpenUntilItsMetadataChanges) {
  const auto first = open("a");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(*open("a"), *first);
  write("a", "ffeeddccbbaa998877665544");
  const auto second = open("a");
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ((*first)->image->version(), "001122334455");
  EXPECT_EQ((*second)->image->version(), "ffeeddccbbaa");
  EXPECT_NE((*first)->image->number(), (*second)->image->number()) << "chunks of the old one must not be shown";
}

TEST_F(DatasetShelfTest, OnlySoManyImagesStayOpen) {
  DatasetShelf::Options options;
  options.max_open_images = 1;
  make(std::move(options));
  const auto first = open("a");
  ASSERT_TRUE(first);
  ASSERT_TRUE(open("b"));
  const auto again = open("a");
  ASSERT_TRUE(again);
  EXPECT_NE(*again, *first);
}

TEST_F(DatasetShelfTest, ManyThreadsGetTheSameImage) {
  std::array<std::shared_ptr<const OpenDataset>, 4> got;
  {
    std::vector<std::jthread> threads;
    threads.reserve(got.size());
    for (auto& place : got) threads.emplace_back([&] { place = open("a").value_or(nullptr); });
  }
  ASSERT_NE(got[0], nullptr);
  EXPECT_THAT(got, testing::Each(got[0]));
}

TEST_F(DatasetShelfTest, ListingLooksInsideNewAndChangedImagesOnly) {
  ASSERT_EQ(list_later().size(), 2U);
  // Were the image opened again, this would be noticed; its own metadata has not changed.
  ASSERT_TRUE(os::replace_file(root_->path() / "a.zarr/0/zarr.json", as_byte_view("garbage")));
  EXPECT_EQ(list_later().at(0).state, DatasetState::kPublished);
  ASSERT_TRUE(os::replace_file(root_->path() / "b.zarr/zarr.json", as_byte_view("garbage")));
  write("c");
  const std::vector<DatasetSummary> datasets = list_later();
  ASSERT_EQ(datasets.size(), 3U);
  EXPECT_EQ(datasets[0].state, DatasetState::kPublished);
  EXPECT_EQ(datasets[1].state, DatasetState::kUnreadable);
  EXPECT_THAT(datasets[1].problem, Optional(testing::Not(IsEmpty())));
  EXPECT_EQ(datasets[2].name, "c");
}

TEST_F(DatasetShelfTest, DamagedStatisticsShowInTheListAsInTheDetail) {
  const std::filesystem::path document = root_->path() / "a.zarr/zarr.json";
  std::string text(as_text(*os::read_file(document, 1 << 20)));
  text.replace(text.find("voxel_count"), 11, "voxel_kount");
  ASSERT_TRUE(os::replace_file(document, as_byte_view(text)));
  EXPECT_EQ(list_later().at(0).state, DatasetState::kUnreadable);
  EXPECT_FALSE(open("a"));
}

TEST_F(DatasetShelfTest, AListIsKeptForAMoment) {
  const auto first = shelf_->list({});
  ASSERT_TRUE(first);
  EXPECT_EQ(*shelf_->list({}), *first);
  std::filesystem::remove_all(root_->path() / "a.zarr");
  EXPECT_EQ(list_later().size(), 1U);
}

TEST_F(DatasetShelfTest, LongListsCarryNoThumbnails) {
  DatasetShelf::Options options;
  options.max_listed_thumbnails = 2;
  make(std::move(options));
  EXPECT_NE(list_later().at(0).thumbnail, std::nullopt);
  std::filesystem::create_directories(root_->path() / "x.zarr");
  const std::vector<DatasetSummary> datasets = list_later();
  ASSERT_EQ(datasets.size(), 3U);
  EXPECT_EQ(datasets[0].thumbnail, std::nullopt);
  EXPECT_EQ(datasets[0].state, DatasetState::kPublished);
}

TEST_F(DatasetShelfTest, PathsOfTheMachineAreCutDownToThoseBelowTheRoot) {
  const std::string root = std::filesystem::canonical(root_->path()).string();
  EXPECT_EQ(shelf_->for_clients("read " + root + "/a.zarr/zarr.json: " + root + "/x"), "read a.zarr/zarr.json: x");
  EXPECT_EQ(shelf_->for_clients("read b\xFF.zarr"), "read b\uFFFD.zarr");
  EXPECT_EQ(shelf_->find("../a.zarr", {}).error().status, 404);
}

}  // namespace
}  // namespace beamport::api
