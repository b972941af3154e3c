// SPDX-License-Identifier: Apache-2.0
#pragma once

// Turns finished chunks of the finest level into chunks of all levels, chunk by chunk, without reading anything back.
// A chunk of 64³ is 32³ voxels of level 1, 16³ of level 2, … 1 of level 6, and its neighbours have no part in them: so
// each chunk fills its cell in all of these levels at once, and coarse levels grow with the volume.
//
//   level 0 chunk ── encode → shard
//        └─ 2×2×2 ─▶ cell of its level 1 chunk ─ 2×2×2 ─▶ cell of its level 2 chunk ─ … ─▶ one voxel of level 6
//
// The chunk that fills the last cell of a coarser one finishes it: that is encoded, too, and where the reach of 64³
// ends (level 6, 12, …) it begins a cascade of its own. Only half-filled chunks are in memory, and the held coarse
// levels. add_chunk() is thread-safe; each worker brings its own ChunkWorkspace.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "beamport/array/extent.h"
#include "beamport/array/value_histogram.h"
#include "beamport/array/volume_view.h"
#include "beamport/base/aligned_buffer.h"
#include "beamport/base/result.h"
#include "beamport/codec/codec_chain.h"
#include "beamport/ingest/coarse_levels.h"
#include "beamport/ingest/shard_set.h"

namespace beamport::ingest {

/// Memory of one worker, reused for every chunk.
struct ChunkWorkspace {
  ChunkWorkspace(Extent chunk, DataType type, ValueHistogram empty_histogram);

  AlignedBuffer voxels;  // one chunk, packed, zero beyond the volume
  codec::Scratch scratch;
  ValueHistogram histogram;
};

enum class Reduction : std::uint8_t { kMean, kMode };

class PyramidBuilder {
 public:
  /// Sees every finished chunk of every level before it is dropped: its valid part only, and the range of its values.
  /// Called from worker threads.
  using Observer = std::function<void(std::size_t level, Point chunk, VolumeView valid, const ValueRange& range)>;

  /// The levels share one chunk shape, whose sides are even, and the codec chain. Finished chunks go to `shards`, those
  /// of the held levels into `coarse`. All references outlive the builder.
  PyramidBuilder(const std::vector<LevelLayout>& levels, DataType type, Reduction reduction,
                 const codec::CodecChain& chain, ShardSet& shards, CoarseLevels& coarse, Observer observer);

  /// Extent of the part of a chunk that lies inside its level.
  [[nodiscard]] Extent valid_extent(std::size_t level, Point chunk) const noexcept;

  /// workspace.voxels holds the chunk of level 0; its valid part is counted in workspace.histogram here.
  [[nodiscard]] Result<void> add_chunk(Point chunk, ChunkWorkspace& workspace);

 private:
  /// A chunk that is being filled.
  struct Growing {
    AlignedBuffer own;         // empty for held levels
    MutableByteView voxels;    // the chunk's memory
    std::int64_t missing = 0;  // chunks of the level where its cascade began that have not arrived
  };
  struct Level {
    Extent extent;
    Extent grid;
    std::mutex mutex;
    std::unordered_map<std::int64_t, std::unique_ptr<Growing>> growing;  // by linear index of the chunk
  };

  [[nodiscard]] Result<void> finish_chunk(std::size_t level, Point chunk, ByteView voxels, const ValueRange& range,
                                          ChunkWorkspace& workspace);
  [[nodiscard]] Result<void> cascade(std::size_t base, Point chunk, VolumeView valid, bool empty,
                                     ChunkWorkspace& workspace);
  [[nodiscard]] VolumeView valid_part(std::size_t level, Point chunk, ByteView voxels) const noexcept;
  [[nodiscard]] Result<void> store_chunk(std::size_t level, Point chunk, ByteView voxels, bool empty,
                                         ChunkWorkspace& workspace);
  void reduce(VolumeView from, MutableVolumeView to) const;
  [[nodiscard]] Growing& growing_chunk(std::size_t level, Point chunk, std::size_t base);
  [[nodiscard]] std::unique_ptr<Growing> begin_chunk(std::size_t level, Point chunk, std::size_t base);
  [[nodiscard]] std::unique_ptr<Growing> cell_filled(std::size_t level, Point chunk, Growing& growing);
  void recycle(std::unique_ptr<Growing> growing);

  Extent chunk_;
  DataType type_;
  Reduction reduction_;
  const codec::CodecChain& chain_;
  bool keep_empty_;
  std::size_t reach_;  // levels that one chunk fills cells of
  ShardSet& shards_;
  CoarseLevels& coarse_;
  Observer observer_;
  std::vector<std::unique_ptr<Level>> levels_;
  std::mutex spare_mutex_;
  std::vector<std::unique_ptr<Growing>> spare_;
};

}  // namespace beamport::ingest
