// SPDX-License-Identifier: Apache-2.0
#pragma once

// Writes one grey slice as the plainest TIFF there is: little endian, uncompressed, one strip, 4096-byte header.
//
//   0     "II" 42, offset of the IFD = 8
//   8     IFD: 14 entries, ascending by tag
//   182   x and y resolution (two RATIONALs), pixels per centimetre
//   4096  pixels, row by row

#include <filesystem>
#include <optional>

#include "beamport/array/volume_view.h"
#include "beamport/base/result.h"

namespace beamport::image {

/// All or nothing: the file appears under its name when it is complete and on disk; an existing one is replaced.
/// `slice.extent.z` is 1. kOutOfRange when the slice does not fit a classic TIFF (4 GiB).
[[nodiscard]] Result<void> write_tiff_slice(const std::filesystem::path& path, VolumeView slice,
                                            std::optional<double> voxel_size_um);

}  // namespace beamport::image
