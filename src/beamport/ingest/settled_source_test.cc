// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/settled_source.h"

#include <atomic>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/os/temporary_directory.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class SettledSource : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const { std::ofstream(source_ / name) << text; }

  os::TemporaryDirectory folder_ = os::TemporaryDirectory::create().value();
  fs::path source_ = folder_.path();
};

TEST_F(SettledSource, ALookTellsEveryChangeOfTheFiles) {
  write("a_0001.tif", "12345");
  const SourceLook first = look_at_source(source_, "*").value();
  EXPECT_EQ(first.files, 1);
  EXPECT_EQ(look_at_source(source_, "*").value(), first);
  write("a_0002.tif", "1");
  const SourceLook second = look_at_source(source_, "*").value();
  EXPECT_EQ(second.files, 2);
  fs::rename(source_ / "a_0002.tif", source_ / "a_0003.tif");
  EXPECT_NE(look_at_source(source_, "*").value().content, second.content);
  EXPECT_EQ(look_at_source(source_ / "a_0001.tif", "*").value().files, 1);
  EXPECT_EQ(look_at_source(source_ / "absent", "*").error().code, ErrorCode::kNotFound);
}

TEST_F(SettledSource, SettlesOnlyAfterTheLastChange) {
  std::atomic<int> written{0};
  std::jthread writer([&] {
    for (int i = 0; i < 10; ++i) {
      write("s_000" + std::to_string(i) + ".tif", "x");
      ++written;
      std::this_thread::sleep_for(30ms);
    }
  });
  const auto look = wait_until_settled(source_, "*", 600ms, 1h, {});
  ASSERT_TRUE(look.has_value()) << look.error().message;
  EXPECT_EQ(written, 10);
  EXPECT_EQ(look->files, 10);
}

TEST_F(SettledSource, WaitsForASourceThatIsNotThereYet) {
  std::jthread writer([&] {
    std::this_thread::sleep_for(50ms);
    fs::create_directory(source_ / "scan");
    write("scan/a_1.tif", "x");
  });
  const auto look = wait_until_settled(source_ / "scan", "*", 100ms, 1h, {});
  ASSERT_TRUE(look.has_value()) << look.error().message;
  EXPECT_EQ(look->files, 1);
}

TEST_F(SettledSource, PatienceAndAStopEndTheWait) {
  EXPECT_THAT(wait_until_settled(source_, "*", 10ms, 50ms, {}).error().message, testing::HasSubstr("no slice"));
  EXPECT_THAT(wait_until_settled(source_ / "absent", "*", 10ms, 50ms, {}).error().message,
              testing::HasSubstr("not there"));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(wait_until_settled(source_, "*", 1h, 1h, stop.get_token()).error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace beamport::ingest
