// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/test_volume.h"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "beamport/zarr/shard_writer.h"
#include "beamport/zarr/tiff_shard_header.h"

namespace beamport::zarr {
namespace {

/// The voxels of one chunk, zeros beyond the volume.
TestVolume chunk_of(const TestVolume& volume, Point chunk_index, Extent chunk) {
  TestVolume cut(chunk, volume.type);
  const Point origin{chunk_index.z * chunk.z, chunk_index.y * chunk.y, chunk_index.x * chunk.x};
  const Box common = intersection(Box::at(origin, chunk), Box::whole(volume.extent));
  copy_volume(volume.view().part(common), cut.view().part(Box::whole(common.extent())));
  return cut;
}

void write_shard(store::WritableStore& store, std::size_t level, const TestVolume& volume, const Profile& profile,
                 Point place) {
  const Extent grid = grid_of(profile.shard, profile.chunk);
  const Extent stored = stored_grid(volume.extent, place, profile.chunk, grid);
  const codec::CodecChain chain =
      codec::CodecChain::prepare(profile.codecs, {profile.chunk.z, profile.chunk.y, profile.chunk.x}, volume.type)
          .value();
  codec::Scratch scratch;
  Bytes encoded(chain.max_encoded_size());
  ShardWriter writer(store.create(chunk_key(level, place), 0).value(), grid);
  const bool raw = profile.name == ProfileName::kRaw;
  if (raw) {
    ASSERT_TRUE(writer.append_header(tiff_shard_header(volume.extent, place, profile.chunk, grid, volume.type)));
  }
  for (std::int64_t z = 0; z < stored.z; ++z) {
    for (std::int64_t y = 0; y < stored.y; ++y) {
      for (std::int64_t x = 0; x < stored.x; ++x) {
        const Point index{place.z * grid.z + z, place.y * grid.y + y, place.x * grid.x + x};
        const TestVolume chunk = chunk_of(volume, index, profile.chunk);
        if (!raw && all_zero(chunk.view())) continue;
        const std::size_t length = chain.encode(chunk.voxels, encoded, scratch).value();
        ASSERT_TRUE(writer.append_chunk({z, y, x}, ByteView(encoded).first(length)));
      }
    }
  }
  ASSERT_TRUE(writer.finish());
}

}  // namespace

TestVolume::TestVolume(Extent size, DataType voxel_type)
    : extent(size), type(voxel_type), voxels(static_cast<std::size_t>(size.volume()) * size_of(voxel_type)) {}

TestVolume pattern_volume(Extent extent, DataType type) {
  TestVolume volume(extent, type);
  visit_data_type(type, [&]<typename T>() {
    for (std::int64_t z = 0; z < extent.z; ++z) {
      for (std::int64_t y = 0; y < extent.y; ++y) {
        T* row = volume.view().row_as<T>(z, y);
        for (std::int64_t x = 0; x < extent.x - extent.x / 4; ++x) {
          row[x] = static_cast<T>(1 + (z * 7919 + y * 104729 + x) % 120);
        }
      }
    }
  });
  return volume;
}

void write_level(store::WritableStore& store, std::size_t level, const TestVolume& volume, const Profile& profile) {
  put_text(store, fmt::format("{}/zarr.json", level),
           write_json_pretty(array_document(volume.extent, volume.type, profile)));
  const Extent shards = grid_of(volume.extent, profile.shard);
  for (std::int64_t z = 0; z < shards.z; ++z) {
    for (std::int64_t y = 0; y < shards.y; ++y) {
      for (std::int64_t x = 0; x < shards.x; ++x) write_shard(store, level, volume, profile, {z, y, x});
    }
  }
}

void put_text(store::WritableStore& store, const std::string& key, std::string_view text) {
  ASSERT_TRUE(store.put(key, as_byte_view(text)));
}

}  // namespace beamport::zarr
