// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scrub_pace.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace beamport::ingest {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST(ScrubPace, RestsNineTimesAsLongAsItReadsForATenth) {
  ScrubPace pace({.share = 0.1}, {});
  const auto begin = Clock::now();
  std::this_thread::sleep_for(50ms);  // reading
  ASSERT_TRUE(pace.pass(1));
  EXPECT_GE(Clock::now() - begin, 500ms);
}

TEST(ScrubPace, ReadsNothingWhileOthersAreBusy) {
  std::atomic<bool> is_busy{true};
  std::atomic<bool> has_passed{false};
  std::atomic<int> asked{0};
  ScrubPace pace({.is_busy =
                      [&] {
                        ++asked;
                        return is_busy.load();
                      }},
                 {});
  std::jthread reader([&] { has_passed = pace.pass(1).has_value(); });
  for (int i = 0; i < 20'000 && asked < 3; ++i) std::this_thread::sleep_for(1ms);
  EXPECT_GE(asked, 3);
  EXPECT_FALSE(has_passed);
  is_busy = false;
  reader.join();
  EXPECT_TRUE(has_passed);
}

TEST(ScrubPace, DoesNotMakeUpForThePause) {
  int asked = 0;
  ScrubPace pace({.bytes_per_second = 100, .is_busy = [&] { return ++asked <= 5; }}, {});
  ASSERT_TRUE(pace.pass(0));  // a second passes
  const auto begin = Clock::now();
  ASSERT_TRUE(pace.pass(50));
  EXPECT_GE(Clock::now() - begin, 400ms);
}

TEST(ScrubPace, AStopRequestEndsEveryWait) {
  for (const ScrubLimits& limits :
       {ScrubLimits{.bytes_per_second = 1}, ScrubLimits{.share = 1e-9}, ScrubLimits{.is_busy = [] { return true; }}}) {
    std::stop_source stop;
    ScrubPace pace(limits, stop.get_token());
    std::jthread stopper([&] {
      std::this_thread::sleep_for(50ms);
      stop.request_stop();
    });
    std::this_thread::sleep_for(30ms);
    EXPECT_EQ(pace.pass(1'000'000).error().code, ErrorCode::kCancelled);
  }
}

}  // namespace
}  // namespace beamport::ingest
