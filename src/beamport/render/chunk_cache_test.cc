// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/chunk_cache.h"

#include <atomic>
#include <new>
#include <semaphore>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace beamport::render {
namespace {

constexpr std::size_t kChunkBytes = 4096;
constexpr std::uint64_t kCost = 4096 + 256;

ChunkKey key(std::int64_t x) {
  return {1, 0, {0, 0, x}};
}

DecodedChunk chunk_of(std::int64_t x) {
  DecodedChunk chunk{false, AlignedBuffer(kChunkBytes)};
  chunk.voxels.data()[0] = static_cast<std::byte>(x);
  return chunk;
}

int first_byte(const Result<ChunkCache::Entry>& entry) {
  return entry ? std::to_integer<int>((*entry)->voxels.data()[0]) : -1;
}

Result<ChunkCache::Entry> get(ChunkCache& cache, std::int64_t x) {
  return cache.get(key(x), [x]() -> Result<DecodedChunk> { return chunk_of(x); }, {});
}

TEST(ChunkCache, LoadsAChunkOnce) {
  ChunkCache cache(10 * kCost);
  EXPECT_EQ(first_byte(get(cache, 7)), 7);
  EXPECT_EQ(first_byte(get(cache, 7)), 7);
  const auto counters = cache.counters();
  EXPECT_EQ(counters.loads, 1U);
  EXPECT_EQ(counters.hits, 1U);
  EXPECT_EQ(counters.entries, 1U);
  EXPECT_EQ(counters.bytes, kCost);
}

TEST(ChunkCache, EveryPartOfTheKeyCounts) {
  ChunkCache cache(100 * kCost);
  int loads = 0;
  const auto load = [&]() -> Result<DecodedChunk> { return chunk_of(++loads); };
  const ChunkKey keys[] = {{1, 0, {0, 0, 0}}, {2, 0, {0, 0, 0}}, {1, 1, {0, 0, 0}},
                           {1, 0, {1, 0, 0}}, {1, 0, {0, 1, 0}}, {1, 0, {0, 0, 1}}};
  int expected = 0;
  for (const ChunkKey& each : keys) EXPECT_EQ(first_byte(cache.get(each, load, {})), ++expected);
  EXPECT_EQ(first_byte(cache.get(keys[0], load, {})), 1);
}

TEST(ChunkCache, TheLongestUnusedLeavesFirst) {
  ChunkCache cache(2 * kCost);
  (void)get(cache, 1);
  (void)get(cache, 2);
  (void)get(cache, 1);
  (void)get(cache, 3);  // 2 leaves
  EXPECT_EQ(cache.counters().loads, 3U);
  EXPECT_EQ(cache.counters().evictions, 1U);
  EXPECT_EQ(cache.counters().bytes, 2 * kCost);
  (void)get(cache, 1);
  EXPECT_EQ(cache.counters().loads, 3U);
  (void)get(cache, 2);
  EXPECT_EQ(cache.counters().loads, 4U);
}

TEST(ChunkCache, AnEvictedChunkStaysWithItsUsers) {
  ChunkCache cache(kCost);
  const auto one = get(cache, 1);
  (void)get(cache, 2);
  EXPECT_EQ(cache.counters().entries, 1U);
  EXPECT_EQ(first_byte(one), 1);
}

TEST(ChunkCache, WhatIsLargerThanTheBudgetIsHandedOutButNotKept) {
  ChunkCache cache(kCost - 1);
  EXPECT_EQ(first_byte(get(cache, 5)), 5);
  EXPECT_EQ(cache.counters().entries, 0U);
  EXPECT_EQ(cache.counters().bytes, 0U);
}

TEST(ChunkCache, FailuresAreNotRemembered) {
  ChunkCache cache(10 * kCost);
  const auto broken =
      cache.get(key(1), []() -> Result<DecodedChunk> { return fail(ErrorCode::kCorrupt, "bad checksum"); }, {});
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(first_byte(get(cache, 1)), 1);
}

TEST(ChunkCache, ALoadThatThrowsIsAFailureLikeAnyOther) {
  ChunkCache cache(10 * kCost);
  const auto entry = cache.get(key(1), []() -> Result<DecodedChunk> { throw std::bad_alloc(); }, {});
  ASSERT_FALSE(entry);
  EXPECT_EQ(entry.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(first_byte(get(cache, 1)), 1);
}

/// One thread is kept inside its load until release() is called.
class SlowLoad {
 public:
  SlowLoad(ChunkCache& cache, Result<DecodedChunk> (*make)())
      : thread_([this, &cache, make] {
          outcome_ = cache.get(key(1),
                               [this, make] {
                                 begun_.release();
                                 may_end_.acquire();
                                 return make();
                               },
                               {});
        }) {
    begun_.acquire();
  }
  Result<ChunkCache::Entry> release() {
    may_end_.release();
    thread_.join();
    return outcome_;
  }

 private:
  std::binary_semaphore begun_{0};
  std::binary_semaphore may_end_{0};
  Result<ChunkCache::Entry> outcome_;
  std::jthread thread_;
};

void wait_for_waiters(const ChunkCache& cache, std::uint64_t count) {
  while (cache.counters().waits < count) std::this_thread::yield();
}

TEST(ChunkCache, WaitersShareTheLoadThatIsUnderWay) {
  ChunkCache cache(10 * kCost);
  SlowLoad slow(cache, []() -> Result<DecodedChunk> { return chunk_of(9); });
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> waiters;
    waiters.reserve(3);
    for (int i = 0; i < 3; ++i) {
      waiters.emplace_back([&] { right += first_byte(get(cache, 1)) == 9 ? 1 : 0; });
    }
    wait_for_waiters(cache, 3);
    EXPECT_EQ(first_byte(slow.release()), 9);
  }
  EXPECT_EQ(right, 3);
  EXPECT_EQ(cache.counters().loads, 1U);
}

TEST(ChunkCache, WaitersLearnOfTheFailure) {
  ChunkCache cache(10 * kCost);
  SlowLoad slow(cache, []() -> Result<DecodedChunk> { return fail(ErrorCode::kCorrupt, "bad checksum"); });
  Result<ChunkCache::Entry> seen;
  std::jthread waiter([&] { seen = get(cache, 1); });
  wait_for_waiters(cache, 1);
  EXPECT_FALSE(slow.release());
  waiter.join();
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::kCorrupt);
}

