// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/landing_directory.h"

#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/image/tiff_samples.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::image {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Clock = LandingDirectory::Clock;
using Kind = os::DirectoryEvent::Kind;
using Outlook = LandingProblem::Outlook;

// Long, so that the time that really passes does not matter; the tests say what time it is.
constexpr auto kSettle = 1000s;

class LandingDirectoryTest : public testing::Test {
 protected:
  void write(const std::string& name, std::string_view content = "x") {
    write_bytes(directory_.path() / name, as_byte_view(content));
  }

  std::vector<std::string> tell(Kind kind, const std::string& name) { return files_.note({{{kind, name}}}, begin_); }

  std::vector<std::string> due(std::chrono::seconds after) {
    std::vector<std::string> names;
    for (auto& candidate : files_.due(begin_ + after)) names.push_back(std::move(candidate.name));
    return names;
  }

  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  LandingDirectory files_{directory_.path(), "s*", kSettle};
  Clock::time_point begin_ = Clock::now();
};

TEST_F(LandingDirectoryTest, OffersAtOnceWhatWasClosed) {
  write("s2.tif");
  write("s1.tif");
  EXPECT_THAT(due(0s), IsEmpty());
  tell(Kind::kComplete, "s2.tif");
  tell(Kind::kComplete, "s1.tif");
  tell(Kind::kComplete, "s3.tif");  // gone already
  tell(Kind::kComplete, "flat1.tif");
  tell(Kind::kComplete, "s1.tif.part");
  EXPECT_LE(files_.next_due(), begin_);
  EXPECT_THAT(due(0s), ElementsAre("s1.tif", "s2.tif"));
  EXPECT_THAT(files_.pending_names(), ElementsAre("s1.tif", "s2.tif"));
}

TEST_F(LandingDirectoryTest, OffersWhatItFoundWhenItHasSettled) {
  write("s1.tif");
  EXPECT_EQ(files_.scan(begin_), 1U);
  EXPECT_THAT(due(0s), IsEmpty());
  EXPECT_THAT(due(kSettle - 1s), IsEmpty());
  EXPECT_GT(files_.next_due(), begin_ + kSettle - 1s);
  EXPECT_LT(files_.next_due(), begin_ + kSettle + 100s);
  EXPECT_THAT(due(kSettle + 100s), ElementsAre("s1.tif"));
  files_.mark_landed("s1.tif");
  EXPECT_EQ(files_.scan(begin_), 0U);
  EXPECT_THAT(due(9 * kSettle), IsEmpty());
}

TEST_F(LandingDirectoryTest, AFileThatChangesSettlesAnew) {
  write("s1.tif");
  ASSERT_EQ(files_.scan(begin_), 1U);
  EXPECT_THAT(due(0s), IsEmpty());
  write("s1.tif", "longer");
  EXPECT_THAT(due(kSettle + 100s), IsEmpty());
  EXPECT_THAT(due(2 * kSettle + 200s), ElementsAre("s1.tif"));
}

TEST_F(LandingDirectoryTest, AFileThatIsHeldSettlesSlowlyUntilItIsClosed) {
  write("s1.tif");
  write("s2.tif");
  tell(Kind::kCreated, "s1.tif");
  tell(Kind::kCreated, "s2.tif");
  for (int i = 0; i < 9; ++i) EXPECT_THAT(due(i * kSettle + 100s), IsEmpty());
  tell(Kind::kComplete, "s2.tif");
  EXPECT_THAT(due(9 * kSettle + 200s), ElementsAre("s2.tif"));
  EXPECT_THAT(due(11 * kSettle), ElementsAre("s1.tif", "s2.tif"));
}

TEST_F(LandingDirectoryTest, LinksAreNotHeld) {
  write("target");
  write("other target");
  fs::create_symlink(directory_.path() / "target", directory_.path() / "s1.tif");
  fs::create_hard_link(directory_.path() / "other target", directory_.path() / "s2.tif");
  tell(Kind::kCreated, "s1.tif");
  tell(Kind::kCreated, "s2.tif");
  EXPECT_THAT(due(0s), IsEmpty());
  EXPECT_THAT(due(kSettle + 100s), ElementsAre("s1.tif", "s2.tif"));
}

TEST_F(LandingDirectoryTest, NothingIsHeldAfterEventsWereLost) {
  write("s1.tif");
  tell(Kind::kCreated, "s1.tif");
  EXPECT_THAT(due(0s), IsEmpty());
  static_cast<void>(files_.note({{}, true}, begin_));
  EXPECT_THAT(due(kSettle + 100s), ElementsAre("s1.tif"));
}

