// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/tiff_shard_header.h"

#include <algorithm>

#include "beamport/base/check.h"
#include "beamport/base/checked_math.h"

namespace beamport::zarr {
namespace {

constexpr std::uint64_t kHeaderBytes = 16;
constexpr std::uint64_t kChecksumBytes = 4;
constexpr std::uint64_t kEntries = 12;
constexpr std::uint64_t kIfdBytes = 8 + kEntries * 20 + 8;

enum class FieldType : std::uint16_t { kShort = 3, kLong = 4, kLong8 = 16 };

enum class Tag : std::uint16_t {
  kImageWidth = 256,
  kImageLength = 257,
  kBitsPerSample = 258,
  kCompression = 259,
  kPhotometric = 262,
  kSamplesPerPixel = 277,
  kPlanarConfiguration = 284,
  kTileWidth = 322,
  kTileLength = 323,
  kTileOffsets = 324,
  kTileByteCounts = 325,
  kSampleFormat = 339,
};

constexpr std::uint64_t kNoCompression = 1;
constexpr std::uint64_t kMinIsBlack = 1;
constexpr std::uint64_t kContiguous = 1;

std::uint64_t sample_format(DataType type) {
  return visit_data_type(type, []<typename T>() -> std::uint64_t {
    if constexpr (std::is_floating_point_v<T>) return 3;
    return std::is_signed_v<T> ? 2 : 1;
  });
}

/// Puts little-endian numbers one after another.
class Writer {
 public:
  explicit Writer(Bytes& bytes) : bytes_(bytes) {}

  void seek(std::uint64_t position) { position_ = static_cast<std::size_t>(position); }

  template <typename T>
  void put(T value) {
    store_little<T>(MutableByteView(bytes_).subspan(position_, sizeof(T)), value);
    position_ += sizeof(T);
  }

  /// One entry whose value, or the offset of whose values, is `value`.
  void put_entry(Tag tag, FieldType type, std::uint64_t count, std::uint64_t value) {
    put(static_cast<std::uint16_t>(tag));
    put(static_cast<std::uint16_t>(type));
    put(count);
    put(value);  // little endian: a short or long is its own first bytes
  }

 private:
  Bytes& bytes_;
  std::size_t position_ = 0;
};

struct Layout {
  Extent image;  // voxels of the level inside this shard
  Extent chunk;
  Extent grid;  // of stored chunks
  std::uint64_t item = 0;
  std::uint64_t tiles = 0;        // a plane
  std::uint64_t table_bytes = 0;  // of one plane; 0 when the single value fits into the entry
  std::uint64_t data_begin = 0;
  std::uint64_t chunk_distance = 0;

