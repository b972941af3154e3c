// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/tiff_writer.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/bytes.h"
#include "beamport/base/check.h"
#include "beamport/image/tiff_tag.h"
#include "beamport/os/file.h"

namespace beamport::image {
namespace {

constexpr std::uint32_t kDirectoryOffset = 8;
constexpr std::uint32_t kPixelOffset = 4096;
constexpr std::uint16_t kNoUnit = 1;
constexpr std::uint16_t kCentimetre = 3;

struct Field {
  std::uint16_t tag;
  std::uint16_t type;
  std::uint32_t value;  // a SHORT lies left-justified, which little endian does by itself
};

using Rational = std::pair<std::uint32_t, std::uint32_t>;

// Pixels per centimetre as (numerator, denominator), exact to 0.01 nm.
Rational pixels_per_centimetre(double voxel_size_um) {
  constexpr double kUnitsPerMicrometre = 1e5;
  constexpr std::uint32_t kUnitsPerCentimetre = 1'000'000'000;
  return {kUnitsPerCentimetre, static_cast<std::uint32_t>(std::lround(voxel_size_um * kUnitsPerMicrometre))};
}

std::uint32_t sample_format_of(DataType type) {
  if (is_floating(type)) return 3;
  const std::string_view name = name_of(type);
  return name.starts_with('u') ? 1 : 2;
}

void put_header(MutableByteView header, VolumeView slice, std::uint32_t pixel_bytes,
                std::optional<Rational> resolution) {
  constexpr std::size_t kFields = 14;
  constexpr std::size_t kEntryBytes = 12;
  constexpr std::uint32_t kResolutionOffset = kDirectoryOffset + 2 + kFields * kEntryBytes + 4;
  static_assert(kResolutionOffset == 182);
  const std::array<Field, kFields> fields = {{
      {tiff::kSubfileType, tiff::kLong, 0},
      {tiff::kImageWidth, tiff::kLong, static_cast<std::uint32_t>(slice.extent.x)},
      {tiff::kImageLength, tiff::kLong, static_cast<std::uint32_t>(slice.extent.y)},
      {tiff::kBitsPerSample, tiff::kShort, static_cast<std::uint32_t>(size_of(slice.type) * 8)},
      {tiff::kCompression, tiff::kShort, 1},
      {tiff::kPhotometric, tiff::kShort, 1},
      {tiff::kStripOffsets, tiff::kLong, kPixelOffset},
      {tiff::kSamplesPerPixel, tiff::kShort, 1},
      {tiff::kRowsPerStrip, tiff::kLong, static_cast<std::uint32_t>(slice.extent.y)},
      {tiff::kStripByteCounts, tiff::kLong, pixel_bytes},
      {tiff::kXResolution, tiff::kRational, kResolutionOffset},
      {tiff::kYResolution, tiff::kRational, kResolutionOffset + 8},
      {tiff::kResolutionUnit, tiff::kShort, resolution ? std::uint32_t{kCentimetre} : std::uint32_t{kNoUnit}},
      {tiff::kSampleFormat, tiff::kShort, sample_format_of(slice.type)},
  }};
  header[0] = header[1] = std::byte{'I'};
  store_little<std::uint16_t>(header.subspan(2), 42);
  store_little<std::uint32_t>(header.subspan(4), kDirectoryOffset);
  store_little<std::uint16_t>(header.subspan(kDirectoryOffset), kFields);
  std::size_t at = kDirectoryOffset + 2;
  for (const Field& field : fields) {
    store_little(header.subspan(at), field.tag);
    store_little(header.subspan(at + 2), field.type);
    store_little<std::uint32_t>(header.subspan(at + 4), 1);
    store_little(header.subspan(at + 8), field.value);
    at += kEntryBytes;
  }
  const auto [numerator, denominator] = resolution.value_or(Rational{1, 1});
  for (const std::size_t place : {kResolutionOffset, kResolutionOffset + 8}) {
    store_little(header.subspan(place), numerator);
    store_little(header.subspan(place + 4), denominator);
  }
}

void put_pixels(std::byte* to, VolumeView slice) {
  static_assert(std::endian::native == std::endian::little, "pixels are stored as they lie in memory");
  const std::size_t row_bytes = static_cast<std::size_t>(slice.extent.x) * size_of(slice.type);
  for (std::int64_t y = 0; y < slice.extent.y; ++y, to += row_bytes) std::memcpy(to, slice.row(0, y), row_bytes);
}

}  // namespace

Result<void> write_tiff_slice(const std::filesystem::path& path, VolumeView slice,
                              std::optional<double> voxel_size_um) {
  BEAMPORT_CHECK(slice.extent.z == 1 && !slice.extent.empty());
  constexpr double kLargestVoxelUm = 40'000;
  if (voxel_size_um && !(*voxel_size_um >= 1e-5 && *voxel_size_um <= kLargestVoxelUm)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: a voxel size of {} µm cannot be written to TIFF", path.string(), *voxel_size_um));
  }
  const auto pixel_bytes = slice.extent.checked_bytes(static_cast<std::int64_t>(size_of(slice.type)));
  if (!pixel_bytes || *pixel_bytes > std::int64_t{std::numeric_limits<std::uint32_t>::max()} - kPixelOffset) {
    return fail(ErrorCode::kOutOfRange, fmt::format("{}: a slice of {}×{} pixels does not fit a classic TIFF file",
                                                    path.string(), slice.extent.y, slice.extent.x));
  }
  Bytes content(static_cast<std::size_t>(*pixel_bytes) + kPixelOffset);
  std::optional<Rational> resolution;
  if (voxel_size_um) resolution = pixels_per_centimetre(*voxel_size_um);
  put_header(content, slice, static_cast<std::uint32_t>(*pixel_bytes), resolution);
  put_pixels(content.data() + kPixelOffset, slice);
  return os::replace_file(path, content);
}

}  // namespace beamport::image
