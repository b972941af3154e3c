// SPDX-License-Identifier: Apache-2.0
#pragma once

// Turns finished chunks of the finest level into chunks of all levels, chunk by chunk, without reading anything back:
//
//   level 0 chunk ── encode → shard
//        └── 2×2×2 mean → one octant of its parent; the eighth child makes the parent a finished chunk of level 1, and
//        so on
//
// Only half-filled parents are in memory. add_chunk() is thread-safe; each worker brings its own ChunkWorkspace.

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
#include "beamport/ingest/shard_set.h"

namespace beamport::ingest {

/// Memory of one worker, reused for every chunk.
struct ChunkWorkspace {
  ChunkWorkspace(Extent chunk, DataType type, std::size_t max_encoded_size);

  AlignedBuffer voxels;  // one chunk, packed, zero beyond the volume
  AlignedBuffer encoded;
  codec::Scratch scratch;
  ValueHistogram histogram;
};

enum class Reduction : std::uint8_t { kMean, kMode };

class PyramidBuilder {
 public:
  /// Sees every finished chunk of every level before it is dropped: its valid part only, and the range of its values.
  /// Called from worker threads.
  using Observer = std::function<void(std::size_t level, Point chunk, VolumeView valid, const ValueRange& range)>;

  /// The levels share one chunk shape and one codec chain. keep_empty: store chunks that are all zero, too.
  [[nodiscard]] static Result<std::unique_ptr<PyramidBuilder>> create(const std::vector<LevelLayout>& levels,
                                                                      DataType type, Reduction reduction,
                                                                      ShardSet& shards, Observer observer);

  [[nodiscard]] ChunkWorkspace make_workspace() const;

  /// Extent of the part of a chunk that lies inside its level.
  [[nodiscard]] Extent valid_extent(std::size_t level, Point chunk) const noexcept;

  /// workspace.voxels holds the chunk of level 0; its valid part is counted in workspace.histogram here.
  [[nodiscard]] Result<void> add_chunk(Point chunk, ChunkWorkspace& workspace);

 private:
  struct Pending {
    AlignedBuffer voxels;
    int missing_children = 0;
  };
  struct Level {
    Extent extent;
    Extent grid;
    std::mutex mutex;
    std::unordered_map<std::int64_t, std::unique_ptr<Pending>> pending;  // by linear index of the chunk
  };

  PyramidBuilder(const std::vector<LevelLayout>& levels, DataType type, Reduction reduction, codec::CodecChain chain,
                 ShardSet& shards, Observer observer);

  [[nodiscard]] Result<void> finish_chunk(std::size_t level, Point chunk, ByteView voxels, const ValueRange& range,
                                          ChunkWorkspace& workspace);
  [[nodiscard]] VolumeView valid_part(std::size_t level, Point chunk, ByteView voxels) const noexcept;
  [[nodiscard]] Result<void> store_chunk(std::size_t level, Point chunk, ByteView voxels, bool empty,
                                         ChunkWorkspace& workspace);
  void reduce_into(VolumeView child, Point child_index, Pending& parent) const;
  [[nodiscard]] Pending& parent_of(std::size_t level, Point parent);
  [[nodiscard]] std::unique_ptr<Pending> child_arrived(std::size_t level, Point parent);
  void recycle(std::unique_ptr<Pending> pending);

  Extent chunk_;
  DataType type_;
  Reduction reduction_;
  codec::CodecChain chain_;
  bool keep_empty_;
  ShardSet& shards_;
  Observer observer_;
  std::vector<std::unique_ptr<Level>> levels_;
  std::mutex spare_mutex_;
  std::vector<std::unique_ptr<Pending>> spare_;
};

}  // namespace beamport::ingest