TEST(ChunkCache, AStopRequestEndsWaitingButNotTheLoad) {
  ChunkCache cache(10 * kCost);
  SlowLoad slow(cache, []() -> Result<DecodedChunk> { return chunk_of(9); });
  std::stop_source stop;
  Result<ChunkCache::Entry> seen;
  std::jthread waiter(
      [&] { seen = cache.get(key(1), []() -> Result<DecodedChunk> { return chunk_of(1); }, stop.get_token()); });
  wait_for_waiters(cache, 1);
  stop.request_stop();
  waiter.join();
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(first_byte(slow.release()), 9);
  EXPECT_EQ(first_byte(get(cache, 1)), 9);
}

TEST(ChunkCache, ManyThreadsAlwaysGetTheRightChunkWithinTheBudget) {
  ChunkCache cache(8 * kCost);
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 2000; ++i) {
          const int x = (i * (thread + 3) + i / 7) % 20;
          if (first_byte(get(cache, x)) != x) ++wrong;
          if (cache.counters().bytes > 8 * kCost) ++wrong;
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
  const auto counters = cache.counters();
  EXPECT_EQ(counters.hits + counters.loads + counters.waits, 8000U);
  EXPECT_EQ(counters.loads, counters.evictions + counters.entries);
}

}  // namespace
}  // namespace beamport::render
