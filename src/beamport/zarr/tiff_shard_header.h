// SPDX-License-Identifier: Apache-2.0
#pragma once

// The bytes in front of an uncompressed shard that make the same file a tiled BigTIFF with one page a plane. A plane of
// a C-order chunk is contiguous, so it is a TIFF tile; a shard may hold anything before its first chunk.
// Sources: BigTIFF (libtiff "bigtiff design"), TIFF 6.0 §15; Zarr v3 sharding_indexed 1.0. Little endian throughout.
//
//   0        4      6      8               16
//   | II 43 | 8 | 0 | first IFD = 16 | IFD₀ | IFD₁ | … | tile tables | zeros up to 4096·k | chunk₀ | chunk₁ | … | index
//
//   a chunk: | voxels, plane after plane | CRC-32C 4 | zeros up to 4096·k |
//
//   an IFD, for planes of more than one tile:       a plane's tile tables:
//   | count 8 | 12 entries of 20 | next IFD 8 |     | tile offsets 8·n | tile byte counts 8·n |
//
// Tile (ty, tx) of plane z lies in chunk (z / cz, ty, tx) at its plane z mod cz.

#include <cstddef>
#include <cstdint>

#include "beamport/array/data_type.h"
#include "beamport/array/extent.h"
#include "beamport/base/bytes.h"
#include "beamport/base/result.h"

namespace beamport::zarr {

/// Chunks start on a multiple of this.
inline constexpr std::size_t kTiffShardAlignment = 4096;

/// From the beginning of one chunk to that of the next.
[[nodiscard]] std::uint64_t tiff_chunk_distance(Extent chunk, DataType type) noexcept;

/// Places of the shard's chunk grid that hold voxels of the level: what must be stored, all of it, uncompressed and in
/// C order, so that chunk i of this grid starts at header.size() + i * tiff_chunk_distance(). Chunks beyond are left
/// empty.
[[nodiscard]] Extent stored_grid(Extent level_extent, Point shard_place, Extent chunk, Extent shard_grid);

/// The header for the shard at that place of the level's shard grid. `shard_grid`: chunks per shard. The shard must
/// hold some voxels, and chunk sides along y and x be multiples of 16 as TIFF wants its tiles.
[[nodiscard]] Bytes tiff_shard_header(Extent level_extent, Point shard_place, Extent chunk, Extent shard_grid,
                                      DataType type);

}  // namespace beamport::zarr
