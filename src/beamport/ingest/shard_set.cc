// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/shard_set.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/base/checked_math.h"
#include "beamport/codec/crc32c.h"
#include "beamport/zarr/image_metadata.h"
#include "beamport/zarr/shard_writer.h"

namespace beamport::ingest {
namespace {

constexpr std::size_t kMaxShardsBeingSealed = 4;
constexpr std::size_t kBuffersAtOnce = 8;                  // together large enough for huge pages
constexpr std::size_t kWriteBytes = std::size_t{8} << 20;  // chunks of one shard that go to the disk together

/// Of a chunk that ends with the checksum of what is before it: nothing else of it has to be read.
std::uint32_t crc32c_of_checked(ByteView chunk) {
  const ByteView checksum = chunk.last(sizeof(std::uint32_t));
  return codec::crc32c(checksum, load_little<std::uint32_t>(checksum));
}

bool end_with_checksum(const std::vector<LevelLayout>& levels) {
  return std::ranges::all_of(levels, [](const LevelLayout& level) {
    const auto& codecs = level.profile.codecs;
    return !codecs.empty() && std::holds_alternative<codec::Crc32cCodec>(codecs.back());
  });
}

}  // namespace

struct ShardSet::OpenShard {
  std::size_t level = 0;
  Point place;
  std::string key;
  std::optional<zarr::ShardWriter> writer;
  std::vector<std::size_t> rank;  // of each place in C order; only places inside the level have one
  std::vector<Point> place_of_rank;
  std::size_t next_rank = 0;
  struct Gathered {
    Point place;
    EncodedChunk chunk;
  };
  std::vector<Gathered> gathered;  // in order, still to be written
  std::size_t gathered_bytes = 0;
  std::map<std::size_t, std::optional<EncodedChunk>> early;  // by rank

  [[nodiscard]] bool complete() const noexcept { return next_rank == place_of_rank.size(); }
};

struct ShardSet::Level {
  LevelLayout layout;
  Extent chunks;  // grid of chunks in the level
  Extent chunks_per_shard;
  std::map<std::int64_t, std::unique_ptr<OpenShard>> open;  // by linear index of the shard
  LevelCount count;
  std::unordered_set<std::int64_t> kept;  // by linear index of the shard; never changes

