// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/grey_page.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace beamport::image {
namespace {

// Largest strip or tile that is decoded as a whole.
constexpr std::int64_t kMaxDecodedBlockBytes = std::int64_t{4} << 30;

std::string_view name_of_compression(std::uint16_t compression) {
  switch (compression) {
    case 2:
    case 3:
    case 4:
      return "fax (CCITT)";
    case 6:
    case 7:
      return "JPEG";
    case 33003:
    case 33005:
    case 34712:
      return "JPEG 2000";
    case 34661:
      return "JBIG";
    case 34887:
      return "LERC";
    case 34925:
      return "LZMA";
    case 50001:
      return "WebP";
    case 50002:
      return "JPEG XL";
    default:
      return "unknown";
  }
}

// The most bytes that one stored byte can stand for. A block that claims more is a lie that would cost memory.
std::int64_t largest_expansion(std::uint16_t compression) {
  switch (compression) {
    case tiff::kPackBits:
      return 64;
    case tiff::kLzw:
      return 4096;
    case tiff::kDeflate:
    case tiff::kOldDeflate:
      return 1040;
    case tiff::kZstd:
      return 65536;
    default:
      return 1;
  }
}

Result<void> check_colour(const TiffPage& page) {
  constexpr std::string_view kAdvice = "convert it to grey first (ImageJ: Image > Type > 8-bit or 16-bit)";
  if (page.photometric == 3) {
    return fail(ErrorCode::kUnsupported, fmt::format("a palette colour image; {}", kAdvice));
  }
  if (page.photometric == 2 || page.samples_per_pixel != 1) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("a colour image with {} samples per pixel; {}", page.samples_per_pixel, kAdvice));
  }
  if (page.photometric == 0) {
    return fail(ErrorCode::kUnsupported,
                "grey values are stored inverted (white is zero), so numbers and picture disagree; save it with black "
                "as zero (ImageJ: Image > Lookup Tables > Grays, then save)");
  }
  if (page.photometric != 1) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("colour interpretation {} (neither grey nor known); {}", page.photometric, kAdvice));
  }
  return {};
}

Result<void> check_compression(const TiffPage& page) {
  const bool known = page.compression == tiff::kUncompressed || largest_expansion(page.compression) > 1;
  if (!known) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{} compression ({}); save it uncompressed or with LZW, deflate, PackBits or zstd",
                            name_of_compression(page.compression), page.compression));
  }
  if (page.predictor < 1 || page.predictor > 3) {
    return fail(ErrorCode::kUnsupported, fmt::format("predictor {}; save it without a predictor", page.predictor));
  }
  return {};
}

Result<DataType> type_of(const TiffPage& page) {
  enum Format { kUnsigned = 1, kSigned = 2, kFloat = 3, kNotSaid = 4 };
  const int format = page.sample_format == kNotSaid ? int{kUnsigned} : int{page.sample_format};
  const auto choose = [&](DataType unsigned_type, DataType signed_type) {
    return format == kUnsigned ? unsigned_type : signed_type;
  };
  if (format == kUnsigned || format == kSigned) {
    switch (page.bits_per_sample) {
      case 8:
        return choose(DataType::kUint8, DataType::kInt8);
      case 16:
        return choose(DataType::kUint16, DataType::kInt16);
      case 32:
        return choose(DataType::kUint32, DataType::kInt32);
      case 64:
        return choose(DataType::kUint64, DataType::kInt64);
      default:
        return fail(ErrorCode::kUnsupported,
                    fmt::format("{}-bit integers; save it with 8, 16 or 32 bits per pixel", page.bits_per_sample));
    }
  }
  if (format == kFloat) {
    if (page.bits_per_sample == 32) return DataType::kFloat32;
    if (page.bits_per_sample == 64) return DataType::kFloat64;
    return fail(ErrorCode::kUnsupported,
                fmt::format("{}-bit floating point; save it as 32-bit float", page.bits_per_sample));
  }
  return fail(ErrorCode::kUnsupported,
              fmt::format("sample format {} (complex or unknown); save real grey values", page.sample_format));
}

// Walks the tables of strips or tiles, a piece at a time.
class BlockCheck {
 public:
  BlockCheck(const PositionalReader& reader, const TiffDirectory& directory, const GreyPage& grey)
      : reader_(reader), directory_(directory), grey_(grey), kind_(grey.page.tiled ? "tile" : "strip") {}

  /// Where the page begins when its blocks follow each other without gaps.
  Result<std::optional<std::uint64_t>> run() {
    constexpr std::uint64_t kPiece = 512;
    const std::uint64_t blocks = grey_.page.block_offsets.count;
    for (std::uint64_t first = 0; first < blocks; first += kPiece) {
      const std::uint64_t count = std::min(kPiece, blocks - first);
      BEAMPORT_ASSIGN(const auto offsets, directory_.read_table(reader_, grey_.page.block_offsets, first, count));
      std::vector<std::uint64_t> sizes;
      if (grey_.page.block_byte_counts.count != 0) {
        BEAMPORT_ASSIGN(sizes, directory_.read_table(reader_, grey_.page.block_byte_counts, first, count));
      }
      for (std::size_t i = 0; i < count; ++i) {
        BEAMPORT_TRY(check_block(first + i, offsets[i], sizes.empty() ? 0 : sizes[i]));
      }
    }
    const bool rows_are_whole = !grey_.page.tiled && !grey_.needs_decoder;
    return rows_are_whole && gapless_ ? std::optional(first_offset_) : std::nullopt;
  }

