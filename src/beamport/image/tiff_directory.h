// SPDX-License-Identifier: Apache-2.0
#pragma once

// The pages of a TIFF file: what each image file directory (IFD) says, checked against the size of the file and against
// limits, without touching pixels. Nothing is allocated by a number that was not checked first.
// Sources: TIFF 6.0 (1992); BigTIFF as libtiff documents it. Immutable after parsing; safe to share between threads.
//
//   classic                                       BigTIFF
//   0  "II" (little) or "MM" (big endian)         0  "II" or "MM"
//   2  u16 42                                     2  u16 43
//   4  u32 offset of the first IFD                4  u16 8 (bytes of an offset), u16 0
//                                                 8  u64 offset of the first IFD
//   IFD: u16 n                                    IFD: u64 n
//        n × 12 bytes: u16 tag, u16 type,              n × 20 bytes: u16 tag, u16 type,
//          u32 count, 4 bytes value or u32 offset        u64 count, 8 bytes value or u64 offset
//        u32 offset of the next IFD, 0 = last          u64 offset of the next IFD, 0 = last
//
// A value that fits into the entry lies there, left-justified; otherwise the entry says where it is.

#include <bit>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/image/positional_reader.h"

namespace beamport::image {

struct TiffLimits {
  std::int64_t max_pages = 1'000'000;
  std::uint64_t max_entries = 4096;                   // per IFD
  std::int64_t max_side = std::int64_t{1} << 20;      // pixels along one edge of a page or a tile
  std::uint64_t max_blocks = std::uint64_t{1} << 24;  // strips or tiles of a page
  std::uint64_t max_description_bytes = std::uint64_t{1} << 20;
};

/// A list of integers or characters somewhere in the file; its place is checked, its content not loaded.
struct TiffTable {
  std::uint64_t offset = 0;
  std::uint64_t count = 0;  // 0: the tag is absent
  std::uint16_t type = 0;
};

struct TiffPage {
  std::int64_t number = 0;  // from 1, as people count
  std::uint64_t directory_offset = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::uint32_t subfile_type = 0;  // bit 0: a reduced copy of another page; bit 2: a mask
  std::uint16_t bits_per_sample = 1;
  std::uint16_t sample_format = 1;  // 1 unsigned, 2 signed, 3 float, 4 not said
  std::uint16_t samples_per_pixel = 1;
  std::uint16_t compression = 1;
  std::uint16_t photometric = 1;  // 0 white is zero, 1 black is zero, 2 RGB, 3 palette
  std::uint16_t planar_configuration = 1;
  std::uint16_t predictor = 1;
  std::uint16_t fill_order = 1;
  std::uint16_t orientation = 1;
  bool tiled = false;
  std::int64_t block_width = 0;   // of a tile; the page's width for strips
  std::int64_t block_height = 0;  // of a tile; rows per strip, at most the page's height
  TiffTable block_offsets;        // of strips or tiles, row by row
  TiffTable block_byte_counts;    // count 0 when absent
  double x_resolution = 0;        // pixels per unit, 0 when absent
  double y_resolution = 0;
  std::uint16_t resolution_unit = 2;  // 1 none, 2 inch, 3 centimetre
  TiffTable description;

  [[nodiscard]] std::int64_t blocks_across() const noexcept { return (width + block_width - 1) / block_width; }
  [[nodiscard]] std::int64_t blocks_down() const noexcept { return (height + block_height - 1) / block_height; }
};

class TiffDirectory {
 public:
  /// Errors name the file, the page and the tag. A file without any page is kCorrupt; kCancelled when asked to stop.
  [[nodiscard]] static Result<TiffDirectory> parse(const PositionalReader& reader, const TiffLimits& limits = {},
                                                   const std::stop_token& stop = {});

  [[nodiscard]] std::endian byte_order() const noexcept { return byte_order_; }
  [[nodiscard]] bool is_big() const noexcept { return is_big_; }
  [[nodiscard]] const std::vector<TiffPage>& pages() const noexcept { return pages_; }

  /// Entries [first, first + count) of a table of this file, which must exist.
  [[nodiscard]] Result<std::vector<std::uint64_t>> read_table(const PositionalReader& reader, const TiffTable& table,
                                                              std::uint64_t first, std::uint64_t count) const;

  /// The ImageDescription without trailing NULs, cut at the limit; empty when absent.
  [[nodiscard]] Result<std::string> read_description(const PositionalReader& reader, const TiffPage& page,
                                                     const TiffLimits& limits = {}) const;

 private:
  TiffDirectory(std::endian order, bool is_big) : byte_order_(order), is_big_(is_big) {}

  std::endian byte_order_;
  bool is_big_;
  std::vector<TiffPage> pages_;
};

/// Somebody asked to stop while the file of that name was being opened.
[[nodiscard]] Failure fail_cancelled(std::string_view name);

}  // namespace beamport::image
