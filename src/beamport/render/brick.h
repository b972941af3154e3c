// SPDX-License-Identifier: Apache-2.0
#pragma once

// Small cubes of exact voxels, many in one response, for drawing in three dimensions. Brick (z, y, x) begins at voxel
// (64z, 64y, 64x) of its level; the last ones are cut to the volume. A batch is its frames one after the other, in the
// order asked for, every number little endian:
//
//   ┌─────────────────────┬──────────────────────────┬───────────┬─────────────────────────────────┐
//   │ u32 z │ u32 y │ u32 x │ u32 depth │ height │ width │ u64 bytes │ voxels, native type, z,y,x order │
//   └─────────────────────┴──────────────────────────┴───────────┴─────────────────────────────────┘
//   bytes = 0: every voxel is zero.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "beamport/array/extent.h"
#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/render/chunk_reader.h"

namespace beamport::render {

inline constexpr std::int64_t kBrickSize = 64;
inline constexpr std::size_t kMaxBricks = 256;
inline constexpr std::size_t kBrickHeaderBytes = 32;

/// "z.y.x,z.y.x,…" as a query parameter gives it: 1 to kMaxBricks places.
[[nodiscard]] Result<std::vector<Point>> parse_brick_places(std::string_view text);

/// One frame; kNotFound for a brick outside the level.
[[nodiscard]] Result<Bytes> brick_frame(const RenderContext& context, const ServedImage& image, std::size_t level,
                                        Point brick);

/// All frames. kOutOfRange for more than kMaxBricks; at most 256 MiB of voxels, else kOutOfRange.
[[nodiscard]] Result<Bytes> brick_batch(const RenderContext& context, const ServedImage& image, std::size_t level,
                                        std::span<const Point> bricks);

}  // namespace beamport::render
