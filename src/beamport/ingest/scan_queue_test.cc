// SPDX-License-Identifier: Apache-2.0
// Whose turn it is, and when: fairness, large scans, retries and clocks that jump.

#include <map>
#include <set>

#include "beamport/ingest/test_scans.h"

namespace beamport::ingest {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

const Error kAway{ErrorCode::kUnavailable, "the server is away", {}};

class ScanQueueTest : public ScanJournalTest {
 protected:
  void SetUp() override { journal_ = open(); }

  ScanId notice(const std::string& user, const std::string& name, std::int64_t bytes = 30'000'000'000) {
    ScanRequest request = request_of(user, name);
    request.source_bytes = bytes;
    return journal_->notice(request).value().scan.id;
  }
  std::optional<Scan> claim(std::int64_t slots = 1000) { return journal_->claim_next({.slots = slots}).value(); }
  void finish(const Scan& scan) {
    ASSERT_TRUE(journal_->advance(scan.id, State::kConverting));
    ASSERT_TRUE(journal_->advance(scan.id, State::kVerifying));
    ASSERT_TRUE(journal_->begin_publishing(scan.id));
    ASSERT_TRUE(journal_->mark_published(scan.id, "first content"));
  }
  /// Claims and finishes one after the other; the users in the order in which they were served.
  std::string served(int times) {
    std::string users;
    for (int i = 0; i < times; ++i) {
      const auto scan = claim(1);
      if (!scan) return users + ".";
      users += scan->request.user[0];
      finish(*scan);
    }
    return users;
  }

