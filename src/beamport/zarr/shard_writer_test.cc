// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/shard_writer.h"

#include <algorithm>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/base/aligned_buffer.h"
#include "beamport/base/checked_math.h"
#include "beamport/store/memory_store.h"

namespace beamport::zarr {
namespace {

ShardIndex index_of(const Bytes& shard, std::int64_t chunks) {
  const codec::CodecChain chain = prepare_index_codecs(standard_index_codecs(), {chunks}).value();
  return ShardIndex::parse(ByteView(shard).last(chain.max_encoded_size()), chain, shard.size()).value();
}

TEST(ShardWriter, PutsChunksInTheOrderTheyComeAndTheIndexAtTheEnd) {
  store::MemoryStore store;
  ShardWriter writer(store.create("s", 0).value(), {1, 2, 2});
  ASSERT_TRUE(writer.append_chunk({0, 1, 0}, as_byte_view("third")));
  ASSERT_TRUE(writer.append_chunk({0, 0, 1}, as_byte_view("2nd")));
  EXPECT_EQ(writer.position(), 8U);
  ASSERT_TRUE(writer.finish());
  const Bytes shard = store.get("s", 1000).value();
  EXPECT_EQ(shard.size(), 8U + 4 * 16 + 4);
  EXPECT_EQ(as_text(ByteView(shard).first(8)), "third2nd");
  const ShardIndex index = index_of(shard, 4);
  EXPECT_TRUE(index.missing(0));
  EXPECT_EQ(index.at(1), (ByteRange{5, 3}));
  EXPECT_EQ(index.at(2), (ByteRange{0, 5}));
  EXPECT_TRUE(index.missing(3));
}

TEST(ShardWriter, CountsOffsetsFromTheStartOfAHeaderAndBeginsBehindItAtABlock) {
  store::MemoryStore store;
  ShardWriter writer(store.create("s", 0).value(), {1, 1, 1});
  ASSERT_TRUE(writer.append_header(as_byte_view("header")));
  ASSERT_TRUE(writer.append_chunk({0, 0, 0}, as_byte_view("chunk")));
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(index_of(store.get("s", 10'000).value(), 1).at(0), (ByteRange{4096, 5}));
}

/// Chunks of different sizes, one buffer each, full of 0xEE behind the chunk.
struct ChunksInMemory {
  std::vector<AlignedBuffer> buffers;
  std::vector<ShardWriter::ChunkInMemory> chunks;

  explicit ChunksInMemory(const std::vector<std::size_t>& sizes) {
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      MutableByteView memory = buffers.emplace_back(round_up(sizes[i], AlignedBuffer::kAlignment)).bytes();
      std::ranges::fill(memory, std::byte{0xEE});
      std::ranges::fill(memory.first(sizes[i]), static_cast<std::byte>(i + 1));
      chunks.push_back({{0, 0, static_cast<std::int64_t>(i)}, memory, sizes[i]});
    }
  }
};

void expect_chunks(const Bytes& shard, const ChunksInMemory& written, const ShardIndex& index) {
  for (std::size_t i = 0; i < written.chunks.size(); ++i) {
    const ByteRange range = index.at(static_cast<std::int64_t>(i));
    ASSERT_EQ(range.length, written.chunks[i].size);
    const ByteView chunk = ByteView(shard).subspan(range.offset, range.length);
    EXPECT_TRUE(std::ranges::all_of(chunk, [&](std::byte b) { return b == static_cast<std::byte>(i + 1); })) << i;
  }
  EXPECT_EQ(std::ranges::count(shard, std::byte{0xEE}), 0) << "memory behind a chunk must not reach the disk";
}

TEST(ShardWriter, LargeChunksBeginAtBlocksAndSmallOnesFollowEachOther) {
  constexpr std::size_t kLarge = 300'000;
  const ChunksInMemory written({10, 20, kLarge, kLarge, 30, kLarge});
  store::MemoryStore store;
  ShardWriter writer(store.create("s", 0).value(), {1, 1, 6});
  ASSERT_TRUE(writer.append_chunks(std::span(written.chunks).first(3)));
  ASSERT_TRUE(writer.append_chunks(std::span(written.chunks).subspan(3)));
  ASSERT_TRUE(writer.finish());
  const Bytes shard = store.get("s", 10'000'000).value();
  const ShardIndex index = index_of(shard, 6);
  expect_chunks(shard, written, index);
  EXPECT_EQ(index.at(1).offset, 10U);
  EXPECT_EQ(index.at(2).offset, 4096U);
  EXPECT_EQ(index.at(3).offset, 4096U + 303'104);
  EXPECT_EQ(index.at(4).offset, 4096U + 2 * 303'104);
  EXPECT_EQ(index.at(5).offset % 4096, 0U);
}

TEST(ShardWriter, BehindAHeaderEveryChunkBeginsAtABlock) {
  const ChunksInMemory written({300, 300'000});
  store::MemoryStore store;
  ShardWriter writer(store.create("s", 0).value(), {1, 1, 2});
  ASSERT_TRUE(writer.append_header(as_byte_view("header")));
  ASSERT_TRUE(writer.append_chunks(written.chunks));
  ASSERT_TRUE(writer.finish());
  const Bytes shard = store.get("s", 10'000'000).value();
  const ShardIndex index = index_of(shard, 2);
  expect_chunks(shard, written, index);
  EXPECT_EQ(index.at(0).offset, 4096U);
  EXPECT_EQ(index.at(1).offset, 8192U);
}

TEST(ShardWriter, DropsAShardWithoutChunks) {
  store::MemoryStore store;
  ShardWriter writer(store.create("s", 0).value(), {1, 1, 1});
  EXPECT_TRUE(writer.empty());
  ASSERT_TRUE(writer.append_header(as_byte_view("header")));
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(store.size("s").error().code, ErrorCode::kNotFound);
}

TEST(ShardWriter, ShowsNothingWhenItIsInterrupted) {
  store::MemoryStore store;
  {
    ShardWriter writer(store.create("s", 0).value(), {1, 1, 2});
    ASSERT_TRUE(writer.append_chunk({0, 0, 0}, as_byte_view("chunk")));
  }
  EXPECT_EQ(store.size("s").error().code, ErrorCode::kNotFound);
}

TEST(ShardWriterDeathTest, DoesNotTakeAPlaceTwiceOrOutside) {
  store::MemoryStore store;
  ShardWriter writer(store.create("s", 0).value(), {1, 1, 2});
  ASSERT_TRUE(writer.append_chunk({0, 0, 1}, as_byte_view("chunk")));
  EXPECT_DEATH(static_cast<void>(writer.append_chunk({0, 0, 1}, as_byte_view("again"))), "missing");
  EXPECT_DEATH(static_cast<void>(writer.append_chunk({0, 0, 2}, as_byte_view("outside"))), "contains");
}

}  // namespace
}  // namespace beamport::zarr
