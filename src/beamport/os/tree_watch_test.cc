// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/tree_watch.h"

#include <cstdlib>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::os {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kLong = 20s;  // never waited for in a good run

class TreeWatchTest : public testing::Test {
 protected:
  std::filesystem::path make(const char* name) {
    std::filesystem::create_directory(root_.path() / name);
    return root_.path() / name;
  }
  TreeEvents wait(std::chrono::milliseconds timeout = kLong) {
    auto events = watch_.wait(timeout, {});
    EXPECT_TRUE(events) << events.error().message;
    return events ? std::move(*events) : TreeEvents{};
  }

  TemporaryDirectory root_ = TemporaryDirectory::create().value();
  TreeWatch watch_ = TreeWatch::open().value();
};

TEST_F(TreeWatchTest, TellsWhichDirectoryWasTouched) {
  const auto a = make("a");
  const auto b = make("b");
  const auto c = make("c");
  for (const auto& each : {a, b, c}) ASSERT_TRUE(watch_.add(each, false));
  EXPECT_FALSE(watch_.add(a, false).value());  // twice is once
  EXPECT_EQ(watch_.size(), 3U);
  ASSERT_TRUE(replace_file(b / "x", {}));
  std::filesystem::create_directory(a / "new");
  EXPECT_THAT(wait().touched, ElementsAre(a, b));
  EXPECT_TRUE(wait(1ms).empty());
  std::filesystem::remove(b / "x");
  EXPECT_THAT(wait().touched, ElementsAre(b));
  std::filesystem::rename(a / "new", c / "new");
  EXPECT_THAT(wait().touched, ElementsAre(a, c));
}

TEST_F(TreeWatchTest, HearsAFileThatIsWrittenAgain) {
  const auto a = make("a");
  ASSERT_TRUE(replace_file(a / "slice.tif", {}));
  ASSERT_TRUE(watch_.add(a, false));
  {
    auto file = File::create(a / "slice.tif", File::Create::kTruncate);
    ASSERT_TRUE(file->write_all(0, as_byte_view("other")));
  }
  EXPECT_THAT(wait().touched, ElementsAre(a));
  ASSERT_TRUE(File::open_read(a / "slice.tif"));
  EXPECT_TRUE(wait(1ms).empty());
}

TEST_F(TreeWatchTest, ForgetsDirectoriesThatAreGone) {
  const auto removed = make("removed");
  const auto moved = make("moved");
  ASSERT_TRUE(watch_.add(removed, false));
  ASSERT_TRUE(watch_.add(moved, false));
  std::filesystem::remove(removed);
  std::filesystem::rename(moved, root_.path() / "elsewhere");
  EXPECT_THAT(wait().touched, ElementsAre(moved, removed));
  EXPECT_FALSE(watch_.is_watching(removed));
  EXPECT_FALSE(watch_.is_watching(moved));
  ASSERT_TRUE(replace_file(root_.path() / "elsewhere" / "x", {}));
  EXPECT_TRUE(wait(1ms).empty());
  ASSERT_TRUE(watch_.add(make("removed"), false));  // and can be watched again
  ASSERT_TRUE(replace_file(removed / "x", {}));
  EXPECT_THAT(wait().touched, ElementsAre(removed));
}

TEST_F(TreeWatchTest, AddedAgainItListensToWhatHasTakenThePlace) {
  const auto a = make("a");
  ASSERT_TRUE(watch_.add(a, false));
  std::filesystem::rename(a, root_.path() / "old");
  make("a");
  EXPECT_TRUE(watch_.add(a, false).value());
  EXPECT_EQ(watch_.size(), 1U);
  ASSERT_TRUE(replace_file(root_.path() / "old" / "x", {}));
  EXPECT_TRUE(wait(1ms).empty());
  ASSERT_TRUE(replace_file(a / "x", {}));
  EXPECT_THAT(wait().touched, ElementsAre(a));
}

TEST_F(TreeWatchTest, SaysNothingOfWhatItWasToldToForget) {
  const auto a = make("a");
  ASSERT_TRUE(watch_.add(a, false));
  ASSERT_TRUE(replace_file(a / "x", {}));
  watch_.remove(a);
  watch_.remove(a);
  EXPECT_THAT(wait(1ms).touched, IsEmpty());
  EXPECT_EQ(watch_.size(), 0U);
}

TEST_F(TreeWatchTest, FollowsALinkOnlyWhenTold) {
  const auto a = make("a");
  const auto link = root_.path() / "link";
  std::filesystem::create_directory_symlink(a, link);
  EXPECT_FALSE(watch_.add(link, false));
  ASSERT_TRUE(watch_.add(link, true));
  ASSERT_TRUE(replace_file(a / "x", {}));
  EXPECT_THAT(wait().touched, ElementsAre(link));
  EXPECT_EQ(watch_.add(root_.path() / "none", false).error().code, ErrorCode::kNotFound);
}

TEST_F(TreeWatchTest, AStopRequestEndsTheWait) {
  std::stop_source source;
  const auto begin = std::chrono::steady_clock::now();
  const std::jthread stopper([&] {
    std::this_thread::sleep_for(10ms);
    source.request_stop();
  });
  EXPECT_TRUE(watch_.wait(kLong, source.get_token())->empty());
  EXPECT_TRUE(watch_.wait(kLong, source.get_token())->empty());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kLong / 2);
}

TEST_F(TreeWatchTest, SaysWhenEventsWereLost) {
  const auto setting = File::open_read("/proc/sys/fs/inotify/max_queued_events");
  Bytes digits(20);
  const auto got = setting ? setting->read_some(0, digits) : Result<std::size_t>(0);
  const std::string text(as_text(ByteView(digits).first(got ? *got : 0)));
  const std::uint64_t limit = std::strtoull(text.c_str(), nullptr, 10);
  if (limit == 0 || limit > 100'000) GTEST_SKIP() << "cannot fill the queue";
  const auto a = make("a");
  ASSERT_TRUE(watch_.add(a, false));
  ASSERT_TRUE(File::create(a / "one", File::Create::kNew));
  for (std::uint64_t i = 0; i <= limit / 4; ++i) {
    std::filesystem::rename(a / "one", a / "two");
    std::filesystem::rename(a / "two", a / "one");
  }
  bool lost = false;
  for (int i = 0; i < 100 && !lost; ++i) lost = wait().lost;
  EXPECT_TRUE(lost);
}

}  // namespace
}  // namespace beamport::os
