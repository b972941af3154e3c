// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which values an image is drawn with when nobody has chosen yet.

#include <optional>
#include <stop_token>

#include "beamport/array/volume_statistics.h"
#include "beamport/base/result.h"
#include "beamport/zarr/image.h"

namespace beamport::render {

/// All of them finite with low < high.
struct ImageWindows {
  ValueWindow range;    // smallest to largest value
  ValueWindow display;  // contrast to open with
  ValueWindow preview;  // what 8-bit tiles are quantised over
};

/// From the statistics where there are any. Else from what the file says (omero), else from a sample of the coarsest
/// level: at most 64 chunks, evenly spread; fails when none of them can be read.
[[nodiscard]] Result<ImageWindows> windows_of(const zarr::Image& image,
                                              const std::optional<VolumeStatistics>& statistics,
                                              const std::stop_token& stop);

}  // namespace beamport::render
