// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/staged_directory.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "beamport/db/test_process.h"
#include "beamport/ingest/test_syncing.h"
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

TEST_F(StagedDirectoryTest, KeepsWhatIsUnfinishedWhenAsked) {
  const auto begin = [&] {
    return StagedDirectory::begin(target_, Policy::kRefuse, StagedDirectory::Unfinished::kKeep);
  };
  {
    auto staged = begin();
    ASSERT_TRUE(staged);
    write(staged->partial_path() / "a", "1");
  }
  EXPECT_EQ(read(partial_ / "a"), "1");
  auto staged = begin();
  ASSERT_TRUE(staged);
  EXPECT_EQ(read(partial_ / "a"), "1");
  ASSERT_TRUE(staged->publish());
  EXPECT_EQ(read(target_ / "a"), "1");
  EXPECT_EQ(begin().error().code, ErrorCode::kAlreadyExists);
  EXPECT_FALSE(fs::exists(partial_));
}

TEST_F(StagedDirectoryTest, ANameThatCannotBeSyncedIsTakenBack) {
  db::TestProcess child([&] {
    auto staged = StagedDirectory::begin(target_, Policy::kRefuse, StagedDirectory::Unfinished::kKeep);
    if (!staged || !os::replace_file(partial_ / "a", as_byte_view(std::string_view("new")))) return 1;
    if (!refuse_to_sync()) return 2;
    const auto done = staged->publish();
    return !done && done.error().code == ErrorCode::kIo ? 0 : 3;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_FALSE(fs::exists(target_));
  EXPECT_EQ(read(partial_ / "a"), "new");
}

TEST_F(StagedDirectoryTest, WhatWasToBeReplacedHasItsNameAgain) {
  fs::create_directory(target_);
  write(target_ / "a", "old");
  db::TestProcess child([&] {
    auto staged = StagedDirectory::begin(target_, Policy::kReplace);
    if (!staged || !os::replace_file(partial_ / "a", as_byte_view(std::string_view("new")))) return 1;
    if (!refuse_to_sync()) return 2;
    return staged->publish() ? 3 : 0;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(read(target_ / "a"), "old");
  EXPECT_FALSE(fs::exists(partial_));
}

TEST_F(StagedDirectoryTest, ANameThatAFormerProcessGaveIsNotTakenOnTrust) {
  fs::create_directory(target_);
  EXPECT_TRUE(StagedDirectory::confirm(target_));
  db::TestProcess child([&] {
    if (!refuse_to_sync()) return 2;
    return StagedDirectory::confirm(target_) ? 3 : 0;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(StagedDirectoryTest, ManyWritersOfOneNamePublishItOnce) {
  std::atomic<int> published = 0;
  {
    std::vector<std::jthread> writers;
    writers.reserve(8);
    for (int i = 0; i < 8; ++i) {
      writers.emplace_back([&] {
        for (int round = 0; round < 50; ++round) {
          auto staged = StagedDirectory::begin(target_, Policy::kRefuse);
          if (!staged) continue;
          write(staged->partial_path() / "a", "1");
          const auto done = staged->publish();
          EXPECT_TRUE(done) << done.error().message;
          published += done ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(published, 1);
  EXPECT_EQ(read(target_ / "a"), "1");
}

TEST_F(StagedDirectoryTest, WritersThatReplaceOneAnotherNeverMix) {
  std::vector<std::jthread> writers;
  writers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&, i] {
      for (int round = 0; round < 25; ++round) {
        auto staged = StagedDirectory::begin(target_, Policy::kReplace);
        if (!staged) {
          EXPECT_EQ(staged.error().code, ErrorCode::kFailedPrecondition) << staged.error().message;
          continue;
        }
        EXPECT_TRUE(fs::is_empty(staged->partial_path()));
        write(staged->partial_path() / "a", std::to_string(i));
        write(staged->partial_path() / "b", std::to_string(i));
        const auto done = staged->publish();
        EXPECT_TRUE(done) << done.error().message;
      }
    });
  }
  writers.clear();
  EXPECT_EQ(read(target_ / "a"), read(target_ / "b"));
}

}  // namespace
}  // namespace beamport::ingest
