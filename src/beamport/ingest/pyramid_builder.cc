// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/pyramid_builder.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "beamport/array/downsample.h"
#include "beamport/base/check.h"

namespace beamport::ingest {

ChunkWorkspace::ChunkWorkspace(Extent chunk, DataType type, std::size_t max_encoded_size)
    : voxels(static_cast<std::size_t>(chunk.volume()) * size_of(type)), encoded(max_encoded_size), histogram(type) {}

Result<std::unique_ptr<PyramidBuilder>> PyramidBuilder::create(const std::vector<LevelLayout>& levels, DataType type,
                                                               Reduction reduction, ShardSet& shards,
                                                               Observer observer) {
  const zarr::Profile& profile = levels.front().profile;
  const auto shape = profile.chunk.as_array();
  BEAMPORT_ASSIGN(auto chain, codec::CodecChain::prepare(profile.codecs, {shape.begin(), shape.end()}, type));
  return std::unique_ptr<PyramidBuilder>(
      new PyramidBuilder(levels, type, reduction, std::move(chain), shards, std::move(observer)));
}

PyramidBuilder::PyramidBuilder(const std::vector<LevelLayout>& levels, DataType type, Reduction reduction,
                               codec::CodecChain chain, ShardSet& shards, Observer observer)
    : chunk_(levels.front().profile.chunk),
      type_(type),
      reduction_(reduction),
      chain_(std::move(chain)),
      keep_empty_(levels.front().profile.name == zarr::ProfileName::kRaw),
      shards_(shards),
      observer_(std::move(observer)) {
  BEAMPORT_CHECK(chunk_.z % 2 == 0 && chunk_.y % 2 == 0 && chunk_.x % 2 == 0);
  for (const LevelLayout& layout : levels) {
    BEAMPORT_CHECK(layout.profile.chunk == chunk_);
    auto level = std::make_unique<Level>();
    level->extent = layout.extent;
    level->grid = grid_of(layout.extent, chunk_);
    levels_.push_back(std::move(level));
  }
}

ChunkWorkspace PyramidBuilder::make_workspace() const {
  return {chunk_, type_, chain_.max_encoded_size()};
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

  std::unique_ptr<Pending> finished_parent;
  const Point parent{chunk.z / 2, chunk.y / 2, chunk.x / 2};
  if (level + 1 < levels_.size()) {
    // Zero children leave their octant of the parent as it began.
    if (!empty) reduce_into(valid, chunk, parent_of(level + 1, parent));
    finished_parent = child_arrived(level + 1, parent);
  }
  BEAMPORT_TRY(store_chunk(level, chunk, voxels, empty, workspace));
  if (finished_parent) {
    const ByteView parent_voxels = finished_parent->voxels.bytes();
    const ValueRange parent_range = range_of(valid_part(level + 1, parent, parent_voxels));
    BEAMPORT_TRY(finish_chunk(level + 1, parent, parent_voxels, parent_range, workspace));
    recycle(std::move(finished_parent));
  }
  return {};
}

Result<void> PyramidBuilder::store_chunk(std::size_t level, Point chunk, ByteView voxels, bool empty,
                                         ChunkWorkspace& workspace) {
  if (empty && !keep_empty_) return shards_.put(level, chunk, std::nullopt);
  BEAMPORT_ASSIGN(const std::size_t size, chain_.encode(voxels, workspace.encoded.bytes(), workspace.scratch));
  return shards_.put(level, chunk, workspace.encoded.bytes().first(size));
}

void PyramidBuilder::reduce_into(VolumeView child, Point child_index, Pending& parent) const {
  const Point octant{child_index.z % 2 * chunk_.z / 2, child_index.y % 2 * chunk_.y / 2,
                     child_index.x % 2 * chunk_.x / 2};
  const MutableVolumeView whole(parent.voxels.data(), chunk_, type_);
  const MutableVolumeView target = whole.part(Box::at(octant, half_of(child.extent)));
  if (reduction_ == Reduction::kMode) {
    downsample_mode(child, target);
  } else {
    downsample_mean(child, target);
  }
}

PyramidBuilder::Pending& PyramidBuilder::parent_of(std::size_t level_number, Point parent) {
  Level& level = *levels_[level_number];
  const std::lock_guard lock(level.mutex);
  auto& pending = level.pending[linear_index(parent, level.grid)];
  if (!pending) {
    {
      const std::lock_guard spare_lock(spare_mutex_);
      if (!spare_.empty()) {
        pending = std::move(spare_.back());
        spare_.pop_back();
      }
    }
    if (!pending) {
      pending = std::make_unique<Pending>();
      pending->voxels = AlignedBuffer(static_cast<std::size_t>(chunk_.volume()) * size_of(type_));
    }
    std::memset(pending->voxels.data(), 0, pending->voxels.size());
    const Extent children = levels_[level_number - 1]->grid;
    const auto along = [](std::int64_t index, std::int64_t count) {
      return std::min<std::int64_t>(2, count - 2 * index);
    };
    pending->missing_children =
        static_cast<int>(along(parent.z, children.z) * along(parent.y, children.y) * along(parent.x, children.x));
  }
  return *pending;
}

std::unique_ptr<PyramidBuilder::Pending> PyramidBuilder::child_arrived(std::size_t level_number, Point parent) {
  Pending& pending = parent_of(level_number, parent);
  Level& level = *levels_[level_number];
  const std::lock_guard lock(level.mutex);
  if (--pending.missing_children > 0) return nullptr;
  return std::move(level.pending.extract(linear_index(parent, level.grid)).mapped());
}

void PyramidBuilder::recycle(std::unique_ptr<Pending> pending) {
  const std::lock_guard lock(spare_mutex_);
  spare_.push_back(std::move(pending));
}

}  // namespace beamport::ingest
