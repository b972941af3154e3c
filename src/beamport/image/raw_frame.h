// SPDX-License-Identifier: Apache-2.0
#pragma once

// A frame whose pixels lie in a file as they are: uncompressed, row after row without gaps. Reading some of its rows is
// one read of one range of the file, wherever that may be.

#include <bit>
#include <cstdint>

#include "beamport/array/volume_view.h"
#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/image/positional_reader.h"

namespace beamport::image {

struct RawFrame {
  std::uint64_t first_pixel = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
  DataType type = DataType::kUint8;
  std::endian order = std::endian::native;

  [[nodiscard]] std::int64_t row_bytes() const noexcept { return width * static_cast<std::int64_t>(size_of(type)); }
};

/// Reads rows [row, row + rows) somewhere into the slot (see FrameSource::read_into), in native byte order.
[[nodiscard]] Result<VolumeView> read_into(const PositionalReader& reader, const RawFrame& frame, std::int64_t row,
                                           std::int64_t rows, MutableByteView slot);

/// Reads rows [row, row + to.extent.y) to where they are wanted, in native byte order.
[[nodiscard]] Result<void> read_rows(const PositionalReader& reader, const RawFrame& frame, std::int64_t row,
                                     MutableVolumeView to);

/// Rows as they lie in a file, one after the other.
struct StoredRows {
  std::uint64_t offset = 0;
  std::int64_t row_bytes = 0;
  std::int64_t rows = 0;
};

/// Of each stored row, the first `copied` bytes go to `to`, whose rows are `stride` apart. Bytes stay as they are.
[[nodiscard]] Result<void> read_stored_rows(const PositionalReader& reader, StoredRows from, std::int64_t copied,
                                            std::byte* to, std::int64_t stride);

/// Turns every voxel into the other byte order.
void swap_voxels(MutableVolumeView view) noexcept;

}  // namespace beamport::image
