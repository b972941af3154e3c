// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/tiff_decoder.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <tiffio.h>

#include "beamport/base/check.h"

namespace beamport::image {
namespace {

// The file as libtiff sees it: the real bytes, but with a header that points at the wanted page.
struct ClientFile {
  const PositionalReader* reader = nullptr;
  std::uint64_t position = 0;
  std::array<std::byte, 16> header{};
  std::size_t header_bytes = 0;
  std::string error;  // the first thing that went wrong
};

void store_in_order(MutableByteView to, std::uint64_t value, std::size_t bytes, std::endian order) {
  for (std::size_t i = 0; i < bytes; ++i) {
    const std::size_t place = order == std::endian::little ? i : bytes - 1 - i;
    to[place] = static_cast<std::byte>(value >> (8 * i));
  }
}

void point_header_at(ClientFile& file, const CompressedRows& wanted) {
  const std::endian order = wanted.byte_order;
  const std::uint64_t directory_offset = wanted.grey.page.directory_offset;
  const MutableByteView header(file.header);
  header[0] = header[1] = order == std::endian::little ? std::byte{'I'} : std::byte{'M'};
  if (wanted.is_big) {
    store_in_order(header.subspan(2), 43, 2, order);
    store_in_order(header.subspan(4), 8, 2, order);
    store_in_order(header.subspan(8), directory_offset, 8, order);
    file.header_bytes = 16;
  } else {
    store_in_order(header.subspan(2), 42, 2, order);
    store_in_order(header.subspan(4), directory_offset, 4, order);
    file.header_bytes = 8;
  }
}

ClientFile& client(thandle_t handle) {
  return *static_cast<ClientFile*>(handle);
}

tmsize_t read_bytes(thandle_t handle, void* to, tmsize_t wanted) {
  ClientFile& file = client(handle);
  if (wanted <= 0 || file.position >= file.reader->size()) return 0;
  const std::uint64_t left = file.reader->size() - file.position;
  const auto count = static_cast<std::size_t>(std::min(left, static_cast<std::uint64_t>(wanted)));
  const MutableByteView bytes(static_cast<std::byte*>(to), count);
  if (auto result = file.reader->read_exactly(file.position, bytes); !result) {
    if (file.error.empty()) file.error = std::move(result.error().message);
    return -1;
  }
  if (file.position < file.header_bytes) {
    const auto from = static_cast<std::size_t>(file.position);
    std::memcpy(bytes.data(), file.header.data() + from, std::min(file.header_bytes - from, count));
  }
  file.position += count;
  return static_cast<tmsize_t>(count);
}

tmsize_t refuse_write(thandle_t /*handle*/, void* /*from*/, tmsize_t /*count*/) {
  return -1;
}

toff_t seek_to(thandle_t handle, toff_t offset, int whence) {
  ClientFile& file = client(handle);
  if (whence == SEEK_CUR) offset += file.position;
  if (whence == SEEK_END) offset += file.reader->size();
  file.position = offset;
  return offset;
}

int close_nothing(thandle_t /*handle*/) {
  return 0;
}

toff_t size_of_file(thandle_t handle) {
  return client(handle).reader->size();
}

__attribute__((format(printf, 4, 0))) int keep_error(TIFF* /*tiff*/, void* user, const char* /*module*/,
                                                     const char* format, va_list arguments) {
  ClientFile& file = client(user);
  if (file.error.empty()) {
    std::array<char, 256> text{};
    std::vsnprintf(text.data(), text.size(), format, arguments);
    file.error = text.data();
  }
  return 1;
}

__attribute__((format(printf, 4, 0))) int ignore_warning(TIFF* /*tiff*/, void* /*user*/, const char* /*module*/,
                                                         const char* /*format*/, va_list /*arguments*/) {
  return 1;
}

struct CloseTiff {
  void operator()(TIFF* tiff) const noexcept { TIFFClose(tiff); }
};
struct FreeOptions {
  void operator()(TIFFOpenOptions* options) const noexcept { TIFFOpenOptionsFree(options); }
};

class Decoder {
 public:
  Decoder(const PositionalReader& reader, const CompressedRows& wanted) : grey_(wanted.grey) {
    file_.reader = &reader;
    point_header_at(file_, wanted);
  }

