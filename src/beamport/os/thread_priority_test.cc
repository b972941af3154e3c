// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/thread_priority.h"

#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace beamport::os {
namespace {

TEST(ThreadPriority, GivesWayInThisThreadAndThoseItStartsAndInNoOther) {
  const int before = ::getpriority(PRIO_PROCESS, 0);
  std::jthread([&] {
    if (!give_way()) GTEST_SKIP() << "the system does not grant it";
    EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), 19);
    std::jthread([] { EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), 19); }).join();
  }).join();
  EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), before);
}

}  // namespace
}  // namespace beamport::os
