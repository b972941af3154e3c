// SPDX-License-Identifier: Apache-2.0
// What a TIFF says of itself without its pixels: pages, shape, type, and the ImageDescription of the first page, which
// ImageJ and OME programs fill and instruments sometimes use for their own text. The description is always kept as it
// is; see image/imagej_description.h and image/ome_description.h for its forms, image/tiff_directory.h for the bytes.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "beamport/image/imagej_description.h"
#include "beamport/image/ome_description.h"
#include "beamport/image/tiff_directory.h"
#include "beamport/metadata/dialect.h"
#include "beamport/metadata/reading.h"

namespace beamport::metadata {
namespace {

constexpr std::string_view kDescription = "page 1 ImageDescription";
constexpr std::string_view kResolution = "page 1 XResolution, YResolution";

bool sniff(std::string_view /*file_name*/, std::string_view head) {
  constexpr std::array<std::string_view, 4> kMagic{std::string_view("II*\0", 4), std::string_view("MM\0*", 4),
                                                   std::string_view("II+\0", 4), std::string_view("MM\0+", 4)};
  return std::ranges::any_of(kMagic, [&](std::string_view magic) { return head.starts_with(magic); });
}

std::string type_of(const image::TiffPage& page) {
  constexpr std::uint16_t kSigned = 2;
  constexpr std::uint16_t kFloat = 3;
  const char* kind = page.sample_format == kFloat ? "float" : page.sample_format == kSigned ? "int" : "uint";
  return fmt::format("{}{}", kind, page.bits_per_sample);
}

/// Pages of the image itself, without reduced copies and masks.
std::size_t image_pages(const image::TiffDirectory& directory) {
  constexpr std::uint32_t kReducedOrMask = 0b101;
  return static_cast<std::size_t>(std::ranges::count_if(
      directory.pages(), [](const image::TiffPage& page) { return (page.subfile_type & kReducedOrMask) == 0; }));
}

void put_voxel_size(Reading& reading, const std::array<double, 3>& z_y_x, std::string_view place) {
  constexpr std::array<std::string_view, 3> kFields{"voxel_size_z", "voxel_size_y", "voxel_size_x"};
  for (std::size_t i = 0; i < kFields.size(); ++i) reading.put(kFields[i], z_y_x[i], "um", place);
}

/// Pixels per centimetre, and more than ten of them, is what instruments write on purpose; the rest is of printers.
void read_resolution(Reading& reading, const image::TiffPage& page) {
  constexpr std::uint16_t kCentimetre = 3;
  constexpr double kFewestPerCentimetre = 10;
  if (page.resolution_unit != kCentimetre || !(page.x_resolution > kFewestPerCentimetre) ||
      !(page.y_resolution > kFewestPerCentimetre)) {
    return;
  }
  reading.put("voxel_size_x", 1 / page.x_resolution, "cm", kResolution);
  reading.put("voxel_size_y", 1 / page.y_resolution, "cm", kResolution);
}

Result<Record> read(const image::PositionalReader& file) {
  BEAMPORT_ASSIGN(const auto directory, image::TiffDirectory::parse(file));
  const image::TiffPage& page = directory.pages().front();
  BEAMPORT_ASSIGN(const std::string description, directory.read_description(file, page));
  Reading reading(kTiffDialect.name, file.name());
  reading.state(kDescription, description);
  std::size_t frames = image_pages(directory);
  const auto imagej = image::parse_imagej_description(description);
  if (!imagej) {
    reading.note(imagej.error().message);
  } else if (*imagej) {
    if (const auto size = image::voxel_size_um(**imagej, page.x_resolution, page.y_resolution)) {
      put_voxel_size(reading, *size, "page 1 ImageDescription (ImageJ)");
    }
    // Beyond 4 GiB ImageJ writes one page for all of them.
    if (frames == 1 && (*imagej)->images > 1) frames = static_cast<std::size_t>((*imagej)->images);
  } else if (const auto ome = image::parse_ome_description(description)) {
    if (ome->voxel_size_um) put_voxel_size(reading, *ome->voxel_size_um, "page 1 ImageDescription (OME-XML)");
    reading.state("OME channels", static_cast<double>(ome->channels));
    reading.state("OME time points", static_cast<double>(ome->time_points));
  } else {
    read_resolution(reading, page);
  }
  reading.put("voxel_type", type_of(page), "", "page 1");
  if (frames > 1) {
    reading.put("volume_shape",
                Numbers{static_cast<double>(frames), static_cast<double>(page.height), static_cast<double>(page.width)},
                "px", "all pages");
  } else {
    // One slice of a stack, or one projection: the file does not say which.
    reading.state("page 1 rows", static_cast<double>(page.height), "px");
    reading.state("page 1 columns", static_cast<double>(page.width), "px");
  }
  reading.state("page 1 samples per pixel", static_cast<double>(page.samples_per_pixel));
  return reading.finish();
}

}  // namespace

const Dialect kTiffDialect{"tiff", "TIFF", &sniff, &read};

}  // namespace beamport::metadata
