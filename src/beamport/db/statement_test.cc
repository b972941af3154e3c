// SPDX-License-Identifier: Apache-2.0
#include "beamport/db/statement.h"

#include <limits>

#include <gtest/gtest.h>

#include "beamport/db/test_notes.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::db {
namespace {

class StatementTest : public testing::Test {
 protected:
  Statement prepare(std::string_view sql) { return database_.prepare("try a statement", sql).value(); }

  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  Database database_ = Database::open(directory_.path() / "notes.sqlite", kNotes).value();
};

TEST_F(StatementTest, ValuesComeBackAsTheyWereBound) {
  const std::string odd("a\0b'; DROP TABLE note; -- \xc3\xa4", 28);
  Statement insert = prepare("INSERT INTO note (id, text) VALUES ($1, $2)");
  EXPECT_EQ(insert.bind(1, std::numeric_limits<std::int64_t>::max()).bind(2, odd).run().value(), 1);
  EXPECT_EQ(insert.bind(1, 2U).bind(2, "").run().value(), 1);
  EXPECT_EQ(insert.bind(1, 3).bind(2, std::optional<std::string>()).run().value(), 1);

  Statement select = prepare("SELECT text, id FROM note ORDER BY id DESC");
  ASSERT_TRUE(select.next().value());
  EXPECT_EQ(select.text(0), odd);
  EXPECT_EQ(select.integer(1), std::numeric_limits<std::int64_t>::max());
  ASSERT_TRUE(select.next().value());
  EXPECT_TRUE(select.is_null(0));
  EXPECT_EQ(select.optional_text(0), std::nullopt);
  EXPECT_EQ(select.optional_integer(1), 3);
  ASSERT_TRUE(select.next().value());
  EXPECT_FALSE(select.is_null(0));
  EXPECT_EQ(select.optional_text(0), "");
  EXPECT_FALSE(select.next().value());
}

TEST_F(StatementTest, NumbersOfValuesAreTheirNamesNotTheOrderTheyStandIn) {
  Statement insert = prepare("INSERT INTO note (text, id) VALUES ($2, $1)");
  ASSERT_TRUE(insert.bind(1, 7).bind(2, "seven").run());
  Statement select = prepare("SELECT text FROM note WHERE id = $1");
  ASSERT_TRUE(select.bind(1, 7).next().value());
  EXPECT_EQ(select.text(0), "seven");
}

TEST_F(StatementTest, CanBeUsedAgainAfterItsLastRow) {
  Statement select = prepare("SELECT $1 + 1");
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(select.bind(1, i).next().value());
    EXPECT_EQ(select.integer(0), i + 1);
    EXPECT_FALSE(select.next().value());
  }
}

TEST_F(StatementTest, ANumberThatDoesNotFitIsAnErrorOfTheRun) {
  Statement insert = prepare("INSERT INTO note (id) VALUES ($1)");
  const auto done = insert.bind(1, std::numeric_limits<std::uint64_t>::max()).run();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(count_of(database_, "note"), 0);
  EXPECT_TRUE(insert.bind(1, 1).run());  // and of that run only
}

TEST_F(StatementTest, ErrorsNameTheFileThePurposeAndTheReason) {
  const auto wrong = database_.prepare("list the notes", "SELECT author FROM note");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kInternal);
  for (const char* part : {"notes.sqlite", "list the notes", "no such column"}) {
    EXPECT_NE(wrong.error().message.find(part), std::string::npos) << wrong.error().message;
  }
}

TEST_F(StatementTest, WhatIsTakenIsToldFromWhatIsForbidden) {
  Statement insert = prepare("INSERT INTO note (id) VALUES (1)");
  ASSERT_TRUE(insert.run());
  EXPECT_EQ(insert.run().error().code, ErrorCode::kAlreadyExists);
  Statement remark = prepare("INSERT INTO remark (note, text) VALUES ($1, $2)");
  EXPECT_EQ(remark.bind(1, 99).bind(2, "of no note").run().error().code, ErrorCode::kFailedPrecondition);
  ASSERT_TRUE(remark.bind(1, 1).bind(2, "x").run());
  EXPECT_EQ(remark.bind(1, 1).bind(2, "x").run().error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(prepare("INSERT INTO remark (note, text) VALUES (1, NULL)").run().error().code,
            ErrorCode::kFailedPrecondition);
}

}  // namespace
}  // namespace beamport::db
