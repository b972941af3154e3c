// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/root_watch.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

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
    note(look);
    const auto is_slow = [](const ScanNews& news) { return news.scan.path == "ann/slow"; };
    if (std::ranges::any_of(look.news, is_slow)) is_busy_.wait(true);
  }
  void note(const RootLook& look) {
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
  /// Ends the holding up of the watching thread.
  void go_on() {
    is_busy_ = false;
    is_busy_.notify_all();
  }
  void TearDown() override { go_on(); }

  /// In a thread with a name space of its own, which the watching thread inherits and which goes with them.
  void with_own_mounts(const std::function<void()>& body) {
    bool may_mount = true;
    std::thread([&] {
      may_mount = ::unshare(CLONE_NEWNS) == 0 && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
      if (may_mount) body();
      go_on();
      watch_.reset();
    }).join();
    if (!may_mount) GTEST_SKIP() << "may not mount";
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
  std::atomic<bool> is_busy_ = true;  // with what it was told of ann/slow
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

class RootWatchLookingOnly : public RootWatchTest {};

TEST_P(RootWatchLookingOnly, ARootThatGoesAwayAndComesBackIsWatchedAgain) {
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

TEST_P(RootWatchLookingOnly, AFileSystemIsUnmountedAndMountedAgain) {
  with_own_mounts([&] {
    const std::string root = (root_.path() / "root").string();
    const std::string kept = (root_.path() / "kept").string();
    std::filesystem::create_directories(root);
    std::filesystem::create_directories(kept);
    ASSERT_EQ(::mount("beamport-test", kept.c_str(), "tmpfs", 0, "size=1m"), 0);
    const auto mount = [&] { ASSERT_EQ(::mount(kept.c_str(), root.c_str(), nullptr, MS_BIND, nullptr), 0); };
    mount();
    write("ann/a/s_1.tif");
    start();
    ASSERT_TRUE(sees("quiet ann/a 1"));
    ASSERT_EQ(::umount2(root.c_str(), MNT_DETACH), 0);
    ASSERT_TRUE(sees("trouble "));
    mount();
    ASSERT_TRUE(sees("over "));
    write("ann/b/s_1.tif");
    ASSERT_TRUE(sees("new ann/b"));
    EXPECT_FALSE(sees("gone ann/a", 1ms));
  });
}

// Nothing tells that a directory came back; only looking does.
INSTANTIATE_TEST_SUITE_P(Events, RootWatchLookingOnly, testing::Values(false), [](const auto&) { return "NotHeard"; });

class RootWatchHearing : public RootWatchTest {
 protected:
  /// Waits until the watching thread is held up, and then more happens than the kernel remembers; all of it in a
  /// directory that says nothing about the others.
  void overflow() {
    write("ann/slow/s_1.tif");
    ASSERT_TRUE(sees("new ann/slow"));
    std::int64_t limit = 0;
    std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> limit;
    // Each is two events. Equal ones in succession merge, so the names take turns.
    const auto bob = root_.path() / "root" / "bob";
    for (std::int64_t i = 0; i <= limit / 4 + 1; ++i) {
      std::filesystem::rename(bob / "one", bob / "two");
      std::filesystem::rename(bob / "two", bob / "one");
    }
  }
};

TEST_P(RootWatchHearing, LostEventsAreMadeUpForByLooking) {
  write("bob/one");
  write("ann/a/s_1.tif");
  start();
  ASSERT_TRUE(sees("quiet ann/a 1"));
  overflow();
  write("ann/lost/s_1.tif");
  go_on();
  EXPECT_TRUE(sees("new ann/lost"));
}

TEST_P(RootWatchHearing, WhatWasMountedOverADirectoryIsListenedToAfterACompleteLook) {
  with_own_mounts([&] {
    write("bob/one");
    write("ann/a/s_1.tif");
    start();
    ASSERT_TRUE(sees("quiet ann/a 1"));
    overflow();
    const std::string ann = (root_.path() / "root" / "ann").string();
    ASSERT_EQ(::mount("beamport-test", ann.c_str(), "tmpfs", 0, "size=1m"), 0);
    write("ann/b/s_1.tif");
    go_on();
    ASSERT_TRUE(sees("quiet ann/b 1"));
    write("ann/c/s_1.tif");
    EXPECT_TRUE(sees("new ann/c"));  // heard: the next look would be in an hour
  });
}

INSTANTIATE_TEST_SUITE_P(Events, RootWatchHearing, testing::Values(true), [](const auto&) { return "Heard"; });

}  // namespace
}  // namespace beamport::ingest
