// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/background_scrub.h"

#include <atomic>
#include <fstream>
#include <functional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/catalog/damage_book.h"
#include "beamport/catalog/dataset_scan.h"
#include "beamport/ingest/recording_store.h"
#include "beamport/os/file_lock.h"
#include "beamport/os/temporary_directory.h"
#include "beamport/store/directory_store.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class BackgroundScrubTest : public testing::Test {
 protected:
  BackgroundScrubTest() {
    fs::create_directories(data_ / ".beamport");
    options_.data = data_;
    options_.every = 24h;
    options_.wall = [this] { return std::chrono::system_clock::time_point(std::chrono::seconds(now_s_)); };
  }
  void make_image(const std::string& relative) const {
    fs::create_directories(data_ / relative);
    const auto directory = store::DirectoryStore::create(data_ / relative, store::Durability::kOnSync);
    ASSERT_TRUE(directory.has_value());
    RecordingStore store(*directory);
    ASSERT_TRUE(store.put("zarr.json", as_byte_view("{}")));
    ASSERT_TRUE(store.put("0/c/0/0/0", as_byte_view(std::string(5000, 'v'))));
    ASSERT_TRUE((*directory)->put(Manifest::kKey, as_byte_view(store.manifest().encode())));
  }
  [[nodiscard]] ScrubDiary diary() const { return read_diary(data_).value_or(ScrubDiary{}); }
  /// Whether it comes about within a time that is never waited for in a good run.
  static bool comes(const std::function<bool()>& what) {
    for (int i = 0; i < 6000; ++i) {
      if (what()) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }

  os::TemporaryDirectory folder_ = os::TemporaryDirectory::create().value();
  fs::path data_ = fs::canonical(folder_.path());
  std::atomic<std::int64_t> now_s_{1'700'000'000};
  BackgroundScrubOptions options_;
};

TEST_F(BackgroundScrubTest, APassFindsDamageAndSaysWhenItEnded) {
  make_image("a.ome.zarr");
  make_image("b.ome.zarr");
  std::ofstream(data_ / "b.ome.zarr/0/c/0/0/0") << "rotten";
  options_.repair = [](const ScrubbedImage& image) { return "seen " + image.relative_path; };
  BackgroundScrub scrub(options_);
  scrub.start();
  ASSERT_TRUE(comes([&] { return diary().ended.has_value(); }));
  EXPECT_EQ(diary(), (ScrubDiary{.ended = now_s_, .pass = std::nullopt}));
  const auto record = catalog::DamageBook(data_).find(catalog::dataset_id_of("b.ome.zarr")).value();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->repair, "seen b.ome.zarr");
}

TEST_F(BackgroundScrubTest, IsNotDueBeforeItsTimeAndIsAfterIt) {
  make_image("a.ome.zarr");
  const std::int64_t ended = now_s_ - 3600;
  ASSERT_TRUE(write_diary(data_, {.ended = ended, .pass = std::nullopt}));
  {
    BackgroundScrub scrub(options_);
    scrub.start();
    std::this_thread::sleep_for(100ms);
  }
  EXPECT_EQ(diary().ended, ended);
  now_s_ += 24 * 3600;
  BackgroundScrub scrub(options_);
  scrub.start();
  EXPECT_TRUE(comes([&] { return diary().ended == now_s_; }));
}

TEST_F(BackgroundScrubTest, AnInterruptedPassGoesOn) {
  for (const char* name : {"a.ome.zarr", "b.ome.zarr", "c.ome.zarr"}) make_image(name);
  // The second image takes for ever: its turn comes while others are busy.
  std::atomic<int> asked{0};
  options_.limits.is_busy = [&] { return ++asked > 3; };  // before and after each of two files of the first, and so on
  {
    BackgroundScrub scrub(options_);
    scrub.start();
    ASSERT_TRUE(comes([&] { return asked > 5; }));
    scrub.stop();
  }
  ASSERT_TRUE(diary().pass);
  EXPECT_EQ(diary().pass->after, "a.ome.zarr");
  EXPECT_EQ(diary().pass->sound, 1);
  std::ofstream(data_ / "a.ome.zarr/0/c/0/0/0") << "rotten";  // it is not looked at again in this pass
  options_.limits.is_busy = {};
  BackgroundScrub scrub(options_);
  scrub.start();
  ASSERT_TRUE(comes([&] { return diary().ended.has_value(); }));
  EXPECT_TRUE(catalog::DamageBook(data_).ids()->empty());
}

TEST_F(BackgroundScrubTest, ADamagedDiaryBeginsAnew) {
  std::ofstream(data_ / ".beamport" / "scrub.json") << "{";
  BackgroundScrub scrub(options_);
  scrub.start();
  EXPECT_TRUE(comes([&] { return diary().ended.has_value(); }));
}

TEST_F(BackgroundScrubTest, AnotherServiceThatScrubsIsLeftAlone) {
  const auto lock = os::FileLock::try_take(data_ / ".beamport" / "scrub.lock");
  ASSERT_TRUE(lock && *lock);
  BackgroundScrub scrub(options_);
  scrub.start();
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(diary(), ScrubDiary{});
}

TEST_F(BackgroundScrubTest, CanBeSwitchedOff) {
  options_.every = 0ms;
  BackgroundScrub scrub(options_);
  scrub.start();
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(diary(), ScrubDiary{});
}

}  // namespace
}  // namespace beamport::ingest
