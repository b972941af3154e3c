// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/tiff_samples.h"

#include <algorithm>
#include <cstdarg>
#include <cstring>
#include <memory>
#include <random>

#include <tiffio.h>

#include "beamport/base/check.h"
#include "beamport/base/checked_math.h"
#include "beamport/image/tiff_tag.h"
#include "beamport/os/file.h"

namespace beamport::image {
namespace {

struct CloseTiff {
  void operator()(TIFF* tiff) const noexcept { TIFFClose(tiff); }
};

struct FreeOptions {
  void operator()(TIFFOpenOptions* options) const noexcept { TIFFOpenOptionsFree(options); }
};

__attribute__((format(printf, 4, 0))) int ignore_warning(TIFF* /*tiff*/, void* /*user*/, const char* /*module*/,
                                                         const char* /*format*/, va_list /*arguments*/) {
  return 1;
}

// A block as libtiff wants it: packed, zero where it hangs over the edge. A copy, because libtiff swaps bytes in place.
Bytes block_of(VolumeView volume, std::int64_t z, Point origin, std::int64_t rows, std::int64_t columns) {
  const auto voxel = static_cast<std::int64_t>(size_of(volume.type));
  Bytes block(static_cast<std::size_t>(rows * columns * voxel));
  const std::int64_t copied = std::min(columns, volume.extent.x - origin.x) * voxel;
  for (std::int64_t y = 0; y < std::min(rows, volume.extent.y - origin.y); ++y) {
    std::memcpy(block.data() + y * columns * voxel, volume.row(z, origin.y + y) + origin.x * voxel,
                static_cast<std::size_t>(copied));
  }
  return block;
}

void write_page(TIFF* tiff, VolumeView volume, std::int64_t z, const SampleLayout& layout) {
  const Extent extent = volume.extent;
  const auto set = [tiff](std::uint32_t tag, auto value) { BEAMPORT_CHECK(TIFFSetField(tiff, tag, value) == 1); };
  set(TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(extent.x));
  set(TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(extent.y));
  set(TIFFTAG_BITSPERSAMPLE, static_cast<int>(size_of(volume.type) * 8));
  const bool is_unsigned = name_of(volume.type).starts_with('u');
  set(TIFFTAG_SAMPLEFORMAT, is_floating(volume.type) ? 3 : (is_unsigned ? 1 : 2));
  set(TIFFTAG_SAMPLESPERPIXEL, 1);
  set(TIFFTAG_PHOTOMETRIC, int{layout.photometric});
  set(TIFFTAG_COMPRESSION, int{layout.compression});
  set(TIFFTAG_FILLORDER, int{layout.fill_order});
  if (layout.predictor != 1) set(TIFFTAG_PREDICTOR, int{layout.predictor});
  if (!layout.description.empty() && z == 0) set(TIFFTAG_IMAGEDESCRIPTION, layout.description.c_str());
  if (layout.pixels_per_cm) {
    set(TIFFTAG_XRESOLUTION, *layout.pixels_per_cm);
    set(TIFFTAG_YRESOLUTION, *layout.pixels_per_cm);
    set(TIFFTAG_RESOLUTIONUNIT, RESUNIT_CENTIMETER);
  }
  if (layout.tile_width != 0) {
    std::uint32_t index = 0;
    set(TIFFTAG_TILEWIDTH, static_cast<std::uint32_t>(layout.tile_width));
    set(TIFFTAG_TILELENGTH, static_cast<std::uint32_t>(layout.tile_height));
    for (std::int64_t y = 0; y < extent.y; y += layout.tile_height) {
      for (std::int64_t x = 0; x < extent.x; x += layout.tile_width, ++index) {
        Bytes block = block_of(volume, z, {0, y, x}, layout.tile_height, layout.tile_width);
        BEAMPORT_CHECK(TIFFWriteEncodedTile(tiff, index, block.data(), static_cast<tmsize_t>(block.size())) > 0);
      }
    }
  } else {
    const std::int64_t rows_per_strip = layout.rows_per_strip == 0 ? extent.y : layout.rows_per_strip;
    set(TIFFTAG_ROWSPERSTRIP, static_cast<std::uint32_t>(rows_per_strip));
    const std::int64_t strips = ceil_divide(extent.y, rows_per_strip);
    for (std::int64_t i = 0; i < strips; ++i) {
      const std::int64_t strip = layout.last_strip_first ? strips - 1 - i : i;
      const std::int64_t y = strip * rows_per_strip;
      Bytes block = block_of(volume, z, {0, y, 0}, std::min(rows_per_strip, extent.y - y), extent.x);
      BEAMPORT_CHECK(TIFFWriteEncodedStrip(tiff, static_cast<std::uint32_t>(strip), block.data(),
                                           static_cast<tmsize_t>(block.size())) > 0);
    }
  }
  BEAMPORT_CHECK(TIFFWriteDirectory(tiff) == 1);
}

}  // namespace

SampleVolume::SampleVolume(Extent extent, DataType type, std::uint32_t seed)
    : extent_(extent), type_(type), bytes_(static_cast<std::size_t>(extent.volume()) * size_of(type)) {
  std::mt19937 random(seed);
  // Few distinct bytes, so that compression has something to do.
  for (std::byte& byte : bytes_) byte = static_cast<std::byte>((random() % 7) * 37);
}

bool same_voxels(VolumeView a, VolumeView b) {
  if (a.extent != b.extent || a.type != b.type) return false;
  const std::size_t row_bytes = static_cast<std::size_t>(a.extent.x) * size_of(a.type);
  for (std::int64_t z = 0; z < a.extent.z; ++z) {
    for (std::int64_t y = 0; y < a.extent.y; ++y) {
      if (std::memcmp(a.row(z, y), b.row(z, y), row_bytes) != 0) return false;
    }
  }
  return true;
}

void write_sample(const std::filesystem::path& path, VolumeView volume, const SampleLayout& layout) {
  std::string mode = "w";
  mode += layout.order == std::endian::little ? 'l' : 'b';
  if (layout.big) mode += '8';
  const std::unique_ptr<TIFFOpenOptions, FreeOptions> options(TIFFOpenOptionsAlloc());
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignore_warning, nullptr);
  const std::unique_ptr<TIFF, CloseTiff> tiff(TIFFOpenExt(path.c_str(), mode.c_str(), options.get()));
  BEAMPORT_CHECK(tiff != nullptr);
  for (std::int64_t z = 0; z < volume.extent.z; ++z) write_page(tiff.get(), volume, z, layout);
}

