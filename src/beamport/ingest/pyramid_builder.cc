// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/pyramid_builder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <utility>

#include "beamport/array/downsample.h"
#include "beamport/base/check.h"

namespace beamport::ingest {
namespace {

constexpr std::size_t kMaxReach = 16;

/// How often a chunk can be halved along every axis until one side is a single voxel.
std::size_t reach_of(Extent chunk) {
  const auto sides = static_cast<std::uint64_t>(chunk.z | chunk.y | chunk.x);
  return static_cast<std::size_t>(std::countr_zero(sides));
}

Point ancestor(Point chunk, std::size_t steps) {
  return {chunk.z >> steps, chunk.y >> steps, chunk.x >> steps};
}

/// Where the cell of a chunk begins inside its ancestor that many steps up.
Point cell_origin(Point chunk, Extent extent, std::size_t steps) {
  const auto along = [&](std::int64_t index, std::int64_t side) {
    const std::int64_t inside = index - (index >> steps << steps);
    return inside * (side >> steps);
  };
  return {along(chunk.z, extent.z), along(chunk.y, extent.y), along(chunk.x, extent.x)};
}

/// Chunks of a grid that have this ancestor.
std::int64_t descendants(Point ancestor, Extent grid, std::size_t steps) {
  const auto along = [&](std::int64_t index, std::int64_t count) {
    return std::min(std::int64_t{1} << steps, count - (index << steps));
  };
  return along(ancestor.z, grid.z) * along(ancestor.y, grid.y) * along(ancestor.x, grid.x);
}

}  // namespace

ChunkWorkspace::ChunkWorkspace(Extent chunk, DataType type, ValueHistogram empty_histogram)
    : voxels(static_cast<std::size_t>(chunk.volume()) * size_of(type)), histogram(std::move(empty_histogram)) {}

PyramidBuilder::PyramidBuilder(const std::vector<LevelLayout>& levels, DataType type, Reduction reduction,
                               const codec::CodecChain& chain, ShardSet& shards, CoarseLevels& coarse,
                               Observer observer)
    : chunk_(levels.front().profile.chunk),
      type_(type),
      reduction_(reduction),
      chain_(chain),
      keep_empty_(levels.front().profile.name == zarr::ProfileName::kRaw),
      reach_(reach_of(chunk_)),
      shards_(shards),
      coarse_(coarse),
      observer_(std::move(observer)) {
  BEAMPORT_CHECK(reach_ >= 1 && reach_ <= kMaxReach);
  for (const LevelLayout& layout : levels) {
    BEAMPORT_CHECK(layout.profile.chunk == chunk_);
    auto level = std::make_unique<Level>();
    level->extent = layout.extent;
    level->grid = grid_of(layout.extent, chunk_);
    levels_.push_back(std::move(level));
  }
}

Extent PyramidBuilder::valid_extent(std::size_t level, Point chunk) const noexcept {
  const Extent whole = levels_[level]->extent;
  return min_of(chunk_, {whole.z - chunk.z * chunk_.z, whole.y - chunk.y * chunk_.y, whole.x - chunk.x * chunk_.x});
}

VolumeView PyramidBuilder::valid_part(std::size_t level, Point chunk, ByteView voxels) const noexcept {
  return VolumeView(voxels.data(), chunk_, type_).part(Box::whole(valid_extent(level, chunk)));
}

Result<void> PyramidBuilder::add_chunk(Point chunk, ChunkWorkspace& workspace) {
  const ByteView voxels = workspace.voxels.bytes();
  const ValueRange range = workspace.histogram.add(valid_part(0, chunk, voxels));
  return finish_chunk(0, chunk, voxels, range, workspace);
}

Result<void> PyramidBuilder::finish_chunk(std::size_t level, Point chunk, ByteView voxels, const ValueRange& range,
                                          ChunkWorkspace& workspace) {
  const VolumeView valid = valid_part(level, chunk, voxels);
  const bool empty = range.min == 0 && range.max == 0 && all_zero(valid);
  observer_(level, chunk, valid, range);
  if (!coarse_.holds(level)) BEAMPORT_TRY(store_chunk(level, chunk, voxels, empty, workspace));
  if (level % reach_ != 0) return {};
  return cascade(level, chunk, valid, empty, workspace);
}

Result<void> PyramidBuilder::cascade(std::size_t base, Point chunk, VolumeView valid, bool empty,
                                     ChunkWorkspace& workspace) {
  const std::size_t steps = std::min(reach_, levels_.size() - 1 - base);
  std::array<Growing*, kMaxReach + 1> growing{};
  VolumeView finer = valid;
  for (std::size_t step = 1; step <= steps; ++step) {
    growing[step] = &growing_chunk(base + step, ancestor(chunk, step), base);
    if (empty) continue;  // cells are zero from the start
    const MutableVolumeView whole(growing[step]->voxels.data(), chunk_, type_);
    const MutableVolumeView cell = whole.part(Box::at(cell_origin(chunk, chunk_, step), half_of(finer.extent)));
    reduce(finer, cell);
    finer = cell;
  }
  // Only now: whoever fills the last cell takes the chunk away, and the cells above were made from this one's.
  for (std::size_t step = 1; step <= steps; ++step) {
    const std::size_t level = base + step;
    const Point coarser = ancestor(chunk, step);
    std::unique_ptr<Growing> finished = cell_filled(level, coarser, *growing[step]);
    if (!finished) continue;
    const ValueRange range = range_of(valid_part(level, coarser, finished->voxels));
    BEAMPORT_TRY(finish_chunk(level, coarser, finished->voxels, range, workspace));
    recycle(std::move(finished));
  }
  return {};
}

Result<void> PyramidBuilder::store_chunk(std::size_t level, Point chunk, ByteView voxels, bool empty,
                                         ChunkWorkspace& workspace) {
  if (shards_.keeps(level, chunk)) return {};
  if (empty && !keep_empty_) return shards_.put(level, chunk, std::nullopt);
  ShardSet::EncodedChunk encoded{shards_.borrow_buffer()};
  BEAMPORT_ASSIGN(encoded.size, chain_.encode(voxels, encoded.buffer, workspace.scratch));
  return shards_.put(level, chunk, encoded);
}

void PyramidBuilder::reduce(VolumeView from, MutableVolumeView to) const {
  if (reduction_ == Reduction::kMode) {
    downsample_mode(from, to);
  } else {
    downsample_mean(from, to);
  }
}

PyramidBuilder::Growing& PyramidBuilder::growing_chunk(std::size_t level_number, Point chunk, std::size_t base) {
  Level& level = *levels_[level_number];
  const std::lock_guard lock(level.mutex);
  auto& growing = level.growing[linear_index(chunk, level.grid)];
  if (!growing) growing = begin_chunk(level_number, chunk, base);
  return *growing;
}

std::unique_ptr<PyramidBuilder::Growing> PyramidBuilder::begin_chunk(std::size_t level, Point chunk, std::size_t base) {
  std::unique_ptr<Growing> growing;
  if (coarse_.holds(level)) {
    growing = std::make_unique<Growing>();
    growing->voxels = coarse_.chunk(level, chunk);
  } else {
    {
      const std::lock_guard lock(spare_mutex_);
      if (!spare_.empty()) {
        growing = std::move(spare_.back());
        spare_.pop_back();
      }
    }
    if (!growing) {
      growing = std::make_unique<Growing>();
      growing->own = AlignedBuffer(static_cast<std::size_t>(chunk_.volume()) * size_of(type_));
      growing->voxels = growing->own.bytes();
    }
    std::memset(growing->voxels.data(), 0, growing->voxels.size());
  }
  growing->missing = descendants(chunk, levels_[base]->grid, level - base);
  return growing;
}

std::unique_ptr<PyramidBuilder::Growing> PyramidBuilder::cell_filled(std::size_t level_number, Point chunk,
                                                                     Growing& growing) {
  Level& level = *levels_[level_number];
  const std::lock_guard lock(level.mutex);
  if (--growing.missing > 0) return nullptr;
  return std::move(level.growing.extract(linear_index(chunk, level.grid)).mapped());
}

void PyramidBuilder::recycle(std::unique_ptr<Growing> growing) {
  if (growing->own.size() == 0) return;
  const std::lock_guard lock(spare_mutex_);
  spare_.push_back(std::move(growing));
}

}  // namespace beamport::ingest
