// SPDX-License-Identifier: Apache-2.0
#pragma once

// Writes one shard: chunks in any order as they come, then the index at the end with its CRC-32C.
//
//   | header | chunk | chunk | gap | large chunk | gap | large chunk | gap | chunk | … | index | CRC |
//
// Large chunks that come in blocks of memory begin at blocks of the file and fill them up with zeros, so that they can
// go to the disk from where they lie; the index says where each begins and ends, and gaps belong to nobody. Behind a
// header every chunk begins at a block, and what it fills depends on its size alone: the header has promised where the
// chunks are.
// Chunks never appended are empty (fill value). Not thread-safe; one thread appends at a time.
// Source: Zarr v3 sharding_indexed 1.0; the byte picture is in shard_index.h.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "beamport/array/extent.h"
#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/store/store.h"
#include "beamport/zarr/shard_index.h"

namespace beamport::zarr {

class ShardWriter {
 public:
  /// grid: chunks per shard along z, y, x. Takes over the object, which must be empty.
  ShardWriter(std::unique_ptr<store::ObjectWriter> object, Extent grid);

  /// Bytes that precede the first chunk (a TIFF header of the raw profile). Only before the first chunk.
  [[nodiscard]] Result<void> append_header(ByteView header);

  /// Appends an encoded chunk at its place (z, y, x) inside the shard's grid. Each place at most once.
  [[nodiscard]] Result<void> append_chunk(Point place, ByteView encoded);

  /// An encoded chunk at the beginning of a piece of memory that is aligned as AlignedBuffer is.
  struct ChunkInMemory {
    Point place;
    MutableByteView memory;  // up to the end of the last block; what lies behind the chunk is set to zero
    std::size_t size = 0;    // of the chunk
    std::optional<std::uint32_t> crc32c = std::nullopt;  // of the chunk, when it is known
  };
  /// Appends several chunks at once.
  [[nodiscard]] Result<void> append_chunks(std::span<const ChunkInMemory> chunks);

  /// Whether no chunk was appended yet.
  [[nodiscard]] bool empty() const noexcept { return chunks_ == 0; }

  /// Bytes appended so far: the offset of the next chunk.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }

  /// Appends the index and makes the shard durable. An empty shard is dropped instead: absent means fill value.
  [[nodiscard]] Result<void> finish();

 private:
  [[nodiscard]] std::size_t gap_before_next() const noexcept;
  void note(Point place, std::uint64_t size);

  std::unique_ptr<store::ObjectWriter> object_;
  Extent grid_;
  ShardIndex index_;
  std::uint64_t position_ = 0;
  std::int64_t chunks_ = 0;
  bool has_header_ = false;
};

}  // namespace beamport::zarr
