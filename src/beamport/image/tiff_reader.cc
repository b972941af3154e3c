// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/tiff_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/image/tiff_decoder.h"

namespace beamport::image {
namespace {

constexpr std::uint32_t kReducedCopy = 1;
constexpr std::uint32_t kMask = 4;

// Rows as they lie in the file, one after the other.
struct StoredRows {
  std::uint64_t offset = 0;
  std::int64_t row_bytes = 0;
  std::int64_t rows = 0;
};

// Reads stored rows; of each, the first `copied` bytes go to `to`, whose rows are `stride` apart.
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

template <typename T>
void swap_row(std::byte* row, std::int64_t width) {
  for (std::int64_t x = 0; x < width; ++x, row += sizeof(T)) {
    T value;
    std::memcpy(&value, row, sizeof(T));
    value = swap_bytes(value);
    std::memcpy(row, &value, sizeof(T));
  }
}

void swap_voxels(MutableVolumeView view) {
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

}  // namespace

Result<TiffReader> TiffReader::open(const std::filesystem::path& path, const TiffLimits& limits) {
  BEAMPORT_ASSIGN(auto reader, open_file_reader(path));
  return open(std::move(reader), limits);
}

Result<TiffReader> TiffReader::open(std::unique_ptr<PositionalReader> reader, const TiffLimits& limits) {
  BEAMPORT_ASSIGN(TiffDirectory directory, TiffDirectory::parse(*reader, limits));
  TiffReader opened(std::move(reader), std::move(directory));
  const std::vector<TiffPage>& pages = opened.directory_.pages();
  for (const TiffPage& page : pages) {
    if ((page.subfile_type & (kReducedCopy | kMask)) != 0) {
      ++opened.auxiliary_pages_;
      continue;
    }
    BEAMPORT_ASSIGN(GreyPage grey, check_grey_page(*opened.reader_, opened.directory_, page));
    opened.pages_.push_back(grey);
  }
  if (opened.pages_.empty()) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{}: only reduced copies or masks, no page of its own", opened.name()));
  }
  BEAMPORT_ASSIGN(opened.description_, opened.directory_.read_description(*opened.reader_, pages.front(), limits));
  return opened;
}

Result<void> TiffReader::read_rows(const GreyPage& grey, std::int64_t row, MutableVolumeView to) const {
  BEAMPORT_CHECK(to.type == grey.type && to.extent.z == 1 && to.extent.x == grey.page.width);
  if (row < 0 || to.extent.y < 0 || row > grey.page.height - to.extent.y) {
    return fail(ErrorCode::kOutOfRange, fmt::format("{}: page {}: rows {} to {} of {}", name(), grey.page.number, row,
                                                    row + to.extent.y, grey.page.height));
  }
  if (to.extent.y == 0) return {};
  if (grey.needs_decoder) return decode_rows(*reader_, directory_, grey, row, to);
  if (grey.first_pixel) {
    const StoredRows rows{*grey.first_pixel + static_cast<std::uint64_t>(row * grey.row_bytes()), grey.row_bytes(),
                          to.extent.y};
    BEAMPORT_TRY(read_stored_rows(*reader_, rows, grey.row_bytes(), to.data, to.strides.y));
  } else if (grey.page.tiled) {
    BEAMPORT_TRY(read_tiles(grey, row, to));
  } else {
    BEAMPORT_TRY(read_strips(grey, row, to));
  }
  if (directory_.byte_order() != std::endian::native) swap_voxels(to);
  return {};
}

Result<void> TiffReader::read_strips(const GreyPage& grey, std::int64_t row, MutableVolumeView to) const {
  const std::int64_t strip_height = grey.page.block_height;
  const std::int64_t row_end = row + to.extent.y;
  const std::int64_t first_strip = row / strip_height;
  const std::int64_t strips = (row_end - 1) / strip_height - first_strip + 1;
  BEAMPORT_ASSIGN(const auto offsets,
                  directory_.read_table(*reader_, grey.page.block_offsets, static_cast<std::uint64_t>(first_strip),
                                        static_cast<std::uint64_t>(strips)));
  for (std::int64_t i = 0; i < strips; ++i) {
    const std::int64_t top = (first_strip + i) * strip_height;
    const std::int64_t first = std::max(row, top);
    const std::int64_t last = std::min(row_end, top + strip_height);
    const StoredRows rows{
        offsets[static_cast<std::size_t>(i)] + static_cast<std::uint64_t>((first - top) * grey.row_bytes()),
        grey.row_bytes(), last - first};
    BEAMPORT_TRY(read_stored_rows(*reader_, rows, grey.row_bytes(), to.row(0, first - row), to.strides.y));
  }
  return {};
}

Result<void> TiffReader::read_tiles(const GreyPage& grey, std::int64_t row, MutableVolumeView to) const {
  const std::int64_t tile_height = grey.page.block_height;
  const std::int64_t row_end = row + to.extent.y;
  const std::int64_t across = grey.page.blocks_across();
  for (std::int64_t tile_row = row / tile_height; tile_row * tile_height < row_end; ++tile_row) {
    BEAMPORT_ASSIGN(const auto offsets, directory_.read_table(*reader_, grey.page.block_offsets,
                                                              static_cast<std::uint64_t>(tile_row * across),
                                                              static_cast<std::uint64_t>(across)));
    const std::int64_t top = tile_row * tile_height;
    const std::int64_t first = std::max(row, top);
    const std::int64_t last = std::min(row_end, top + tile_height);
    for (std::int64_t column = 0; column < across; ++column) {
      const std::int64_t left = column * grey.page.block_width;
      const std::int64_t copied = std::min(grey.page.block_width, grey.page.width - left) * grey.bytes_per_voxel();
      const StoredRows rows{offsets[static_cast<std::size_t>(column)] +
                                static_cast<std::uint64_t>((first - top) * grey.block_row_bytes()),
                            grey.block_row_bytes(), last - first};
      BEAMPORT_TRY(read_stored_rows(*reader_, rows, copied, to.row(0, first - row) + left * grey.bytes_per_voxel(),
                                    to.strides.y));
    }
  }
  return {};
}

}  // namespace beamport::image
