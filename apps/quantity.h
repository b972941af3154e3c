// SPDX-License-Identifier: Apache-2.0
#pragma once

// What people type on a command line: sizes with units. Pure functions; every complaint shows an example.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "beamport/array/extent.h"
#include "beamport/array/volume_statistics.h"
#include "beamport/base/result.h"

namespace beamport::app {

/// "0.65um", "650nm", "0.0013mm", or three "z,y,x" values with one unit at the end ("2,0.65,0.65um"), in micrometres.
[[nodiscard]] Result<std::array<double, 3>> parse_voxel_size_um(std::string_view text);

/// "512MiB", "2GiB", "2G", or plain bytes.
[[nodiscard]] Result<std::int64_t> parse_bytes(std::string_view text);

/// "lo,hi" as two finite numbers, lo < hi.
[[nodiscard]] Result<ValueWindow> parse_window(std::string_view text);

/// "z,y,x" as three positive whole numbers.
[[nodiscard]] Result<Extent> parse_extent(std::string_view text);

/// "4.29 GB": three digits, powers of 1000, as disks are sold.
[[nodiscard]] std::string format_bytes(double bytes);

/// "2 min 05 s"
[[nodiscard]] std::string format_duration(double seconds);

}  // namespace beamport::app
