// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/audit_log.h"

#include <string>

#include <gtest/gtest.h>

#include "beamport/catalog/catalog_schema.h"
#include "beamport/db/statement.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::catalog {
namespace {

class AuditLogTest : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 1; i <= 5; ++i) {
      ASSERT_TRUE(log_.append(access::Moment(std::chrono::seconds(i)), "anna",
                              i % 2 == 0 ? "grant.give" : "folder.make", "object", {{"number", i}}));
    }
  }
  void run(const std::string& sql) { ASSERT_TRUE(database_.prepare("spoil the record", sql).value().run()); }

  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  db::Database database_ = db::Database::open(directory_.path() / "catalog.sqlite", catalog_schema()).value();
  AuditLog log_{database_};
};

TEST_F(AuditLogTest, ASoundChainIsRead) {
  const AuditVerdict verdict = log_.verify().value();
  EXPECT_EQ(verdict.entries, 5);
  EXPECT_FALSE(verdict.broken) << verdict.problem;
  EXPECT_EQ(verdict.head, log_.list({.limit = 1}).value().front().digest);
}

TEST_F(AuditLogTest, EveryChangeOfARowIsFound) {
  for (const std::string change : {"moment = moment + 1", "actor = 'eve'", "event = 'folder.other'", "object = ''",
                                   "details = '{}'", "digest = '00' || substr(digest, 3)"}) {
    run("SAVEPOINT before");
    run("UPDATE audit SET " + change + " WHERE sequence = 3");
    const AuditVerdict verdict = log_.verify().value();
    EXPECT_EQ(verdict.broken, 3) << change;
    EXPECT_EQ(verdict.entries, 2);
    run("ROLLBACK TO before");
    run("RELEASE before");
  }
  EXPECT_FALSE(log_.verify()->broken);
}

TEST_F(AuditLogTest, RemovedAddedAndSwappedRowsAreFound) {
  for (const std::string change :
       {"DELETE FROM audit WHERE sequence = 3", "DELETE FROM audit WHERE sequence = 1",
        "UPDATE audit SET sequence = CASE sequence WHEN 3 THEN 104 ELSE 103 END WHERE sequence IN (3, 4)",
        "INSERT INTO audit SELECT 6, moment, actor, event, object, details, digest FROM audit WHERE sequence = 5"}) {
    run("SAVEPOINT before");
    run(change);
    EXPECT_TRUE(log_.verify()->broken) << change;
    run("ROLLBACK TO before");
    run("RELEASE before");
  }
}

TEST_F(AuditLogTest, WhatIsCutOffAtTheEndShowsInTheHead) {
  const std::string head = log_.verify()->head;
  run("DELETE FROM audit WHERE sequence = 5");
  EXPECT_NE(log_.verify()->head, head);
}

TEST_F(AuditLogTest, ListsNewestFirstByFilterAndPage) {
  EXPECT_EQ(log_.list({}).value().front().sequence, 5);
  EXPECT_EQ(log_.list({.event = "grant."}).value().size(), 2U);
  EXPECT_EQ(log_.list({.event = "grant"}).value().size(), 0U);
  EXPECT_EQ(log_.list({.actor = "eve"}).value().size(), 0U);
  const auto page = log_.list({.before = 4, .limit = 2}).value();
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page.front().sequence, 3);
  EXPECT_EQ(page.front().details, R"({"number":3})");
}

}  // namespace
}  // namespace beamport::catalog
