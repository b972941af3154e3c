// SPDX-License-Identifier: Apache-2.0
// Any bytes as a TIFF file: parse every directory, read small pages whole and in parts. Two pairs of eyes: rows read
// one by one equal the page read at once, and our own reading of uncompressed pages equals libtiff's.
#include <cstddef>
#include <cstdint>

#include "beamport/array/volume_view.h"
#include "beamport/base/check.h"
#include "beamport/image/frame_meaning.h"
#include "beamport/image/tiff_decoder.h"
#include "beamport/image/tiff_reader.h"

namespace beamport::image {
namespace {

constexpr std::int64_t kMaxPageBytes = std::int64_t{1} << 20;
constexpr std::size_t kMaxPagesRead = 4;

Bytes sentinel(std::int64_t size, int value) {
  return Bytes(static_cast<std::size_t>(size), static_cast<std::byte>(value));
}

void read_page(const TiffReader& file, const GreyPage& grey, const PositionalReader& reader,
               const TiffDirectory& directory) {
  const Extent extent{1, grey.page.height, grey.page.width};
  Bytes whole = sentinel(grey.page_bytes(), 0x55);
  if (!file.read_rows(grey, 0, {whole.data(), extent, grey.type})) return;
  Bytes rows = sentinel(grey.page_bytes(), 0xAA);
  const MutableVolumeView by_row(rows.data(), extent, grey.type);
  const std::int64_t step = 1 + grey.page.height / 3;
  for (std::int64_t row = 0; row < extent.y; row += step) {
    const Box band{{0, row, 0}, {1, std::min(row + step, extent.y), extent.x}};
    BEAMPORT_CHECK(file.read_rows(grey, row, by_row.part(band)).has_value());
  }
  BEAMPORT_CHECK(whole == rows);
  if (grey.needs_decoder) return;
  Bytes judged = sentinel(grey.page_bytes(), 0x33);
  const CompressedRows all{directory.byte_order(), directory.is_big(), grey, 0, extent.y};
  if (decode_rows(reader, all, {judged.data(), extent, grey.type})) BEAMPORT_CHECK(whole == judged);
}

void read_file(ByteView bytes) {
  TiffLimits limits;
  limits.max_pages = 256;
  const auto file = TiffReader::open(make_memory_reader(bytes, "fuzz.tif"), limits);
  if (!file) {
    BEAMPORT_CHECK(file.error().message.starts_with("fuzz.tif: "));
    return;
  }
  const auto meaning = meaning_of(*file);
  if (meaning && meaning->contiguous) {
    BEAMPORT_CHECK(static_cast<std::uint64_t>(meaning->frames * file->pages()[0].page_bytes()) <= bytes.size());
  }
  const auto reader = make_memory_reader(bytes, "fuzz.tif");
  const auto directory = TiffDirectory::parse(*reader, limits);
  BEAMPORT_CHECK(directory.has_value());
  for (std::size_t i = 0; i < std::min(file->pages().size(), kMaxPagesRead); ++i) {
    const GreyPage& grey = file->pages()[i];
    const std::int64_t block_bytes = grey.rows_of_block_row(0) * grey.block_row_bytes();
    if (grey.page_bytes() <= kMaxPageBytes && block_bytes <= kMaxPageBytes) read_page(*file, grey, *reader, *directory);
  }
}

}  // namespace
}  // namespace beamport::image

// The names are libFuzzer's.
extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  beamport::image::decode_in_this_process();  // where the sanitizers see it
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  beamport::image::read_file(std::as_bytes(std::span(data, size)));
  return 0;
}
