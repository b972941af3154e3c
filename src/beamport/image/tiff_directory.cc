// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/tiff_directory.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/checked_math.h"
#include "beamport/image/tiff_tag.h"

namespace beamport::image {
namespace {

// Reads small pieces of the file through one buffer, so that a header costs one or two system calls.
class Window {
 public:
  explicit Window(const PositionalReader& reader) : reader_(reader) {}

  /// At most kBytes; the view dies with the next call.
  Result<ByteView> view(std::uint64_t offset, std::size_t length) {
    if (!reader_.holds(offset, length)) {
      return fail(ErrorCode::kCorrupt, fmt::format("bytes {} to {} lie past the end of the file ({} bytes)", offset,
                                                   offset + length, reader_.size()));
    }
    if (offset < start_ || offset + length > start_ + filled_) {
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kBytes, reader_.size() - offset));
      filled_ = 0;
      BEAMPORT_TRY(reader_.read_exactly(offset, MutableByteView(buffer_).first(wanted)));
      start_ = offset;
      filled_ = wanted;
    }
    return ByteView(buffer_).subspan(static_cast<std::size_t>(offset - start_), length);
  }

 private:
  static constexpr std::size_t kBytes = 4096;
  const PositionalReader& reader_;
  std::uint64_t start_ = 0;
  std::size_t filled_ = 0;
  std::array<std::byte, kBytes> buffer_{};
};

struct Entry {
  std::uint16_t tag = 0;
  TiffTable values;  // type, count and the checked place of the values
};

std::uint64_t load_unsigned(ByteView bytes, std::uint16_t type, std::endian order) {
  switch (type) {
    case tiff::kByte:
      return load<std::uint8_t>(bytes, order);
    case tiff::kShort:
      return load<std::uint16_t>(bytes, order);
    case tiff::kLong:
      return load<std::uint32_t>(bytes, order);
    default:
      return load<std::uint64_t>(bytes, order);
  }
}

bool is_unsigned_integer(std::uint16_t type) {
  return type == tiff::kByte || type == tiff::kShort || type == tiff::kLong || type == tiff::kLong8;
}

std::string_view name_of_tag(std::uint16_t tag) {
  using Named = std::pair<std::uint16_t, std::string_view>;
  static constexpr std::array kNames = {Named{tiff::kSubfileType, "NewSubfileType"},
                                        Named{tiff::kImageWidth, "ImageWidth"},
                                        Named{tiff::kImageLength, "ImageLength"},
                                        Named{tiff::kBitsPerSample, "BitsPerSample"},
                                        Named{tiff::kCompression, "Compression"},
                                        Named{tiff::kPhotometric, "PhotometricInterpretation"},
                                        Named{tiff::kFillOrder, "FillOrder"},
                                        Named{tiff::kImageDescription, "ImageDescription"},
                                        Named{tiff::kStripOffsets, "StripOffsets"},
                                        Named{tiff::kOrientation, "Orientation"},
                                        Named{tiff::kSamplesPerPixel, "SamplesPerPixel"},
                                        Named{tiff::kRowsPerStrip, "RowsPerStrip"},
                                        Named{tiff::kStripByteCounts, "StripByteCounts"},
                                        Named{tiff::kXResolution, "XResolution"},
                                        Named{tiff::kYResolution, "YResolution"},
                                        Named{tiff::kPlanarConfiguration, "PlanarConfiguration"},
                                        Named{tiff::kResolutionUnit, "ResolutionUnit"},
                                        Named{tiff::kPredictor, "Predictor"},
                                        Named{tiff::kTileWidth, "TileWidth"},
                                        Named{tiff::kTileLength, "TileLength"},
                                        Named{tiff::kTileOffsets, "TileOffsets"},
                                        Named{tiff::kTileByteCounts, "TileByteCounts"},
                                        Named{tiff::kSampleFormat, "SampleFormat"}};
  const auto* found = std::ranges::find(kNames, tag, &Named::first);
  return found == kNames.end() ? "unknown" : found->second;
}

struct Header {
  std::endian order = std::endian::little;
  bool is_big = false;
  std::uint64_t first_directory = 0;
};

