// SPDX-License-Identifier: Apache-2.0
#pragma once

// Square pieces of a plane's picture: what the viewer asks for. Tile (0, 0) begins at the picture's upper left corner;
// the last ones of a row or column are cut to the picture's edge.

#include <cstddef>
#include <cstdint>

#include "beamport/base/result.h"
#include "beamport/render/plane_cut.h"

namespace beamport::render {

inline constexpr std::int64_t kTileSize = 512;

struct TileAddress {
  Plane plane = Plane::kXy;
  std::size_t level = 0;
  std::int64_t index = 0;  // of the slice along the normal, at that level
  std::int64_t tx = 0;     // tiles to the right
  std::int64_t ty = 0;     // tiles down
};

/// The tile's pixels in the plane's picture; kNotFound for a tile outside it. Does not look at the index.
[[nodiscard]] Result<PictureBox> tile_box(const ServedImage& image, const TileAddress& address);

/// Exact voxels of a tile; kNotFound for an address outside the image.
[[nodiscard]] Result<PlaneVoxels> cut_tile(const RenderContext& context, const ServedImage& image,
                                           const TileAddress& address);

}  // namespace beamport::render