TEST_F(LandingDirectoryTest, AFileMadeAnewIsHeldAgain) {
  write("s1.tif");
  tell(Kind::kComplete, "s1.tif");
  tell(Kind::kCreated, "s1.tif");
  EXPECT_THAT(due(0s), IsEmpty());
}

TEST_F(LandingDirectoryTest, TellsWhichLandedSlicesWereClosedOnceMore) {
  write("s1.tif");
  EXPECT_THAT(tell(Kind::kComplete, "s1.tif"), IsEmpty());
  EXPECT_THAT(due(0s), ElementsAre("s1.tif"));
  files_.mark_landed("s1.tif");
  EXPECT_THAT(tell(Kind::kCreated, "s1.tif"), IsEmpty());
  EXPECT_THAT(tell(Kind::kComplete, "s1.tif"), ElementsAre("s1.tif"));
  EXPECT_THAT(due(9 * kSettle), IsEmpty());
  files_.mark_written_again("s1.tif", begin_, true);
  EXPECT_THAT(due(0s), ElementsAre("s1.tif"));
}

TEST_F(LandingDirectoryTest, KnowsWhatNobodyHadToldOf) {
  write("s1.tif");
  ASSERT_EQ(files_.scan(begin_), 1U);
  write("s2.tif");
  write("s3.tif");
  tell(Kind::kCreated, "s3.tif");
  ASSERT_EQ(files_.scan(begin_), 1U);
  EXPECT_THAT(due(0s), IsEmpty());
  const auto candidates = files_.due(begin_ + 20 * kSettle);
  ASSERT_EQ(candidates.size(), 3U);
  EXPECT_FALSE(candidates[0].is_surprise);
  EXPECT_TRUE(candidates[1].is_surprise);
  EXPECT_FALSE(candidates[2].is_surprise);
}

TEST_F(LandingDirectoryTest, SaysWhyAFileIsNotTaken) {
  EXPECT_EQ(files_.why_incomplete(), std::nullopt);
  write("s1.tif");
  ASSERT_EQ(files_.scan(begin_), 1U);
  EXPECT_THAT(*files_.why_incomplete(), HasSubstr("s1.tif is there, but is still being written"));
  files_.mark_not_yet("s1.tif", {.error = fail(ErrorCode::kCorrupt, "cut off").value()});
  EXPECT_THAT(*files_.why_incomplete(), HasSubstr("cut off"));
}

TEST(LandingCandidate, IsHopelessWhenWaitingCannotHelp) {
  const auto hopeless = [](const LandingDirectory::Candidate& candidate, Outlook outlook, ErrorCode code) {
    return candidate.is_hopeless({.error = fail(code, "").value(), .outlook = outlook}, 100ms);
  };
  LandingDirectory::Candidate found{.name = "s", .stamp = {}, .quiet = 100ms};
  EXPECT_FALSE(hopeless(found, Outlook::kUnsure, ErrorCode::kCorrupt));
  EXPECT_FALSE(hopeless(found, Outlook::kUnsure, ErrorCode::kUnsupported));
  EXPECT_FALSE(hopeless(found, Outlook::kWaiting, ErrorCode::kUnavailable));
  EXPECT_TRUE(hopeless(found, Outlook::kFinal, ErrorCode::kUnsupported));
  found.quiet = 1000ms;
  EXPECT_FALSE(hopeless(found, Outlook::kUnsure, ErrorCode::kCorrupt));
  EXPECT_TRUE(hopeless(found, Outlook::kUnsure, ErrorCode::kUnsupported));
  found.is_held = true;
  EXPECT_FALSE(hopeless(found, Outlook::kUnsure, ErrorCode::kUnsupported));

  LandingDirectory::Candidate closed{.name = "s", .stamp = {}, .quiet = 100ms, .is_closed = true};
  EXPECT_TRUE(hopeless(closed, Outlook::kUnsure, ErrorCode::kCorrupt));
  EXPECT_FALSE(hopeless(closed, Outlook::kUnsure, ErrorCode::kNotFound));
  EXPECT_FALSE(hopeless(closed, Outlook::kWaiting, ErrorCode::kUnavailable));
  closed.quiet = 99ms;
  EXPECT_FALSE(hopeless(closed, Outlook::kUnsure, ErrorCode::kCorrupt));
  EXPECT_FALSE(hopeless(closed, Outlook::kFinal, ErrorCode::kUnsupported));
}

}  // namespace
}  // namespace beamport::image