Result<Header> parse_header(Window& window, std::uint64_t file_size) {
  if (file_size < 8) {
    return fail(ErrorCode::kCorrupt, file_size == 0
                                         ? std::string("the file is empty")
                                         : fmt::format("not a TIFF file: {} bytes are less than a header", file_size));
  }
  BEAMPORT_ASSIGN(const ByteView bytes, window.view(0, 8));
  Header header;
  if (bytes[0] == bytes[1] && bytes[0] == std::byte{'M'}) {
    header.order = std::endian::big;
  } else if (bytes[0] != bytes[1] || bytes[0] != std::byte{'I'}) {
    return fail(ErrorCode::kCorrupt, fmt::format("not a TIFF file: it begins with bytes {:02x} {:02x}, not II or MM",
                                                 std::to_integer<int>(bytes[0]), std::to_integer<int>(bytes[1])));
  }
  const auto version = load<std::uint16_t>(bytes.subspan(2), header.order);
  if (version == 42) {
    header.first_directory = load<std::uint32_t>(bytes.subspan(4), header.order);
    return header;
  }
  if (version != 43) {
    return fail(ErrorCode::kCorrupt, fmt::format("not a TIFF file: version {}, expected 42 or 43 (BigTIFF)", version));
  }
  header.is_big = true;
  const auto offset_bytes = load<std::uint16_t>(bytes.subspan(4), header.order);
  if (offset_bytes != 8) {
    return fail(ErrorCode::kCorrupt, fmt::format("BigTIFF with offsets of {} bytes, expected 8", offset_bytes));
  }
  BEAMPORT_ASSIGN(const ByteView first, window.view(8, 8));
  header.first_directory = load<std::uint64_t>(first, header.order);
  return header;
}

// One IFD. Values are looked up by tag; the first entry of a tag counts, as in libtiff.
class PageParser {
 public:
  PageParser(Window& window, const PositionalReader& reader, const Header& header, const TiffLimits& limits)
      : window_(window), reader_(reader), header_(header), limits_(limits) {}

  Result<TiffPage> parse(std::uint64_t directory_offset) {
    BEAMPORT_TRY(read_entries(directory_offset));
    TiffPage page;
    page.directory_offset = directory_offset;
    BEAMPORT_TRY(parse_shape(page));
    BEAMPORT_TRY(parse_sample(page));
    BEAMPORT_TRY(parse_blocks(page));
    BEAMPORT_TRY(parse_annotations(page));
    return page;
  }

  /// Valid after parse().
  std::uint64_t next_directory() const { return next_directory_; }

 private:
  Result<void> read_entries(std::uint64_t at) {
    const std::size_t count_bytes = header_.is_big ? 8 : 2;
    const std::size_t entry_bytes = header_.is_big ? 20 : 12;
    const std::size_t next_bytes = header_.is_big ? 8 : 4;
    BEAMPORT_ASSIGN(const ByteView head, window_.view(at, count_bytes));
    const std::uint64_t count =
        header_.is_big ? load<std::uint64_t>(head, header_.order) : load<std::uint16_t>(head, header_.order);
    if (count == 0) return fail(ErrorCode::kCorrupt, "the directory has no entries");
    if (count > limits_.max_entries) {
      return fail(ErrorCode::kCorrupt,
                  fmt::format("the directory claims {} entries; at most {} are accepted", count, limits_.max_entries));
    }
    if (!reader_.holds(at, count_bytes + count * entry_bytes + next_bytes)) {
      return fail(ErrorCode::kCorrupt, fmt::format("the directory of {} entries at byte {} runs past the end of the "
                                                   "file ({} bytes); the file is cut off",
                                                   count, at, reader_.size()));
    }
    entries_.clear();
    std::uint64_t position = at + count_bytes;
    for (std::uint64_t i = 0; i < count; ++i, position += entry_bytes) BEAMPORT_TRY(read_entry(position, entry_bytes));
    BEAMPORT_ASSIGN(const ByteView next, window_.view(position, next_bytes));
    next_directory_ =
        header_.is_big ? load<std::uint64_t>(next, header_.order) : load<std::uint32_t>(next, header_.order);
    return {};
  }

