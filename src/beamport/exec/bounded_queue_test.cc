// SPDX-License-Identifier: Apache-2.0
#include "beamport/exec/bounded_queue.h"

#include <atomic>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

namespace beamport::exec {
namespace {

TEST(BoundedQueue, KeepsTheOrderAndTheBound) {
  BoundedQueue<int> queue(3);
  std::atomic<int> ahead{0};
  std::jthread producer([&] {
    for (int i = 0; i < 1000; ++i) {
      ++ahead;
      EXPECT_TRUE(queue.push(i));
    }
    queue.close();
  });
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(queue.pop(), i);
    EXPECT_LE(--ahead, 3 + 1);  // three queued and one waiting to be
  }
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(BoundedQueue, ClosingReleasesAWaitingProducer) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  ASSERT_TRUE(queue.push(std::make_unique<int>(1)));
  std::jthread producer([&] { EXPECT_FALSE(queue.push(std::make_unique<int>(2))); });
  queue.close();
  producer.join();
  EXPECT_EQ(**queue.pop(), 1);
  EXPECT_FALSE(queue.pop());
}

TEST(BoundedQueue, ClosingReleasesAWaitingConsumer) {
  BoundedQueue<int> queue(1);
  std::jthread consumer([&] { EXPECT_EQ(queue.pop(), std::nullopt); });
  queue.close();
}

}  // namespace
}  // namespace beamport::exec