  [[nodiscard]] std::uint64_t planes() const { return static_cast<std::uint64_t>(image.z); }
  [[nodiscard]] std::uint64_t tile_bytes() const { return static_cast<std::uint64_t>(chunk.y * chunk.x) * item; }
  [[nodiscard]] std::uint64_t ifd_at(std::uint64_t plane) const { return kHeaderBytes + plane * kIfdBytes; }
  [[nodiscard]] std::uint64_t table_at(std::uint64_t plane) const { return ifd_at(planes()) + plane * table_bytes; }
  [[nodiscard]] std::uint64_t tile_at(std::int64_t plane, std::int64_t ty, std::int64_t tx) const {
    const auto chunk_index = static_cast<std::uint64_t>(linear_index({plane / chunk.z, ty, tx}, grid));
    const auto plane_in_chunk = static_cast<std::uint64_t>(plane % chunk.z);
    return data_begin + chunk_index * chunk_distance + plane_in_chunk * tile_bytes();
  }
};

Extent image_inside(Extent level_extent, Point place, Extent chunk, Extent shard_grid) {
  const auto along = [](std::int64_t level, std::int64_t index, std::int64_t shard) {
    return std::clamp<std::int64_t>(level - index * shard, 0, shard);
  };
  return {along(level_extent.z, place.z, chunk.z * shard_grid.z),
          along(level_extent.y, place.y, chunk.y * shard_grid.y),
          along(level_extent.x, place.x, chunk.x * shard_grid.x)};
}

Layout make_layout(Extent image, Extent chunk, DataType type) {
  Layout layout{.image = image, .chunk = chunk, .grid = grid_of(image, chunk), .item = size_of(type)};
  layout.tiles = static_cast<std::uint64_t>(layout.grid.y * layout.grid.x);
  layout.table_bytes = layout.tiles > 1 ? 16 * layout.tiles : 0;
  layout.chunk_distance = tiff_chunk_distance(chunk, type);
  layout.data_begin = round_up<std::uint64_t>(layout.table_at(layout.planes()), kTiffShardAlignment);
  return layout;
}

void put_ifd(Writer& writer, const Layout& layout, std::uint64_t plane, DataType type) {
  const bool single = layout.tiles == 1;
  const std::uint64_t offsets =
      single ? layout.tile_at(static_cast<std::int64_t>(plane), 0, 0) : layout.table_at(plane);
  const std::uint64_t counts = single ? layout.tile_bytes() : layout.table_at(plane) + 8 * layout.tiles;
  writer.seek(layout.ifd_at(plane));
  writer.put(kEntries);
  writer.put_entry(Tag::kImageWidth, FieldType::kLong, 1, static_cast<std::uint64_t>(layout.image.x));
  writer.put_entry(Tag::kImageLength, FieldType::kLong, 1, static_cast<std::uint64_t>(layout.image.y));
  writer.put_entry(Tag::kBitsPerSample, FieldType::kShort, 1, 8 * layout.item);
  writer.put_entry(Tag::kCompression, FieldType::kShort, 1, kNoCompression);
  writer.put_entry(Tag::kPhotometric, FieldType::kShort, 1, kMinIsBlack);
  writer.put_entry(Tag::kSamplesPerPixel, FieldType::kShort, 1, 1);
  writer.put_entry(Tag::kPlanarConfiguration, FieldType::kShort, 1, kContiguous);
  writer.put_entry(Tag::kTileWidth, FieldType::kLong, 1, static_cast<std::uint64_t>(layout.chunk.x));
  writer.put_entry(Tag::kTileLength, FieldType::kLong, 1, static_cast<std::uint64_t>(layout.chunk.y));
  writer.put_entry(Tag::kTileOffsets, FieldType::kLong8, layout.tiles, offsets);
  writer.put_entry(Tag::kTileByteCounts, FieldType::kLong8, layout.tiles, counts);
  writer.put_entry(Tag::kSampleFormat, FieldType::kShort, 1, sample_format(type));
  writer.put(plane + 1 < layout.planes() ? layout.ifd_at(plane + 1) : std::uint64_t{0});
}

void put_tables(Writer& writer, const Layout& layout, std::int64_t plane) {
  writer.seek(layout.table_at(static_cast<std::uint64_t>(plane)));
  for (std::int64_t ty = 0; ty < layout.grid.y; ++ty) {
    for (std::int64_t tx = 0; tx < layout.grid.x; ++tx) writer.put(layout.tile_at(plane, ty, tx));
  }
  for (std::uint64_t tile = 0; tile < layout.tiles; ++tile) writer.put(layout.tile_bytes());
}

}  // namespace

std::uint64_t tiff_chunk_distance(Extent chunk, DataType type) noexcept {
  const auto voxels = static_cast<std::uint64_t>(chunk.volume()) * size_of(type);
  return round_up<std::uint64_t>(voxels + kChecksumBytes, kTiffShardAlignment);
}

Extent stored_grid(Extent level_extent, Point shard_place, Extent chunk, Extent shard_grid) {
  return grid_of(image_inside(level_extent, shard_place, chunk, shard_grid), chunk);
}

Bytes tiff_shard_header(Extent level_extent, Point shard_place, Extent chunk, Extent shard_grid, DataType type) {
  BEAMPORT_CHECK(chunk.y % 16 == 0 && chunk.x % 16 == 0 && chunk.z > 0);
  const Extent image = image_inside(level_extent, shard_place, chunk, shard_grid);
  BEAMPORT_CHECK(!image.empty());
  const Layout layout = make_layout(image, chunk, type);
  Bytes header(static_cast<std::size_t>(layout.data_begin));
  Writer writer(header);
  writer.put<std::uint16_t>(0x4949);  // "II"
  writer.put<std::uint16_t>(43);
  writer.put<std::uint16_t>(8);  // bytes of an offset
  writer.put<std::uint16_t>(0);
  writer.put<std::uint64_t>(kHeaderBytes);
  for (std::uint64_t plane = 0; plane < layout.planes(); ++plane) {
    put_ifd(writer, layout, plane, type);
    if (layout.table_bytes > 0) put_tables(writer, layout, static_cast<std::int64_t>(plane));
  }
  return header;
}

}  // namespace beamport::zarr
