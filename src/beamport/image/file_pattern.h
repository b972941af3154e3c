// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which files of a directory make a stack: TIFF names, optionally matching a pattern with * (any characters) and
// ? (one character) in the last component of a path. No shell, no other wildcards. Names are bytes.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/result.h"

namespace beamport::image {

/// Ends in .tif or .tiff in any case.
[[nodiscard]] bool has_tiff_extension(std::string_view name);

/// The name without that extension; the whole name when it has none.
[[nodiscard]] std::string_view without_tiff_extension(std::string_view name);

[[nodiscard]] bool has_wildcard(std::string_view text);

/// Whether the whole name fits the pattern. Time is bounded by their product.
[[nodiscard]] bool matches_wildcard(std::string_view pattern, std::string_view name);

struct TiffListing {
  std::vector<std::string> names;  // file names, sorted as bytes
  std::vector<std::string> notes;  // what was passed over
};

/// The TIFF files of a directory whose names fit the pattern. Hidden files, directories and other names are noted.
[[nodiscard]] Result<TiffListing> list_tiff_files(const std::filesystem::path& directory, std::string_view pattern,
                                                  std::size_t max_files);

}  // namespace beamport::image
