// SPDX-License-Identifier: Apache-2.0
#include "beamport/db/transaction.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "beamport/db/test_notes.h"
#include "beamport/db/test_process.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::db {
namespace {

class TransactionTest : public testing::Test {
 protected:
  Database open(std::chrono::milliseconds patience = Database::kPatience) {
    return Database::open(path_, kNotes, patience).value();
  }

  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  std::filesystem::path path_ = directory_.path() / "notes.sqlite";
};

TEST_F(TransactionTest, IsSeenByOthersOnceCommitted) {
  Database writer = open();
  Database reader = open();
  auto transaction = Transaction::begin(writer, "add").value();
  ASSERT_TRUE(add_note(writer, "a"));
  EXPECT_EQ(count_of(reader, "note"), 0);
  ASSERT_TRUE(transaction.commit());
  EXPECT_EQ(count_of(reader, "note"), 1);
}

TEST_F(TransactionTest, LeavesNothingWhenItIsNotCommitted) {
  Database database = open();
  {
    auto transaction = Transaction::begin(database, "add").value();
    ASSERT_TRUE(add_note(database, "a"));
  }
  EXPECT_EQ(count_of(database, "note"), 0);
  auto next = Transaction::begin(database, "add").value();
  ASSERT_TRUE(add_note(database, "b"));
  ASSERT_TRUE(next.commit());
  EXPECT_EQ(count_of(database, "note"), 1);
}

TEST_F(TransactionTest, ASecondWriterWaitsAndThenSaysThatItIsLocked) {
  Database first = open();
  Database second = open(std::chrono::milliseconds(30));
  auto transaction = Transaction::begin(first, "add").value();
  const auto refused = Transaction::begin(second, "add as well");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(refused.error().message.find("add as well"), std::string::npos);
  ASSERT_TRUE(transaction.commit());
  EXPECT_TRUE(Transaction::begin(second, "add as well"));
}

TEST_F(TransactionTest, ReadThenWriteLosesNoUpdateOfThreads) {
  constexpr int kThreads = 4;
  constexpr int kTimes = 25;
  Database first = open();
  ASSERT_TRUE(add_note(first, "0"));
  std::atomic<int> failures = 0;
  const auto count_up = [&] {
    Database database = open();
    for (int i = 0; i < kTimes; ++i) {
      auto transaction = Transaction::begin(database, "count up");
      if (!transaction) {
        ++failures;
        continue;
      }
      Statement read = database.prepare("read", "SELECT CAST(text AS INTEGER) FROM note").value();
      const std::int64_t value = read.next().value() ? read.integer(0) : -1;
      Statement write = database.prepare("write", "UPDATE note SET text = $1").value();
      failures += write.bind(1, std::to_string(value + 1)).run() && transaction->commit() ? 0 : 1;
    }
  };
  {
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i) threads.emplace_back(count_up);
  }
  EXPECT_EQ(failures, 0);
  Statement read = first.prepare("read", "SELECT text FROM note").value();
  ASSERT_TRUE(read.next().value());
  EXPECT_EQ(read.text(0), std::to_string(kThreads * kTimes));
}

TEST_F(TransactionTest, AReaderSeesOneStateAndKeepsNobodyWaiting) {
  Database reader = open();
  Database writer = open();
  ASSERT_TRUE(add_note(writer, "before"));
  {
    const auto reading = Transaction::begin_reading(reader, "read");
    ASSERT_TRUE(reading);
    EXPECT_EQ(count_of(reader, "note"), 1);
    ASSERT_TRUE(add_note(writer, "meanwhile"));
    EXPECT_EQ(count_of(reader, "note"), 1);
  }
  EXPECT_EQ(count_of(reader, "note"), 2);
}

// Two notes always come together, however often the writer is killed between them.
TEST_F(TransactionTest, AKilledProcessLeavesAllOrNothing) {
  {
    open();
  }
  std::int64_t before = 0;
  for (int round = 0; round < 20; ++round) {
    TestProcess child([&] {
      Database database = open();
      while (true) {
        auto transaction = Transaction::begin(database, "add a pair");
        if (!transaction || !add_note(database, "left") || !add_note(database, "right") || !transaction->commit())
          return 1;
      }
    });
    ::usleep(static_cast<useconds_t>(5000 + 1700 * round));
    child.kill();
    Database database = open();
    const std::int64_t count = count_of(database, "note");
    EXPECT_EQ(count % 2, 0);
    EXPECT_GE(count, before);
    EXPECT_EQ(count_of(database, "note WHERE text = 'left'"), count_of(database, "note WHERE text = 'right'"));
    before = count;
  }
  EXPECT_GT(before, 0);
}

}  // namespace
}  // namespace beamport::db
