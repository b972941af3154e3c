// SPDX-License-Identifier: Apache-2.0
#pragma once

// Compressed TIFF pages, decoded by libtiff; this is the only header behind which libtiff lives. libtiff sees the file
// through our positional reads (no mmap, no second descriptor, no strip chopping) and starts at the page's own
// directory, so the cost does not grow with the number of pages. A decoder lives for one call: thread-safe.
// Foreign files come here in a sandboxed process only: see decode_workers.h.

#include <bit>
#include <cstdint>

#include "beamport/array/volume_view.h"
#include "beamport/base/result.h"
#include "beamport/image/grey_page.h"
#include "beamport/image/positional_reader.h"

namespace beamport::image {

/// Some rows of a checked page of a TIFF file.
struct CompressedRows {
  std::endian byte_order = std::endian::little;
  bool is_big = false;
  GreyPage grey;
  std::int64_t row = 0;  // the first
  std::int64_t rows = 0;
};

/// The rows in native byte order; `to` has their extent. Decodes every strip or tile that they touch. Damaged data is
/// kCorrupt with libtiff's own words. Errors name the page, not the file.
[[nodiscard]] Result<void> decode_rows(const PositionalReader& reader, const CompressedRows& wanted,
                                       MutableVolumeView to);

}  // namespace beamport::image
