// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/multiscales.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "beamport/codec/json_field.h"
#include "beamport/store/store.h"
#include "beamport/zarr/length_unit.h"

namespace beamport::zarr {
namespace {

using codec::JsonField;

constexpr std::size_t kMaxAxes = 8;
constexpr std::size_t kMaxLevels = 64;
constexpr std::size_t kMaxTransformations = 16;
constexpr std::size_t kMaxChannels = 4096;

/// The object that carries the metadata: `ome` since 0.5, the attributes themselves before.
JsonField ome_of(const JsonField& attributes) {
  const std::optional<JsonField> ome = attributes.find("ome");
  return ome && ome->value().is_object() ? *ome : attributes;
}

Result<void> check_version(const JsonField& ome, const JsonField& multiscale) {
  std::optional<JsonField> field = ome.find("version");
  if (!field) field = multiscale.find("version");
  if (!field) return {};
  BEAMPORT_ASSIGN(const std::string_view version, field->text());
  for (const std::string_view known : {"0.1", "0.2", "0.3", "0.4", "0.5", "0.6"}) {
    // "0.6rc0", "0.6.dev3", "0.5-dev" count as their release.
    if (version.starts_with(known) && (version.size() == 3 || (version[3] < '0' || version[3] > '9'))) return {};
  }
  return field->failure(ErrorCode::kUnsupported, fmt::format("OME-Zarr {} is not read", version));
}

struct Axis {
  std::string name;
  bool is_space = false;
  std::optional<std::string> unit;
};

Result<Axis> parse_axis(const JsonField& field) {
  Axis axis;
  if (field.value().is_string()) {  // 0.3
    BEAMPORT_ASSIGN(axis.name, field.text());
  } else {
    BEAMPORT_ASSIGN(const JsonField name, field.at("name"));
    BEAMPORT_ASSIGN(axis.name, name.text());
  }
  axis.is_space = axis.name == "z" || axis.name == "y" || axis.name == "x";
  if (const std::optional<JsonField> type = field.find("type"); type && type->value().is_string()) {
    BEAMPORT_ASSIGN(const std::string_view text, type->text());
    axis.is_space = text == "space";
  }
  if (const std::optional<JsonField> unit = field.find("unit"); unit && unit->value().is_string()) {
    BEAMPORT_ASSIGN(axis.unit, unit->text());
  }
  return axis;
}

/// 0.6: the coordinate system that the levels lead to, by the output of the first level's transformation; else the
/// first one.
Result<JsonField> coordinate_system_axes(const JsonField& multiscale, const JsonField& systems) {
  BEAMPORT_ASSIGN(const std::vector<JsonField> list, systems.elements(kMaxTransformations));
  if (list.empty()) return systems.failure(ErrorCode::kCorrupt, "no coordinate system");
  const JsonObject wanted = [&] {
    const boost::json::value* output = nullptr;
    boost::json::error_code error;
    output = multiscale.value().find_pointer("/datasets/0/coordinateTransformations/0/output", error);
    JsonObject object;
    if (output != nullptr && output->is_object()) object = output->get_object();
    if (output != nullptr && output->is_string()) object["name"] = *output;
    return object;
  }();
  for (const JsonField& system : list) {
    const std::optional<JsonField> name = system.find("name");
    const Json* wanted_name = wanted.if_contains("name");
    if (name && wanted_name != nullptr && name->value() == *wanted_name) return system.at("axes");
  }
  return list.front().at("axes");
}

Result<std::vector<Axis>> parse_axes(const JsonField& multiscale) {
  std::optional<JsonField> field = multiscale.find("axes");
  const std::optional<JsonField> systems = multiscale.find("coordinateSystems");
  if (!field && systems) {
    BEAMPORT_ASSIGN(field, coordinate_system_axes(multiscale, *systems));
  }
  if (!field) {  // 0.1, 0.2: always five axes
    std::vector<Axis> axes;
    for (const std::string_view name : {"t", "c", "z", "y", "x"}) axes.push_back({std::string(name), name > "t", {}});
    return axes;
  }
  BEAMPORT_ASSIGN(const std::vector<JsonField> list, field->elements(kMaxAxes));
  std::vector<Axis> axes;
  for (const JsonField& entry : list) {
    BEAMPORT_ASSIGN(Axis axis, parse_axis(entry));
    axes.push_back(std::move(axis));
  }
  return axes;
}

std::string names_of(const std::vector<Axis>& axes) {
  std::string names;
  for (const Axis& axis : axes) names += (names.empty() ? "" : ",") + axis.name;
  return names;
}

/// How many of the last axes are space: two or three, none before them.
Result<std::size_t> count_spatial(const JsonField& multiscale, const std::vector<Axis>& axes) {
  const auto count =
      static_cast<std::size_t>(std::count_if(axes.begin(), axes.end(), [](const Axis& a) { return a.is_space; }));
  const bool at_end = count <= axes.size() && std::all_of(axes.end() - static_cast<std::ptrdiff_t>(count), axes.end(),
                                                          [](const Axis& a) { return a.is_space; });
  // Axes may carry other names, but where they are called x, y and z they must stand in that order.
  std::string order;
  for (const Axis& axis : axes) {
    if (axis.is_space && (axis.name == "z" || axis.name == "y" || axis.name == "x")) order += axis.name;
  }
  if (count < 2 || count > 3 || !at_end || !std::is_sorted(order.rbegin(), order.rend())) {
    return multiscale.failure(ErrorCode::kUnsupported,
                              fmt::format("the axes are {}; Beamport reads …,z,y,x and …,y,x", names_of(axes)));
  }
  return count;
}

/// position = scale · index + translation, along each axis.
struct Transform {
  explicit Transform(std::size_t rank) : scale(rank, 1.0), translation(rank, 0.0) {}
  std::vector<double> scale;
  std::vector<double> translation;
  bool scaled = false;
};

Result<std::vector<double>> parse_vector(const JsonField& transformation, std::string_view key, std::size_t rank) {
  BEAMPORT_ASSIGN(const JsonField field, transformation.at(key));
  BEAMPORT_ASSIGN(const std::vector<JsonField> list, field.elements(kMaxAxes));
  if (list.size() != rank) {
    return field.failure(ErrorCode::kCorrupt, fmt::format("{} numbers for {} axes", list.size(), rank));
  }
  std::vector<double> numbers;
  for (const JsonField& entry : list) {
    BEAMPORT_ASSIGN(const double number, entry.number());
    if (!std::isfinite(number)) return entry.failure(ErrorCode::kCorrupt, "not a finite number");
    numbers.push_back(number);
  }
  return numbers;
}

Result<void> apply_all(const JsonField& transformations, Transform& transform);

Result<void> apply(const JsonField& transformation, Transform& transform) {
  const std::size_t rank = transform.scale.size();
  BEAMPORT_ASSIGN(const JsonField type_field, transformation.at("type"));
  BEAMPORT_ASSIGN(const std::string_view type, type_field.text());
  if (type == "identity") {
    transform.scaled = true;
    return {};
  }
  if (type == "scale") {
    BEAMPORT_ASSIGN(const std::vector<double> scale, parse_vector(transformation, "scale", rank));
    for (std::size_t i = 0; i < rank; ++i) {
      transform.scale[i] *= scale[i];
      transform.translation[i] *= scale[i];
    }
    transform.scaled = true;
    return {};
  }
  if (type == "translation") {
    BEAMPORT_ASSIGN(const std::vector<double> translation, parse_vector(transformation, "translation", rank));
    for (std::size_t i = 0; i < rank; ++i) transform.translation[i] += translation[i];
    return {};
  }
  if (type == "sequence") {
    BEAMPORT_ASSIGN(const JsonField steps, transformation.at("transformations"));
    return apply_all(steps, transform);
  }
  return type_field.failure(ErrorCode::kUnsupported, fmt::format("the transformation \"{}\" is not read", type));
}

Result<void> apply_all(const JsonField& transformations, Transform& transform) {
  BEAMPORT_ASSIGN(const std::vector<JsonField> list, transformations.elements(kMaxTransformations));
  for (const JsonField& transformation : list) BEAMPORT_TRY(apply(transformation, transform));
  return {};
}

/// Micrometres in the unit of each spatial axis; nothing when one has no unit that is a length.
std::optional<std::vector<double>> units_of(const std::vector<Axis>& axes, std::size_t spatial) {
  std::vector<double> units;
  for (std::size_t i = axes.size() - spatial; i < axes.size(); ++i) {
    const std::optional<double> unit = axes[i].unit ? micrometres_in(*axes[i].unit) : std::nullopt;
    if (!unit) return std::nullopt;
    units.push_back(*unit);
  }
  return units;
}

Result<std::string> parse_path(const JsonField& dataset) {
  BEAMPORT_ASSIGN(const JsonField field, dataset.at("path"));
  BEAMPORT_ASSIGN(const std::string_view path, field.text());
  if (const Result<void> valid = store::check_key(path); !valid) {
    return field.failure(ErrorCode::kCorrupt, valid.error().message);
  }
  return std::string(path);
}

struct Spatial {
  std::size_t axes = 3;
  std::vector<double> unit_um;  // one for each spatial axis
};

Result<MultiscaleLevel> parse_level(const JsonField& dataset, const JsonField& multiscale, std::size_t rank,
                                    const Spatial& spatial) {
  MultiscaleLevel level;
  BEAMPORT_ASSIGN(level.path, parse_path(dataset));
  Transform transform(rank);
  if (const std::optional<JsonField> own = dataset.find("coordinateTransformations")) {
    BEAMPORT_TRY(apply_all(*own, transform));
  }
  level.scale_known = transform.scaled;
  // Since 0.6 the transformations of the multiscale lead on to other coordinate systems.
  const std::optional<JsonField> common = multiscale.find("coordinateTransformations");
  if (common && !common->value().is_null() && !multiscale.find("coordinateSystems")) {
    BEAMPORT_TRY(apply_all(*common, transform));
  }
  for (std::size_t i = 0; i < spatial.axes; ++i) {
    const std::size_t from = rank - spatial.axes + i;
    const std::size_t to = 3 - spatial.axes + i;
    level.scale_um[to] = transform.scale[from] * spatial.unit_um[i];
    level.translation_um[to] = transform.translation[from] * spatial.unit_um[i];
    if (!(level.scale_um[to] > 0) || !std::isfinite(level.scale_um[to]) || !std::isfinite(level.translation_um[to])) {
      return dataset.failure(ErrorCode::kCorrupt, "a scale that is not positive and finite");
    }
  }
  return level;
}

/// Contrast is advice: what is not there or makes no sense is no window, never an error.
std::optional<DisplayWindow> parse_window(const JsonField& ome) {
  const std::optional<JsonField> omero = ome.find("omero");
  const std::optional<JsonField> channels = omero ? omero->find("channels") : std::nullopt;
  if (!channels) return std::nullopt;
  const Result<std::vector<JsonField>> list = channels->elements(kMaxChannels);
  if (!list || list->empty()) return std::nullopt;
  const std::optional<JsonField> field = list->front().find("window");
  if (!field) return std::nullopt;
  const auto number = [&](std::string_view key) -> std::optional<double> {
    const std::optional<JsonField> member = field->find(key);
    const Result<double> value = member ? member->number() : Result<double>(fail(ErrorCode::kNotFound, ""));
    return value && std::isfinite(*value) ? std::optional<double>(*value) : std::nullopt;
  };
  const std::optional<double> start = number("start");
  const std::optional<double> end = number("end");
  if (!start || !end || *end < *start) return std::nullopt;
  return DisplayWindow{number("min").value_or(*start), number("max").value_or(*end), *start, *end};
}

}  // namespace

bool has_multiscales(const JsonObject& attributes) {
  const Json document(attributes);
  return ome_of(JsonField(document, "attributes")).find("multiscales").has_value();
}

bool is_wrapper(const JsonObject& attributes) {
  const Json document(attributes);
  return ome_of(JsonField(document, "attributes")).find("bioformats2raw.layout").has_value();
}

Result<Multiscale> parse_multiscale(const JsonObject& attributes) {
  const Json document(attributes);
  const JsonField ome = ome_of(JsonField(document, "attributes"));
  BEAMPORT_ASSIGN(const JsonField list_field, ome.at("multiscales"));
  BEAMPORT_ASSIGN(const std::vector<JsonField> list, list_field.elements(kMaxLevels));
  if (list.empty()) return list_field.failure(ErrorCode::kCorrupt, "the list is empty");
  const JsonField& multiscale = list.front();
  BEAMPORT_TRY(check_version(ome, multiscale));
  Multiscale image;
  if (const std::optional<JsonField> name = multiscale.find("name"); name && name->value().is_string()) {
    BEAMPORT_ASSIGN(image.name, name->text());
  }
  BEAMPORT_ASSIGN(const std::vector<Axis> axes, parse_axes(multiscale));
  BEAMPORT_ASSIGN(image.spatial_axes, count_spatial(multiscale, axes));
  image.axes = axes.size();
  const std::optional<std::vector<double>> units = units_of(axes, image.spatial_axes);
  image.unit_known = units.has_value();
  const Spatial spatial{image.spatial_axes, units.value_or(std::vector<double>(image.spatial_axes, 1.0))};
  BEAMPORT_ASSIGN(const JsonField datasets_field, multiscale.at("datasets"));
  BEAMPORT_ASSIGN(const std::vector<JsonField> datasets, datasets_field.elements(kMaxLevels));
  if (datasets.empty()) return datasets_field.failure(ErrorCode::kCorrupt, "the list is empty");
  for (const JsonField& dataset : datasets) {
    BEAMPORT_ASSIGN(MultiscaleLevel level, parse_level(dataset, multiscale, axes.size(), spatial));
    image.levels.push_back(std::move(level));
  }
  image.window = parse_window(ome);
  return image;
}

}  // namespace beamport::zarr
