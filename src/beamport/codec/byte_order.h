// SPDX-License-Identifier: Apache-2.0
#pragma once

// Swapping the byte order of whole arrays of voxels. Pure function.

#include <cstddef>

#include "beamport/base/bytes.h"

namespace beamport::codec {

/// Reverses the bytes of each voxel (1, 2, 4 or 8 bytes), in place.
void swap_voxels(MutableByteView voxels, std::size_t bytes_per_voxel) noexcept;

}  // namespace beamport::codec
