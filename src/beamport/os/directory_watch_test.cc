// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/directory_watch.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::os {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kLong = 20s;  // never waited for in a good run

DirectoryEvent created(std::string name) {
  return {DirectoryEvent::Kind::kCreated, std::move(name)};
}
DirectoryEvent complete(std::string name) {
  return {DirectoryEvent::Kind::kComplete, std::move(name)};
}

class DirectoryWatchTest : public testing::Test {
 protected:
  DirectoryEvents wait(std::chrono::milliseconds timeout = kLong) {
    auto events = watch_.wait(timeout, {});
    EXPECT_TRUE(events) << events.error().message;
    return events ? std::move(*events) : DirectoryEvents{};
  }

  TemporaryDirectory parent_ = TemporaryDirectory::create().value();
  std::filesystem::path directory_ = [this] {
    std::filesystem::create_directory(parent_.path() / "watched");
    return parent_.path() / "watched";
  }();
  DirectoryWatch watch_ = DirectoryWatch::open(directory_).value();
};

TEST_F(DirectoryWatchTest, TellsWhatIsMadeAndWhatIsClosed) {
  {
    auto file = File::create(directory_ / "a", File::Create::kNew);
    ASSERT_TRUE(file->write_all(0, as_byte_view("x")));
    EXPECT_THAT(wait().list, ElementsAre(created("a")));
    EXPECT_TRUE(wait(1ms).empty());
  }
  EXPECT_THAT(wait().list, ElementsAre(complete("a")));
  ASSERT_TRUE(File::open_read(directory_ / "a"));  // closing what was only read says nothing
  EXPECT_TRUE(wait(1ms).empty());
}

TEST_F(DirectoryWatchTest, TellsWhatIsMovedInUnderItsNewName) {
  ASSERT_TRUE(replace_file(parent_.path() / "outside", {}));
  std::filesystem::rename(parent_.path() / "outside", directory_ / "moved in");
  EXPECT_THAT(wait().list, ElementsAre(complete("moved in")));
  std::filesystem::rename(directory_ / "moved in", directory_ / "renamed");
  EXPECT_THAT(wait().list, ElementsAre(complete("renamed")));
}

TEST_F(DirectoryWatchTest, WakesAtOnceForWhatAnotherThreadWrites) {
  const std::jthread writer([&] {
    std::this_thread::sleep_for(10ms);
    ASSERT_TRUE(replace_file(directory_ / "late", {}));
  });
  std::vector<DirectoryEvent> seen;
  while (seen.empty() || seen.back() != complete("late")) {
    const DirectoryEvents events = wait();
    ASSERT_FALSE(events.empty());
    seen.insert(seen.end(), events.list.begin(), events.list.end());
  }
  EXPECT_THAT(seen, ElementsAre(created("late.new"), complete("late.new"), complete("late")));
}

TEST_F(DirectoryWatchTest, ReturnsNothingAfterTheTimeout) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(wait(20ms).empty());
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 20ms);
}

TEST_F(DirectoryWatchTest, AStopRequestEndsTheWait) {
  std::stop_source source;
  const auto begin = std::chrono::steady_clock::now();
  const std::jthread stopper([&] {
    std::this_thread::sleep_for(10ms);
    source.request_stop();
  });
  const auto events = watch_.wait(kLong, source.get_token());
  ASSERT_TRUE(events);
  EXPECT_TRUE(events->empty());
  EXPECT_TRUE(watch_.wait(kLong, source.get_token())->empty());  // and every later one
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kLong / 2);
  ASSERT_TRUE(replace_file(directory_ / "later", {}));  // with another token, it listens again
  EXPECT_FALSE(wait().empty());
}

TEST_F(DirectoryWatchTest, SaysWhenTheDirectoryIsGone) {
  std::filesystem::rename(directory_, parent_.path() / "elsewhere");
  const auto moved = watch_.wait(kLong, {});
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(moved.error().message, HasSubstr(directory_.string()));

  std::filesystem::create_directory(directory_);
  auto second = DirectoryWatch::open(directory_);
  ASSERT_TRUE(second);
  std::filesystem::remove(directory_);
  EXPECT_EQ(second->wait(kLong, {}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(DirectoryWatch::open(directory_).error().code, ErrorCode::kNotFound);
}

TEST_F(DirectoryWatchTest, RefusesWhatIsNoDirectory) {
  ASSERT_TRUE(replace_file(parent_.path() / "file", {}));
  EXPECT_EQ(DirectoryWatch::open(parent_.path() / "file").error().code, ErrorCode::kNotFound);
}

TEST_F(DirectoryWatchTest, SaysWhenEventsWereLost) {
  const auto setting = File::open_read("/proc/sys/fs/inotify/max_queued_events");
  Bytes digits(20);
  const auto got = setting ? setting->read_some(0, digits) : Result<std::size_t>(0);
  const std::string text(as_text(ByteView(digits).first(got ? *got : 0)));
  const std::uint64_t limit = std::strtoull(text.c_str(), nullptr, 10);
  if (limit == 0 || limit > 100'000) GTEST_SKIP() << "cannot fill the queue";
  const std::filesystem::path one = directory_ / "one";
  const std::filesystem::path two = directory_ / "two";
  ASSERT_TRUE(File::create(one, File::Create::kNew));
  // Equal events in succession merge, so the names take turns.
  for (std::uint64_t i = 0; i <= limit / 2; ++i) {
    std::filesystem::rename(one, two);
    std::filesystem::rename(two, one);
  }
  bool lost = false;
  for (int i = 0; i < 100 && !lost; ++i) lost = wait().lost;
  EXPECT_TRUE(lost);
  EXPECT_TRUE(wait(1ms).empty());
}

TEST_F(DirectoryWatchTest, SaysWhenTheSystemCannotWatch) {
  // Sanitizers want descriptors to look at an object for the first time.
  const std::filesystem::path directory = directory_;
  ASSERT_FALSE(std::generic_category().message(EMFILE).empty());
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  rlimit none = limit;
  none.rlim_cur = 0;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto refused = DirectoryWatch::open(directory);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace beamport::os