  Result<void> open() {
    // grey_page allows decoded blocks up to 4 GiB; nothing that libtiff allocates is larger than such a block.
    constexpr tmsize_t kMaxAllocation = tmsize_t{5} << 30;
    const std::unique_ptr<TIFFOpenOptions, FreeOptions> options(TIFFOpenOptionsAlloc());
    BEAMPORT_CHECK(options != nullptr);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kMaxAllocation);
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_error, &file_);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignore_warning, nullptr);
    // m: no mmap; c: uncompressed strips stay what the file says.
    tiff_.reset(TIFFClientOpenExt(file_.reader->name().c_str(), "rmc", &file_, read_bytes, refuse_write, seek_to,
                                  close_nothing, size_of_file, nullptr, nullptr, options.get()));
    if (tiff_ == nullptr) return fail_here("cannot be opened");
    if (TIFFIsCODECConfigured(grey_.page.compression) == 0) {
      return fail(ErrorCode::kUnsupported, fmt::format("page {}: the installed libtiff cannot decode compression {}",
                                                       grey_.page.number, grey_.page.compression));
    }
    // libtiff's fast path for deflate accepts a stream that holds more than the block (the last strip of some writers
    // is always whole) without noticing that the end of the block was never written. zlib fills it.
    if (grey_.page.compression == tiff::kDeflate || grey_.page.compression == tiff::kOldDeflate) {
      TIFFSetField(tiff_.get(), TIFFTAG_DEFLATE_SUBCODEC, DEFLATE_SUBCODEC_ZLIB);
    }
    return check_agreement();
  }

  /// `to` has exactly the size of the block's pixels.
  Result<void> decode_block(std::uint64_t index, MutableByteView to) {
    file_.error.clear();
    const auto block = static_cast<std::uint32_t>(index);
    const auto wanted = static_cast<tmsize_t>(to.size());
    const tmsize_t got = grey_.page.tiled ? TIFFReadEncodedTile(tiff_.get(), block, to.data(), wanted)
                                          : TIFFReadEncodedStrip(tiff_.get(), block, to.data(), wanted);
    if (got == wanted) return {};
    return fail_here(fmt::format("{} {} cannot be decoded", grey_.page.tiled ? "tile" : "strip", index));
  }

 private:
  // libtiff repairs some odd files in its own way; a page that it sees differently is not read at all.
  Result<void> check_agreement() {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint16_t bits = 0;
    std::uint16_t samples = 0;
    TIFFGetField(tiff_.get(), TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff_.get(), TIFFTAG_IMAGELENGTH, &height);
    TIFFGetFieldDefaulted(tiff_.get(), TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetFieldDefaulted(tiff_.get(), TIFFTAG_SAMPLESPERPIXEL, &samples);
    const bool tiled = TIFFIsTiled(tiff_.get()) != 0;
    const std::uint64_t block = tiled ? TIFFTileSize64(tiff_.get()) : TIFFStripSize64(tiff_.get());
    const std::uint32_t blocks = tiled ? TIFFNumberOfTiles(tiff_.get()) : TIFFNumberOfStrips(tiff_.get());
    const auto expected_block = static_cast<std::uint64_t>(grey_.rows_of_block_row(0) * grey_.block_row_bytes());
    if (width == grey_.page.width && height == grey_.page.height && bits == grey_.page.bits_per_sample &&
        samples == 1 && tiled == grey_.page.tiled && block == expected_block &&
        blocks == grey_.page.block_offsets.count) {
      return {};
    }
    return fail_here("its directory contradicts itself");
  }

  Failure fail_here(std::string_view what) const {
    return fail(ErrorCode::kCorrupt,
                fmt::format("page {}: {}{}{}", grey_.page.number, what, file_.error.empty() ? "" : ": ", file_.error));
  }

  const GreyPage& grey_;
  ClientFile file_;
  std::unique_ptr<TIFF, CloseTiff> tiff_;
};

}  // namespace

Result<void> decode_rows(const PositionalReader& reader, const CompressedRows& wanted, MutableVolumeView to) {
  const GreyPage& grey = wanted.grey;
  const TiffPage& page = grey.page;
  const std::int64_t row = wanted.row;
  const std::int64_t row_end = row + wanted.rows;
  BEAMPORT_CHECK(to.extent == (Extent{1, wanted.rows, page.width}) && to.type == grey.type);
  Decoder decoder(reader, wanted);
  BEAMPORT_TRY(decoder.open());
  std::unique_ptr<std::byte[]> scratch;
  for (std::int64_t block_row = row / page.block_height; block_row * page.block_height < row_end; ++block_row) {
    const std::int64_t top = block_row * page.block_height;
    const std::int64_t rows = grey.rows_of_block_row(block_row);
    const std::int64_t first = std::max(row, top);
    const std::int64_t last = std::min({row_end, top + rows, page.height});
    const auto block_bytes = static_cast<std::size_t>(rows * grey.block_row_bytes());
    for (std::int64_t column = 0; column < page.blocks_across(); ++column) {
      const auto index = static_cast<std::uint64_t>(block_row * page.blocks_across() + column);
      const bool lands_in_place = !page.tiled && last - first == rows && to.strides.y == grey.row_bytes();
      if (lands_in_place) {
        BEAMPORT_TRY(decoder.decode_block(index, {to.row(0, first - row), block_bytes}));
        continue;
      }
      // The first block row is the largest, and grey_page has bounded it by what the file really stores.
      if (scratch == nullptr) {
        scratch = std::make_unique_for_overwrite<std::byte[]>(
            static_cast<std::size_t>(grey.rows_of_block_row(0) * grey.block_row_bytes()));
      }
      BEAMPORT_TRY(decoder.decode_block(index, {scratch.get(), block_bytes}));
      const std::int64_t left = column * page.block_width;
      const auto copied =
          static_cast<std::size_t>(std::min(page.block_width, page.width - left) * grey.bytes_per_voxel());
      for (std::int64_t y = first; y < last; ++y) {
        std::memcpy(to.row(0, y - row) + left * grey.bytes_per_voxel(),
                    scratch.get() + (y - top) * grey.block_row_bytes(), copied);
      }
    }
  }
  return {};
}

}  // namespace beamport::image
