// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/shard_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/codec/crc32c.h"

namespace beamport::zarr {
namespace {

using testing::HasSubstr;

codec::CodecChain standard_chain(std::int64_t chunks) {
  return prepare_index_codecs(standard_index_codecs(), {1, 1, chunks}).value();
}

/// The index bytes of these entries, with a good checksum.
Bytes encoded(const std::vector<ByteRange>& entries) {
  ShardIndex index(static_cast<std::int64_t>(entries.size()));
  for (std::size_t i = 0; i < entries.size(); ++i) index.set(static_cast<std::int64_t>(i), entries[i]);
  return index.encode();
}

TEST(ShardIndex, LooksLikeThePicture) {
  ShardIndex index(2);
  index.set(1, {0x0102, 0x03});
  const Bytes bytes = index.encode();
  ASSERT_EQ(bytes.size(), 36U);
  EXPECT_EQ(load_little<std::uint64_t>(ByteView(bytes).subspan(0)), kMissing);
  EXPECT_EQ(load_little<std::uint64_t>(ByteView(bytes).subspan(8)), kMissing);
  EXPECT_EQ(bytes[16], std::byte{0x02});
  EXPECT_EQ(bytes[17], std::byte{0x01});
  EXPECT_EQ(bytes[24], std::byte{0x03});
  EXPECT_EQ(load_little<std::uint32_t>(ByteView(bytes).subspan(32)), codec::crc32c(ByteView(bytes).first(32)));
}

TEST(ShardIndex, ReadsWhatItWrote) {
  const Bytes bytes = encoded({{100, 50}, {kMissing, kMissing}, {0, 100}});
  const Result<ShardIndex> index = ShardIndex::parse(bytes, standard_chain(3), 150);
  ASSERT_TRUE(index) << index.error().message;
  EXPECT_EQ(index->at(0), (ByteRange{100, 50}));
  EXPECT_TRUE(index->missing(1));
  EXPECT_EQ(index->at(2), (ByteRange{0, 100}));
  EXPECT_FALSE(index->empty());
}

TEST(ShardIndex, WithoutChunksIsEmpty) {
  EXPECT_TRUE(ShardIndex::parse(ShardIndex(4).encode(), standard_chain(4), 68).value().empty());
}

TEST(ShardIndex, RefusesAWrongChecksum) {
  Bytes bytes = encoded({{0, 10}});
  bytes[8] ^= std::byte{1};
  const Result<ShardIndex> index = ShardIndex::parse(bytes, standard_chain(1), 1000);
  ASSERT_FALSE(index);
  EXPECT_EQ(index.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(index.error().message, HasSubstr("crc32c"));
}

TEST(ShardIndex, RefusesEntriesOutsideTheShard) {
  for (const ByteRange entry : {ByteRange{1000, 1}, ByteRange{0, 1001}, ByteRange{999, 2}, ByteRange{kMissing - 1, 2},
                                ByteRange{kMissing - 1, kMissing - 1}, ByteRange{2, kMissing - 1},
                                ByteRange{kMissing, 5}, ByteRange{5, kMissing}}) {
    const Result<ShardIndex> index = ShardIndex::parse(encoded({{0, 10}, entry}), standard_chain(2), 1000);
    ASSERT_FALSE(index) << entry.offset << " " << entry.length;
    EXPECT_EQ(index.error().code, ErrorCode::kCorrupt);
    EXPECT_THAT(index.error().message, HasSubstr("chunk 1"));
  }
  EXPECT_TRUE(ShardIndex::parse(encoded({{999, 1}}), standard_chain(1), 1000));
}

TEST(ShardIndex, RefusesAnotherLength) {
  const Bytes bytes = encoded({{0, 1}, {1, 1}});
  EXPECT_FALSE(ShardIndex::parse(ByteView(bytes).first(35), standard_chain(2), 1000));
  EXPECT_FALSE(ShardIndex::parse(bytes, standard_chain(1), 1000));
  EXPECT_FALSE(ShardIndex::parse({}, standard_chain(1), 1000));
}

TEST(ShardIndex, ReadsOtherIndexCodecs) {
  const codec::CodecChain chain = prepare_index_codecs({codec::BytesCodec{std::endian::big}}, {1, 2}).value();
  const std::array<std::uint64_t, 4> values{5, 6, kMissing, kMissing};
  Bytes bytes(32);
  codec::Scratch scratch;
  ASSERT_TRUE(chain.encode(std::as_bytes(std::span(values)), bytes, scratch));
  EXPECT_EQ(bytes[7], std::byte{5});
  EXPECT_EQ(ShardIndex::parse(bytes, chain, 11).value().at(0), (ByteRange{5, 6}));
}

TEST(ShardIndex, CannotBeCompressed) {
  const Result<codec::CodecChain> chain = prepare_index_codecs({codec::BytesCodec{}, codec::ZstdCodec{}}, {4});
  ASSERT_FALSE(chain);
  EXPECT_EQ(chain.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace beamport::zarr
