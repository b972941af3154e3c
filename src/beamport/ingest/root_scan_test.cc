// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/root_scan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/ingest/test_source_view.h"

namespace beamport::ingest {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr std::string_view kScan = "2026/ann/20260314/bone 1";

std::string text_of(const ScanNews& news) {
  constexpr std::string_view kKinds[] = {"new", "changed", "quiet", "gone"};
  return fmt::format("{} {} {}", kKinds[static_cast<std::size_t>(news.kind)], news.scan.path, news.scan.slices);
}

class RootScanTest : public testing::Test {
 protected:
  RootScanTest() { restart(); }

  RootScanOptions options() {
    return {.root = "/beam", .pattern = *ScanPattern::compile("<year>/<user>/<YYYYMMDD>/<scan>"), .settle = 30s};
  }
  /// A new service on the same disk.
  void restart(const std::function<void(RootScanOptions&)>& change = [](RootScanOptions&) {}) {
    RootScanOptions all = options();
    change(all);
    scan_ = std::make_unique<RootScan>(std::move(all), std::make_unique<TestView>(disk_), [this] { return disk_.now; });
  }
  RootLook look() {
    RootLook found = scan_->look({});
    for (const RootTrouble& trouble : found.troubles) {
      troubles_.push_back(fmt::format("{}{}: {}", trouble.is_over ? "over " : "", trouble.path, trouble.error.message));
    }
    return found;
  }
  std::vector<std::string> news_of(const RootLook& found) {
    std::vector<std::string> news;
    for (const ScanNews& each : found.news) news.push_back(text_of(each));
    return news;
  }
  std::vector<std::string> news() { return news_of(look()); }
  void pass(std::chrono::milliseconds time) { disk_.now += time; }
  static std::string slice(std::string_view scan, int i) { return fmt::format("/beam/{}/s_{:04}.tif", scan, i); }
  void write_slices(std::string_view scan, int count) {
    for (int i = 0; i < count; ++i) disk_.write(slice(scan, i));
  }
  /// A scan that is known and quiet.
  void settle_scan(std::string_view scan, int slices = 10) {
    write_slices(scan, slices);
    look();
    pass(31s);
    look();
    troubles_.clear();
  }

