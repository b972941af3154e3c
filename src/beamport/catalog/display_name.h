// SPDX-License-Identifier: Apache-2.0
#pragma once

// File names are bytes; what goes into JSON and onto the screen is text. Pure function.

#include <string>
#include <string_view>

namespace beamport::catalog {

/// The path without ".ome.zarr" or ".zarr" at its end; bytes that are not UTF-8 and control characters become U+FFFD.
[[nodiscard]] std::string display_name_of(std::string_view relative_path);

}  // namespace beamport::catalog
