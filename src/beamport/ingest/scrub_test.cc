// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scrub.h"

#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/catalog/damage_book.h"
#include "beamport/catalog/dataset_scan.h"
#include "beamport/ingest/recording_store.h"
#include "beamport/os/temporary_directory.h"
#include "beamport/store/directory_store.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;
using Finding = ScrubbedImage::Finding;

class ScrubTest : public testing::Test {
 protected:
  void make_image(const std::string& relative) const {
    fs::create_directories(root_ / relative);
    const auto directory = store::DirectoryStore::create(root_ / relative, store::Durability::kOnSync);
    ASSERT_TRUE(directory.has_value());
    RecordingStore store(*directory);
    ASSERT_TRUE(store.put("zarr.json", as_byte_view("{}")));
    ASSERT_TRUE(store.put("0/c/0/0/0", as_byte_view(std::string(5000, 'v'))));
    ASSERT_TRUE((*directory)->put(Manifest::kKey, as_byte_view(store.manifest().encode())));
  }

  void write(const std::string& relative, const std::string& text) const { std::ofstream(root_ / relative) << text; }

  std::map<std::string, Finding> findings() {
    std::map<std::string, Finding> found;
    const auto report = scrub({.root = root_, .workers = 2},
                              [&](const ScrubbedImage& image) { found[image.relative_path] = image.finding; }, {});
    EXPECT_TRUE(report.has_value()) << report.error().message;
    report_ = report.value_or(ScrubReport());
    return found;
  }

  [[nodiscard]] std::optional<catalog::DamageRecord> record_of(const std::string& relative) const {
    return catalog::DamageBook(root_).find(catalog::dataset_id_of(relative)).value();
  }

  os::TemporaryDirectory folder_ = os::TemporaryDirectory::create().value();
  fs::path root_ = fs::canonical(folder_.path());
  ScrubReport report_;
};

TEST_F(ScrubTest, DamageIsBookedUntilItIsRepaired) {
  make_image("a.ome.zarr");
  make_image("b/c.ome.zarr");
  EXPECT_EQ(findings(),
            (std::map<std::string, Finding>{{"a.ome.zarr", Finding::kSound}, {"b/c.ome.zarr", Finding::kSound}}));
  EXPECT_EQ(report_.bytes, 2 * 5002U);

  write("b/c.ome.zarr/0/c/0/0/0", std::string(4999, 'v') + 'w');
  EXPECT_EQ(findings().at("b/c.ome.zarr"), Finding::kDamaged);
  EXPECT_EQ(report_.damaged, 1);
  ASSERT_TRUE(record_of("b/c.ome.zarr"));
  EXPECT_EQ(record_of("b/c.ome.zarr")->places.front().file, "0/c/0/0/0");
  EXPECT_FALSE(record_of("a.ome.zarr"));

  write("b/c.ome.zarr/0/c/0/0/0", std::string(5000, 'v'));
  EXPECT_EQ(findings().at("b/c.ome.zarr"), Finding::kSound);
  EXPECT_FALSE(record_of("b/c.ome.zarr"));
}

TEST_F(ScrubTest, ADamagedManifestIsDamage) {
  make_image("a.ome.zarr");
  write("a.ome.zarr/0/beamport.manifest", "beamport manifest 1\nend 0 00000000\n");
  EXPECT_EQ(findings().at("a.ome.zarr"), Finding::kUnreadable);
  EXPECT_THAT(record_of("a.ome.zarr")->places.front().problem, testing::HasSubstr("checksum"));
}

TEST_F(ScrubTest, ImagesOfOtherSoftwareAreOnlyCounted) {
  fs::create_directories(root_ / "foreign.zarr");
  write("foreign.zarr/zarr.json", "{}");
  EXPECT_EQ(findings().at("foreign.zarr"), Finding::kNoManifest);
  EXPECT_EQ(report_.unchecked, 1);
}

TEST_F(ScrubTest, RecordsOfImagesThatAreGoneAreDropped) {
  make_image("a.ome.zarr");
  fs::remove(root_ / "a.ome.zarr" / "zarr.json");
  EXPECT_EQ(findings().at("a.ome.zarr"), Finding::kDamaged);
  fs::remove_all(root_ / "a.ome.zarr");
  EXPECT_TRUE(findings().empty());
  EXPECT_TRUE(catalog::DamageBook(root_).ids()->empty());
}

TEST_F(ScrubTest, WhatIsDoneAboutDamageIsSaidWithIt) {
  make_image("a.ome.zarr");
  make_image("b.ome.zarr");
  write("b.ome.zarr/0/c/0/0/0", "gone");
  std::optional<std::string> said;
  const auto repair = [&](const ScrubbedImage& image) {
    EXPECT_EQ(image.relative_path, "b.ome.zarr");
    EXPECT_TRUE(record_of("b.ome.zarr")) << "it is in quarantine before anything is done about it";
    return std::string("it is converted again");
  };
  ASSERT_TRUE(scrub({.root = root_, .repair = repair},
                    [&](const ScrubbedImage& image) {
                      if (image.repair) said = image.repair;
                    },
                    {}));
  EXPECT_EQ(said, "it is converted again");
  EXPECT_EQ(record_of("b.ome.zarr")->repair, said);
}

TEST_F(ScrubTest, AnInterruptedPassGoesOnAfterTheLastImage) {
  for (const char* name : {"a.ome.zarr", "b.ome.zarr", "c.ome.zarr"}) make_image(name);
  std::vector<std::string> seen;
  ASSERT_TRUE(scrub({.root = root_, .after = "a.ome.zarr"},
                    [&](const ScrubbedImage& image) { seen.push_back(image.relative_path); }, {}));
  EXPECT_THAT(seen, testing::ElementsAre("b.ome.zarr", "c.ome.zarr"));
}

TEST_F(ScrubTest, AStopRequestEndsAPassThatWaitsForItsRate) {
  make_image("a.ome.zarr");
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop.request_stop();
  });
  // At one byte a second the first file alone would take more than an hour.
  const auto report =
      scrub({.root = root_, .limits = {.bytes_per_second = 1}}, [](const ScrubbedImage&) {}, stop.get_token());
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace beamport::ingest
