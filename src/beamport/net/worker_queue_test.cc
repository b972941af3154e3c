// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/worker_queue.h"

#include <atomic>
#include <semaphore>

#include <gtest/gtest.h>

namespace beamport::net {
namespace {

TEST(WorkerQueue, RunsEveryTaskBeforeItStops) {
  std::atomic<int> done{0};
  WorkerQueue queue(3, 1000);
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(queue.try_submit([&] { ++done; }));
  queue.stop();
  EXPECT_EQ(done, 500);
}

TEST(WorkerQueue, RefusesWhenFull) {
  std::binary_semaphore running{0};
  std::binary_semaphore release{0};
  WorkerQueue queue(1, 2);
  ASSERT_TRUE(queue.try_submit([&] {
    running.release();
    release.acquire();
  }));
  running.acquire();
  EXPECT_TRUE(queue.try_submit([] {}));
  EXPECT_TRUE(queue.try_submit([] {}));
  EXPECT_FALSE(queue.try_submit([] {}));
  release.release();
}

TEST(WorkerQueue, RefusesAfterStop) {
  WorkerQueue queue(1, 2);
  queue.stop();
  EXPECT_FALSE(queue.try_submit([] {}));
}

}  // namespace
}  // namespace beamport::net