  [[nodiscard]] Point place_of(Point chunk) const noexcept {
    return {chunk.z / chunks_per_shard.z, chunk.y / chunks_per_shard.y, chunk.x / chunks_per_shard.x};
  }
  [[nodiscard]] std::int64_t index_of(Point place) const noexcept {
    return linear_index(place, grid_of(chunks, chunks_per_shard));
  }
};

ShardSet::ShardSet(store::WritableStore& shards, store::WritableStore& whole_shards, const Traversal& traversal,
                   std::vector<LevelLayout> levels, DataType type, std::size_t max_encoded_size,
                   const std::vector<KeptShard>& kept, SealObserver on_sealed)
    : store_(shards),
      whole_store_(whole_shards),
      traversal_(traversal),
      type_(type),
      buffer_size_(round_up(max_encoded_size, AlignedBuffer::kAlignment)),
      ends_with_checksum_(end_with_checksum(levels)),
      on_sealed_(std::move(on_sealed)),
      arrived_(kMaxChunksWaiting),
      finished_(kMaxShardsBeingSealed) {
  for (LevelLayout& layout : levels) {
    auto level = std::make_unique<Level>();
    level->chunks = grid_of(layout.extent, layout.profile.chunk);
    level->chunks_per_shard = grid_of(layout.profile.shard, layout.profile.chunk);
    level->layout = std::move(layout);
    levels_.push_back(std::move(level));
  }
  for (const KeptShard& shard : kept) {
    Level& level = *levels_[shard.level];
    BEAMPORT_CHECK(level.kept.insert(level.index_of(shard.place)).second);
    level.count.chunks += shard.count.chunks;
    level.count.stored_chunks += shard.count.stored_chunks;
    level.count.stored_bytes += shard.count.stored_bytes;
  }
  sealer_ = std::jthread([this] { seal_shards(); });
  writer_ = std::jthread([this] { write_chunks(); });
}

ShardSet::~ShardSet() {
  arrived_.close();
  finished_.close();
}

void ShardSet::note_failure(Error error) {
  const std::lock_guard lock(failure_mutex_);
  if (!failure_) failure_ = std::move(error);
}

Result<void> ShardSet::first_failure() const {
  const std::lock_guard lock(failure_mutex_);
  if (failure_) return fail(*failure_);
  return {};
}

bool ShardSet::keeps(std::size_t level_number, Point chunk) const noexcept {
  const Level& level = *levels_[level_number];
  return !level.kept.empty() && level.kept.contains(level.index_of(level.place_of(chunk)));
}

MutableByteView ShardSet::borrow_buffer() {
  const std::lock_guard lock(spare_mutex_);
  if (spare_.empty()) {
    AlignedBuffer& several = memory_.emplace_back(kBuffersAtOnce * buffer_size_);
    for (std::size_t i = 0; i < kBuffersAtOnce; ++i) {
      spare_.push_back(several.bytes().subspan(i * buffer_size_, buffer_size_));
    }
  }
  const MutableByteView buffer = spare_.back();
  spare_.pop_back();
  return buffer;
}

void ShardSet::give_back(MutableByteView buffer) {
  const std::lock_guard lock(spare_mutex_);
  spare_.push_back(buffer);
}

Result<void> ShardSet::put(std::size_t level, Point chunk, std::optional<EncodedChunk> encoded) {
  BEAMPORT_TRY(first_failure());
  if (!arrived_.push({level, chunk, std::move(encoded)}))
    return fail(ErrorCode::kInternal, "a chunk came after closing");
  return {};
}

Result<void> ShardSet::put_whole(std::string key, Bytes shard) {
  BEAMPORT_TRY(first_failure());
  if (!finished_.push(WholeShard{std::move(key), std::move(shard)})) {
    return fail(ErrorCode::kInternal, "a shard came after closing");
  }
  return {};
}

void ShardSet::write_chunks() {
  while (auto arrived = arrived_.pop()) {
    if (!first_failure()) continue;  // the rest is only drained, so that nobody waits for room
    Result<void> written = write_chunk(std::move(*arrived));
    if (!written) note_failure(std::move(written).error());
  }
  finished_.close();
}

Result<std::unique_ptr<ShardSet::OpenShard>> ShardSet::open_shard(std::size_t level_number, Point place) {
  const Level& level = *levels_[level_number];
  const Extent per_shard = level.chunks_per_shard;
  auto shard = std::make_unique<OpenShard>();
  shard->level = level_number;
  shard->place = place;
  shard->key = zarr::chunk_key(level_number, place);

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

  BEAMPORT_ASSIGN(shard->writer, begin_shard(store_, level.layout, level_number, place, type_));
  return shard;
}

Result<ShardSet::OpenShard*> ShardSet::shard_at(std::size_t level_number, Point place) {
  Level& level = *levels_[level_number];
  auto& shard = level.open[level.index_of(place)];
  if (!shard) {
    BEAMPORT_ASSIGN(shard, open_shard(level_number, place));
  }
  return shard.get();
}

Result<void> ShardSet::append_next(Level& level, OpenShard& shard, std::optional<EncodedChunk> encoded) {
  ++level.count.chunks;
  if (encoded) {
    ++level.count.stored_chunks;
    level.count.stored_bytes += encoded->size;
    shard.gathered_bytes += encoded->size;
    shard.gathered.push_back({shard.place_of_rank[shard.next_rank], std::move(*encoded)});
  }
  ++shard.next_rank;
  if (shard.gathered_bytes < kWriteBytes && !shard.complete()) return {};
  return write_gathered(shard);
}

Result<void> ShardSet::write_gathered(OpenShard& shard) {
  std::vector<zarr::ShardWriter::ChunkInMemory> chunks;
  for (OpenShard::Gathered& one : shard.gathered) {
    const ByteView chunk = one.chunk.buffer.first(one.chunk.size);
    chunks.push_back({one.place, one.chunk.buffer, one.chunk.size,
                      ends_with_checksum_ ? std::optional(crc32c_of_checked(chunk)) : std::nullopt});
  }
  Result<void> written = shard.writer->append_chunks(chunks).map_error(in_context(shard.key));
  for (OpenShard::Gathered& one : shard.gathered) give_back(one.chunk.buffer);
  shard.gathered.clear();
  shard.gathered_bytes = 0;
  return written;
}

Result<void> ShardSet::write_chunk(ArrivedChunk arrived) {
  Level& level = *levels_[arrived.level];
  const Extent per_shard = level.chunks_per_shard;
  const Point chunk = arrived.chunk;
  const Point place = level.place_of(chunk);
  const Point inside{chunk.z % per_shard.z, chunk.y % per_shard.y, chunk.x % per_shard.x};
  BEAMPORT_ASSIGN(OpenShard* const shard, shard_at(arrived.level, place));
  const std::size_t rank = shard->rank[static_cast<std::size_t>(linear_index(inside, per_shard))];
  BEAMPORT_CHECK(rank >= shard->next_rank && !shard->early.contains(rank));
  if (rank != shard->next_rank) {
    shard->early.emplace(rank, std::move(arrived.encoded));
    return {};
  }
  BEAMPORT_TRY(append_next(level, *shard, std::move(arrived.encoded)));
  while (!shard->early.empty() && shard->early.begin()->first == shard->next_rank) {
    BEAMPORT_TRY(append_next(level, *shard, std::move(shard->early.extract(shard->early.begin()).mapped())));
  }
  if (!shard->complete()) return {};
  auto finished = level.open.extract(level.index_of(place));
  if (!finished_.push(std::move(finished.mapped()))) return fail(ErrorCode::kInternal, "a shard came after closing");
  return {};
}

Result<void> ShardSet::seal(const FinishedShard& finished) {
  if (const auto* whole = std::get_if<WholeShard>(&finished)) return whole_store_.put(whole->key, whole->bytes);
  OpenShard& shard = *std::get<std::unique_ptr<OpenShard>>(finished);
  const bool is_stored = !shard.writer->empty();
  BEAMPORT_TRY(shard.writer->finish().map_error(in_context(shard.key)));
  return is_stored ? on_sealed_(shard.level, shard.place) : Result<void>();
}

void ShardSet::seal_shards() {
  while (const auto finished = finished_.pop()) {
    Result<void> sealed = seal(*finished);
    if (!sealed) note_failure(std::move(sealed).error());
  }
}

Result<void> ShardSet::close() {
  arrived_.close();
  if (writer_.joinable()) writer_.join();
  if (sealer_.joinable()) sealer_.join();
  BEAMPORT_TRY(first_failure());
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    const Level& level = *levels_[i];
    if (!level.open.empty()) {
      return fail(ErrorCode::kInternal, fmt::format("level {}: {} shards were left incomplete", i, level.open.size()));
    }
  }
  return {};
}

std::vector<LevelCount> ShardSet::counts() const {
  std::vector<LevelCount> result;
  for (const auto& level : levels_) result.push_back(level->count);
  return result;
}

}  // namespace beamport::ingest
