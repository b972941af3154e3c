// SPDX-License-Identifier: Apache-2.0
#include "beamport/db/database.h"

#include <gtest/gtest.h>

#include "beamport/db/test_notes.h"
#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::db {
namespace {

namespace fs = std::filesystem;

class DatabaseTest : public testing::Test {
 protected:
  Database open() { return Database::open(path_, kNotes).value(); }
  std::string pragma(Database& database, const std::string& name) {
    Statement read = database.prepare("read a setting", "PRAGMA " + name).value();
    return read.next().value() ? read.text(0) : "";
  }

  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  fs::path path_ = directory_.path() / "notes.sqlite";
};

TEST_F(DatabaseTest, KeepsWhatWasWrittenWhenItIsOpenedAgain) {
  {
    Database database = open();
    ASSERT_TRUE(add_note(database, "kept"));
  }
  Database database = open();
  EXPECT_EQ(count_of(database, "note WHERE text = 'kept'"), 1);
}

// Power cuts are what these are for; tests/faults plays those.
TEST_F(DatabaseTest, SyncsEveryCommitOfAWriteAheadLog) {
  Database database = open();
  EXPECT_EQ(pragma(database, "journal_mode"), "wal");
  EXPECT_EQ(pragma(database, "synchronous"), "2");
  EXPECT_EQ(pragma(database, "foreign_keys"), "1");
}

TEST_F(DatabaseTest, AnotherConnectionIsSetUpAlike) {
  Database database = open();
  Database again = database.connect_again().value();
  EXPECT_EQ(pragma(again, "synchronous"), "2");
  EXPECT_EQ(pragma(again, "foreign_keys"), "1");
  ASSERT_TRUE(add_note(again, "a"));
  EXPECT_EQ(count_of(database, "note"), 1);
}

TEST_F(DatabaseTest, NoticesWhatOthersCommitAndNotItsOwn) {
  Database mine = open();
  Database other = open();
  const std::int64_t before = mine.outside_changes().value();
  ASSERT_TRUE(add_note(mine, "mine"));
  EXPECT_EQ(mine.outside_changes().value(), before);
  ASSERT_TRUE(add_note(other, "not mine"));
  EXPECT_NE(mine.outside_changes().value(), before);
}

TEST_F(DatabaseTest, RefusesTheDatabaseOfAnotherProgramAndLeavesItAlone) {
  Schema other = kNotes;
  other.application = 1234;
  {
    Database::open(path_, other).value();
  }
  const Bytes before = os::read_file(path_, 1U << 20).value();
  const auto refused = Database::open(path_, kNotes);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_NE(refused.error().message.find("not Beamport's book of notes"), std::string::npos) << refused.error().message;
  EXPECT_TRUE(os::read_file(path_, 1U << 20).value() == before);
}

TEST_F(DatabaseTest, RefusesAFileThatIsNoDatabaseAndLeavesItAlone) {
  const std::string letter(5000, 'x');
  ASSERT_TRUE(os::replace_file(path_, as_byte_view(letter)));
  const auto refused = Database::open(path_, kNotes);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(refused.error().message.find("move it away"), std::string::npos) << refused.error().message;
  EXPECT_EQ(as_text(os::read_file(path_, 1U << 20).value()), letter);
}

TEST_F(DatabaseTest, AFolderThatIsNotThereIsAnError) {
  const auto missing = Database::open(directory_.path() / "none" / "notes.sqlite", kNotes);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace beamport::db
