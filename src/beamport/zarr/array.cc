// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/array.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/zarr/array_checks.h"
#include "beamport/zarr/node.h"
#include "beamport/zarr/shard_cache.h"

namespace beamport::zarr {
namespace {

constexpr std::size_t kMaxCachedIndexBytes = std::size_t{32} << 20;

/// The spatial axes, which are the last ones; missing ones in front have length 1.
Extent spatial_extent(const std::vector<std::int64_t>& lengths, std::size_t spatial_axes) {
  std::array<std::int64_t, 3> extent{1, 1, 1};
  for (std::size_t i = 0; i < std::min(spatial_axes, lengths.size()); ++i) {
    extent[2 - i] = lengths[lengths.size() - 1 - i];
  }
  return {extent[0], extent[1], extent[2]};
}

/// A place along z, y, x as a place along all axes of that rank: index 0 along the extra ones.
std::vector<std::int64_t> full_place(Point place, std::size_t rank, std::size_t spatial_axes) {
  const std::array<std::int64_t, 3> last{place.z, place.y, place.x};
  std::vector<std::int64_t> full(rank, 0);
  for (std::size_t i = 0; i < std::min(spatial_axes, rank); ++i) full[rank - 1 - i] = last[2 - i];
  return full;
}

Point divide(Point place, Extent by) {
  return {place.z / by.z, place.y / by.y, place.x / by.x};
}

Point remainder(Point place, Extent by) {
  return {place.z % by.z, place.y % by.y, place.x % by.x};
}

}  // namespace

struct Array::State {
  State(std::shared_ptr<const store::Store> from, std::string node, ArrayMetadata meta, codec::CodecChain chunk_codecs)
      : store(std::move(from)), path(std::move(node)), metadata(std::move(meta)), codecs(std::move(chunk_codecs)) {}

  std::shared_ptr<const store::Store> store;
  std::string path;
  ArrayMetadata metadata;
  codec::CodecChain codecs;
  std::optional<codec::CodecChain> index_codecs;
  std::size_t spatial_axes = 3;
  Extent extent;
  Extent chunk;
  Extent chunks_per_shard{1, 1, 1};
  std::size_t chunk_bytes = 0;
  mutable ShardCache indexes{kMaxCachedIndexBytes};

  /// Key of the object that holds the chunk: its shard, or itself.
  [[nodiscard]] std::string key_of(Point chunk_index) const {
    const Point place = divide(chunk_index, chunks_per_shard);
    return join_path(path, metadata.chunk_keys.key(full_place(place, metadata.shape.size(), spatial_axes)));
  }

  /// Position of a chunk in its shard's index. The extra axes come first and stay at 0, so the last three suffice.
  [[nodiscard]] std::int64_t index_in_shard(Point chunk_index) const {
    return linear_index(remainder(chunk_index, chunks_per_shard), chunks_per_shard);
  }

  [[nodiscard]] Result<std::shared_ptr<const ShardIndex>> load_index(const std::string& key) const;
  /// The encoded chunk, in scratch.encoded; nothing where it is empty.
  [[nodiscard]] Result<std::optional<ByteView>> fetch(const std::string& key, Point chunk_index,
                                                      codec::Scratch& scratch) const;
  [[nodiscard]] Result<std::optional<ByteView>> fetch_sharded(const std::string& key, Point chunk_index,
                                                              codec::Scratch& scratch) const;
  [[nodiscard]] Result<std::optional<ByteView>> fetch_plain(const std::string& key, codec::Scratch& scratch) const;
  [[nodiscard]] Result<void> decode(ByteView encoded, MutableByteView to, codec::Scratch& scratch) const;
};

/// nullptr where there is no such shard.
Result<std::shared_ptr<const ShardIndex>> Array::State::load_index(const std::string& key) const {
  if (std::shared_ptr<const ShardIndex> known = indexes.find(key)) return known;
  const Result<std::uint64_t> size = store->size(key);
  if (!size) {
    if (size.error().code == ErrorCode::kNotFound) return std::shared_ptr<const ShardIndex>();
    return fail(size.error());
  }
  const std::size_t index_bytes = index_codecs->max_encoded_size();
  if (*size < index_bytes) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("the shard has {} bytes, less than its index of {}", *size, index_bytes));
  }
  Bytes encoded(index_bytes);
  BEAMPORT_TRY(store->read(key, metadata.sharding->index_at_end ? *size - index_bytes : 0, encoded));
  BEAMPORT_ASSIGN(ShardIndex index, ShardIndex::parse(encoded, *index_codecs, *size));
  auto shared = std::make_shared<const ShardIndex>(std::move(index));
  indexes.keep(key, shared);
  return shared;
}

