// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/ingest_service.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <functional>
#include <random>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/catalog/damage_book.h"
#include "beamport/catalog/dataset_scan.h"
#include "beamport/image/tiff_writer.h"
#include "beamport/ingest/scrub.h"
#include "beamport/ingest/settled_source.h"
#include "beamport/ingest/source_removal.h"
#include "beamport/ingest/verify.h"
#include "beamport/os/file_lock.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;
using Kind = SourcePolicy::Kind;

constexpr std::int64_t kSlices = 70;

/// A service over a landing root and a data folder.
class IngestServiceTest : public testing::Test {
 protected:
  IngestServiceTest() {
    fs::create_directories(data_);
    fs::create_directories(root_);
    IngestRoot root{.name = "p14",
                    .path = root_,
                    .pattern = *ScanPattern::compile("<user>/<YYYYMMDD>/<scan>"),
                    .marker = "",
                    .type_change = std::nullopt,
                    .source_policy = {}};
    root.settle = 200ms;
    root.shortest_period = 50ms;
    options_.data = data_;
    options_.roots.push_back(std::move(root));
    options_.reserve_bytes = 1000;
    options_.free_space = [this](const fs::path&) -> Result<os::FreeSpace> {
      return os::FreeSpace{.available_bytes = free_bytes_.load(), .total_bytes = 1'000'000};
    };
    options_.scrub_every = 0ms;
  }
  ~IngestServiceTest() override { service_.reset(); }

  void start() {
    auto opened = IngestService::open(options_);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    service_ = std::move(*opened);
    service_->start();
  }
  void stop() { service_.reset(); }

  void write_slices(std::int64_t from, std::int64_t to, std::int64_t first_number = 0) const {
    fs::create_directories(source_);
    for (std::int64_t z = from; z < to; ++z) {
      std::vector<std::uint16_t> voxels(static_cast<std::size_t>(kHeight * kWidth));
      std::mt19937 random(static_cast<unsigned>(z));
      for (std::uint16_t& voxel : voxels) voxel = static_cast<std::uint16_t>(random());
      const VolumeView view(reinterpret_cast<const std::byte*>(voxels.data()), {1, kHeight, kWidth}, DataType::kUint16);
      const fs::path hidden = source_ / ".slice";
      ASSERT_TRUE(image::write_tiff_slice(hidden, view, std::nullopt));
      fs::rename(hidden, source_ / fmt::format("slice_{:04}.tif", first_number + z));
    }
  }

