// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/shard_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(ShardWriter, CountsOffsetsFromTheStartOfAHeader) {
  store::MemoryStore store;
  ShardWriter writer(store.create("s", 0).value(), {1, 1, 1});
  ASSERT_TRUE(writer.append_header(as_byte_view("header")));
  ASSERT_TRUE(writer.append_chunk({0, 0, 0}, as_byte_view("chunk")));
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(index_of(store.get("s", 1000).value(), 1).at(0), (ByteRange{6, 5}));
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