Result<std::optional<ByteView>> Array::State::fetch_sharded(const std::string& key, Point chunk_index,
                                                            codec::Scratch& scratch) const {
  BEAMPORT_ASSIGN(const std::shared_ptr<const ShardIndex> index, load_index(key));
  if (!index || index->missing(index_in_shard(chunk_index))) return std::optional<ByteView>();
  const ByteRange range = index->at(index_in_shard(chunk_index));
  if (range.length > codecs.max_foreign_size()) {
    return fail(ErrorCode::kCorrupt, fmt::format("{} bytes for a chunk of {}", range.length, codecs.decoded_size()));
  }
  const auto length = static_cast<std::size_t>(range.length);
  if (scratch.encoded.size() < length) scratch.encoded.resize(length);
  const MutableByteView encoded = MutableByteView(scratch.encoded).first(length);
  BEAMPORT_TRY(store->read(key, range.offset, encoded));
  return std::optional<ByteView>(encoded);
}

Result<std::optional<ByteView>> Array::State::fetch_plain(const std::string& key, codec::Scratch& scratch) const {
  Result<Bytes> encoded = store->get(key, codecs.max_foreign_size());
  if (encoded) {
    scratch.encoded = *std::move(encoded);
    return std::optional<ByteView>(scratch.encoded);
  }
  if (encoded.error().code == ErrorCode::kNotFound) return std::optional<ByteView>();
  if (encoded.error().code == ErrorCode::kOutOfRange) {
    return fail(ErrorCode::kCorrupt, fmt::format("too many bytes for a chunk of {}", codecs.decoded_size()));
  }
  return fail(std::move(encoded).error());
}

Result<std::optional<ByteView>> Array::State::fetch(const std::string& key, Point chunk_index,
                                                    codec::Scratch& scratch) const {
  return index_codecs ? fetch_sharded(key, chunk_index, scratch) : fetch_plain(key, scratch);
}

Result<void> Array::State::decode(ByteView encoded, MutableByteView to, codec::Scratch& scratch) const {
  if (codecs.decoded_size() == to.size()) return codecs.decode(encoded, to, scratch);
  // The chunk spans several indices of an extra axis; index 0 is its beginning.
  Bytes whole(codecs.decoded_size());
  BEAMPORT_TRY(codecs.decode(encoded, whole, scratch));
  std::memcpy(to.data(), whole.data(), to.size());
  return {};
}