  std::unique_ptr<ScanJournal> journal_;
};

TEST_F(ScanQueueTest, OneUsersScansComeInTheOrderTheyWereNoticed) {
  for (const char* name : {"z", "a", "m"}) notice("anna", name);
  for (const char* name : {"z", "a", "m"}) EXPECT_EQ(claim()->request.name, name);
  EXPECT_FALSE(claim());
}

TEST_F(ScanQueueTest, AUserWithManyScansDoesNotKeepOthersWaiting) {
  for (int i = 0; i < 6; ++i) notice("anna", fmt::format("s{}", i));
  notice("berta", "s0");
  notice("carla", "s0");
  notice("berta", "s1");
  EXPECT_EQ(served(10), "abcabaaaa.");
}

TEST_F(ScanQueueTest, TheUserWithTheFewestRunningIsNext) {
  for (int i = 0; i < 4; ++i) notice("anna", fmt::format("s{}", i));
  for (int i = 0; i < 2; ++i) notice("berta", fmt::format("s{}", i));
  std::string users;
  for (int i = 0; i < 6; ++i) users += claim()->request.user[0];
  EXPECT_EQ(users, "ababaa");
}

TEST_F(ScanQueueTest, NoMoreAreClaimedThanThereAreSlots) {
  for (int i = 0; i < 4; ++i) notice("anna", fmt::format("s{}", i));
  const auto first = claim(2);
  ASSERT_TRUE(first && claim(2));
  EXPECT_FALSE(claim(2));
  finish(*first);
  EXPECT_TRUE(claim(2));
  EXPECT_FALSE(claim(2));
}

TEST_F(ScanQueueTest, ALargeScanNeverTakesTheLastSlot) {
  constexpr std::int64_t kLarge = 1000;
  const ClaimLimits limits{.slots = 3, .large_bytes = kLarge};
  const std::set<std::string> large{"l0", "l1", "l2"};
  for (const std::string& name : large) notice("anna", name, kLarge);
  const auto next = [&] { return journal_->claim_next(limits).value(); };
  const auto first = next();
  const auto second = next();
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(next());  // the third large one waits although a slot is free
  const ScanId small = notice("anna", "s", kLarge - 1);
  EXPECT_EQ(next()->id, small);
  ASSERT_TRUE(journal_->advance(small, State::kConverting));
  finish(*first);
  EXPECT_TRUE(large.contains(next()->request.name));
}

TEST_F(ScanQueueTest, WithOneSlotALargeScanRunsAsWell) {
  notice("anna", "l", 1000);
  EXPECT_TRUE(journal_->claim_next({.slots = 1, .large_bytes = 1000}).value());
}

TEST_F(ScanQueueTest, RetriesComeLaterAndLaterAndThenNoMore) {
  auto limited = settings();
  limited.retry = {.first_delay = seconds(10), .longest_delay = seconds(60), .attempts = 6};
  journal_ = ScanJournal::open(path_, limited).value();
  const ScanId id = notice("anna", "s");
  for (const std::int64_t delay : {10, 20, 40, 60, 60}) {
    ASSERT_EQ(claim()->id, id);
    EXPECT_EQ(journal_->mark_failed(id, kAway, Retry::kLater).value().next_try_in, seconds(delay));
    EXPECT_EQ(journal_->time_to_next().value(), seconds(delay));
    time_.pass(seconds(delay) - milliseconds(1));
    EXPECT_FALSE(claim());
    time_.pass(milliseconds(1));
    EXPECT_EQ(journal_->time_to_next().value(), milliseconds(0));
  }
  ASSERT_EQ(claim()->id, id);
  EXPECT_EQ(journal_->mark_failed(id, kAway, Retry::kLater).value().next_try_in, std::nullopt);
  EXPECT_EQ(journal_->time_to_next().value(), std::nullopt);
  time_.pass(hours(1000));
  EXPECT_FALSE(claim());
  EXPECT_EQ(journal_->retry(id).value().attempts, 0);
  EXPECT_EQ(claim()->id, id);
}

TEST_F(ScanQueueTest, WhatARetryCannotHelpIsNotRetried) {
  const ScanId id = notice("anna", "s");
  ASSERT_TRUE(claim());
  ASSERT_TRUE(journal_->mark_failed(id, {ErrorCode::kCorrupt, "0007.tif: slice 7 is damaged", {}}, Retry::kNever));
  time_.pass(hours(1000));
  EXPECT_FALSE(claim());
}

TEST_F(ScanQueueTest, AClockThatJumpsNeitherDelaysNorHastensARetry) {
  for (const std::int64_t jump_s : {86'400, -86'400}) {
    const ScanId id = notice("anna", fmt::format("s{}", jump_s));
    ASSERT_EQ(claim()->id, id);
    ASSERT_TRUE(journal_->mark_failed(id, kAway, Retry::kLater));
    time_.wall_s += jump_s;
    EXPECT_FALSE(claim());
    EXPECT_EQ(journal_->find(id).value().next_try_in, seconds(10));
    time_.pass(seconds(10));
    ASSERT_EQ(claim()->id, id);
    ASSERT_TRUE(journal_->release(id));
    time_.wall_s -= jump_s;
    finish(*claim());
  }
}

TEST_F(ScanQueueTest, AfterAJumpOfTheClockAScanIsStillTheSameScan) {
  const ScanId id = notice("anna", "s");
  time_.wall_s += 86'400;
  EXPECT_EQ(notice("anna", "s"), id);
  time_.wall_s -= 172'800;
  EXPECT_EQ(notice("anna", "s"), id);
  const ScanId later = notice("anna", "s2");  // noticed "two days before" the first one
  EXPECT_EQ(claim()->id, id);
  EXPECT_EQ(claim()->id, later);
}

TEST_F(ScanQueueTest, DelaysOutliveTheProgramButNotTheMachinesRestart) {
  const ScanId id = notice("anna", "s");
  ASSERT_TRUE(claim());
  ASSERT_TRUE(journal_->mark_failed(id, kAway, Retry::kLater));
  journal_ = open();
  EXPECT_FALSE(claim());
  time_.boot = "another boot";  // which has lasted a little longer than the first one had
  time_.pass(milliseconds(1));
  journal_ = open();
  EXPECT_EQ(journal_->find(id).value().next_try_in, milliseconds(0));
  EXPECT_EQ(claim()->id, id);
}

TEST_F(ScanQueueTest, AClockSinceBootThatWentBackDelaysNothing) {
  const ScanId id = notice("anna", "s");
  ASSERT_TRUE(claim());
  ASSERT_TRUE(journal_->mark_failed(id, kAway, Retry::kLater));
  time_.pass(milliseconds(-500));  // a container's clock is its own
  EXPECT_EQ(claim()->id, id);
}

TEST_F(ScanQueueTest, WhatWasPutBackWaitsForItsDelayWithoutAReproach) {
  const ScanId id = notice("anna", "s");
  ASSERT_TRUE(claim());
  ASSERT_TRUE(journal_->release(id, seconds(5)));
  EXPECT_FALSE(claim());
  time_.pass(seconds(5));
  EXPECT_EQ(claim()->id, id);
  EXPECT_EQ(journal_->find(id).value().attempts, 0);
  ASSERT_TRUE(journal_->release(id));
  EXPECT_EQ(claim()->id, id);
}

TEST_F(ScanQueueTest, TwoServicesNeverHaveOneScan) {
  const auto other = open();
  const ScanId id = notice("anna", "s");
  ASSERT_TRUE(claim());
  EXPECT_FALSE(other->claim_next({}).value());
  EXPECT_EQ(other->requeue_interrupted().value(), 0);
  EXPECT_EQ(other->advance(id, State::kConverting).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(other->mark_failed(id, kAway, Retry::kLater).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(other->release(id).error().code, ErrorCode::kFailedPrecondition);
  ASSERT_TRUE(journal_->advance(id, State::kConverting));
  ASSERT_TRUE(journal_->advance(id, State::kVerifying));
  EXPECT_EQ(other->begin_publishing(id).error().code, ErrorCode::kFailedPrecondition);
  ASSERT_TRUE(journal_->begin_publishing(id));
  EXPECT_EQ(other->mark_published(id, "c").error().code, ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(journal_->mark_published(id, "c"));
}

TEST_F(ScanQueueTest, WhatAnEndedServiceHadInItsHandsGoesBackAndIsOwnedAfresh) {
  const ScanId id = notice("anna", "s");
  bring_to(*journal_, id, State::kVerifying);
  ASSERT_TRUE(journal_->begin_publishing(id));
  journal_ = open();  // the old object ends after the new one is there
  EXPECT_FALSE(claim());
  EXPECT_EQ(journal_->requeue_interrupted().value(), 1);
  EXPECT_EQ(journal_->requeue_interrupted().value(), 0);
  const Scan back = journal_->find(id).value();
  EXPECT_EQ(back.state, State::kNoticed);
  EXPECT_EQ(back.interruptions, 1);
  EXPECT_EQ(back.attempts, 0);
  EXPECT_FALSE(back.is_publishing);
  EXPECT_EQ(claim()->id, id);
}

TEST_F(ScanQueueTest, AScanThatBringsTheProgramDownComesLastAndEndsSomeTime) {
  auto limited = settings();
  limited.interruptions = 3;
  const auto restart = [&] {
    journal_.reset();
    journal_ = ScanJournal::open(path_, limited).value();
    EXPECT_EQ(journal_->requeue_interrupted().value(), 1);
  };
  const ScanId poison = notice("anna", "poison");
  const ScanId good = notice("anna", "good");
  ASSERT_EQ(claim(1)->id, poison);
  restart();
  EXPECT_EQ(claim(1)->id, good);
  restart();
  ASSERT_EQ(claim(1)->id, poison);  // as often as the other: the older one
  ASSERT_TRUE(journal_->advance(poison, State::kConverting));
  ASSERT_TRUE(journal_->report_progress(poison, {.slices_done = 1}));  // it gets on: that is no reproach
  restart();
  EXPECT_EQ(journal_->find(poison).value().interruptions, 1);
  for (int i = 0; i < 2; ++i) {
    while (claim(2)) {
    }
    ASSERT_TRUE(journal_->find(poison).value().state == State::kSettling);
    ASSERT_TRUE(journal_->release(good));
    restart();
  }
  const Scan ended = journal_->find(poison).value();
  EXPECT_EQ(ended.state, State::kFailed);
  EXPECT_EQ(ended.next_try_in, std::nullopt);
  EXPECT_NE(ended.reason->text.find("3 times"), std::string::npos) << ended.reason->text;
}

}  // namespace
}  // namespace beamport::ingest
