// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/memory_plan.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "beamport/base/aligned_buffer.h"
#include "beamport/ingest/band_reader.h"
#include "beamport/ingest/shard_set.h"

namespace beamport::ingest {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;
constexpr std::int64_t kPreferredBand = 64 * kMiB;

/// What is needed whatever the bands: the workers' chunk buffers and histograms, encoded chunks on their way to the
/// disk, the held coarse levels and their encoded copy, block alignment of the slices, and the program itself.
std::int64_t fixed_bytes(const MemoryDemand& demand) {
  const std::int64_t chunk = demand.chunk.volume() * static_cast<std::int64_t>(size_of(demand.stored_type));
  const std::int64_t waiting = static_cast<std::int64_t>(ShardSet::kMaxChunksWaiting) * chunk;
  constexpr auto kBlock = static_cast<std::int64_t>(AlignedBuffer::kAlignment);
  const std::int64_t alignment = MemoryPlan::kBandBuffers * demand.chunk.z * 2 * kBlock;
  return 64 * kMiB + demand.workers * (4 * chunk + 32 * kMiB) + waiting + 2 * demand.held_bytes + alignment;
}

/// In slab order every parent of a slab is pending at once: a quarter of the slab, a sixteenth for the next level, …
std::int64_t slab_order_pending(const MemoryDemand& demand) {
  const Extent chunk = demand.chunk;
  const Extent grid = grid_of(demand.extent, chunk);
  const std::int64_t slab = grid.y * grid.x * chunk.volume() * static_cast<std::int64_t>(size_of(demand.stored_type));
  return slab / 3 + 8 * chunk.volume();
}

/// Along the Z-order curve at most three bands' worth of children wait on each level, each level a quarter of the one
/// below.
std::int64_t depth_first_pending(std::int64_t stored_band_bytes) {
  return 2 * stored_band_bytes;
}

}  // namespace

Result<MemoryPlan> plan_memory(const MemoryDemand& demand, std::int64_t memory_bytes) {
  const std::int64_t rows_in_all = grid_of(demand.extent, demand.chunk).y;
  const auto band_bytes = [&](std::int64_t rows) {
    return BandReader::band_bytes(demand.extent, demand.source_type, demand.chunk, rows).value_or(INT64_MAX / 8);
  };
  const auto stored = [&](std::int64_t source_bytes) {
    return source_bytes / static_cast<std::int64_t>(size_of(demand.source_type)) *
           static_cast<std::int64_t>(size_of(demand.stored_type));
  };
  const std::int64_t available = memory_bytes - fixed_bytes(demand);

  const std::int64_t pending = slab_order_pending(demand);
  if (pending <= available / 2) {
    const std::int64_t for_bands = available - pending;
    std::int64_t rows = rows_in_all;
    while (rows > 1 && MemoryPlan::kBandBuffers * band_bytes(rows) > for_bands) rows = (rows + 1) / 2;
    // Where rows can be read on their own, smaller bands let reading and working overlap sooner. Slices that are still
    // landing are read whole, so that only the last one is left to read when it has come.
    if (demand.reading == Reading::kRows) {
      while (rows > 1 && band_bytes(rows) > kPreferredBand) rows = (rows + 1) / 2;
    }
    if (MemoryPlan::kBandBuffers * band_bytes(rows) <= for_bands) {
      return MemoryPlan{rows, Traversal::Order::kSlabMajor, band_bytes(rows), pending};
    }
  }

  std::int64_t rows = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(rows_in_all)));
  const auto needed = [&](std::int64_t r) {
    return MemoryPlan::kBandBuffers * band_bytes(r) + depth_first_pending(stored(band_bytes(r)));
  };
  while (rows > 1 && needed(rows) > available) rows /= 2;
  if (needed(rows) > available) {
    return fail(
        ErrorCode::kResourceExhausted,
        fmt::format("slices {} voxels wide need {} MiB of memory to convert, {} MiB are allowed; raise --memory",
                    demand.extent.x, (needed(1) + fixed_bytes(demand)) / kMiB + 1, memory_bytes / kMiB));
  }
  return MemoryPlan{rows, Traversal::Order::kDepthFirst, band_bytes(rows),
                    depth_first_pending(stored(band_bytes(rows)))};
}

}  // namespace beamport::ingest