  TestDisk disk_{"/beam"};
  std::unique_ptr<RootScan> scan_;
  std::vector<std::string> troubles_;
};

TEST_F(RootScanTest, TellsOfANewScanAndOnceWhenItIsQuiet) {
  EXPECT_THAT(news(), IsEmpty());
  write_slices(kScan, 3);
  const RootLook found = look();
  EXPECT_THAT(news_of(found), ElementsAre("new 2026/ann/20260314/bone 1 3"));
  EXPECT_EQ(found.news[0].scan.fields, (ScanFields{"ann", "20260314", "bone 1"}));
  pass(29s);
  EXPECT_THAT(news(), IsEmpty());
  pass(1s);
  const RootLook quiet = look();
  EXPECT_THAT(news_of(quiet), ElementsAre("quiet 2026/ann/20260314/bone 1 3"));
  EXPECT_GE(quiet.news[0].scan.quiet, 30s);
  TestView view(disk_);
  EXPECT_EQ(quiet.news[0].scan.identity, identify_source(view, "/beam/2026/ann/20260314/bone 1", "*").value());
  for (int i = 0; i < 5; ++i) {
    pass(100s);
    EXPECT_THAT(news(), IsEmpty());
  }
}

TEST_F(RootScanTest, EveryChangeMakesItWaitAnew) {
  write_slices(kScan, 3);
  look();
  for (int i = 3; i < 8; ++i) {
    pass(20s);
    disk_.write(slice(kScan, i));
    EXPECT_THAT(news(), ElementsAre(fmt::format("changed 2026/ann/20260314/bone 1 {}", i + 1)));
  }
  pass(29s);
  EXPECT_THAT(news(), IsEmpty());
  pass(1s);
  EXPECT_THAT(news(), ElementsAre("quiet 2026/ann/20260314/bone 1 8"));
}

TEST_F(RootScanTest, TimesOnTheDiskMeanNothing) {
  disk_.stamp_time = 4'000'000'000'000'000'000;  // a hundred years ahead
  write_slices(kScan, 3);
  look();
  pass(31s);
  EXPECT_THAT(news(), ElementsAre("quiet 2026/ann/20260314/bone 1 3"));
  disk_.stamp_time = -1'000'000;  // the writer's clock went back
  write_slices(kScan, 3);
  EXPECT_THAT(news(), ElementsAre("changed 2026/ann/20260314/bone 1 3"));
}

TEST_F(RootScanTest, ANewNameWithinTheTickOfTheStampIsFound) {
  disk_.is_coarse = true;  // every stamp is equal from now on
  write_slices(kScan, 3);
  look();
  disk_.write(slice(kScan, 3));
  pass(2s);
  EXPECT_THAT(news(), ElementsAre("changed 2026/ann/20260314/bone 1 4"));
}

TEST_F(RootScanTest, AStackWrittenAnewInItsPlaceIsFoundAtTheNextLook) {
  settle_scan(kScan);
  pass(1h);
  write_slices(kScan, 10);
  EXPECT_THAT(news(), ElementsAre("changed 2026/ann/20260314/bone 1 10"));
  pass(31s);
  EXPECT_THAT(news(), ElementsAre("quiet 2026/ann/20260314/bone 1 10"));
}

TEST_F(RootScanTest, ASingleSliceWrittenAnewIsFoundByGoingRound) {
  restart([](RootScanOptions& o) { o.full_checks = 10; });
  for (int i = 0; i < 4; ++i) write_slices(fmt::format("2026/ann/20260314/s{}", i), 10);
  look();
  for (int i = 0; i < 4; ++i) {
    pass(31s);
    look();
  }
  disk_.write(slice("2026/ann/20260314/s2", 1));  // none of the three
  std::vector<std::string> all;
  for (int i = 0; i < 4; ++i) {
    for (const std::string& each : news()) all.push_back(each);
  }
  EXPECT_THAT(all, ElementsAre("changed 2026/ann/20260314/s2 10"));
}

TEST_F(RootScanTest, AnEventTellsOfASliceWrittenAnewAtOnce) {
  settle_scan(kScan);
  const auto full = scan_->find(std::string(kScan))->identity.full;
  scan_->touch(std::string(kScan));  // but nothing was different afterwards
  EXPECT_EQ(scan_->next_quiet(), disk_.now + 30s);
  pass(30s);
  EXPECT_THAT(news_of(scan_->look_at_touched({})), IsEmpty());
  EXPECT_EQ(scan_->find(std::string(kScan))->identity.full, full);
  disk_.write(slice(kScan, 1));
  scan_->touch(std::string(kScan));
  pass(30s);
  EXPECT_THAT(news_of(scan_->look_at_touched({})), ElementsAre("changed 2026/ann/20260314/bone 1 10"));
  pass(30s);
  EXPECT_THAT(news_of(scan_->look_at_touched({})), ElementsAre("quiet 2026/ann/20260314/bone 1 10"));
}

TEST_F(RootScanTest, AnEventInADirectoryOfThePatternFindsWhatIsNew) {
  settle_scan(kScan);
  write_slices("2026/bob/20260315/x", 2);
  scan_->touch("2026/ann");
  EXPECT_THAT(news_of(scan_->look_at_touched({})), IsEmpty());
  scan_->touch("2026");
  EXPECT_THAT(news_of(scan_->look_at_touched({})), ElementsAre("new 2026/bob/20260315/x 2"));
  disk_.remove("/beam/2026/bob/20260315/x");
  scan_->touch("2026/bob/20260315");
  EXPECT_THAT(news_of(scan_->look_at_touched({})), ElementsAre("gone 2026/bob/20260315/x 2"));
  scan_->touch("nobody/knows");
  EXPECT_THAT(news_of(scan_->look_at_touched({})), IsEmpty());
}

TEST_F(RootScanTest, AfterARestartWhatWasDoneIsNoNews) {
  settle_scan(kScan);
  settle_scan("2026/bob/20260315/x", 5);
  const auto bone = scan_->find(std::string(kScan))->identity;
  const auto x = scan_->find("2026/bob/20260315/x")->identity;
  const auto begin_again = [&] {
    restart();
    scan_->remember(std::string(kScan), bone);
    scan_->remember("2026/bob/20260315/x", x);
  };
  begin_again();
  EXPECT_THAT(news(), IsEmpty());
  EXPECT_EQ(scan_->find(std::string(kScan))->identity.full, bone.full);
  pass(31s);
  EXPECT_THAT(news(), IsEmpty());

  disk_.write(slice("2026/bob/20260315/x", 0));  // while nobody looked
  begin_again();
  EXPECT_THAT(news(), ElementsAre("new 2026/bob/20260315/x 5"));

  disk_.write(slice("2026/ann/20260314/bone 1", 1));  // none of the three: found by going round
  begin_again();
  EXPECT_THAT(news(), UnorderedElementsAre("new 2026/bob/20260315/x 5", "changed 2026/ann/20260314/bone 1 10"));
}

TEST_F(RootScanTest, AMoveToOtherDisksIsNoNews) {
  settle_scan(kScan);
  const auto identity = scan_->find(std::string(kScan))->identity;
  disk_.renumber();
  restart();
  scan_->remember(std::string(kScan), identity);
  EXPECT_THAT(news(), IsEmpty());
  EXPECT_TRUE(scan_->find(std::string(kScan)));
  pass(31s);
  EXPECT_THAT(news(), IsEmpty());
}

TEST_F(RootScanTest, ARootThatGoesAwayTakesNothingWithIt) {
  settle_scan(kScan);
  auto everything = disk_.take();
  for (int i = 0; i < 3; ++i) {
    const RootLook found = look();
    EXPECT_FALSE(found.is_root_there);
    EXPECT_THAT(news_of(found), IsEmpty());
  }
  EXPECT_THAT(troubles_, ElementsAre(HasSubstr("no such file")));
  EXPECT_EQ(scan_->known_scans(), 1U);
  disk_.give(everything);
  EXPECT_THAT(news(), IsEmpty());
  EXPECT_THAT(troubles_, ElementsAre(HasSubstr("no such file"), HasSubstr("over ")));

  troubles_.clear();
  disk_.fail_at("/beam", ErrorCode::kIo);
  look();
  look();
  disk_.fail_at("/beam", std::nullopt);
  EXPECT_THAT(news(), IsEmpty());
  EXPECT_EQ(troubles_.size(), 2U);
}

TEST_F(RootScanTest, AnEmptyMountPointIsNotMistakenForTheRoot) {
  settle_scan(kScan);
  auto everything = disk_.take();
  disk_.make_directory("/beam");
  for (int i = 0; i < 3; ++i) EXPECT_THAT(news(), IsEmpty());
  EXPECT_THAT(troubles_, ElementsAre(HasSubstr("is it mounted?")));
  disk_.give(everything);
  disk_.renumber();  // mounted from another server
  write_slices("2026/bob/20260315/x", 2);
  EXPECT_THAT(news(), UnorderedElementsAre("new 2026/bob/20260315/x 2", "changed 2026/ann/20260314/bone 1 10"));
  EXPECT_EQ(troubles_.size(), 2U);
}

TEST_F(RootScanTest, TheSameRootThatWasEmptiedIsBelieved) {
  settle_scan(kScan);
  disk_.remove("/beam/2026");
  EXPECT_THAT(news(), ElementsAre("gone 2026/ann/20260314/bone 1 10"));
  EXPECT_THAT(troubles_, IsEmpty());
  EXPECT_EQ(scan_->known_scans(), 0U);
}

TEST_F(RootScanTest, ADirectoryThatCannotBeReadIsSaidOnceAndKeepsItsScans) {
  settle_scan(kScan);
  disk_.fail_at("/beam/2026/ann", ErrorCode::kPermissionDenied);
  for (int i = 0; i < 3; ++i) EXPECT_THAT(news(), IsEmpty());
  // The scan below it cannot be looked at either, but that is the same trouble.
  EXPECT_THAT(troubles_, testing::Contains(HasSubstr("2026/ann: ")).Times(1));
  const std::size_t said = troubles_.size();
  disk_.fail_at("/beam/2026/ann", std::nullopt);
  EXPECT_THAT(news(), IsEmpty());
  EXPECT_EQ(troubles_.size(), 2 * said);
  disk_.fail_at("/beam/2026/ann/20260314/bone 1", ErrorCode::kPermissionDenied);
  for (int i = 0; i < 3; ++i) EXPECT_THAT(news(), IsEmpty());
  EXPECT_EQ(troubles_.size(), 2 * said + 1);
  EXPECT_EQ(scan_->known_scans(), 1U);
}

TEST_F(RootScanTest, LinksAreFollowedOnlyWhenTold) {
  disk_.make_directory("/elsewhere/theirs");
  disk_.write("/elsewhere/theirs/s_0001.tif");
  disk_.link("/beam/2026/ann/20260314/linked", "/elsewhere/theirs");
  disk_.link("/beam/2026/ann/20260314/broken", "/nowhere");
  for (int i = 0; i < 3; ++i) EXPECT_THAT(news(), IsEmpty());
  EXPECT_EQ(troubles_.size(), 2U);
  EXPECT_THAT(troubles_, testing::Contains(HasSubstr("follow_links")).Times(2));
  restart([](RootScanOptions& o) { o.follow_links = true; });
  troubles_.clear();
  EXPECT_THAT(news(), ElementsAre("new 2026/ann/20260314/linked 1"));
  EXPECT_THAT(troubles_, ElementsAre(HasSubstr("leads nowhere")));
}

TEST_F(RootScanTest, AScanThatIsReplacedByALinkIsGone) {
  settle_scan(kScan);
  disk_.make_directory("/elsewhere/theirs");
  disk_.write("/elsewhere/theirs/s_0001.tif");
  disk_.remove("/beam/2026/ann/20260314/bone 1");
  disk_.link("/beam/2026/ann/20260314/bone 1", "/elsewhere/theirs");
  EXPECT_THAT(news(), ElementsAre("gone 2026/ann/20260314/bone 1 10"));
  EXPECT_THAT(news(), IsEmpty());
}

TEST_F(RootScanTest, NamesThatMayNotBeUsedAreSaidOnce) {
  write_slices("2026/ann/20260314/-rf", 2);
  write_slices("2026/ann/20260314/a\nb", 2);
  write_slices("2026/ann/20260314/.hidden", 2);
  write_slices("lost+found/ann/20260314/a", 2);
  disk_.write("/beam/2026/ann/20260314/a file.tif");
  for (int i = 0; i < 3; ++i) EXPECT_THAT(news(), IsEmpty());
  EXPECT_THAT(troubles_, UnorderedElementsAre(HasSubstr("begins with '-'"), HasSubstr("U+000A")));
  disk_.remove("/beam/2026/ann/20260314/-rf");
  look();
  write_slices("2026/ann/20260314/-rf", 2);
  look();
  EXPECT_EQ(troubles_.size(), 3U);  // it is there again
}

TEST_F(RootScanTest, ADirectoryWithoutSlicesIsNoScanYet) {
  disk_.make_directory("/beam/2026/ann/20260314/empty");
  disk_.write("/beam/2026/ann/20260314/empty/notes.txt");
  disk_.make_directory("/beam/2026/ann/20260314/empty/dir.tif");
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(news(), IsEmpty());
    pass(60s);
  }
  disk_.write(slice("2026/ann/20260314/empty", 1));
  EXPECT_THAT(news(), ElementsAre("new 2026/ann/20260314/empty 1"));
  disk_.remove(slice("2026/ann/20260314/empty", 1));
  EXPECT_THAT(news(), ElementsAre("gone 2026/ann/20260314/empty 0"));
  EXPECT_THAT(news(), IsEmpty());
  disk_.remove("/beam/2026/ann/20260314/empty");
  EXPECT_THAT(news(), IsEmpty());
}

