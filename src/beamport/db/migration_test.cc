// SPDX-License-Identifier: Apache-2.0
#include "beamport/db/migration.h"

#include <vector>

#include <gtest/gtest.h>

#include "beamport/db/test_notes.h"
#include "beamport/db/test_process.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::db {
namespace {

class MigrationTest : public testing::Test {
 protected:
  /// Only the first steps of the schema.
  static Schema first(std::size_t steps) {
    Schema schema = kNotes;
    schema.migrations = schema.migrations.first(steps);
    return schema;
  }

  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  std::filesystem::path path_ = directory_.path() / "notes.sqlite";
};

TEST_F(MigrationTest, BringsAnOlderFileUpToDateAndKeepsWhatIsInIt) {
  {
    Database old = Database::open(path_, first(1)).value();
    ASSERT_TRUE(add_note(old, "kept"));
  }
  Database database = Database::open(path_, kNotes).value();
  EXPECT_EQ(count_of(database, "note WHERE text = 'kept'"), 1);
  EXPECT_EQ(count_of(database, "remark"), 0);
}

TEST_F(MigrationTest, RefusesAFileOfANewerVersionAndLeavesItAlone) {
  {
    Database::open(path_, kNotes).value();
  }
  const auto refused = Database::open(path_, first(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(refused.error().message.find("version 2"), std::string::npos) << refused.error().message;
  EXPECT_TRUE(Database::open(path_, kNotes));
}

TEST_F(MigrationTest, AStepThatFailsLeavesNothingOfItself) {
  std::vector<Migration> steps(kNoteSteps.begin(), kNoteSteps.end());
  steps.push_back(
      {.number = 3, .what = "a bad idea", .sql = "CREATE TABLE half (a INTEGER); SELECT no_such_function()"});
  Schema schema = kNotes;
  schema.migrations = steps;
  const auto failed = Database::open(path_, schema);
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().message.find("version 3 (a bad idea)"), std::string::npos) << failed.error().message;
  Database database = Database::open(path_, kNotes).value();
  EXPECT_EQ(count_of(database, "sqlite_schema WHERE name = 'half'"), 0);
}

TEST_F(MigrationTest, ManyProcessesAtOnceApplyEachStepOnce) {
  std::vector<TestProcess> children;
  children.reserve(12);
  for (int i = 0; i < 12; ++i) {
    children.emplace_back([&] {
      auto database = Database::open(path_, kNotes);
      if (!database) std::fprintf(stderr, "%s\n", database.error().message.c_str());
      return database && add_note(*database, "here") ? 0 : 1;
    });
  }
  for (TestProcess& child : children) EXPECT_EQ(child.wait(), 0);
  Database database = Database::open(path_, kNotes).value();
  EXPECT_EQ(count_of(database, "note"), 12);
}

TEST_F(MigrationTest, KilledHalfWayWasNotApplied) {
  std::vector<Migration> steps(kNoteSteps.begin(), kNoteSteps.end());
  // Long enough to be hit: the table, its rows and a last table that says that all came before it.
  steps.push_back({.number = 3,
                   .what = "much to do",
                   .sql = "CREATE TABLE much (n INTEGER);"
                          "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 60000)"
                          "INSERT INTO much SELECT n FROM r; CREATE TABLE last (n INTEGER)"});
  Schema schema = kNotes;
  schema.migrations = steps;
  {
    Database::open(path_, kNotes).value();
  }
  bool applied = false;
  for (int round = 0; round < 40 && !applied; ++round) {
    TestProcess child([&] { return Database::open(path_, schema) ? 0 : 1; });
    ::usleep(static_cast<useconds_t>(1000 + 1500 * round));
    child.kill();
    const auto old = Database::open(path_, kNotes);
    applied = !old;
    if (applied) {
      EXPECT_EQ(old.error().code, ErrorCode::kUnsupported);
    } else {
      Database database = Database::open(path_, kNotes).value();
      EXPECT_EQ(count_of(database, "sqlite_schema WHERE name IN ('much', 'last')"), 0);
    }
  }
  Database database = Database::open(path_, schema).value();
  EXPECT_EQ(count_of(database, "much"), 60000);
  EXPECT_EQ(count_of(database, "last"), 0);
}

}  // namespace
}  // namespace beamport::db
