// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/tiff_reader.h"

#include <algorithm>
#include <bit>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/check.h"

namespace beamport::image {
namespace {

constexpr std::uint32_t kReducedCopy = 1;
constexpr std::uint32_t kMask = 4;

}  // namespace

Result<TiffReader> TiffReader::open(const std::filesystem::path& path, const TiffLimits& limits,
                                    std::shared_ptr<DecodeWorkers> workers) {
  BEAMPORT_ASSIGN(auto reader, open_file_reader(path));
  return open(std::move(reader), limits, {}, std::move(workers));
}

Result<TiffReader> TiffReader::open(std::unique_ptr<PositionalReader> reader, const TiffLimits& limits,
                                    const std::stop_token& stop) {
  return open(std::move(reader), limits, stop, nullptr);
}

Result<TiffReader> TiffReader::open(std::unique_ptr<PositionalReader> reader, const TiffLimits& limits,
                                    const std::stop_token& stop, std::shared_ptr<DecodeWorkers> workers) {
  BEAMPORT_ASSIGN(TiffDirectory directory, TiffDirectory::parse(*reader, limits, stop));
  TiffReader opened(std::move(reader), std::move(directory));
  opened.workers_ = workers != nullptr ? std::move(workers) : std::make_shared<DecodeWorkers>();
  const std::vector<TiffPage>& pages = opened.directory_.pages();
  for (const TiffPage& page : pages) {
    if (stop.stop_requested()) return fail_cancelled(opened.name());
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
  if (grey.needs_decoder) {
    return workers_->decode(*reader_, {directory_.byte_order(), directory_.is_big(), grey, row, to.extent.y}, to);
  }
  if (const auto raw = raw_frame(grey)) return image::read_rows(*reader_, *raw, row, to);
  if (grey.page.tiled) {
    BEAMPORT_TRY(read_tiles(grey, row, to));
  } else {
    BEAMPORT_TRY(read_strips(grey, row, to));
  }
  if (directory_.byte_order() != std::endian::native) swap_voxels(to);
  return {};
}

std::optional<RawFrame> TiffReader::raw_frame(const GreyPage& grey) const noexcept {
  if (!grey.first_pixel) return std::nullopt;
  return RawFrame{*grey.first_pixel, grey.page.width, grey.page.height, grey.type, directory_.byte_order()};
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