  /// Whether it comes about within a time that is never waited for in a good run.
  static bool comes(const std::function<bool()>& what) {
    for (int i = 0; i < 12'000; ++i) {
      if (what()) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }
  std::vector<ScanView> scans() { return service_->list({}).value_or(std::vector<ScanView>()); }
  bool is_published(std::int64_t generation = 1) {
    const auto all = scans();
    return std::ranges::any_of(all, [&](const ScanView& scan) {
      return scan.state == ScanState::kPublished && scan.generation == generation;
    });
  }
  std::optional<Scan> published() {
    const auto journal = ScanJournal::open(journal_path(data_)).value();
    const auto found = journal->list({.states = {ScanState::kPublished}}, {}).value().scans;
    return found.empty() ? std::nullopt : std::optional(found.front());
  }
  void damage() const {
    for (const auto& entry : fs::recursive_directory_iterator(image_ / "0" / "c")) {
      if (entry.is_regular_file()) fs::resize_file(entry.path(), entry.file_size() - 1);
    }
  }
  bool is_sound() const {
    const auto report = verify({.image = image_}, [](std::int64_t, std::int64_t) {}, {});
    return report && report->sound();
  }
  HandIn known_length() const {
    HandIn said;
    said.source = source_.string();
    said.slices = kSlices;
    return said;
  }

  static constexpr std::int64_t kHeight = 60;
  static constexpr std::int64_t kWidth = 80;
  os::TemporaryDirectory folder_ = os::TemporaryDirectory::create().value();
  fs::path base_ = fs::canonical(folder_.path());
  fs::path data_ = base_ / "data";
  fs::path root_ = base_ / "landing";
  fs::path source_ = root_ / "ada" / "20260102" / "scan";
  fs::path image_;
  std::atomic<std::uint64_t> free_bytes_{1'000'000};
  IngestServiceOptions options_;
  std::unique_ptr<IngestService> service_;

  void find_image() {
    const auto scan = published();
    ASSERT_TRUE(scan);
    image_ = data_ / scan->request.output;
  }
};

TEST_F(IngestServiceTest, AScanThatRunsWaitsForSpaceAndGoesOn) {
  start();
  write_slices(0, 20);
  ASSERT_TRUE(service_->hand_in(known_length()));
  // Slabs of 64 slices: the first is converted when 64 have landed.
  ASSERT_TRUE(comes([&] { return scans().front().state == ScanState::kConverting; }));
  free_bytes_ = 10;
  write_slices(20, kSlices);
  ASSERT_TRUE(comes([&] { return scans().front().note.value_or("").find("waits for space") != std::string::npos; }));
  EXPECT_EQ(scans().front().state, ScanState::kConverting) << "it was begun, and is held";
  EXPECT_FALSE(is_published());
  free_bytes_ = 1'000'000;
  EXPECT_TRUE(comes([&] { return is_published(); }));
  EXPECT_EQ(scans().front().note, std::nullopt);
}

TEST_F(IngestServiceTest, AStackThatLandsBackwardsWithoutAFirstNumberIsOneAttempt) {
  start();
  ASSERT_TRUE(service_->hand_in(known_length()));
  for (std::int64_t z = kSlices; z-- > 0;) write_slices(z, z + 1, 5);
  ASSERT_TRUE(comes([&] { return is_published(); }));
  EXPECT_EQ(scans().front().attempts, 0);
  find_image();
  EXPECT_TRUE(is_sound());
}

TEST_F(IngestServiceTest, ALikelyFirstNumberThatWasWrongIsNoFailure) {
  start();
  write_slices(1, 20);  // numbers 1 to 19: likely, and wrong
  ASSERT_TRUE(service_->hand_in(known_length()));
  ASSERT_TRUE(comes([&] { return scans().front().state == ScanState::kConverting; }));
  write_slices(0, 1);
  write_slices(20, kSlices);
  ASSERT_TRUE(comes([&] { return is_published(); }));
  EXPECT_EQ(scans().front().attempts, 0);
  find_image();
  EXPECT_TRUE(is_sound());
}

TEST_F(IngestServiceTest, OnlyTheSlicesOfThePatternAreConverted) {
  options_.roots.front().slices = "slice_*";
  write_slices(0, kSlices);
  std::ofstream(source_ / "preview.tif") << "no slice";
  start();
  ASSERT_TRUE(comes([&] { return is_published(); }));
}

TEST_F(IngestServiceTest, ADamagedImageIsConvertedAgainAndReplaced) {
  write_slices(0, kSlices);
  start();
  ASSERT_TRUE(comes([&] { return is_published(); }));
  find_image();
  damage();
  ASSERT_FALSE(is_sound());
  const std::string image = published()->request.output;
  const auto repair = [&](const ScrubbedImage& found) { return service_->repair().describe(found.relative_path); };
  const auto report = scrub({.root = data_, .repair = repair}, [](const ScrubbedImage&) {}, {});
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_EQ(report->damaged, 1);
  ASSERT_TRUE(comes([&] { return is_published(2); }));
  EXPECT_TRUE(is_sound());
  EXPECT_EQ(published()->request.output, image);
  EXPECT_TRUE(comes([&] { return catalog::DamageBook(data_).ids().value().empty(); }));
}

TEST_F(IngestServiceTest, WithoutItsSourceADamagedImageStaysInQuarantine) {
  write_slices(0, kSlices);
  start();
  ASSERT_TRUE(comes([&] { return is_published(); }));
  const std::string image = published()->request.output;
  EXPECT_THAT(service_->repair().begin("someone/else.ome.zarr").error().message, HasSubstr("no scan of the journal"));
  fs::remove(source_ / "slice_0003.tif");
  EXPECT_THAT(service_->repair().describe(image), HasSubstr("ada/20260102/scan is not what it was"));
  fs::remove_all(source_);
  EXPECT_THAT(service_->repair().describe(image), HasSubstr("its source ada/20260102/scan is gone"));
  EXPECT_EQ(scans().size(), 1U);
}

TEST_F(IngestServiceTest, TheBackgroundScrubRepairsByItself) {
  write_slices(0, kSlices);
  start();
  ASSERT_TRUE(comes([&] { return is_published(); }));
  find_image();
  stop();
  damage();
  options_.scrub_every = 24h;
  options_.scrub_share = 1;
  start();
  ASSERT_TRUE(comes([&] { return is_published(2); }));
  EXPECT_TRUE(is_sound());
}

class SourceDisposalTest : public IngestServiceTest {
 protected:
  void use(Kind kind) { options_.roots.front().source_policy = {.kind = kind, .archive = base_ / "archive"}; }
  /// Published, and ended before anything was done with the source.
  void publish_only() {
    write_slices(0, kSlices);
    fs::create_directories(data_ / ".beamport");
    const auto others = os::FileLock::try_take(data_ / ".beamport" / "removals.lock");
    ASSERT_TRUE(others && *others);
    start();
    ASSERT_TRUE(comes([&] { return is_published(); }));
    stop();
    ASSERT_TRUE(fs::exists(source_ / "slice_0000.tif"));
    ASSERT_EQ(published()->source_due, SourceDue::kComparing);
  }
  bool is_done() { return published()->source_due == SourceDue::kNothing; }
};

TEST_F(SourceDisposalTest, RemovingIsTakenUpAtTheNextStart) {
  use(Kind::kDeleteAfterVerify);
  publish_only();
  start();
  ASSERT_TRUE(comes([&] { return is_done(); }));
  EXPECT_FALSE(fs::exists(source_));
  EXPECT_EQ(scans().size(), 1U);
}

TEST_F(SourceDisposalTest, ArchivingIsTakenUpAtTheNextStart) {
  use(Kind::kArchive);
  publish_only();
  start();
  ASSERT_TRUE(comes([&] { return is_done(); }));
  EXPECT_FALSE(fs::exists(source_));
  EXPECT_TRUE(fs::exists(base_ / "archive/ada/20260102/scan/slice_0069.tif"));
}

TEST_F(SourceDisposalTest, ARemovalThatWasInterruptedIsNoNewReconstruction) {
  use(Kind::kDeleteAfterVerify);
  publish_only();
  const Scan scan = *published();
  const fs::path list = data_ / ".beamport" / "removals" / (scan.id.text() + ".json");
  ASSERT_TRUE(keep_removal(list, list_removal(source_, "*").value()));
  ASSERT_TRUE(ScanJournal::open(journal_path(data_)).value()->source_is_now(scan.id, SourceDue::kRemoving));
  for (int z = 0; z < 30; ++z) fs::remove(source_ / fmt::format("slice_{:04}.tif", z));  // and then it ended
  {
    // While another service has the lock, what is left is seen and settles, and must not be taken for a scan.
    const auto others = os::FileLock::try_take(data_ / ".beamport" / "removals.lock");
    start();
    std::this_thread::sleep_for(1s);
    EXPECT_EQ(scans().size(), 1U);
    stop();
  }
  start();
  ASSERT_TRUE(comes([&] { return is_done(); }));
  EXPECT_FALSE(fs::exists(source_));
  EXPECT_FALSE(fs::exists(list));
  EXPECT_EQ(scans().size(), 1U);
}

TEST_F(SourceDisposalTest, WithoutTheImageTheSlicesAreTheOnlyCopyAndStay) {
  use(Kind::kDeleteAfterVerify);
  publish_only();
  const Scan scan = *published();
  const fs::path list = data_ / ".beamport" / "removals" / (scan.id.text() + ".json");
  ASSERT_TRUE(keep_removal(list, list_removal(source_, "*").value()));
  ASSERT_TRUE(ScanJournal::open(journal_path(data_)).value()->source_is_now(scan.id, SourceDue::kRemoving));
  fs::remove_all(data_ / scan.request.output);
  start();
  ASSERT_TRUE(comes([&] { return is_done(); }));
  for (int z = 0; z < kSlices; ++z) EXPECT_TRUE(fs::exists(source_ / fmt::format("slice_{:04}.tif", z)));
}

TEST_F(SourceDisposalTest, ASourceThatChangedStaysForGood) {
  use(Kind::kDeleteAfterVerify);
  publish_only();
  fs::last_write_time(source_ / "slice_0003.tif", fs::file_time_type::clock::now() - 1h);
  options_.roots.front().settle = 1h;  // the change is not to be taken for a new scan before
  start();
  ASSERT_TRUE(comes([&] { return is_done(); }));
  EXPECT_TRUE(fs::exists(source_ / "slice_0069.tif"));
}

TEST_F(SourceDisposalTest, APolicyThatWasChangedToKeepKeeps) {
  use(Kind::kDeleteAfterVerify);
  publish_only();
  use(Kind::kKeep);
  start();
  ASSERT_TRUE(comes([&] { return is_done(); }));
  EXPECT_TRUE(fs::exists(source_ / "slice_0069.tif"));
}

}  // namespace
}  // namespace beamport::ingest
