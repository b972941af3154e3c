// SPDX-License-Identifier: Apache-2.0
#pragma once

// Cut voxels as the bytes of a response: a lossy 8-bit picture, or the exact voxels compressed as a whole.

#include <cstdint>

#include "beamport/array/volume_statistics.h"
#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/picture/grey_picture.h"
#include "beamport/render/plane_cut.h"

namespace beamport::render {

enum class PreviewFormat : std::uint8_t { kJpeg, kWebp };

/// How a payload is compressed; the names are those of HTTP's content codings.
enum class Compression : std::uint8_t { kIdentity, kGzip, kZstd };

/// 8-bit grey over the window (tile_quantise.h); kInvalidArgument for a window that check_window refuses.
[[nodiscard]] Result<picture::GreyPicture> to_grey(const PlaneVoxels& cut, const ValueWindow& window);

[[nodiscard]] Result<Bytes> encode_preview(const PlaneVoxels& cut, const ValueWindow& window, PreviewFormat format);

/// Exact voxels, little endian, row-major, without a header.
[[nodiscard]] Result<Bytes> encode_raw(const PlaneVoxels& cut, Compression compression);

/// Any bytes.
[[nodiscard]] Result<Bytes> compress(ByteView bytes, Compression compression);

}  // namespace beamport::render
