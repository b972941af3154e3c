// SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything of an image that follows from its finest chunks: the shards of all levels, the statistics, the occupancy
// and the thumbnails. Chunks come in nearly the order of the traversal, from several workers at once.
//
//   add_chunk() ─▶ PyramidBuilder ─▶ ShardSet        finer levels, chunk by chunk
//                       │        └─▶ CoarseLevels    coarser levels, held; share_coarse_levels() shows them early
//                       └─▶ Occupancy, ThumbnailCollector, one ValueHistogram a worker
//
// workspace() and add_chunk() are thread-safe for different workers; the rest is called while no worker is at work.

#include <cstdint>
#include <memory>
#include <vector>

#include "beamport/array/volume_statistics.h"
#include "beamport/base/json.h"
#include "beamport/base/result.h"
#include "beamport/codec/codec_chain.h"
#include "beamport/ingest/coarse_levels.h"
#include "beamport/ingest/level_layout.h"
#include "beamport/ingest/occupancy.h"
#include "beamport/ingest/pyramid_builder.h"
#include "beamport/ingest/shard_set.h"
#include "beamport/ingest/thumbnails.h"
#include "beamport/ingest/traversal.h"
#include "beamport/store/store.h"

namespace beamport::ingest {

/// Where an image is built and what of it is there already. The stores outlive the builder.
struct BuildingSite {
  store::WritableStore& shards;  // of the levels whose chunks come one by one
  store::WritableStore& others;
  std::int64_t held_bytes = CoarseLevels::kMaxBytes;  // of the coarse levels, at most
  std::vector<KeptShard> kept = {};
  SealObserver on_sealed;
};

class ImageBuilder {
 public:
  /// The levels share one chunk shape and one list of codecs. `traversal` outlives the builder.
  [[nodiscard]] static Result<std::unique_ptr<ImageBuilder>> create(BuildingSite site, const Traversal& traversal,
                                                                    const std::vector<LevelLayout>& levels,
                                                                    DataType type, Reduction reduction, int workers);

  /// Where a worker puts the voxels of the next chunk: packed, zero beyond the volume.
  [[nodiscard]] MutableVolumeView chunk_memory(int worker) noexcept;
  [[nodiscard]] Extent valid_extent(Point chunk) const noexcept { return pyramid_.valid_extent(0, chunk); }

  /// Takes what the worker put into its memory as that chunk of the finest level.
  [[nodiscard]] Result<void> add_chunk(Point chunk, int worker);

  /// Writes the coarse levels as far as they have grown, for readers who will not wait for the rest.
  [[nodiscard]] Result<void> share_coarse_levels();

  struct Outcome {
    VolumeStatistics statistics;
    std::vector<LevelCount> levels;
    Json thumbnails;
  };
  /// After the last chunk: every shard is durable, as far as the store promises it, when this returns.
  [[nodiscard]] Result<Outcome> finish();

 private:
  ImageBuilder(BuildingSite site, const Traversal& traversal, const std::vector<LevelLayout>& levels, DataType type,
               Reduction reduction, int workers, codec::CodecChain chain);
  void observe(std::size_t level, Point chunk, VolumeView valid, const ValueRange& range);

  store::WritableStore& store_;
  Extent chunk_;
  DataType type_;
  codec::CodecChain chain_;
  Occupancy occupancy_;
  ThumbnailCollector thumbnails_;
  CoarseLevels coarse_;
  ShardSet shards_;
  PyramidBuilder pyramid_;
  std::vector<ChunkWorkspace> workspaces_;
  codec::Scratch coarse_scratch_;
};

}  // namespace beamport::ingest