  Result<void> read_entry(std::uint64_t position, std::size_t entry_bytes) {
    BEAMPORT_ASSIGN(const ByteView bytes, window_.view(position, entry_bytes));
    Entry entry;
    entry.tag = load<std::uint16_t>(bytes, header_.order);
    if (name_of_tag(entry.tag) == "unknown") return {};
    entry.values.type = load<std::uint16_t>(bytes.subspan(2), header_.order);
    entry.values.count = header_.is_big ? load<std::uint64_t>(bytes.subspan(4), header_.order)
                                        : load<std::uint32_t>(bytes.subspan(4), header_.order);
    const std::uint64_t inline_bytes = header_.is_big ? 8 : 4;
    const std::uint64_t value_bytes = tiff::bytes_of_type(entry.values.type);
    if (value_bytes == 0) return fail_tag(entry.tag, fmt::format("unknown value type {}", entry.values.type));
    if (entry.values.count == 0) return fail_tag(entry.tag, "no value");
    const auto length = checked_multiply(entry.values.count, value_bytes);
    if (!length) return fail_tag(entry.tag, fmt::format("absurd count {}", entry.values.count));
    const ByteView value = bytes.subspan(header_.is_big ? 12 : 8);
    if (*length <= inline_bytes) {
      entry.values.offset = position + entry_bytes - inline_bytes;
    } else {
      entry.values.offset =
          header_.is_big ? load<std::uint64_t>(value, header_.order) : load<std::uint32_t>(value, header_.order);
    }
    if (!reader_.holds(entry.values.offset, *length)) {
      return fail_tag(entry.tag, fmt::format("{} bytes at {} lie past the end of the file ({} bytes)", *length,
                                             entry.values.offset, reader_.size()));
    }
    if (find(entry.tag) == nullptr) entries_.push_back(entry);
    return {};
  }

  static Failure fail_tag(std::uint16_t tag, std::string_view what) {
    return fail(ErrorCode::kCorrupt, fmt::format("tag {} ({}): {}", name_of_tag(tag), tag, what));
  }

  const Entry* find(std::uint16_t tag) const {
    const auto found = std::ranges::find(entries_, tag, &Entry::tag);
    return found == entries_.end() ? nullptr : &*found;
  }

  // The first value of a tag that holds unsigned integers.
  Result<std::uint64_t> number(std::uint16_t tag, std::uint64_t if_absent) {
    const Entry* entry = find(tag);
    if (entry == nullptr) return if_absent;
    if (!is_unsigned_integer(entry->values.type)) {
      return fail_tag(tag, fmt::format("value type {} is not an unsigned integer", entry->values.type));
    }
    const auto length = static_cast<std::size_t>(tiff::bytes_of_type(entry->values.type));
    BEAMPORT_ASSIGN(const ByteView bytes, window_.view(entry->values.offset, length));
    return load_unsigned(bytes, entry->values.type, header_.order);
  }

  Result<std::uint16_t> small_number(std::uint16_t tag, std::uint16_t if_absent) {
    BEAMPORT_ASSIGN(const std::uint64_t value, number(tag, if_absent));
    if (value > std::numeric_limits<std::uint16_t>::max()) return fail_tag(tag, fmt::format("absurd value {}", value));
    return static_cast<std::uint16_t>(value);
  }

  Result<std::int64_t> side(std::uint16_t tag) {
    if (find(tag) == nullptr) return fail_tag(tag, "missing");
    BEAMPORT_ASSIGN(const std::uint64_t value, number(tag, 0));
    if (value == 0) return fail_tag(tag, "is 0");
    if (value > static_cast<std::uint64_t>(limits_.max_side)) {
      return fail_tag(tag, fmt::format("{} pixels; at most {} are accepted", value, limits_.max_side));
    }
    return static_cast<std::int64_t>(value);
  }

  Result<void> parse_shape(TiffPage& page) {
    BEAMPORT_ASSIGN(page.width, side(tiff::kImageWidth));
    BEAMPORT_ASSIGN(page.height, side(tiff::kImageLength));
    BEAMPORT_ASSIGN(const std::uint64_t subfile, number(tiff::kSubfileType, 0));
    page.subfile_type = static_cast<std::uint32_t>(subfile);
    return {};
  }