TEST_F(RootScanTest, TheMarkerIsAChange) {
  restart([](RootScanOptions& o) { o.marker = "done"; });
  settle_scan(kScan);
  disk_.write("/beam/2026/ann/20260314/bone 1/done");
  const RootLook found = look();
  EXPECT_THAT(news_of(found), ElementsAre("changed 2026/ann/20260314/bone 1 10"));
  EXPECT_TRUE(found.news[0].scan.has_marker);
  disk_.remove("/beam/2026/ann/20260314/bone 1/done");
  EXPECT_FALSE(look().news.at(0).scan.has_marker);
}

TEST_F(RootScanTest, OnlyTheSlicesOfThePatternCount) {
  restart([](RootScanOptions& o) { o.slices = "rec_*"; });
  disk_.write("/beam/2026/ann/20260314/a/rec_1.tif");
  disk_.write("/beam/2026/ann/20260314/a/raw_1.tif");
  EXPECT_THAT(news(), ElementsAre("new 2026/ann/20260314/a 1"));
}

TEST_F(RootScanTest, AFileCanBeAScan) {
  restart([](RootScanOptions& o) { o.pattern = *ScanPattern::compile("<user>/<scan>.tif"); });
  disk_.write("/beam/ann/bone.tif");
  disk_.make_directory("/beam/ann/dir.tif");
  EXPECT_THAT(news(), ElementsAre("new ann/bone.tif 1"));
  disk_.write("/beam/ann/bone.tif");
  EXPECT_THAT(news(), ElementsAre("changed ann/bone.tif 1"));
  pass(31s);
  EXPECT_THAT(news(), ElementsAre("quiet ann/bone.tif 1"));
  EXPECT_THAT(scan_->directories_to_watch(10), ElementsAre("", "ann"));
  disk_.remove("/beam/ann/bone.tif");
  EXPECT_THAT(news(), ElementsAre("gone ann/bone.tif 1"));
}

