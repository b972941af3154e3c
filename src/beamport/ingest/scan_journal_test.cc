// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_journal.h"

#include <thread>

#include "beamport/ingest/test_scans.h"

namespace beamport::ingest {
namespace {

using std::chrono::milliseconds;

const Error kAway{
    ErrorCode::kUnavailable, "/beamline/anna/s1/0007.tif: slice 7: the server is away; it is tried again", {}};

TEST_F(ScanJournalTest, TakesAScanFromNoticedToPublished) {
  const auto journal = open();
  const NoticedScan noticed = journal->notice(request_of("anna", "s1")).value();
  EXPECT_TRUE(noticed.is_new);
  const ScanId id = noticed.scan.id;
  EXPECT_EQ(journal->find(id).value().state, State::kNoticed);

  EXPECT_EQ(journal->claim_next({}).value()->state, State::kSettling);
  EXPECT_EQ(journal->advance(id, State::kConverting).value().state, State::kConverting);
  const ScanProgress progress{.slices_done = 64, .slices_total = 2000, .bytes_done = 1'000'000'000};
  EXPECT_EQ(journal->report_progress(id, progress).value().progress, progress);
  EXPECT_EQ(journal->advance(id, State::kVerifying).value().state, State::kVerifying);
  EXPECT_TRUE(journal->begin_publishing(id).value().is_publishing);
  EXPECT_EQ(journal->mark_published(id, "final content").value().state, State::kPublished);

  const Scan found = journal->find(id).value();
  EXPECT_EQ(found.state, State::kPublished);
  EXPECT_EQ(found.request.content, "final content");
  EXPECT_EQ(found.progress, progress);
  EXPECT_FALSE(found.is_publishing);
  EXPECT_EQ(found.created, "2023-11-14T22:13:20Z");
}

TEST_F(ScanJournalTest, KnowsEverythingWhenItIsOpenedAgain) {
  ScanRequest request = request_of("anna", "s1");
  request.trigger = ScanTrigger::kHttp;
  request.expected_slices = 2000;
  request.first_number = 1;
  const ScanId id = open()->notice(request).value().scan.id;
  const auto journal = open();
  const Scan found = journal->find(id).value();
  EXPECT_EQ(found.request, request);
  EXPECT_EQ(found.generation, 1);
  bring_to(*journal, id, State::kConverting);
  ASSERT_TRUE(journal->mark_failed(id, kAway, Retry::kLater));
  const Scan failed = open()->find(id).value();
  EXPECT_EQ(failed.reason, (ScanReason{.code = kAway.code, .text = kAway.message}));
  EXPECT_EQ(failed.attempts, 1);
  EXPECT_EQ(failed.next_try_in, milliseconds(10'000));
}

TEST_F(ScanJournalTest, TheSameNoticeGivesTheSameScanInEveryState) {
  const auto journal = open();
  const ScanRequest request = request_of("anna", "s1");
  const ScanId id = journal->notice(request).value().scan.id;
  const auto is_same = [&] {
    const NoticedScan again = journal->notice(request).value();
    return again.scan.id == id && !again.is_new;
  };
  EXPECT_TRUE(is_same());
  bring_to(*journal, id, State::kSettling);
  EXPECT_TRUE(is_same());
  ASSERT_TRUE(journal->mark_failed(id, kAway, Retry::kLater));
  EXPECT_TRUE(is_same());
  time_.pass(milliseconds(10'000));
  bring_to(*journal, id, State::kVerifying);
  EXPECT_TRUE(is_same());
  ASSERT_TRUE(journal->begin_publishing(id));
  EXPECT_TRUE(is_same());
  ASSERT_TRUE(journal->mark_published(id, request.content));
  EXPECT_TRUE(is_same());
}

TEST_F(ScanJournalTest, ANoticeThatTellsNothingNewChangesNothing) {
  const auto journal = open();
  ASSERT_TRUE(journal->notice(request_of("anna", "s1")));
  const std::int64_t before = journal->changes().value();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(journal->notice(request_of("anna", "s1")));
  EXPECT_EQ(journal->changes().value(), before);
}

TEST_F(ScanJournalTest, ALaterTriggerAddsTheCountAndAContradictionIsRefused) {
  const auto journal = open();
  ScanRequest request = request_of("anna", "s1");
  const ScanId id = journal->notice(request).value().scan.id;
  request.expected_slices = 2000;
  EXPECT_EQ(journal->notice(request).value().scan.request.expected_slices, 2000);
  EXPECT_EQ(journal->find(id).value().request.expected_slices, 2000);
  request.expected_slices = 1999;
  const auto refused = journal->notice(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(journal->find(id).value().request.expected_slices, 2000);
}

TEST_F(ScanJournalTest, AnotherContentAfterPublishingIsTheNextGeneration) {
  const auto journal = open();
  ScanRequest request = request_of("anna", "s1");
  const ScanId first = journal->notice(request).value().scan.id;
  bring_to(*journal, first, State::kPublished);
  request.content = "";  // nobody looked
  EXPECT_EQ(journal->notice(request).value().scan.id, first);
  request.content = "second content";
  const NoticedScan next = journal->notice(request).value();
  EXPECT_TRUE(next.is_new);
  EXPECT_EQ(next.scan.generation, 2);
  // The old one is served until the new one is published.
  EXPECT_EQ(journal->find(first).value().state, State::kPublished);
  bring_to(*journal, next.scan.id, State::kVerifying);
  EXPECT_EQ(journal->find(first).value().state, State::kPublished);
  ASSERT_TRUE(journal->begin_publishing(next.scan.id));
  ASSERT_TRUE(journal->mark_published(next.scan.id, "second content"));
  EXPECT_EQ(journal->find(first).value().state, State::kSuperseded);
  EXPECT_EQ(journal->notice(request).value().scan.id, next.scan.id);
}

TEST_F(ScanJournalTest, AScanThatFailedForGoodIsSupersededByAnotherContentOrCountOnly) {
  const auto journal = open();
  ScanRequest request = request_of("anna", "s1");
  const ScanId first = journal->notice(request).value().scan.id;
  bring_to(*journal, first, State::kConverting);
  ASSERT_TRUE(journal->mark_failed(first, kAway, Retry::kNever));
  EXPECT_EQ(journal->notice(request).value().scan.id, first);
  request.content = "with the missing slice";
  const ScanId second = journal->notice(request).value().scan.id;
  EXPECT_NE(second, first);
  EXPECT_EQ(journal->find(first).value().state, State::kSuperseded);
  bring_to(*journal, second, State::kConverting);
  ASSERT_TRUE(journal->mark_failed(second, kAway, Retry::kNever));
  request.expected_slices = 1999;
  EXPECT_EQ(journal->notice(request).value().scan.generation, 3);
}

TEST_F(ScanJournalTest, AWatcherDoesNotBringACancelledScanBackButATriggerDoes) {
  const auto journal = open();
  ScanRequest request = request_of("anna", "s1");
  const ScanId first = journal->notice(request).value().scan.id;
  ASSERT_TRUE(journal->cancel(first));
  request.content = "one slice more";
  EXPECT_EQ(journal->notice(request).value().scan.id, first);
  EXPECT_EQ(journal->find(first).value().state, State::kCancelled);
  request.trigger = ScanTrigger::kCli;
  EXPECT_EQ(journal->notice(request).value().scan.generation, 2);
}

TEST_F(ScanJournalTest, TwoSourcesNeverMakeOneImage) {
  const auto journal = open();
  ScanRequest first = request_of("anna", "s1");
  ScanRequest second = request_of("anna", "s2");
  second.output = first.output;
  const ScanId id = journal->notice(first).value().scan.id;
  const auto refused = journal->notice(second);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kAlreadyExists);
  EXPECT_NE(refused.error().message.find("/beamline/anna/s1"), std::string::npos);
  bring_to(*journal, id, State::kPublished);
  EXPECT_FALSE(journal->notice(second));
  // And a scan that was given up is not brought back on top of its successor in the name.
  first.content = "second content";
  const ScanId again = journal->notice(first).value().scan.id;
  ASSERT_TRUE(journal->cancel(again));
  EXPECT_FALSE(journal->notice(second));  // its first generation is still there
}

TEST_F(ScanJournalTest, ARetriedScanDoesNotTakeANameThatHasGoneToAnother) {
  const auto journal = open();
  const ScanRequest first = request_of("anna", "s1");
  ScanRequest second = request_of("anna", "s2");
  second.output = first.output;
  const ScanId id = journal->notice(first).value().scan.id;
  ASSERT_TRUE(journal->cancel(id));
  ASSERT_TRUE(journal->notice(second));
  EXPECT_EQ(journal->retry(id).error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(journal->find(id).value().state, State::kCancelled);
}

TEST_F(ScanJournalTest, StepsOutOfOrderAreRefusedAndChangeNothing) {
  const auto journal = open();
  const ScanId id = journal->notice(request_of("anna", "s1")).value().scan.id;
  const auto is_refused = [&](const auto& result) {
    return !result && result.error().code == ErrorCode::kFailedPrecondition;
  };
  EXPECT_TRUE(is_refused(journal->advance(id, State::kConverting)));  // not claimed
  EXPECT_TRUE(is_refused(journal->release(id)));
  bring_to(*journal, id, State::kSettling);
  const std::int64_t before = journal->changes().value();
  EXPECT_TRUE(is_refused(journal->advance(id, State::kVerifying)));
  EXPECT_TRUE(is_refused(journal->advance(id, State::kPublished)));
  EXPECT_TRUE(is_refused(journal->begin_publishing(id)));
  EXPECT_TRUE(is_refused(journal->mark_published(id, "c")));
  EXPECT_TRUE(is_refused(journal->retry(id)));
  ASSERT_TRUE(journal->advance(id, State::kConverting));
  ASSERT_TRUE(journal->advance(id, State::kVerifying));
  EXPECT_TRUE(is_refused(journal->mark_published(id, "c")));  // without having said that it begins
  EXPECT_EQ(journal->changes().value(), before + 2);
}

TEST_F(ScanJournalTest, WhatIsSaidTwiceIsDoneOnce) {
  const auto journal = open();
  const ScanId id = journal->notice(request_of("anna", "s1")).value().scan.id;
  bring_to(*journal, id, State::kConverting);
  const std::int64_t converting = journal->changes().value();
  EXPECT_TRUE(journal->advance(id, State::kConverting));
  EXPECT_EQ(journal->changes().value(), converting);
  ASSERT_TRUE(journal->advance(id, State::kVerifying));
  EXPECT_TRUE(journal->begin_publishing(id));
  EXPECT_TRUE(journal->begin_publishing(id));
  EXPECT_TRUE(journal->mark_published(id, "c"));
  EXPECT_TRUE(journal->mark_published(id, "c"));
  EXPECT_FALSE(journal->mark_published(id, "another"));
  EXPECT_FALSE(journal->cancel(id));
  const ScanId other = journal->notice(request_of("anna", "s2")).value().scan.id;
  EXPECT_TRUE(journal->cancel(other));
  EXPECT_TRUE(journal->cancel(other));
}

TEST_F(ScanJournalTest, CancellingStopsTheWorkUntilTheImageGetsItsName) {
  const auto journal = open();
  const auto operators = open();
  const ScanId id = journal->notice(request_of("anna", "s1")).value().scan.id;
  bring_to(*journal, id, State::kVerifying);
  ASSERT_TRUE(operators->cancel(id));
  EXPECT_EQ(journal->report_progress(id, {.slices_done = 1}).error().code, ErrorCode::kCancelled);
  EXPECT_EQ(journal->begin_publishing(id).error().code, ErrorCode::kCancelled);
  EXPECT_EQ(journal->mark_failed(id, kAway, Retry::kLater).error().code, ErrorCode::kCancelled);
  ASSERT_TRUE(operators->retry(id));
  bring_to(*journal, id, State::kVerifying);
  ASSERT_TRUE(journal->begin_publishing(id));
  EXPECT_EQ(operators->cancel(id).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(journal->mark_published(id, "c"));
}

TEST_F(ScanJournalTest, ACancelledScanIsNotTakenAgainWhileItsWorkHasNotStopped) {
  const auto journal = open();
  const ScanId id = journal->notice(request_of("anna", "s1")).value().scan.id;
  ASSERT_TRUE(journal->notice(request_of("anna", "s2")));
  bring_to(*journal, id, State::kConverting);
  ASSERT_TRUE(journal->cancel(id));
  ASSERT_TRUE(journal->retry(id));
  EXPECT_FALSE(journal->claim_next({.slots = 1}).value());  // the work still goes on, and takes the slot
  EXPECT_NE(journal->claim_next({.slots = 2}).value()->id, id);
  EXPECT_FALSE(journal->claim_next({.slots = 3}).value());
  EXPECT_FALSE(journal->report_progress(id, {.slices_done = 1}));  // now it knows
  EXPECT_EQ(journal->claim_next({.slots = 3}).value()->id, id);
  EXPECT_TRUE(journal->report_progress(id, {.slices_done = 1}));
}

TEST_F(ScanJournalTest, OnlyTheNewestGenerationIsRetried) {
  const auto journal = open();
  ScanRequest request = request_of("anna", "s1");
  request.trigger = ScanTrigger::kHttp;
  const ScanId first = journal->notice(request).value().scan.id;
  ASSERT_TRUE(journal->cancel(first));
  request.content = "second content";
  ASSERT_TRUE(journal->notice(request));
  EXPECT_EQ(journal->retry(first).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(journal->find(first).value().state, State::kCancelled);
}

TEST_F(ScanJournalTest, UnknownScansAreNotFound) {
  const auto journal = open();
  const ScanId id = ScanId::parse("0123456789abcdef01234567").value();
  EXPECT_EQ(journal->find(id).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(journal->cancel(id).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(journal->retry(id).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(journal->advance(id, State::kConverting).error().code, ErrorCode::kNotFound);
}

TEST_F(ScanJournalTest, ListsPageByPageNewestFirstAndByFilter) {
  const auto journal = open();
  for (int i = 0; i < 7; ++i)
    ASSERT_TRUE(journal->notice(request_of(i % 2 == 0 ? "anna" : "berta", fmt::format("s{}", i))));
  std::string names;
  ScanPage page{.limit = 3};
  do {
    const ScanList list = journal->list({}, page).value();
    for (const Scan& scan : list.scans) names += scan.request.name + " ";
    page.before = list.next;
  } while (page.before != 0);
  EXPECT_EQ(names, "s6 s5 s4 s3 s2 s1 s0 ");
  EXPECT_EQ(journal->list({.user = "berta"}, {}).value().scans.size(), 3U);
  EXPECT_EQ(journal->list({.root = "no such root"}, {}).value().scans.size(), 0U);
  EXPECT_EQ(journal->list({.source = "/beamline/anna/s2"}, {}).value().scans.size(), 1U);
  const ScanFilter both{.states = {State::kNoticed}, .user = "anna", .output = "anna/20260101/s2.ome.zarr"};
  EXPECT_EQ(journal->list(both, {.before = 7}).value().scans.size(), 1U);
  const std::int64_t before = journal->changes().value();
  const Scan claimed = *journal->claim_next({}).value();
  const ScanList changed = journal->list({.changed_after = before}, {}).value();
  ASSERT_EQ(changed.scans.size(), 1U);
  EXPECT_EQ(changed.scans[0].id, claimed.id);
  EXPECT_EQ(journal->list({.states = {State::kSettling, State::kPublished}}, {}).value().scans.size(), 1U);
  EXPECT_EQ(journal->counts().value(), (std::map<State, std::int64_t>{{State::kNoticed, 6}, {State::kSettling, 1}}));
}

TEST_F(ScanJournalTest, WaitersWakeForOwnAndForOtherProcessesChanges) {
  const auto journal = open();
  const auto other = open();  // another connection is as foreign as another process
  std::int64_t seen = journal->changes().value();
  for (ScanJournal* changer : {journal.get(), other.get()}) {
    std::jthread later([&] {
      std::this_thread::sleep_for(milliseconds(30));
      EXPECT_TRUE(changer->notice(request_of("anna", changer == other.get() ? "s2" : "s1")));
    });
    const std::int64_t now = journal->wait_for_change(seen, milliseconds(60'000), {}).value();
    EXPECT_EQ(now, seen + 1);
    seen = now;
  }
  EXPECT_EQ(journal->wait_for_change(seen - 1, milliseconds(60'000), {}).value(), seen);  // it is there already
}

TEST_F(ScanJournalTest, WaitersGiveUpAfterTheTimeoutAndWhenAsked) {
  const auto journal = open();
  const std::int64_t seen = journal->changes().value();
  EXPECT_EQ(journal->wait_for_change(seen, milliseconds(50), {}).value(), seen);
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(milliseconds(30));
    stop.request_stop();
  });
  EXPECT_EQ(journal->wait_for_change(seen, milliseconds(60'000), stop.get_token()).value(), seen);
}

TEST_F(ScanJournalTest, WhatIsDueWithASourceIsKeptUntilItIsDone) {
  const auto journal = open();
  const ScanId id = journal->notice(request_of("anna", "s1")).value().scan.id;
  EXPECT_EQ(journal->source_is_now(id, SourceDue::kComparing).error().code, ErrorCode::kFailedPrecondition);
  bring_to(*journal, id, State::kVerifying);
  ASSERT_TRUE(journal->begin_publishing(id, "first content"));
  ASSERT_TRUE(journal->mark_published(id, "first content", SourceDue::kComparing));
  const auto due = [&] { return open()->list({.source_is_due = true}, {}).value().scans; };
  ASSERT_EQ(due().size(), 1U);
  EXPECT_EQ(due().front().source_due, SourceDue::kComparing);
  ASSERT_TRUE(journal->source_is_now(id, SourceDue::kRemoving));
  EXPECT_EQ(due().front().source_due, SourceDue::kRemoving);
  ASSERT_TRUE(journal->source_is_now(id, SourceDue::kNothing));
  EXPECT_TRUE(due().empty());
}

TEST_F(ScanJournalTest, WhatIsLeftOfASourceThatIsBeingRemovedIsNoNewScan) {
  const auto journal = open();
  ScanRequest request = request_of("anna", "s1");
  const ScanId id = journal->notice(request).value().scan.id;
  bring_to(*journal, id, State::kPublished);
  ASSERT_TRUE(journal->source_is_now(id, SourceDue::kRemoving));
  request.content = "half of it";
  EXPECT_FALSE(journal->notice(request).value().is_new);
  EXPECT_FALSE(journal->repeat(id));
  ASSERT_TRUE(journal->source_is_now(id, SourceDue::kNothing));
  EXPECT_TRUE(journal->notice(request).value().is_new);
}

TEST_F(ScanJournalTest, NothingIsTakenFromASuccessor) {
  const auto journal = open();
  ScanRequest request = request_of("anna", "s1");
  const ScanId id = journal->notice(request).value().scan.id;
  bring_to(*journal, id, State::kPublished);
  ASSERT_TRUE(journal->source_is_now(id, SourceDue::kComparing));
  request.content = "second content";
  ASSERT_TRUE(journal->notice(request).value().is_new);
  EXPECT_EQ(journal->source_is_now(id, SourceDue::kRemoving).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(journal->source_is_now(id, SourceDue::kNothing));
}

TEST_F(ScanJournalTest, APublishedScanIsRepeatedOnce) {
  const auto journal = open();
  const ScanRequest request = request_of("anna", "s1");
  const ScanId id = journal->notice(request).value().scan.id;
  bring_to(*journal, id, State::kPublished);
  const NoticedScan again = journal->repeat(id).value();
  EXPECT_TRUE(again.is_new);
  EXPECT_EQ(again.scan.generation, 2);
  EXPECT_EQ(again.scan.request, request);
  EXPECT_EQ(journal->find(id).value().state, State::kPublished) << "until the new one is";
  EXPECT_EQ(journal->repeat(id).value().scan.id, again.scan.id);
  EXPECT_FALSE(journal->repeat(id).value().is_new);
  bring_to(*journal, again.scan.id, State::kConverting);
  ASSERT_TRUE(journal->mark_failed(again.scan.id, kAway, Retry::kNever));
  const auto failed = journal->repeat(id);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(ScanJournalTest, TheContentIsKnownBeforeTheImageHasItsName) {
  auto journal = open();
  ScanRequest request = request_of("anna", "s1");
  request.content.clear();
  const ScanId id = journal->notice(request).value().scan.id;
  bring_to(*journal, id, State::kVerifying);
  ASSERT_TRUE(journal->begin_publishing(id, "as it was converted"));
  journal.reset();  // it ends here
  journal = open();
  EXPECT_EQ(journal->requeue_interrupted().value(), 1);
  EXPECT_EQ(journal->find(id).value().request.content, "as it was converted");
}

}  // namespace
}  // namespace beamport::ingest
