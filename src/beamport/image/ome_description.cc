// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/ome_description.h"

#include <charconv>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "beamport/image/imagej_description.h"

namespace beamport::image {
namespace {

std::optional<std::string_view> attribute(std::string_view element, std::string_view name) {
  const std::string start = fmt::format(" {}=\"", name);
  const std::size_t at = element.find(start);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view value = element.substr(at + start.size());
  const std::size_t end = value.find('"');
  if (end == std::string_view::npos) return std::nullopt;
  return value.substr(0, end);
}

template <typename Number>
std::optional<Number> number(std::string_view element, std::string_view name) {
  const auto text = attribute(element, name);
  if (!text) return std::nullopt;
  Number value{};
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return value;
}

std::optional<double> length_um(std::string_view pixels, char axis) {
  const auto value = number<double>(pixels, fmt::format("PhysicalSize{}", axis));
  const auto unit = micrometres_in(attribute(pixels, fmt::format("PhysicalSize{}Unit", axis)).value_or("um"));
  if (!value || !unit || !std::isfinite(*value) || !(*value > 0)) return std::nullopt;
  return *value * *unit;
}

}  // namespace

std::optional<OmeDescription> parse_ome_description(std::string_view text) {
  if (text.find("<OME") == std::string_view::npos) return std::nullopt;
  OmeDescription description;
  const std::size_t at = text.find("<Pixels ");
  if (at == std::string_view::npos) return description;
  const std::string_view rest = text.substr(at);
  const std::string_view pixels = rest.substr(0, rest.find('>'));
  description.channels = number<std::int64_t>(pixels, "SizeC").value_or(1);
  description.time_points = number<std::int64_t>(pixels, "SizeT").value_or(1);
  const auto z = length_um(pixels, 'Z');
  const auto y = length_um(pixels, 'Y');
  const auto x = length_um(pixels, 'X');
  if (y && x) description.voxel_size_um = std::array{z.value_or(*x), *y, *x};
  return description;
}

}  // namespace beamport::image