  Result<void> parse_sample(TiffPage& page) {
    BEAMPORT_ASSIGN(page.bits_per_sample, small_number(tiff::kBitsPerSample, 1));
    BEAMPORT_ASSIGN(page.sample_format, small_number(tiff::kSampleFormat, 1));
    BEAMPORT_ASSIGN(page.samples_per_pixel, small_number(tiff::kSamplesPerPixel, 1));
    BEAMPORT_ASSIGN(page.compression, small_number(tiff::kCompression, 1));
    BEAMPORT_ASSIGN(page.photometric, small_number(tiff::kPhotometric, 1));
    BEAMPORT_ASSIGN(page.planar_configuration, small_number(tiff::kPlanarConfiguration, 1));
    BEAMPORT_ASSIGN(page.predictor, small_number(tiff::kPredictor, 1));
    BEAMPORT_ASSIGN(page.fill_order, small_number(tiff::kFillOrder, 1));
    BEAMPORT_ASSIGN(page.orientation, small_number(tiff::kOrientation, 1));
    return {};
  }

  Result<void> parse_blocks(TiffPage& page) {
    page.tiled = find(tiff::kTileOffsets) != nullptr || find(tiff::kTileWidth) != nullptr;
    if (page.tiled) {
      BEAMPORT_ASSIGN(page.block_width, side(tiff::kTileWidth));
      BEAMPORT_ASSIGN(page.block_height, side(tiff::kTileLength));
    } else {
      BEAMPORT_ASSIGN(const std::uint64_t rows, number(tiff::kRowsPerStrip, std::numeric_limits<std::uint32_t>::max()));
      if (rows == 0) return fail_tag(tiff::kRowsPerStrip, "is 0");
      page.block_width = page.width;
      page.block_height = static_cast<std::int64_t>(std::min(rows, static_cast<std::uint64_t>(page.height)));
    }
    // Sides are below 2^20 or so: the products fit easily; separate planes repeat the grid.
    std::uint64_t blocks =
        static_cast<std::uint64_t>(page.blocks_across()) * static_cast<std::uint64_t>(page.blocks_down());
    if (page.planar_configuration == 2) blocks *= page.samples_per_pixel;
    const std::uint16_t offsets_tag = page.tiled ? tiff::kTileOffsets : tiff::kStripOffsets;
    const std::uint16_t counts_tag = page.tiled ? tiff::kTileByteCounts : tiff::kStripByteCounts;
    if (blocks > limits_.max_blocks) {
      return fail_tag(offsets_tag,
                      fmt::format("{} strips or tiles; at most {} are accepted", blocks, limits_.max_blocks));
    }
    BEAMPORT_ASSIGN(page.block_offsets, table(offsets_tag, blocks));
    if (page.block_offsets.count == 0) return fail_tag(offsets_tag, "missing");
    BEAMPORT_ASSIGN(page.block_byte_counts, table(counts_tag, blocks));
    return {};
  }

  Result<TiffTable> table(std::uint16_t tag, std::uint64_t needed) {
    const Entry* entry = find(tag);
    if (entry == nullptr) return TiffTable{};
    if (!is_unsigned_integer(entry->values.type) || entry->values.type == tiff::kByte) {
      return fail_tag(tag, fmt::format("value type {} is not fit for offsets or sizes", entry->values.type));
    }
    if (entry->values.count < needed) {
      return fail_tag(tag, fmt::format("{} values for {} strips or tiles", entry->values.count, needed));
    }
    TiffTable found = entry->values;
    found.count = needed;
    return found;
  }

  Result<void> parse_annotations(TiffPage& page) {
    BEAMPORT_ASSIGN(page.resolution_unit, small_number(tiff::kResolutionUnit, 2));
    BEAMPORT_ASSIGN(page.x_resolution, rational(tiff::kXResolution));
    BEAMPORT_ASSIGN(page.y_resolution, rational(tiff::kYResolution));
    const Entry* entry = find(tiff::kImageDescription);
    if (entry != nullptr && tiff::bytes_of_type(entry->values.type) == 1) page.description = entry->values;
    return {};
  }