void write_bytes(const std::filesystem::path& path, ByteView bytes) {
  BEAMPORT_CHECK(os::replace_file(path, bytes).has_value());
}

Bytes read_bytes(const std::filesystem::path& path) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 26;
  auto bytes = os::read_file(path, kMost);
  BEAMPORT_CHECK(bytes.has_value());
  return std::move(*bytes);
}

HandmadeTiff::HandmadeTiff(std::endian order, bool big) : order_(order), big_(big) {
  const auto mark = static_cast<std::byte>(order == std::endian::little ? 'I' : 'M');
  bytes_ = {mark, mark};
  add(big ? 43 : 42, 2);
  if (big) {
    add(8, 2);
    add(0, 2);
  }
  next_field_ = bytes_.size();
  add(0, offset_bytes());
}

std::uint64_t HandmadeTiff::append(ByteView bytes) {
  const std::size_t at = bytes_.size();
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return at;
}

std::uint64_t HandmadeTiff::append_directory(const std::vector<Field>& fields) {
  const std::size_t at = bytes_.size();
  set_next(at);
  add(fields.size(), big_ ? 8 : 2);
  for (const Field& field : fields) {
    add(field.tag, 2);
    add(field.type, 2);
    add(field.count, offset_bytes());
    // One small value lies left-justified in the entry; the rest is filled up.
    const std::uint64_t bytes = tiff::bytes_of_type(field.type);
    const std::size_t width = field.count == 1 && bytes != 0 && bytes <= offset_bytes() ? bytes : offset_bytes();
    add(field.value, width);
    bytes_.resize(bytes_.size() + offset_bytes() - width);
  }
  next_field_ = bytes_.size();
  add(0, offset_bytes());
  return at;
}

void HandmadeTiff::put(std::size_t at, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) {
    bytes_[at + (order_ == std::endian::little ? i : width - 1 - i)] = static_cast<std::byte>(value >> (8 * i));
  }
}

void HandmadeTiff::add(std::uint64_t value, std::size_t width) {
  bytes_.resize(bytes_.size() + width);
  put(bytes_.size() - width, value, width);
}

std::vector<HandmadeTiff::Field> grey_fields(std::uint64_t width, std::uint64_t height, std::uint64_t pixels) {
  return {{tiff::kImageWidth, tiff::kLong, 1, width},    {tiff::kImageLength, tiff::kLong, 1, height},
          {tiff::kBitsPerSample, tiff::kShort, 1, 8},    {tiff::kCompression, tiff::kShort, 1, 1},
          {tiff::kPhotometric, tiff::kShort, 1, 1},      {tiff::kStripOffsets, tiff::kLong, 1, pixels},
          {tiff::kRowsPerStrip, tiff::kLong, 1, height}, {tiff::kStripByteCounts, tiff::kLong, 1, width * height},
          {tiff::kSampleFormat, tiff::kShort, 1, 1}};
}

std::vector<HandmadeTiff::Field> with(std::vector<HandmadeTiff::Field> fields, HandmadeTiff::Field field) {
  const auto place = std::ranges::find_if(fields, [&](const auto& other) { return other.tag >= field.tag; });
  if (place != fields.end() && place->tag == field.tag) {
    *place = field;
  } else {
    fields.insert(place, field);
  }
  return fields;
}

}  // namespace beamport::image
