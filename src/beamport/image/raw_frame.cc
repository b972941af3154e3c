// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/raw_frame.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "beamport/base/check.h"

namespace beamport::image {
namespace {

template <typename T>
void swap_row(std::byte* row, std::int64_t width) noexcept {
  for (std::int64_t x = 0; x < width; ++x, row += sizeof(T)) {
    T value;
    std::memcpy(&value, row, sizeof(T));
    value = swap_bytes(value);
    std::memcpy(row, &value, sizeof(T));
  }
}

Result<void> check_rows(const PositionalReader& reader, const RawFrame& frame, std::int64_t row, std::int64_t rows) {
  if (row >= 0 && rows >= 0 && row <= frame.height - rows) return {};
  return fail(ErrorCode::kOutOfRange,
              fmt::format("{}: rows {} to {} of {}", reader.name(), row, row + rows, frame.height));
}

std::uint64_t offset_of(const RawFrame& frame, std::int64_t row) {
  return frame.first_pixel + static_cast<std::uint64_t>(row * frame.row_bytes());
}

}  // namespace

void swap_voxels(MutableVolumeView view) noexcept {
  for (std::int64_t y = 0; y < view.extent.y; ++y) {
    switch (size_of(view.type)) {
      case 2:
        swap_row<std::uint16_t>(view.row(0, y), view.extent.x);
        break;
      case 4:
        swap_row<std::uint32_t>(view.row(0, y), view.extent.x);
        break;
      case 8:
        swap_row<std::uint64_t>(view.row(0, y), view.extent.x);
        break;
      default:
        break;
    }
  }
}

Result<void> read_stored_rows(const PositionalReader& reader, StoredRows from, std::int64_t copied, std::byte* to,
                              std::int64_t stride) {
  if (from.row_bytes == copied && (stride == copied || from.rows == 1)) {
    return reader.read_exactly(from.offset, {to, static_cast<std::size_t>(from.rows * copied)});
  }
  constexpr std::int64_t kStagingBytes = std::int64_t{1} << 20;
  const std::int64_t rows_at_once = std::clamp(kStagingBytes / from.row_bytes, std::int64_t{1}, from.rows);
  const auto staging =
      std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(rows_at_once * from.row_bytes));
  for (std::int64_t done = 0; done < from.rows; done += rows_at_once) {
    const std::int64_t rows = std::min(rows_at_once, from.rows - done);
    BEAMPORT_TRY(reader.read_exactly(from.offset + static_cast<std::uint64_t>(done * from.row_bytes),
                                     {staging.get(), static_cast<std::size_t>(rows * from.row_bytes)}));
    for (std::int64_t y = 0; y < rows; ++y) {
      std::memcpy(to + (done + y) * stride, staging.get() + y * from.row_bytes, static_cast<std::size_t>(copied));
    }
  }
  return {};
}

Result<void> read_rows(const PositionalReader& reader, const RawFrame& frame, std::int64_t row, MutableVolumeView to) {
  BEAMPORT_CHECK(to.type == frame.type && to.extent.z == 1 && to.extent.x == frame.width);
  BEAMPORT_TRY(check_rows(reader, frame, row, to.extent.y));
  if (to.extent.y == 0) return {};
  const StoredRows rows{offset_of(frame, row), frame.row_bytes(), to.extent.y};
  BEAMPORT_TRY(read_stored_rows(reader, rows, frame.row_bytes(), to.data, to.strides.y));
  if (frame.order != std::endian::native) swap_voxels(to);
  return {};
}

Result<VolumeView> read_into(const PositionalReader& reader, const RawFrame& frame, std::int64_t row, std::int64_t rows,
                             MutableByteView slot) {
  BEAMPORT_TRY(check_rows(reader, frame, row, rows));
  const auto length = static_cast<std::size_t>(rows * frame.row_bytes());
  BEAMPORT_ASSIGN(MutableByteView range, reader.read_into(offset_of(frame, row), length, slot));
  // Voxels are read as numbers of their type, which must lie where such numbers may; some writers put pixels at any
  // even byte.
  if (reinterpret_cast<std::uintptr_t>(range.data()) % size_of(frame.type) != 0) {
    std::memmove(slot.data(), range.data(), length);
    range = slot.first(length);
  }
  const MutableVolumeView view(range.data(), {1, rows, frame.width}, frame.type);
  if (frame.order != std::endian::native) swap_voxels(view);
  return view;
}

}  // namespace beamport::image
