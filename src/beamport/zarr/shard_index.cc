// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/shard_index.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/base/checked_math.h"
#include "beamport/codec/crc32c.h"

namespace beamport::zarr {
namespace {

constexpr std::size_t kEntryBytes = 16;

Result<void> check_entry(ByteRange entry, std::size_t chunk, std::uint64_t shard_size) {
  if (entry.offset == kMissing && entry.length == kMissing) return {};
  const std::optional<std::uint64_t> end = checked_add(entry.offset, entry.length);
  if (end && *end <= shard_size) return {};
  return fail(ErrorCode::kCorrupt,
              fmt::format("shard index: chunk {} lies at byte {} with {} bytes, outside the shard of {} bytes", chunk,
                          entry.offset, entry.length, shard_size));
}

}  // namespace

std::vector<codec::CodecSpec> standard_index_codecs() {
  return {codec::BytesCodec{std::endian::little}, codec::Crc32cCodec{}};
}

Result<codec::CodecChain> prepare_index_codecs(std::vector<codec::CodecSpec> codecs,
                                               std::vector<std::int64_t> chunks_per_shard) {
  std::vector<std::int64_t> shape = std::move(chunks_per_shard);
  shape.push_back(2);
  BEAMPORT_ASSIGN(codec::CodecChain chain,
                  codec::CodecChain::prepare(std::move(codecs), std::move(shape), DataType::kUint64));
  if (!chain.fixed_size()) {
    return fail(ErrorCode::kUnsupported, "a compressed shard index, whose size is not known beforehand");
  }
  return chain;
}

ShardIndex::ShardIndex(std::int64_t chunk_count) {
  BEAMPORT_CHECK(chunk_count > 0 && chunk_count <= kMaxChunksPerShard);
  entries_.assign(static_cast<std::size_t>(chunk_count), ByteRange{kMissing, kMissing});
}

Result<ShardIndex> ShardIndex::parse(ByteView encoded, const codec::CodecChain& codecs, std::uint64_t shard_size) {
  Bytes values(codecs.decoded_size());
  codec::Scratch scratch;
  BEAMPORT_TRY(codecs.decode(encoded, values, scratch).map_error(in_context("shard index")));
  ShardIndex index(static_cast<std::int64_t>(values.size() / kEntryBytes));
  for (std::size_t i = 0; i < index.entries_.size(); ++i) {
    ByteRange& entry = index.entries_[i];
    std::memcpy(&entry.offset, values.data() + i * kEntryBytes, 8);
    std::memcpy(&entry.length, values.data() + i * kEntryBytes + 8, 8);
    BEAMPORT_TRY(check_entry(entry, i, shard_size));
  }
  return index;
}

Bytes ShardIndex::encode() const {
  Bytes encoded(encoded_size());
  const MutableByteView bytes(encoded);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    store_little<std::uint64_t>(bytes.subspan(i * kEntryBytes), entries_[i].offset);
    store_little<std::uint64_t>(bytes.subspan(i * kEntryBytes + 8), entries_[i].length);
  }
  const std::size_t content = entries_.size() * kEntryBytes;
  store_little<std::uint32_t>(bytes.subspan(content), codec::crc32c(bytes.first(content)));
  return encoded;
}

bool ShardIndex::empty() const noexcept {
  return std::all_of(entries_.begin(), entries_.end(), [](ByteRange entry) { return entry.offset == kMissing; });
}

}  // namespace beamport::zarr
