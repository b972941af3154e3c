// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/root_watch.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::ingest {
namespace {

using namespace std::chrono_literals;

constexpr auto kLong = 20s;  // never waited for in a good run

/// With and without events: the same must come out.
class RootWatchTest : public testing::TestWithParam<bool> {
 protected:
  void start(std::chrono::milliseconds shortest = 20ms, std::chrono::milliseconds longest = 50ms) {
    RootScanOptions options{.root = root_.path() / "root", .pattern = *ScanPattern::compile("<user>/<scan>")};
    options.settle = 100ms;
    // Where events are heard, looks would come far too late: what is found was heard.
    options.shortest_period = GetParam() ? 1h : shortest;
    options.longest_period = GetParam() ? 1h : longest;
    watch_ = RootWatch::start(RootScan(std::move(options), make_disk_view(), std::chrono::steady_clock::now),
                              {.listen = GetParam(), .debounce = 5ms}, [this](const RootLook& look) { take(look); });
  }
  void take(const RootLook& look) {
    constexpr std::string_view kKinds[] = {"new", "changed", "quiet", "gone"};
    const std::lock_guard lock(mutex_);
    for (const ScanNews& news : look.news) {
      const std::string_view kind = kKinds[static_cast<std::size_t>(news.kind)];
      seen_.push_back(fmt::format("{} {}", kind, news.scan.path));
      seen_.push_back(fmt::format("{} {} {}", kind, news.scan.path, news.scan.slices));
    }
    for (const RootTrouble& trouble : look.troubles) {
      seen_.push_back(fmt::format("{} {}", trouble.is_over ? "over" : "trouble", trouble.path));
    }
    changed_.notify_all();
  }
  bool sees(const std::string& what, std::chrono::milliseconds timeout = kLong) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return std::ranges::find(seen_, what) != seen_.end(); });
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    seen_.clear();
  }
  void write(const std::string& path) {
    std::filesystem::create_directories((root_.path() / "root" / path).parent_path());
    auto file = os::File::create(root_.path() / "root" / path, os::File::Create::kTruncate);
    ASSERT_TRUE(file->write_all(0, as_byte_view("slice")));
  }

  os::TemporaryDirectory root_ = os::TemporaryDirectory::create().value();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> seen_;
  std::unique_ptr<RootWatch> watch_;
};

TEST_P(RootWatchTest, TellsWhatHappensBelowTheRoot) {
  write("ann/old/s_1.tif");
  start();
  ASSERT_TRUE(sees("new ann/old 1"));
  ASSERT_TRUE(sees("quiet ann/old 1"));
  write("ann/new one/s_1.tif");
  ASSERT_TRUE(sees("new ann/new one"));
  write("ann/new one/s_2.tif");
  ASSERT_TRUE(sees("quiet ann/new one 2"));
  forget();
  write("ann/new one/s_3.tif");
  ASSERT_TRUE(sees("changed ann/new one 3"));
  ASSERT_TRUE(sees("quiet ann/new one 3"));
  std::filesystem::remove_all(root_.path() / "root" / "ann" / "old");
  ASSERT_TRUE(sees("gone ann/old"));
}

TEST_P(RootWatchTest, ASliceThatIsWrittenAnewIsSeen) {
  for (int i = 0; i < 5; ++i) write(fmt::format("ann/a/s_{}.tif", i));
  start();
  ASSERT_TRUE(sees("quiet ann/a 5"));
  forget();
  write("ann/a/s_1.tif");  // none of the three that every look looks at
  ASSERT_TRUE(sees("changed ann/a 5"));
  ASSERT_TRUE(sees("quiet ann/a 5"));
}

TEST_P(RootWatchTest, EndsAtOnce) {
  write("ann/a/s_1.tif");
  start(1h, 1h);
  ASSERT_TRUE(sees("new ann/a"));
  const auto begin = std::chrono::steady_clock::now();
  watch_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

INSTANTIATE_TEST_SUITE_P(Events, RootWatchTest, testing::Values(true, false),
                         [](const auto& info) { return info.param ? "Heard" : "NotHeard"; });

class RootWatchRoot : public RootWatchTest {};

TEST_P(RootWatchRoot, ARootThatGoesAwayAndComesBackIsWatchedAgain) {
  write("ann/a/s_1.tif");
  start();
  ASSERT_TRUE(sees("quiet ann/a 1"));
  std::filesystem::rename(root_.path() / "root", root_.path() / "away");
  ASSERT_TRUE(sees("trouble "));
  std::filesystem::rename(root_.path() / "away", root_.path() / "root");
  ASSERT_TRUE(sees("over "));
  write("ann/b/s_1.tif");
  ASSERT_TRUE(sees("new ann/b"));
  EXPECT_FALSE(sees("gone ann/a", 1ms));
}

// Nothing tells that a directory came back; only looking does.
INSTANTIATE_TEST_SUITE_P(Events, RootWatchRoot, testing::Values(false), [](const auto&) { return "NotHeard"; });

}  // namespace
}  // namespace beamport::ingest
