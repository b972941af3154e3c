// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/stop_signals.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>
#include <unistd.h>

namespace beamport::os {
namespace {

TEST(StopSignals, ASignalFiresTheToken) {
  const StopSignals signals;
  EXPECT_FALSE(signals.token().stop_requested());
  std::mutex mutex;
  std::condition_variable_any fired;
  ASSERT_EQ(::kill(::getpid(), SIGTERM), 0);
  std::unique_lock lock(mutex);
  EXPECT_FALSE(fired.wait_for(lock, signals.token(), std::chrono::seconds(30), [] { return false; }));
  EXPECT_TRUE(signals.token().stop_requested());
}

}  // namespace
}  // namespace beamport::os
