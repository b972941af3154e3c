// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/imagej_description.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace beamport::image {
namespace {

constexpr std::int64_t kMaxImages = std::int64_t{1} << 40;

// ImageJ shows at most this many channels together; more "channels" than that are slices under a wrong name, which is
// what tifffile writes for a plain three-dimensional array.
constexpr std::int64_t kMaxRealChannels = 7;

std::string_view without_spaces(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

Result<std::int64_t> parse_count(std::string_view key, std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > kMaxImages) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("ImageJ description: {} is \"{}\", expected a count", key, text.substr(0, 40)));
  }
  return value;
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

Result<void> take(ImagejDescription& into, std::string_view key, std::string_view value) {
  if (key == "images") {
    BEAMPORT_ASSIGN(into.images, parse_count(key, value));
  } else if (key == "channels") {
    BEAMPORT_ASSIGN(into.channels, parse_count(key, value));
  } else if (key == "slices") {
    BEAMPORT_ASSIGN(into.slices, parse_count(key, value));
  } else if (key == "frames") {
    BEAMPORT_ASSIGN(into.frames, parse_count(key, value));
  } else if (key == "hyperstack") {
    into.hyperstack = value == "true";
  } else if (key == "mode") {
    into.mode = value;
  } else if (key == "unit") {
    into.unit = value;
  } else if (key == "spacing") {
    into.spacing = parse_number(value);
  } else if (key == "min") {
    into.min = parse_number(value);
  } else if (key == "max") {
    into.max = parse_number(value);
  }
  return {};
}

}  // namespace

Result<std::optional<ImagejDescription>> parse_imagej_description(std::string_view text) {
  if (!text.starts_with("ImageJ=")) return std::nullopt;
  ImagejDescription description;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    BEAMPORT_TRY(take(description, without_spaces(line.substr(0, equals)), without_spaces(line.substr(equals + 1))));
  }
  return std::optional(std::move(description));
}

Result<std::optional<std::string>> check_one_volume(const ImagejDescription& description) {
  if (description.frames > 1) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("an ImageJ hyperstack with {} time points (frames), {} slices and {} channels; Beamport "
                            "takes one volume: save each time point on its own, or if these are slices, swap frames "
                            "and slices in ImageJ (Image > Properties)",
                            description.frames, description.slices, description.channels));
  }
  if (description.channels == 1) return std::nullopt;
  const bool slices_misnamed =
      description.slices == 1 && description.channels == description.images && description.channels > kMaxRealChannels;
  if (slices_misnamed) {
    return std::optional(fmt::format("the ImageJ description calls the {} images channels; they are read as slices",
                                     description.images));
  }
  return fail(ErrorCode::kUnsupported,
              fmt::format("an ImageJ hyperstack with {} channels and {} slices; Beamport takes one volume: split the "
                          "channels (Image > Color > Split Channels) and save the one to convert",
                          description.channels, description.slices));
}

std::optional<double> micrometres_in(std::string_view unit) {
  using Unit = std::pair<std::string_view, double>;
  // The micro sign occurs as ImageJ's escape, as Latin-1, and in UTF-8 both as micro sign and as Greek mu.
  static constexpr std::array kUnits = {
      Unit{"um", 1.0},          Unit{"\\u00B5m", 1.0},    Unit{"\\u00b5m", 1.0},   Unit{"\\u03BCm", 1.0},
      Unit{"\\u03bcm", 1.0},    Unit{"\xB5m", 1.0},       Unit{"\xC2\xB5m", 1.0},  Unit{"\xCE\xBCm", 1.0},
      Unit{"micron", 1.0},      Unit{"microns", 1.0},     Unit{"micrometer", 1.0}, Unit{"micrometers", 1.0},
      Unit{"micrometre", 1.0},  Unit{"micrometres", 1.0}, Unit{"nm", 1e-3},        Unit{"nanometer", 1e-3},
      Unit{"nanometers", 1e-3}, Unit{"mm", 1e3},          Unit{"millimeter", 1e3}, Unit{"millimeters", 1e3},
      Unit{"cm", 1e4},          Unit{"centimeter", 1e4},  Unit{"m", 1e6},          Unit{"meter", 1e6}};
  const auto* found = std::ranges::find(kUnits, unit, &Unit::first);
  return found == kUnits.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::array<double, 3>> voxel_size_um(const ImagejDescription& description, double x_resolution,
                                                   double y_resolution) {
  const auto unit = micrometres_in(description.unit);
  if (!unit || !(x_resolution > 0) || !(y_resolution > 0)) return std::nullopt;
  const double x = *unit / x_resolution;
  const double y = *unit / y_resolution;
  // A single slice says nothing about its thickness; tomograms are isotropic.
  const double z = description.images > 1 ? *unit * std::abs(description.spacing.value_or(1.0)) : x;
  constexpr double kSmallest = 1e-4;
  constexpr double kLargest = 1e5;
  for (const double size : {x, y, z}) {
    if (!(size >= kSmallest && size <= kLargest)) return std::nullopt;
  }
  return std::array{z, y, x};
}

}  // namespace beamport::image