TEST_F(RootScanTest, LooksOftenWhileSomethingChangesAndSeldomOtherwise) {
  write_slices(kScan, 3);
  look();
  EXPECT_EQ(scan_->next_look(), disk_.now + 2s);
  pass(31s);
  look();  // quiet
  std::vector<std::chrono::seconds> periods;
  for (int i = 0; i < 7; ++i) {
    look();
    periods.push_back(std::chrono::duration_cast<std::chrono::seconds>(scan_->next_look() - disk_.now));
  }
  EXPECT_THAT(periods, ElementsAre(4s, 8s, 16s, 32s, 60s, 60s, 60s));
  disk_.make_directory("/beam/2026/bob");
  look();
  EXPECT_EQ(scan_->next_look(), disk_.now + 2s);
}

TEST_F(RootScanTest, ASlowFileSystemIsLeftInPeaceMostOfTheTime) {
  for (int i = 0; i < 100; ++i) write_slices(fmt::format("2026/ann/20260314/s{}", i), 3);
  look();
  for (int i = 0; i < 3; ++i) {
    pass(31s);
    look();
  }
  disk_.cost = 100ms;
  const auto begin = disk_.now;
  look();
  const auto took = disk_.now - begin;
  EXPECT_LT(took, 4s);  // though 100 scans would cost 40
  EXPECT_GE(scan_->next_look() - disk_.now, 20 * took);
  // Little by little, everything is seen all the same.
  write_slices("2026/ann/20260314/s57", 3);
  std::vector<std::string> all;
  for (int i = 0; i < 100; ++i) {
    for (const std::string& each : news()) all.push_back(each);
  }
  EXPECT_THAT(all, ElementsAre("changed 2026/ann/20260314/s57 3", "quiet 2026/ann/20260314/s57 3"));
}

