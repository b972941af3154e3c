// SPDX-License-Identifier: Apache-2.0
#pragma once

// The index of a shard: where each inner chunk lies (Zarr v3 sharding_indexed 1.0). What Beamport writes:
//
//   0                                                                         size - 16n - 4        size - 4   size
//   | (header, gaps, dead space) chunk … chunk … chunk | offset₀ length₀ … offsetₙ₋₁ lengthₙ₋₁ | CRC-32C |
//                                                       uint64 little endian, C order           uint32 little endian
//
// Offsets count from the start of the shard. Chunks lie in any order, with or without gaps. A missing chunk (all fill
// value) has offset and length 2⁶⁴-1. Invariant of a parsed index: every entry is missing or lies inside the shard.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "beamport/base/byte_range.h"
#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/codec/codec_chain.h"

namespace beamport::zarr {

/// Offset and length of an inner chunk that was never written.
inline constexpr std::uint64_t kMissing = ~std::uint64_t{0};

/// More chunks a shard are refused: their index alone would take 256 MiB.
inline constexpr std::int64_t kMaxChunksPerShard = std::int64_t{1} << 24;

/// The index codecs that Beamport writes: bytes little endian, crc32c.
[[nodiscard]] std::vector<codec::CodecSpec> standard_index_codecs();

/// Codecs of an index of that many chunks per shard along each axis. kUnsupported where the encoded size would vary.
[[nodiscard]] Result<codec::CodecChain> prepare_index_codecs(std::vector<codec::CodecSpec> codecs,
                                                             std::vector<std::int64_t> chunks_per_shard);

class ShardIndex {
 public:
  /// All chunks missing.
  explicit ShardIndex(std::int64_t chunk_count);

  /// Reads an index with its codecs. kCorrupt when a checksum is wrong or an entry leaves the shard of `shard_size`
  /// bytes.
  [[nodiscard]] static Result<ShardIndex> parse(ByteView encoded, const codec::CodecChain& codecs,
                                                std::uint64_t shard_size);

  /// The index with standard_index_codecs().
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] std::size_t encoded_size() const noexcept { return entries_.size() * 16 + 4; }

  [[nodiscard]] std::int64_t chunk_count() const noexcept { return static_cast<std::int64_t>(entries_.size()); }
  [[nodiscard]] bool missing(std::int64_t chunk) const noexcept { return at(chunk).offset == kMissing; }
  /// Whether every chunk is missing.
  [[nodiscard]] bool empty() const noexcept;
  /// Where a chunk lies that is not missing.
  [[nodiscard]] ByteRange at(std::int64_t chunk) const noexcept { return entries_[static_cast<std::size_t>(chunk)]; }
  void set(std::int64_t chunk, ByteRange range) noexcept { entries_[static_cast<std::size_t>(chunk)] = range; }

 private:
  std::vector<ByteRange> entries_;
};

}  // namespace beamport::zarr
