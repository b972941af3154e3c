// SPDX-License-Identifier: Apache-2.0
#pragma once

// Decides whether a TIFF page is something Beamport reads - one grey sample per pixel, black is zero, 8 to 64 bits, no
// lossy compression - and that every strip or tile it announces really lies inside the file. What is refused is refused
// with a sentence that says what it is and what to do.

#include <cstdint>
#include <optional>

#include "beamport/array/data_type.h"
#include "beamport/base/result.h"
#include "beamport/image/positional_reader.h"
#include "beamport/image/tiff_directory.h"

namespace beamport::image {

namespace tiff {
inline constexpr std::uint16_t kUncompressed = 1;
inline constexpr std::uint16_t kLzw = 5;
inline constexpr std::uint16_t kDeflate = 8;
inline constexpr std::uint16_t kOldDeflate = 32946;
inline constexpr std::uint16_t kPackBits = 32773;
inline constexpr std::uint16_t kZstd = 50000;
}  // namespace tiff

struct GreyPage {
  TiffPage page;
  DataType type = DataType::kUint8;
  bool needs_decoder = false;  // compressed: libtiff decodes it; otherwise the pixels lie there as they are
  std::optional<std::uint64_t> first_pixel;  // where the whole page begins, when its rows lie there without gaps

  [[nodiscard]] std::int64_t bytes_per_voxel() const noexcept { return static_cast<std::int64_t>(size_of(type)); }
  [[nodiscard]] std::int64_t row_bytes() const noexcept { return page.width * bytes_per_voxel(); }
  [[nodiscard]] std::int64_t page_bytes() const noexcept { return row_bytes() * page.height; }
  [[nodiscard]] std::int64_t block_row_bytes() const noexcept { return page.block_width * bytes_per_voxel(); }
  /// Rows in the blocks of a block row; the last strip may be shorter, tiles are always whole.
  [[nodiscard]] std::int64_t rows_of_block_row(std::int64_t block_row) const noexcept;
  /// Whether a few rows cost about as much as the page: compressed in few pieces.
  [[nodiscard]] bool decodes_whole() const noexcept;
};

/// Errors begin with the file and the page. Reads the tables of strips or tiles, no pixels.
[[nodiscard]] Result<GreyPage> check_grey_page(const PositionalReader& reader, const TiffDirectory& directory,
                                               const TiffPage& page);

}  // namespace beamport::image
