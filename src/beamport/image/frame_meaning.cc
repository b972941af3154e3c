// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/frame_meaning.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/checked_math.h"
#include "beamport/image/imagej_description.h"
#include "beamport/image/ome_description.h"

namespace beamport::image {
namespace {

// TIFF's own resolution is mostly a leftover of printing (72 per inch, 1 per nothing). Pixels per centimetre, and more
// than ten of them, is what instruments write on purpose.
std::optional<std::array<double, 3>> voxel_size_from_resolution(const TiffPage& page) {
  constexpr std::uint16_t kCentimetre = 3;
  constexpr double kFewestPerCentimetre = 10;
  if (page.resolution_unit != kCentimetre || !(page.x_resolution > kFewestPerCentimetre) ||
      !(page.y_resolution > kFewestPerCentimetre)) {
    return std::nullopt;
  }
  constexpr double kMicrometresPerCentimetre = 1e4;
  const double x = kMicrometresPerCentimetre / page.x_resolution;
  return std::array{x, kMicrometresPerCentimetre / page.y_resolution, x};
}

Result<void> apply_imagej(const ImagejDescription& imagej, const TiffReader& file, FrameMeaning& meaning) {
  BEAMPORT_ASSIGN(auto note, check_one_volume(imagej));
  if (note) meaning.notes.push_back(std::move(*note));
  const GreyPage& first = file.pages().front();
  meaning.voxel_size_um = voxel_size_um(imagej, first.page.x_resolution, first.page.y_resolution);
  const std::int64_t pages = meaning.frames;
  if (imagej.images == 1 || imagej.images == pages) return {};
  if (pages > 1) {
    if (imagej.images > pages) {
      return fail(ErrorCode::kCorrupt, fmt::format("the ImageJ description announces {} images, the file has {} pages; "
                                                   "it is cut off or was edited",
                                                   imagej.images, pages));
    }
    meaning.notes.push_back(
        fmt::format("the ImageJ description announces {} images; all {} pages are read", imagej.images, pages));
    return {};
  }
  if (!first.first_pixel) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("the ImageJ description announces {} images, but there is one page and its pixels are not "
                            "stored as one piece",
                            imagej.images));
  }
  const auto bytes = checked_multiply(imagej.images, first.page_bytes());
  if (!bytes || *bytes < 0 || *bytes > static_cast<std::int64_t>(file.file_size() - *first.first_pixel)) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("the ImageJ description announces {} images, the file holds the pixels of {}: it is cut "
                            "off; copy or write it again",
                            imagej.images,
                            static_cast<std::int64_t>(file.file_size() - *first.first_pixel) / first.page_bytes()));
  }
  meaning.frames = imagej.images;
  meaning.contiguous = true;
  return {};
}

Result<void> apply_ome(const OmeDescription& ome, FrameMeaning& meaning) {
  if (ome.channels > 1 || ome.time_points > 1) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("an OME-TIFF with {} channels and {} time points; Beamport takes one volume: save the one "
                            "to convert on its own",
                            ome.channels, ome.time_points));
  }
  meaning.voxel_size_um = ome.voxel_size_um;
  return {};
}

Result<FrameMeaning> understand(const TiffReader& file) {
  FrameMeaning meaning;
  meaning.frames = static_cast<std::int64_t>(file.pages().size());
  const std::string_view description = file.description();
  BEAMPORT_ASSIGN(const auto imagej, parse_imagej_description(description));
  if (imagej) {
    BEAMPORT_TRY(apply_imagej(*imagej, file, meaning));
  } else if (const auto ome = parse_ome_description(description)) {
    BEAMPORT_TRY(apply_ome(*ome, meaning));
  } else {
    meaning.voxel_size_um = voxel_size_from_resolution(file.pages().front().page);
  }
  // tifffile leaves the further pages of an array out when asked to; the first alone would be a wrong picture.
  if (description.starts_with("{\"shape\":") && description.find("\"truncated\": true") != std::string_view::npos) {
    return fail(ErrorCode::kUnsupported,
                "written by tifffile with truncate=True, which hides all pages but the first; write it again without");
  }
  if (file.auxiliary_pages() > 0) {
    meaning.notes.push_back(fmt::format("ignored {} reduced copies or masks among the pages", file.auxiliary_pages()));
  }
  if (file.pages().front().page.orientation != 1) {
    meaning.notes.push_back(fmt::format("the Orientation tag ({}) is not applied; rows are taken as they are stored",
                                        file.pages().front().page.orientation));
  }
  return meaning;
}

}  // namespace

Result<FrameMeaning> meaning_of(const TiffReader& file) {
  return understand(file).map_error(in_context(file.name()));
}

std::string describe(const GreyPage& grey) {
  return fmt::format("{} wide, {} high, {}", grey.page.width, grey.page.height, name_of(grey.type));
}

bool same_shape(const GreyPage& a, const GreyPage& b) noexcept {
  return a.page.width == b.page.width && a.page.height == b.page.height && a.type == b.type;
}

}  // namespace beamport::image
