// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/occupancy.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "beamport/zarr/image_metadata.h"
#include "beamport/zarr/shard_writer.h"

namespace beamport::ingest {
namespace {

constexpr std::int64_t kChunkSide = 64;

template <typename T>
T stored_value(double value, bool any) noexcept {
  if (any) return static_cast<T>(value);
  if constexpr (std::is_floating_point_v<T>) return std::numeric_limits<T>::quiet_NaN();
  return T{0};
}

Result<void> put_document(store::WritableStore& store, const std::string& key, const Json& document) {
  return store.put(key, as_byte_view(write_json_pretty(document)));
}

Json plain_group() {
  return {{"zarr_format", 3}, {"node_type", "group"}, {"attributes", JsonObject{}}};
}

}  // namespace

Occupancy::Occupancy(std::vector<Extent> grids, DataType type) : type_(type) {
  for (const Extent& grid : grids) {
    const auto bytes = static_cast<std::size_t>(grid.volume()) * size_of(type);
    levels_.push_back({grid, Bytes(bytes), Bytes(bytes)});
  }
}

void Occupancy::record(std::size_t level_number, Point chunk, const ValueRange& range) noexcept {
  Level& level = levels_[level_number];
  const auto index = static_cast<std::size_t>(linear_index(chunk, level.grid));
  visit_data_type(type_, [&]<typename T>() {
    const T low = stored_value<T>(range.min, range.any);
    const T high = stored_value<T>(range.max, range.any);
    std::memcpy(level.min.data() + index * sizeof(T), &low, sizeof(T));
    std::memcpy(level.max.data() + index * sizeof(T), &high, sizeof(T));
  });
}

Result<void> Occupancy::write_array(store::WritableStore& store, const std::string& path, const Extent& grid,
                                    const Bytes& voxels) const {
  const Extent chunk{kChunkSide, kChunkSide, kChunkSide};
  const Extent chunks = grid_of(grid, chunk);
  zarr::Profile profile;
  profile.chunk = chunk;
  profile.shard = {chunks.z * chunk.z, chunks.y * chunk.y, chunks.x * chunk.x};
  profile.codecs = {codec::BytesCodec{}, codec::ZstdCodec{}, codec::Crc32cCodec{}};
  BEAMPORT_TRY(put_document(store, path + "/zarr.json", zarr::array_document(grid, type_, profile)));

  const auto shape = chunk.as_array();
  BEAMPORT_ASSIGN(const auto chain, codec::CodecChain::prepare(profile.codecs, {shape.begin(), shape.end()}, type_));
  Bytes packed(chain.decoded_size());
  Bytes encoded(chain.max_encoded_size());
  codec::Scratch scratch;
  BEAMPORT_ASSIGN(auto object, store.create(path + "/c/0/0/0", 0));
  zarr::ShardWriter shard(std::move(object), chunks);
  const VolumeView whole(voxels.data(), grid, type_);
  for (std::int64_t z = 0; z < chunks.z; ++z) {
    for (std::int64_t y = 0; y < chunks.y; ++y) {
      for (std::int64_t x = 0; x < chunks.x; ++x) {
        const Box box = intersection(Box::whole(grid), Box::at({z * chunk.z, y * chunk.y, x * chunk.x}, chunk));
        std::fill(packed.begin(), packed.end(), std::byte{0});
        copy_volume(whole.part(box), MutableVolumeView(packed.data(), chunk, type_).part(Box::whole(box.extent())));
        BEAMPORT_ASSIGN(const std::size_t size, chain.encode(packed, encoded, scratch));
        BEAMPORT_TRY(shard.append_chunk({z, y, x}, ByteView(encoded).first(size)));
      }
    }
  }
  return shard.finish();
}

Result<void> Occupancy::write(store::WritableStore& store) const {
  BEAMPORT_TRY(put_document(store, "occupancy/zarr.json", plain_group()));
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    const std::string group = fmt::format("occupancy/{}", i);
    BEAMPORT_TRY(put_document(store, group + "/zarr.json", plain_group()));
    BEAMPORT_TRY(write_array(store, group + "/min", levels_[i].grid, levels_[i].min));
    BEAMPORT_TRY(write_array(store, group + "/max", levels_[i].grid, levels_[i].max));
  }
  return {};
}

}  // namespace beamport::ingest