  // A broken resolution does not make the pixels unreadable: 0, as if absent.
  Result<double> rational(std::uint16_t tag) {
    const Entry* entry = find(tag);
    if (entry == nullptr || entry->values.type != tiff::kRational) return 0.0;
    BEAMPORT_ASSIGN(const ByteView bytes, window_.view(entry->values.offset, 8));
    const auto numerator = load<std::uint32_t>(bytes, header_.order);
    const auto denominator = load<std::uint32_t>(bytes.subspan(4), header_.order);
    return denominator == 0 ? 0.0 : static_cast<double>(numerator) / denominator;
  }

  Window& window_;
  const PositionalReader& reader_;
  const Header& header_;
  const TiffLimits& limits_;
  std::vector<Entry> entries_;
  std::uint64_t next_directory_ = 0;
};

}  // namespace

Failure fail_cancelled(std::string_view name) {
  return fail(ErrorCode::kCancelled, fmt::format("opening {} was cancelled", name));
}

Result<TiffDirectory> TiffDirectory::parse(const PositionalReader& reader, const TiffLimits& limits,
                                           const std::stop_token& stop) {
  Window window(reader);
  BEAMPORT_ASSIGN(const Header header, parse_header(window, reader.size()).map_error(in_context(reader.name())));
  if (header.first_directory == 0) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("{}: a TIFF file without any page; the writer did not finish it", reader.name()));
  }
  TiffDirectory directory(header.order, header.is_big);
  PageParser parser(window, reader, header, limits);
  std::unordered_set<std::uint64_t> seen;
  for (std::uint64_t at = header.first_directory; at != 0; at = parser.next_directory()) {
    if (stop.stop_requested()) return fail_cancelled(reader.name());
    const auto number = static_cast<std::int64_t>(directory.pages_.size()) + 1;
    const std::string place = fmt::format("{}: page {}", reader.name(), number);
    if (number > limits.max_pages) {
      return fail(ErrorCode::kOutOfRange,
                  fmt::format("{}: more than {} pages, the limit here", reader.name(), limits.max_pages));
    }
    if (!reader.holds(at, 2)) {
      return fail(ErrorCode::kCorrupt, fmt::format("{}: its directory at byte {} lies past the end of the file ({} "
                                                   "bytes); the file is cut off or damaged",
                                                   place, at, reader.size()));
    }
    if (!seen.insert(at).second) {
      return fail(ErrorCode::kCorrupt,
                  fmt::format("{}: the chain of pages loops back to the directory at byte {}", place, at));
    }
    BEAMPORT_ASSIGN(TiffPage page, parser.parse(at).map_error(in_context(place)));
    page.number = number;
    directory.pages_.push_back(page);
  }
  return directory;
}

Result<std::vector<std::uint64_t>> TiffDirectory::read_table(const PositionalReader& reader, const TiffTable& table,
                                                             std::uint64_t first, std::uint64_t count) const {
  // The table lies in the file (parse() saw to that), so the memory is bounded by what was really stored.
  if (first > table.count || count > table.count - first) {
    return fail(ErrorCode::kOutOfRange,
                fmt::format("{}: entries {} to {} of a table of {}", reader.name(), first, first + count, table.count));
  }
  const std::uint64_t step = tiff::bytes_of_type(table.type);
  Bytes raw(static_cast<std::size_t>(count * step));
  BEAMPORT_TRY(reader.read_exactly(table.offset + first * step, raw));
  std::vector<std::uint64_t> values(static_cast<std::size_t>(count));
  ByteView rest = raw;
  for (std::uint64_t& value : values) {
    value = load_unsigned(rest, table.type, byte_order_);
    rest = rest.subspan(static_cast<std::size_t>(step));
  }
  return values;
}

Result<std::string> TiffDirectory::read_description(const PositionalReader& reader, const TiffPage& page,
                                                    const TiffLimits& limits) const {
  std::string text(static_cast<std::size_t>(std::min(page.description.count, limits.max_description_bytes)), '\0');
  BEAMPORT_TRY(reader.read_exactly(page.description.offset, std::as_writable_bytes(std::span(text))));
  const std::size_t end = text.find('\0');
  if (end != std::string::npos) text.resize(end);
  return text;
}

}  // namespace beamport::image
