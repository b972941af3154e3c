// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/shard_set.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/zarr/image_metadata.h"
#include "beamport/zarr/tiff_shard_header.h"

namespace beamport::ingest {
namespace {

constexpr std::size_t kMaxShardsBeingSealed = 4;

}  // namespace

struct ShardSet::OpenShard {
  std::string key;
  std::mutex mutex;
  std::unique_ptr<zarr::ShardWriter> writer;
  Extent grid;                    // chunks per shard
  std::vector<std::size_t> rank;  // of each place in C order; only places inside the level have one
  std::vector<Point> place_of_rank;
  std::size_t next_rank = 0;
  std::map<std::size_t, std::optional<Bytes>> early;  // by rank

  /// The chunk whose turn it is.
  [[nodiscard]] Result<void> append_next(const std::optional<ByteView>& encoded) {
    if (encoded) BEAMPORT_TRY(writer->append_chunk(place_of_rank[next_rank], *encoded).map_error(in_context(key)));
    ++next_rank;
    return {};
  }

  [[nodiscard]] bool complete() const noexcept { return next_rank == place_of_rank.size(); }
};

struct ShardSet::Level {
  LevelLayout layout;
  Extent chunks;  // grid of chunks in the level
  Extent chunks_per_shard;
  std::mutex mutex;
  std::map<std::int64_t, std::shared_ptr<OpenShard>> open;  // by linear index of the shard
  LevelCount count;
};

ShardSet::ShardSet(store::WritableStore& store, const Traversal& traversal, std::vector<LevelLayout> levels,
                   DataType type)
    : store_(store), traversal_(traversal), type_(type), complete_(kMaxShardsBeingSealed) {
  for (LevelLayout& layout : levels) {
    auto level = std::make_unique<Level>();
    level->chunks = grid_of(layout.extent, layout.profile.chunk);
    level->chunks_per_shard = grid_of(layout.profile.shard, layout.profile.chunk);
    level->layout = std::move(layout);
    levels_.push_back(std::move(level));
  }
  sealer_ = std::jthread([this] { seal_shards(); });
}

ShardSet::~ShardSet() {
  complete_.close();
}

Result<std::shared_ptr<ShardSet::OpenShard>> ShardSet::open_shard(std::size_t level_number, Point place) {
  const Level& level = *levels_[level_number];
  const Extent per_shard = level.chunks_per_shard;
  auto shard = std::make_shared<OpenShard>();
  shard->key = zarr::chunk_key(level_number, place);
  shard->grid = per_shard;

  const Point first{place.z * per_shard.z, place.y * per_shard.y, place.x * per_shard.x};
  for (std::int64_t z = 0; z < std::min(per_shard.z, level.chunks.z - first.z); ++z) {
    for (std::int64_t y = 0; y < std::min(per_shard.y, level.chunks.y - first.y); ++y) {
      for (std::int64_t x = 0; x < std::min(per_shard.x, level.chunks.x - first.x); ++x) {
        shard->place_of_rank.push_back({z, y, x});
      }
    }
  }
  const bool raw = level.layout.profile.name == zarr::ProfileName::kRaw;
  if (!raw) {  // the TIFF header of a raw shard promises C order
    std::sort(shard->place_of_rank.begin(), shard->place_of_rank.end(), [&](Point a, Point b) {
      return traversal_.completion(level_number, {first.z + a.z, first.y + a.y, first.x + a.x}) <
             traversal_.completion(level_number, {first.z + b.z, first.y + b.y, first.x + b.x});
    });
  }
  shard->rank.assign(static_cast<std::size_t>(per_shard.volume()), 0);
  for (std::size_t rank = 0; rank < shard->place_of_rank.size(); ++rank) {
    shard->rank[static_cast<std::size_t>(linear_index(shard->place_of_rank[rank], per_shard))] = rank;
  }

  BEAMPORT_ASSIGN(auto object, store_.create(shard->key, 0));
  shard->writer = std::make_unique<zarr::ShardWriter>(std::move(object), per_shard);
  if (raw) {
    const Bytes header =
        zarr::tiff_shard_header(level.layout.extent, place, level.layout.profile.chunk, per_shard, type_);
    BEAMPORT_TRY(shard->writer->append_header(header));
  }
  return shard;
}

Result<std::shared_ptr<ShardSet::OpenShard>> ShardSet::shard_at(std::size_t level_number, Point place) {
  Level& level = *levels_[level_number];
  const std::int64_t index = linear_index(place, grid_of(level.chunks, level.chunks_per_shard));
  const std::lock_guard lock(level.mutex);
  auto& shard = level.open[index];
  if (!shard) {
    BEAMPORT_ASSIGN(shard, open_shard(level_number, place));
  }
  return shard;
}

Result<void> ShardSet::put(std::size_t level_number, Point chunk, std::optional<ByteView> encoded) {
  Level& level = *levels_[level_number];
  const Extent per_shard = level.chunks_per_shard;
  const Point place{chunk.z / per_shard.z, chunk.y / per_shard.y, chunk.x / per_shard.x};
  const Point inside{chunk.z % per_shard.z, chunk.y % per_shard.y, chunk.x % per_shard.x};
  BEAMPORT_ASSIGN(const std::shared_ptr<OpenShard> shard, shard_at(level_number, place));
  bool complete = false;
  {
    const std::lock_guard lock(shard->mutex);
    const std::size_t rank = shard->rank[static_cast<std::size_t>(linear_index(inside, per_shard))];
    BEAMPORT_CHECK(rank >= shard->next_rank && !shard->early.contains(rank));
    if (rank == shard->next_rank) {
      BEAMPORT_TRY(shard->append_next(encoded));
      while (!shard->early.empty() && shard->early.begin()->first == shard->next_rank) {
        const std::optional<Bytes> waiting = std::move(shard->early.extract(shard->early.begin()).mapped());
        BEAMPORT_TRY(shard->append_next(waiting ? std::optional<ByteView>(*waiting) : std::nullopt));
      }
    } else {
      shard->early.emplace(rank,
                           encoded ? std::optional<Bytes>(Bytes(encoded->begin(), encoded->end())) : std::nullopt);
    }
    complete = shard->complete();
  }
  {
    const std::lock_guard lock(level.mutex);
    ++level.count.chunks;
    if (encoded) {
      ++level.count.stored_chunks;
      level.count.stored_bytes += encoded->size();
    }
    if (complete) level.open.erase(linear_index(place, grid_of(level.chunks, per_shard)));
  }
  if (complete && !complete_.push(shard)) return fail(ErrorCode::kInternal, "a shard was completed after closing");
  const std::lock_guard lock(failure_mutex_);
  if (failure_) return fail(*failure_);
  return {};
}

void ShardSet::seal_shards() {
  while (const auto shard = complete_.pop()) {
    const std::lock_guard shard_lock((*shard)->mutex);
    Result<void> sealed = (*shard)->writer->finish().map_error(in_context((*shard)->key));
    (*shard)->writer.reset();
    if (sealed) continue;
    const std::lock_guard lock(failure_mutex_);
    if (!failure_) failure_ = std::move(sealed).error();
  }
}

Result<void> ShardSet::close() {
  complete_.close();
  if (sealer_.joinable()) sealer_.join();
  if (failure_) return fail(*failure_);
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    const Level& level = *levels_[i];
    if (!level.open.empty()) {
      return fail(ErrorCode::kInternal, fmt::format("level {}: {} shards were left incomplete", i, level.open.size()));
    }
  }
  return {};
}

std::vector<ShardSet::LevelCount> ShardSet::counts() const {
  std::vector<LevelCount> result;
  for (const auto& level : levels_) result.push_back(level->count);
  return result;
}

}  // namespace beamport::ingest
