// SPDX-License-Identifier: Apache-2.0
// What a database says when the disk under it is full, read-only or damaged.

#include <csignal>
#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "beamport/db/database.h"
#include "beamport/db/test_notes.h"
#include "beamport/db/test_process.h"
#include "beamport/db/transaction.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::db {
namespace {

namespace fs = std::filesystem;

class DatabaseFaultTest : public testing::Test {
 protected:
  Result<Database> open() { return Database::open(path_, kNotes); }

  /// Adds notes of 4 kB until one fails; how many were acknowledged, and why it ended.
  static std::pair<std::int64_t, Error> fill(Database& database) {
    const std::string text(4000, 'n');
    for (std::int64_t added = 0;; ++added) {
      if (const auto done = add_note(database, text); !done) return {added, done.error()};
    }
  }

  void overwrite(std::streamoff offset, const std::string& bytes) {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(offset);
    file << bytes;
  }

  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  fs::path path_ = directory_.path() / "notes.sqlite";
};

// A limit on the size of files looks like a full quota. In a child, which keeps the limit to itself.
TEST_F(DatabaseFaultTest, AtTheLimitOfTheQuotaItSaysSoAndLosesNothing) {
  TestProcess child([&] {
    auto database = open();
    if (!database) return 1;
    std::signal(SIGXFSZ, SIG_IGN);
    constexpr rlim_t kLimit = 200'000;
    const rlimit limit{.rlim_cur = kLimit, .rlim_max = RLIM_INFINITY};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
    const auto [added, error] = fill(*database);
    std::fprintf(stderr, "%s\n", error.message.c_str());
    if (error.code != ErrorCode::kNoSpace) return 3;
    if (count_of(*database, "note") != added) return 4;
    const rlimit none{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &none);
    if (!add_note(*database, "there is room again")) return 5;
    return count_of(*database, "note") == added + 1 && added > 10 ? 0 : 6;
  });
  EXPECT_EQ(child.wait(), 0);
  Database database = open().value();
  EXPECT_TRUE(database.check());
  EXPECT_EQ(count_of(database, "note WHERE text = 'there is room again'"), 1);
}

TEST_F(DatabaseFaultTest, OnAFullDiskItSaysSoAndLosesNothing) {
  const fs::path disk = directory_.path() / "disk";
  fs::create_directory(disk);
  if (::mount("none", disk.c_str(), "tmpfs", 0, "size=512k") != 0) GTEST_SKIP() << "only root can mount a small disk";
  path_ = disk / "notes.sqlite";
  {
    Database database = open().value();
    const auto [added, error] = fill(database);
    EXPECT_EQ(error.code, ErrorCode::kNoSpace);
    EXPECT_NE(error.message.find("free space"), std::string::npos) << error.message;
    EXPECT_EQ(count_of(database, "note"), added);
    EXPECT_GT(added, 10);
    EXPECT_TRUE(database.check());
  }
  ::umount2(disk.c_str(), MNT_DETACH);
}

TEST_F(DatabaseFaultTest, WhatItMayNotWriteItRefuses) {
  {
    ASSERT_TRUE(open());
  }
  fs::permissions(path_, fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  fs::permissions(directory_.path(),
                  fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read | fs::perms::others_exec);
  TestProcess child([&] {
    // Root may write everything; anybody else may not.
    if (::geteuid() == 0 && ::setuid(65534) != 0) return 1;
    const auto refused = open();
    if (refused) return 2;
    std::fprintf(stderr, "%s\n", refused.error().message.c_str());
    return refused.error().code == ErrorCode::kPermissionDenied ? 0 : 3;
  });
  EXPECT_EQ(child.wait(), 0);
  fs::permissions(directory_.path(), fs::perms::owner_all);
}

TEST_F(DatabaseFaultTest, DamageInTheFileIsFoundWhenItIsOpened) {
  {
    Database database = open().value();
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(add_note(database, std::string(1000, 'n')));
  }
  overwrite(16'384, std::string(512, '\xff'));
  const auto damaged = open();
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(damaged.error().message.find("move it away"), std::string::npos) << damaged.error().message;
}

TEST_F(DatabaseFaultTest, AFileThatWasCutOffIsFoundWhenItIsOpened) {
  {
    Database database = open().value();
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(add_note(database, std::string(1000, 'n')));
  }
  fs::resize_file(path_, fs::file_size(path_) / 2);
  EXPECT_EQ(open().error().code, ErrorCode::kCorrupt);
}

TEST_F(DatabaseFaultTest, ATornEndOfTheLogCostsOnlyWhatWasNeverAcknowledged) {
  TestProcess child([&] {
    auto database = open();
    if (!database || !add_note(*database, "first") || !add_note(*database, "second")) return 1;
    ::_exit(0);  // without closing, so that the log stays
  });
  ASSERT_EQ(child.wait(), 0);
  const fs::path log = path_.string() + "-wal";
  // The log begins anew after it was settled: a header, then a frame of one page for each note.
  constexpr std::uintmax_t kHeader = 32;
  constexpr std::uintmax_t kFrame = 24 + 4096;
  ASSERT_GE(fs::file_size(log), kHeader + 2 * kFrame);
  fs::resize_file(log, kHeader + kFrame + kFrame / 2);
  Database database = open().value();
  EXPECT_EQ(count_of(database, "note WHERE text = 'first'"), 1);
  EXPECT_EQ(count_of(database, "note WHERE text = 'second'"), 0);
}

}  // namespace
}  // namespace beamport::db
