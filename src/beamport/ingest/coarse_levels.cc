// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/coarse_levels.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "beamport/array/volume_view.h"
#include "beamport/base/check.h"
#include "beamport/base/checked_math.h"
#include "beamport/store/memory_store.h"
#include "beamport/zarr/image_metadata.h"

namespace beamport::ingest {
namespace {

std::int64_t bytes_of(const LevelLayout& layout, DataType type) noexcept {
  const Extent grid = grid_of(layout.extent, layout.profile.chunk);
  const std::int64_t chunk = layout.profile.chunk.volume() * static_cast<std::int64_t>(size_of(type));
  return checked_multiply(grid.z, grid.y, grid.x, chunk).value_or(INT64_MAX);
}

}  // namespace

std::size_t CoarseLevels::first_held(const std::vector<LevelLayout>& levels, DataType type,
                                     std::int64_t max_bytes) noexcept {
  std::size_t first = levels.size();
  std::int64_t room = max_bytes;
  while (first > 1 && bytes_of(levels[first - 1], type) <= room) {
    room -= bytes_of(levels[first - 1], type);
    --first;
  }
  return first;
}

std::int64_t CoarseLevels::held_bytes(const std::vector<LevelLayout>& levels, DataType type,
                                      std::int64_t max_bytes) noexcept {
  std::int64_t bytes = 0;
  for (std::size_t i = first_held(levels, type, max_bytes); i < levels.size(); ++i) bytes += bytes_of(levels[i], type);
  return bytes;
}

CoarseLevels::CoarseLevels(const std::vector<LevelLayout>& levels, DataType type, std::int64_t max_bytes)
    : type_(type),
      chunk_bytes_(static_cast<std::size_t>(levels.front().profile.chunk.volume()) * size_of(type)),
      first_(first_held(levels, type, max_bytes)) {
  for (std::size_t i = first_; i < levels.size(); ++i) {
    Level level{levels[i], grid_of(levels[i].extent, levels[i].profile.chunk),
                AlignedBuffer(static_cast<std::size_t>(bytes_of(levels[i], type)))};
    std::memset(level.voxels.data(), 0, level.voxels.size());
    levels_.push_back(std::move(level));
  }
  counts_.resize(levels_.size());
}

MutableByteView CoarseLevels::chunk(std::size_t level_number, Point chunk) noexcept {
  BEAMPORT_CHECK(holds(level_number));
  Level& level = levels_[level_number - first_];
  const auto index = static_cast<std::size_t>(linear_index(chunk, level.grid));
  return level.voxels.bytes().subspan(index * chunk_bytes_, chunk_bytes_);
}

Result<std::vector<CoarseLevels::Shard>> CoarseLevels::encode_shards(const codec::CodecChain& chain,
                                                                     codec::Scratch& scratch) {
  if (encoded_.size() == 0) encoded_ = AlignedBuffer(chain.max_encoded_size());
  std::vector<Shard> shards;
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    counts_[i] = {};
    const zarr::Profile& profile = levels_[i].layout.profile;
    const Extent grid = grid_of(levels_[i].layout.extent, profile.shard);
    for (std::int64_t z = 0; z < grid.z; ++z) {
      for (std::int64_t y = 0; y < grid.y; ++y) {
        for (std::int64_t x = 0; x < grid.x; ++x) {
          BEAMPORT_TRY(encode_shard(first_ + i, {z, y, x}, chain, scratch, shards));
        }
      }
    }
  }
  return shards;
}

Result<void> CoarseLevels::encode_shard(std::size_t level_number, Point place, const codec::CodecChain& chain,
                                        codec::Scratch& scratch, std::vector<Shard>& shards) {
  const Level& level = levels_[level_number - first_];
  LevelCount& count = counts_[level_number - first_];
  const zarr::Profile& profile = level.layout.profile;
  const bool keep_empty = profile.name == zarr::ProfileName::kRaw;
  const Extent per_shard = grid_of(profile.shard, profile.chunk);
  const Box all = Box::whole(level.grid);
  const Box chunks =
      intersection(all, Box::at({place.z * per_shard.z, place.y * per_shard.y, place.x * per_shard.x}, per_shard));

  store::MemoryStore memory;
  BEAMPORT_ASSIGN(zarr::ShardWriter writer, begin_shard(memory, level.layout, level_number, place, type_));
  for (std::int64_t z = chunks.begin.z; z < chunks.end.z; ++z) {
    for (std::int64_t y = chunks.begin.y; y < chunks.end.y; ++y) {
      for (std::int64_t x = chunks.begin.x; x < chunks.end.x; ++x) {
        const ByteView voxels = chunk(level_number, {z, y, x});
        ++count.chunks;
        if (!keep_empty && all_zero(VolumeView(voxels.data(), profile.chunk, type_))) continue;
        BEAMPORT_ASSIGN(const std::size_t size, chain.encode(voxels, encoded_.bytes(), scratch));
        const Point inside{z - chunks.begin.z, y - chunks.begin.y, x - chunks.begin.x};
        BEAMPORT_TRY(writer.append_chunk(inside, encoded_.bytes().first(size)));
        ++count.stored_chunks;
        count.stored_bytes += size;
      }
    }
  }
  if (writer.empty()) return {};
  BEAMPORT_TRY(writer.finish());
  Shard shard{zarr::chunk_key(level_number, place), {}};
  BEAMPORT_ASSIGN(shard.bytes, memory.get(shard.key, UINT64_MAX));
  shards.push_back(std::move(shard));
  return {};
}

}  // namespace beamport::ingest
