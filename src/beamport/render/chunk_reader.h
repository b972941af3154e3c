// SPDX-License-Identifier: Apache-2.0
#pragma once

// Chunks of images, decoded, through the cache. One per server; thread-safe.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

#include "beamport/codec/codec_chain.h"
#include "beamport/render/chunk_cache.h"
#include "beamport/render/parallel_for.h"
#include "beamport/render/served_image.h"

namespace beamport::render {

class ChunkReader {
 public:
  explicit ChunkReader(std::uint64_t budget_bytes) : cache_(budget_bytes) {}

  /// `chunk` lies inside the level's grid. kCorrupt when it is damaged.
  [[nodiscard]] Result<ChunkCache::Entry> read(const ServedImage& image, std::size_t level, Point chunk,
                                               const std::stop_token& stop);

  [[nodiscard]] ChunkCache::Counters counters() const { return cache_.counters(); }

 private:
  [[nodiscard]] Result<DecodedChunk> decode(const zarr::Array& array, Point chunk);
  [[nodiscard]] std::unique_ptr<codec::Scratch> take_scratch();
  void give_back(std::unique_ptr<codec::Scratch> scratch);

  ChunkCache cache_;
  std::mutex scratches_mutex_;
  std::vector<std::unique_ptr<codec::Scratch>> scratches_;
};

/// What making a picture takes besides the image.
struct RenderContext {
  ChunkReader& chunks;
  std::stop_token stop = {};
  ParallelFor parallel_for = run_in_turn;
};

}  // namespace beamport::render
