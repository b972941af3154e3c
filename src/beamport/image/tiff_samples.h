// SPDX-License-Identifier: Apache-2.0
#pragma once

// TIFF files for this module's tests: good ones, written by libtiff in every layout it knows, and hand-built ones whose
// every field can be a lie.

#include <bit>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "beamport/array/volume_view.h"
#include "beamport/base/bytes.h"

namespace beamport::image {

/// Voxels of pseudo-random bytes, always the same for a seed.
class SampleVolume {
 public:
  SampleVolume(Extent extent, DataType type, std::uint32_t seed = 1);

  [[nodiscard]] MutableVolumeView view() noexcept { return {bytes_.data(), extent_, type_}; }
  [[nodiscard]] VolumeView view() const noexcept { return {bytes_.data(), extent_, type_}; }

 private:
  Extent extent_;
  DataType type_;
  Bytes bytes_;
};

[[nodiscard]] bool same_voxels(VolumeView a, VolumeView b);

struct SampleLayout {
  std::endian order = std::endian::little;
  bool big = false;
  std::uint16_t compression = 1;
  std::uint16_t predictor = 1;
  std::uint16_t photometric = 1;
  std::uint16_t fill_order = 1;
  std::int64_t rows_per_strip = 0;  // 0: one strip
  bool last_strip_first = false;    // strips lie in the file in reverse order
  std::int64_t tile_width = 0;      // 0: strips
  std::int64_t tile_height = 0;
  std::string description;
  std::optional<double> pixels_per_cm;
};

/// One page per z.
void write_sample(const std::filesystem::path& path, VolumeView volume, const SampleLayout& layout = {});

void write_bytes(const std::filesystem::path& path, ByteView bytes);
[[nodiscard]] Bytes read_bytes(const std::filesystem::path& path);

/// A TIFF built field by field. Offsets are where things really are unless the test says otherwise.
class HandmadeTiff {
 public:
  struct Field {
    std::uint16_t tag = 0;
    std::uint16_t type = 0;
    std::uint64_t count = 0;
    std::uint64_t value = 0;  // or the offset of the values
  };

  explicit HandmadeTiff(std::endian order = std::endian::little, bool big = false);

  /// Appends bytes; returns their offset.
  std::uint64_t append(ByteView bytes);
  /// Appends a directory and links it behind the last one; returns its offset.
  std::uint64_t append_directory(const std::vector<Field>& fields);
  /// Where the last directory says that the next one is.
  void set_next(std::uint64_t offset) { put(next_field_, offset, offset_bytes()); }

  [[nodiscard]] const Bytes& bytes() const noexcept { return bytes_; }

 private:
  [[nodiscard]] std::size_t offset_bytes() const noexcept { return big_ ? 8 : 4; }
  void put(std::size_t at, std::uint64_t value, std::size_t width);
  void add(std::uint64_t value, std::size_t width);

  std::endian order_;
  bool big_;
  Bytes bytes_;
  std::size_t next_field_;
};

/// Fields of an 8-bit grey page, width × height, one strip at `pixels`.
[[nodiscard]] std::vector<HandmadeTiff::Field> grey_fields(std::uint64_t width, std::uint64_t height,
                                                           std::uint64_t pixels);

/// The same with one field put in or replaced.
[[nodiscard]] std::vector<HandmadeTiff::Field> with(std::vector<HandmadeTiff::Field> fields, HandmadeTiff::Field field);

}  // namespace beamport::image
