// SPDX-License-Identifier: Apache-2.0
#pragma once

// The coarsest levels of a pyramid, small enough to be held whole in memory. They can be encoded at any time, so that
// another process sees the whole volume, coarsely, while its slices still land; what has not been filled yet is zero.
//
//   finer levels: chunk by chunk into open shards (shard_set.h)
//   ─────────────────────────────────────────────────────────── first()
//   held levels:  all chunks in memory, encoded shard by shard, again and again as they grow
//
// Different chunks, and disjoint parts of one chunk, may be filled from several threads at once; encode_shards() and
// counts() run alone.

#include <cstdint>
#include <string>
#include <vector>

#include "beamport/array/extent.h"
#include "beamport/base/aligned_buffer.h"
#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/codec/codec_chain.h"
#include "beamport/ingest/level_layout.h"

namespace beamport::ingest {

class CoarseLevels {
 public:
  static constexpr std::int64_t kMaxBytes = std::int64_t{64} << 20;  // unless said otherwise

  /// The first level from which all chunks of all levels together fit into max_bytes; never 0. May be the number of
  /// levels: then nothing is held.
  [[nodiscard]] static std::size_t first_held(const std::vector<LevelLayout>& levels, DataType type,
                                              std::int64_t max_bytes) noexcept;

  /// Memory of the levels that are held.
  [[nodiscard]] static std::int64_t held_bytes(const std::vector<LevelLayout>& levels, DataType type,
                                               std::int64_t max_bytes) noexcept;

  CoarseLevels(const std::vector<LevelLayout>& levels, DataType type, std::int64_t max_bytes);

  [[nodiscard]] std::size_t first() const noexcept { return first_; }
  [[nodiscard]] bool holds(std::size_t level) const noexcept { return level >= first_; }

  /// Memory of one chunk: packed, the whole chunk, zero at first.
  [[nodiscard]] MutableByteView chunk(std::size_t level, Point chunk) noexcept;

  struct Shard {
    std::string key;
    Bytes bytes;
  };
  /// Every shard that has something in it, whole, with its index: chunks in C order.
  [[nodiscard]] Result<std::vector<Shard>> encode_shards(const codec::CodecChain& chain, codec::Scratch& scratch);

  /// Of the held levels, as of the last encode_shards(); first() comes first.
  [[nodiscard]] const std::vector<LevelCount>& counts() const noexcept { return counts_; }

 private:
  struct Level {
    LevelLayout layout;
    Extent grid;
    AlignedBuffer voxels;  // chunk after chunk in C order
  };

  [[nodiscard]] Result<void> encode_shard(std::size_t level_number, Point place, const codec::CodecChain& chain,
                                          codec::Scratch& scratch, std::vector<Shard>& shards);

  DataType type_;
  std::size_t chunk_bytes_;
  std::size_t first_;
  std::vector<Level> levels_;  // levels_[0] is level first_
  std::vector<LevelCount> counts_;
  AlignedBuffer encoded_;
};

}  // namespace beamport::ingest