Result<Array> Array::open(std::shared_ptr<const store::Store> store, const std::string& path,
                          std::size_t spatial_axes) {
  BEAMPORT_CHECK(spatial_axes >= 1 && spatial_axes <= 3);
  BEAMPORT_ASSIGN(ArrayMetadata metadata, read_array_metadata(*store, path));
  for (std::size_t i = 0; i + spatial_axes < metadata.shape.size(); ++i) {
    if (metadata.shape[i] > 0) continue;
    return fail(ErrorCode::kUnsupported, fmt::format("{}/{}: axis {} is empty", store->describe(), path, i));
  }
  BEAMPORT_ASSIGN(codec::CodecChain codecs,
                  codec::CodecChain::prepare(metadata.inner_codecs(), metadata.inner_chunk(), metadata.type));
  auto state = std::make_shared<State>(std::move(store), path, std::move(metadata), std::move(codecs));
  const ArrayMetadata& meta = state->metadata;
  state->spatial_axes = spatial_axes;
  state->extent = spatial_extent(meta.shape, spatial_axes);
  state->chunk = spatial_extent(meta.inner_chunk(), spatial_axes);
  state->chunk_bytes = static_cast<std::size_t>(state->chunk.volume()) * size_of(meta.type);
  if (meta.sharding) {
    const std::vector<std::int64_t> per_shard = zarr::chunks_per_shard(meta.chunk, meta.sharding->inner_chunk);
    state->chunks_per_shard = spatial_extent(per_shard, spatial_axes);
    BEAMPORT_ASSIGN(state->index_codecs, prepare_index_codecs(meta.sharding->index_codecs, per_shard));
  }
  return Array(std::move(state));
}

const ArrayMetadata& Array::metadata() const noexcept {
  return state_->metadata;
}

Extent Array::extent() const noexcept {
  return state_->extent;
}

DataType Array::type() const noexcept {
  return state_->metadata.type;
}

Extent Array::chunk() const noexcept {
  return state_->chunk;
}

std::size_t Array::chunk_bytes() const noexcept {
  return state_->chunk_bytes;
}

Result<Array::ChunkState> Array::read_chunk(Point chunk_index, MutableByteView to, codec::Scratch& scratch) const {
  BEAMPORT_CHECK(to.size() == chunk_bytes());
  if (!Box::whole(chunk_grid()).contains(Box::at(chunk_index, {1, 1, 1}))) {
    return fail(ErrorCode::kOutOfRange,
                fmt::format("chunk {} of {}: the grid is {}", chunk_index, state_->path, chunk_grid()));
  }
  const std::string key = state_->key_of(chunk_index);
  const auto place = [&](Error error) {
    error.message = fmt::format("{}/{}, chunk {}: {}", state_->store->describe(), key, chunk_index, error.message);
    return error;
  };
  BEAMPORT_ASSIGN(const std::optional<ByteView> encoded, state_->fetch(key, chunk_index, scratch).map_error(place));
  if (!encoded) {
    fill_voxels(to, type(), state_->metadata.fill_bits);
    return ChunkState::kEmpty;
  }
  BEAMPORT_TRY(state_->decode(*encoded, to, scratch).map_error(place));
  return ChunkState::kStored;
}

Result<void> Array::read_box(const Box& box, MutableVolumeView to) const {
  if (box.empty() || !Box::whole(extent()).contains(box)) {
    return fail(ErrorCode::kOutOfRange,
                fmt::format("{}: the box from {} to {} is not inside {}", state_->path, box.begin, box.end, extent()));
  }
  BEAMPORT_CHECK(to.extent == box.extent() && to.type == type());
  const Extent size = chunk();
  codec::Scratch scratch;
  Bytes voxels(chunk_bytes());
  const Point first = divide(box.begin, size);
  const Point last = divide({box.end.z - 1, box.end.y - 1, box.end.x - 1}, size);
  for (std::int64_t z = first.z; z <= last.z; ++z) {
    for (std::int64_t y = first.y; y <= last.y; ++y) {
      for (std::int64_t x = first.x; x <= last.x; ++x) {
        BEAMPORT_TRY(read_chunk({z, y, x}, voxels, scratch));
        const Point origin{z * size.z, y * size.y, x * size.x};
        const Box common = intersection(box, Box::at(origin, size));
        const auto relative_to = [&](Point base) {
          return Box::at({common.begin.z - base.z, common.begin.y - base.y, common.begin.x - base.x}, common.extent());
        };
        const VolumeView chunk_view(voxels.data(), size, type());
        copy_volume(chunk_view.part(relative_to(origin)), to.part(relative_to(box.begin)));
      }
    }
  }
  return {};
}

}  // namespace beamport::zarr
