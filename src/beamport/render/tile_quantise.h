// SPDX-License-Identifier: Apache-2.0
#pragma once

// Any voxel type to 8-bit grey over a window of values:
//   byte = floor((value - low) / (high - low) * 255 + 0.5), clamped to 0…255
// NaN and -inf become 0, +inf becomes 255. Computed in double, so integers up to 2^53 lose nothing before they are
// rounded. Pure functions.

#include <cstdint>
#include <span>

#include "beamport/array/data_type.h"
#include "beamport/array/volume_statistics.h"
#include "beamport/base/bytes.h"

namespace beamport::render {

/// `voxels` is native-endian and aligned to its type; `grey` has as many bytes as there are voxels. The window has
/// passed check_window.
void quantise(ByteView voxels, DataType type, const ValueWindow& window, std::span<std::uint8_t> grey) noexcept;

}  // namespace beamport::render