 private:
  Result<void> check_block(std::uint64_t index, std::uint64_t offset, std::uint64_t stored) {
    const std::int64_t block_row = static_cast<std::int64_t>(index) / grey_.page.blocks_across();
    const std::int64_t pixels = grey_.rows_of_block_row(block_row) * grey_.block_row_bytes();
    if (offset < 8) {
      return fail(ErrorCode::kUnsupported,
                  fmt::format("{} {} has no data (a sparse or unfinished TIFF file)", kind_, index));
    }
    // Some writers leave the size of an uncompressed strip out; its shape says it as well.
    const bool uncompressed = grey_.page.compression == tiff::kUncompressed;
    const auto needed = static_cast<std::uint64_t>(pixels);
    if (uncompressed && stored == 0) stored = needed;
    if (uncompressed && stored < needed) {
      return fail(ErrorCode::kCorrupt,
                  fmt::format("{} {} has {} bytes, its pixels need {}", kind_, index, stored, needed));
    }
    if (stored == 0) return fail(ErrorCode::kCorrupt, fmt::format("{} {} has no bytes", kind_, index));
    // What the file claims counts, also where the pixels themselves are there: a strip beyond the end was cut off.
    if (!reader_.holds(offset, stored)) {
      return fail(ErrorCode::kCorrupt,
                  fmt::format("{} {} needs {} bytes from byte {} on, but the file ends after {} bytes: it is cut off; "
                              "copy or write it again",
                              kind_, index, stored, offset, reader_.size()));
    }
    if (!uncompressed) BEAMPORT_TRY(check_expansion(index, pixels, stored));
    if (index == 0) first_offset_ = offset;
    if (index != 0 && offset != next_offset_) gapless_ = false;
    next_offset_ = offset + (uncompressed ? needed : stored);
    return {};
  }

  Result<void> check_expansion(std::uint64_t index, std::int64_t pixels, std::uint64_t stored) const {
    if (pixels > kMaxDecodedBlockBytes) {
      return fail(ErrorCode::kResourceExhausted,
                  fmt::format("{} {} decodes to {} bytes, more than the limit of {}; save it with smaller strips or "
                              "uncompressed",
                              kind_, index, pixels, kMaxDecodedBlockBytes));
    }
    const auto factor = static_cast<std::uint64_t>(largest_expansion(grey_.page.compression));
    if (static_cast<std::uint64_t>(pixels) / factor > stored) {
      return fail(ErrorCode::kCorrupt, fmt::format("{} {} claims {} bytes of pixels from {} stored bytes, which its "
                                                   "compression cannot do",
                                                   kind_, index, pixels, stored));
    }
    return {};
  }

  const PositionalReader& reader_;
  const TiffDirectory& directory_;
  const GreyPage& grey_;
  std::string_view kind_;
  bool gapless_ = true;
  std::uint64_t first_offset_ = 0;
  std::uint64_t next_offset_ = 0;
};

Result<GreyPage> check_page(const PositionalReader& reader, const TiffDirectory& directory, const TiffPage& page) {
  BEAMPORT_TRY(check_colour(page));
  BEAMPORT_TRY(check_compression(page));
  GreyPage grey;
  grey.page = page;
  BEAMPORT_ASSIGN(grey.type, type_of(page));
  // A reversed bit order is rare enough to leave it to libtiff.
  grey.needs_decoder = page.compression != tiff::kUncompressed || page.fill_order != 1;
  if (grey.needs_decoder && page.block_byte_counts.count == 0) {
    return fail(ErrorCode::kCorrupt, "compressed, but without the sizes of its strips or tiles");
  }
  BEAMPORT_ASSIGN(grey.first_pixel, BlockCheck(reader, directory, grey).run());
  return grey;
}

}  // namespace

std::int64_t GreyPage::rows_of_block_row(std::int64_t block_row) const noexcept {
  if (page.tiled) return page.block_height;
  return std::min(page.block_height, page.height - block_row * page.block_height);
}

bool GreyPage::decodes_whole() const noexcept {
  constexpr std::int64_t kManyPieces = 8;
  return needs_decoder && page.blocks_down() < kManyPieces;
}

Result<GreyPage> check_grey_page(const PositionalReader& reader, const TiffDirectory& directory, const TiffPage& page) {
  return check_page(reader, directory, page)
      .map_error(in_context(fmt::format("{}: page {}", reader.name(), page.number)));
}

}  // namespace beamport::image
