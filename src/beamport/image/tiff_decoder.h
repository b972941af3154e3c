// SPDX-License-Identifier: Apache-2.0
#pragma once

// Compressed TIFF pages, decoded by libtiff; this is the only header behind which libtiff lives. libtiff sees the file
// through our positional reads (no mmap, no second descriptor, no strip chopping) and starts at the page's own
// directory, so the cost does not grow with the number of pages. A decoder lives for one call: thread-safe.

#include <cstdint>

#include "beamport/array/volume_view.h"
#include "beamport/base/result.h"
#include "beamport/image/grey_page.h"
#include "beamport/image/positional_reader.h"

namespace beamport::image {

/// Rows [row, row + to.extent.y) of a checked page, in native byte order; decodes every strip or tile they touch.
/// Damaged data is kCorrupt with libtiff's own words.
[[nodiscard]] Result<void> decode_rows(const PositionalReader& reader, const TiffDirectory& directory,
                                       const GreyPage& grey, std::int64_t row, MutableVolumeView to);

}  // namespace beamport::image
