// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the pages of one TIFF file mean, according to its description (ImageJ, OME-XML, tifffile): how many frames of
// one volume there are, whether they lie beyond the pages that the directory lists, and how large a voxel is.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/image/tiff_reader.h"

namespace beamport::image {

struct FrameMeaning {
  std::int64_t frames = 0;
  /// All frames follow the first page's pixels without gaps, though only that page has a directory (ImageJ beyond 4
  /// GiB).
  bool contiguous = false;
  std::optional<std::array<double, 3>> voxel_size_um;  // z, y, x
  std::vector<std::string> notes;
};

/// Refuses several channels or time points, and descriptions that announce more images than the file holds.
[[nodiscard]] Result<FrameMeaning> meaning_of(const TiffReader& file);

/// "160 wide, 135 high, float32", for messages.
[[nodiscard]] std::string describe(const GreyPage& grey);

/// Same width, height and type: fit to be slices of one volume.
[[nodiscard]] bool same_shape(const GreyPage& a, const GreyPage& b) noexcept;

}  // namespace beamport::image
