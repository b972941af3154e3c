// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/served_image.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/ids.h"

namespace beamport::render {
namespace {

constexpr std::size_t kVersionLength = 12;
// What one request may have to decode to show a single pixel.
constexpr std::size_t kMaxChunkBytes = std::size_t{256} << 20;

/// Member of attributes.beamport, or null.
const Json* own_attribute(const zarr::Image& image, std::string_view name) {
  const Json* own = image.attributes().if_contains("beamport");
  const JsonObject* members = own != nullptr ? own->if_object() : nullptr;
  return members != nullptr ? members->if_contains(name) : nullptr;
}

Result<void> check_levels(const zarr::Image& image) {
  for (const zarr::ImageLevel& level : image.levels()) {
    if (level.array.type() != image.type()) {
      return fail(ErrorCode::kUnsupported, fmt::format("level \"{}\" holds {}, the finest one {}", level.path,
                                                       name_of(level.array.type()), name_of(image.type())));
    }
    if (level.array.chunk_bytes() > kMaxChunkBytes) {
      return fail(ErrorCode::kUnsupported,
                  fmt::format("level \"{}\" has chunks of {} voxels; beyond {} MiB they are too large to be drawn from",
                              level.path, level.array.chunk(), kMaxChunkBytes >> 20));
    }
  }
  return {};
}

}  // namespace

std::optional<std::string> recorded_version(const zarr::Image& image) {
  const Json* generation = own_attribute(image, "generation");
  if (generation == nullptr || !generation->is_string()) return std::nullopt;
  const std::string_view text(generation->get_string().data(), generation->get_string().size());
  if (!is_id_text(text)) return std::nullopt;
  return std::string(text.substr(0, kVersionLength));
}

Result<std::optional<Growth>> recorded_growth(const zarr::Image& image) {
  const Json* growing = own_attribute(image, "growing");
  if (growing == nullptr || growing->is_null()) return std::nullopt;
  const auto number = [&](std::string_view name) -> std::optional<std::int64_t> {
    const JsonObject* object = growing->if_object();
    const Json* value = object != nullptr ? object->if_contains(name) : nullptr;
    const auto found = value != nullptr ? number_in<std::int64_t>(*value) : std::nullopt;
    return found && *found >= 0 ? found : std::nullopt;
  };
  const auto first_level = number("first_level");
  const auto shares = number("shares");
  const auto slices = number("slices");
  if (!first_level || !shares || !slices) {
    return fail(ErrorCode::kCorrupt, "attributes.beamport.growing is not as it should be");
  }
  return Growth{static_cast<std::size_t>(*first_level), *shares, *slices};
}

Result<std::optional<VolumeStatistics>> recorded_statistics(const zarr::Image& image) {
  const Json* recorded = own_attribute(image, "statistics");
  if (recorded == nullptr || recorded->is_null()) return std::nullopt;
  BEAMPORT_ASSIGN(VolumeStatistics statistics,
                  statistics_from_json(*recorded).map_error(in_context("attributes.beamport")));
  return statistics;
}

ServedImage::ServedImage(zarr::Image image, std::uint64_t number, std::string version,
                         std::optional<VolumeStatistics> statistics, const ImageWindows& windows)
    : image_(std::move(image)),
      number_(number),
      version_(std::move(version)),
      statistics_(std::move(statistics)),
      windows_(windows) {}

Result<std::shared_ptr<const ServedImage>> ServedImage::make(zarr::Image image, std::uint64_t number,
                                                             std::string version, const std::stop_token& stop) {
  BEAMPORT_TRY(check_levels(image));
  BEAMPORT_ASSIGN(auto statistics, recorded_statistics(image));
  BEAMPORT_ASSIGN(const ImageWindows windows, windows_of(image, statistics, stop));
  return std::shared_ptr<const ServedImage>(
      new ServedImage(std::move(image), number, std::move(version), std::move(statistics), windows));
}

Result<const zarr::Array*> ServedImage::level(std::size_t level) const {
  const auto& levels = image_.levels();
  if (level >= levels.size()) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no level {}; the coarsest is {}", level, levels.size() - 1));
  }
  return &levels[level].array;
}

}  // namespace beamport::render