TEST_F(RootScanTest, QuietScansCostFourStampsAndNoListing) {
  restart([](RootScanOptions& o) { o.full_checks = 10; });
  for (int i = 0; i < 50; ++i) write_slices(fmt::format("2026/ann/20260314/s{}", i), 10);
  for (int i = 0; i < 55; ++i) {
    look();
    pass(31s);
  }
  disk_.lists = 0;
  disk_.stamps = 0;
  EXPECT_THAT(news(), IsEmpty());
  EXPECT_EQ(disk_.lists, 4U + 1U);  // the pattern's directories, and one that is checked in full
  EXPECT_EQ(disk_.stamps, 1U + 50U * 4U + 4U + 10U);
}

TEST_F(RootScanTest, DirectoriesInEachOtherAreListedOnceTogether) {
  settle_scan(kScan);
  settle_scan("2026/ann-marie/20260314/x");  // sorts between a directory and what lies in it
  for (const std::string& path : scan_->directories_to_watch(0)) scan_->touch(path);
  disk_.lists = 0;
  EXPECT_THAT(news_of(scan_->look_at_touched({})), IsEmpty());
  EXPECT_EQ(disk_.lists, 6U);
  scan_->touch("2026/ann");
  scan_->touch("2026/ann-marie/20260314");
  disk_.lists = 0;
  EXPECT_THAT(news_of(scan_->look_at_touched({})), IsEmpty());
  EXPECT_EQ(disk_.lists, 3U);
}

