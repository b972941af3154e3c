// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/tile.h"

#include <algorithm>

#include <fmt/format.h>

namespace beamport::render {

Result<PictureBox> tile_box(const ServedImage& image, const TileAddress& address) {
  BEAMPORT_ASSIGN(const zarr::Array* array, image.level(address.level));
  const auto [width, height] = picture_size(address.plane, array->extent());
  const std::int64_t columns = ceil_divide(width, kTileSize);
  const std::int64_t rows = ceil_divide(height, kTileSize);
  if (address.tx < 0 || address.tx >= columns || address.ty < 0 || address.ty >= rows) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no tile ({}, {}); level {} has {}×{} of them in plane {}", address.tx, address.ty,
                            address.level, columns, rows, name_of(address.plane)));
  }
  const std::int64_t left = address.tx * kTileSize;
  const std::int64_t top = address.ty * kTileSize;
  return PictureBox{left, top, {std::min(kTileSize, width - left), std::min(kTileSize, height - top)}};
}

Result<PlaneVoxels> cut_tile(const RenderContext& context, const ServedImage& image, const TileAddress& address) {
  BEAMPORT_ASSIGN(const PictureBox pixels, tile_box(image, address));
  return cut_plane(context, image, address.level, address.plane, address.index, pixels);
}

}  // namespace beamport::render
