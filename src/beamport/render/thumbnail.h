// SPDX-License-Identifier: Apache-2.0
#pragma once

// Small pictures of the middle planes, for images whose attributes carry none.

#include <array>
#include <cstdint>

#include "beamport/array/volume_statistics.h"
#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/picture/grey_picture.h"
#include "beamport/render/chunk_reader.h"
#include "beamport/render/plane.h"

namespace beamport::render {

inline constexpr std::int64_t kThumbnailSize = 256;

/// The middle plane from the coarsest level that still has kThumbnailSize pixels along its longer side (the finest one
/// where none has), averaged down to at most that. kResourceExhausted when that level is so large that more than
/// 256 MiB of chunks would have to be decoded.
[[nodiscard]] Result<picture::GreyPicture> draw_thumbnail(const RenderContext& context, const ServedImage& image,
                                                          Plane plane, const ValueWindow& window);

/// JPEG of all three, in the order of kPlanes.
[[nodiscard]] Result<std::array<Bytes, 3>> encode_thumbnails(const RenderContext& context, const ServedImage& image,
                                                             const ValueWindow& window);

}  // namespace beamport::render