TEST_F(RootScanTest, LooksAgainWhereSomethingMayHaveGoneUnheard) {
  settle_scan(kScan);
  EXPECT_FALSE(scan_->look_again(std::string(kScan))) << "it is quiet; a later look is soon enough";
  EXPECT_TRUE(scan_->look_again("2026/ann/20260314"));
  write_slices("2026/ann/20260314/new", 3);
  EXPECT_THAT(news_of(scan_->look_at_touched({})), ElementsAre("new 2026/ann/20260314/new 3"));
  EXPECT_TRUE(scan_->look_again("2026/ann/20260314/new")) << "it is looked at in any case";
}

TEST_F(RootScanTest, AStackLargerThanTheLimitOfALookHasItsTurn) {
  restart([](RootScanOptions& o) { o.full_checks = 10; });
  write_slices(kScan, 100);
  write_slices("2026/ann/20260314/small", 5);
  look();
  std::vector<std::string> all;
  for (int i = 0; i < 3; ++i) {
    pass(31s);
    for (const std::string& each : news()) all.push_back(each);
  }
  EXPECT_THAT(all, UnorderedElementsAre("quiet 2026/ann/20260314/bone 1 100", "quiet 2026/ann/20260314/small 5"));
}

TEST_F(RootScanTest, AStopRequestEndsALook) {
  for (int i = 0; i < 10; ++i) write_slices(fmt::format("2026/ann/20260314/s{}", i), 3);
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_THAT(scan_->look(stopped.get_token()).news, IsEmpty());
  EXPECT_EQ(news().size(), 10U);
}

TEST_F(RootScanTest, MoreScansThanAllowedAreSaid) {
  restart([](RootScanOptions& o) { o.max_scans = 3; });
  for (int i = 0; i < 5; ++i) write_slices(fmt::format("2026/ann/20260314/s{}", i), 3);
  EXPECT_EQ(news().size(), 3U);
  look();
  EXPECT_THAT(troubles_, ElementsAre(HasSubstr("more than 3 scans")));
}

TEST_F(RootScanTest, ListensWhereSomethingMayHappen) {
  settle_scan("2026/ann/20260314/old");
  settle_scan("2026/ann/20260314/older");
  settle_scan("2026/ann/20260315/new");
  disk_.make_directory("/beam/2026/bob/20260316/coming");
  look();
  EXPECT_THAT(scan_->directories_to_watch(2),
              UnorderedElementsAre("", "2026", "2026/ann", "2026/ann/20260314", "2026/ann/20260315", "2026/bob",
                                   "2026/bob/20260316", "2026/bob/20260316/coming", "2026/ann/20260315/new"));
}

}  // namespace
}  // namespace beamport::ingest
