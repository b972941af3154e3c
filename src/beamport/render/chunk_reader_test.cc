// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/chunk_reader.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "beamport/render/test_image.h"

namespace beamport::render {
namespace {

TEST(ChunkReader, KeepsImagesApartByTheirNumber) {
  const TestImage first({.value = [](std::size_t, Point) { return 1; }});
  const TestImage second({.value = [](std::size_t, Point) { return 2; }});
  ChunkReader chunks(std::uint64_t{64} << 20);
  const auto one = chunks.read(*first.serve(1), 0, {0, 0, 0}, {});
  const auto two = chunks.read(*second.serve(2), 0, {0, 0, 0}, {});
  ASSERT_TRUE(one && two);
  EXPECT_EQ((*one)->voxels.data()[0], std::byte{1});
  EXPECT_EQ((*two)->voxels.data()[0], std::byte{2});
  EXPECT_EQ(chunks.counters().loads, 2U);
}

TEST(ChunkReader, AnAbsentChunkTakesNextToNoMemory) {
  const TestImage truth({.absent_chunks = {{0, 0, 0}}, .fill = 9});
  ChunkReader chunks(std::uint64_t{64} << 20);
  const auto chunk = chunks.read(*truth.serve(), 0, {0, 0, 0}, {});
  ASSERT_TRUE(chunk);
  EXPECT_TRUE((*chunk)->is_empty);
  ASSERT_EQ((*chunk)->voxels.size(), 2U);
  EXPECT_EQ(load_little<std::uint16_t>((*chunk)->voxels.bytes()), 9);
}

TEST(ChunkReader, AskedByManyThreadsItDecodesEachChunkOnce) {
  const TestImage truth({});
  const auto image = truth.serve();
  ChunkReader chunks(std::uint64_t{64} << 20);
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        for (std::int64_t x = 0; x < 4; ++x) {
          const auto chunk = chunks.read(*image, 0, {0, 0, x}, {});
          const auto expected = truth.voxel<std::uint16_t>(0, {0, 0, x * 32});
          if (!chunk || load_little<std::uint16_t>((*chunk)->voxels.bytes()) != expected) ++wrong;
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(chunks.counters().loads, 4U);
}

TEST(ChunkReader, ADamagedChunkIsTriedAgainEachTime) {
  TestImage truth({});
  const auto image = truth.serve();
  ChunkReader chunks(std::uint64_t{64} << 20);
  truth.damage(0, {0, 1, 0});
  EXPECT_EQ(chunks.read(*image, 0, {0, 1, 0}, {}).error().code, ErrorCode::kCorrupt);
  truth.damage(0, {0, 1, 0});  // the same bits back
  EXPECT_TRUE(chunks.read(*image, 0, {0, 1, 0}, {}));
}

TEST(ChunkReader, DoesNothingAfterAStopRequest) {
  const TestImage truth({});
  ChunkReader chunks(std::uint64_t{64} << 20);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(chunks.read(*truth.serve(), 0, {0, 0, 0}, stop.get_token()).error().code, ErrorCode::kCancelled);
  EXPECT_EQ(chunks.counters().loads, 0U);
}

}  // namespace
}  // namespace beamport::render
