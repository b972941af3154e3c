// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/image_metadata.h"

#include <cmath>
#include <initializer_list>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "beamport/zarr/shard_index.h"

namespace beamport::zarr {
namespace {

constexpr std::array<std::string_view, 3> kAxisNames{"z", "y", "x"};

Json text(std::string_view words) {
  return Json(boost::json::string_view(words.data(), words.size()));
}

JsonObject object(std::initializer_list<std::pair<std::string_view, Json>> members) {
  JsonObject made;
  for (const auto& [key, value] : members) made[key] = value;
  return made;
}

template <typename T>
JsonArray list(const std::array<T, 3>& values) {
  JsonArray made;
  for (const T& value : values) {
    if constexpr (std::is_same_v<T, std::string_view>) {
      made.emplace_back(text(value));
    } else {
      made.emplace_back(value);
    }
  }
  return made;
}

JsonObject named(std::string_view name, JsonObject configuration) {
  return object({{"name", text(name)}, {"configuration", std::move(configuration)}});
}

JsonArray axes_json(const ImageMetadata& image) {
  JsonArray axes;
  for (const std::string_view name : kAxisNames) {
    JsonObject axis = object({{"name", text(name)}, {"type", "space"}});
    if (image.voxel_size_known) axis["unit"] = "micrometer";
    axes.emplace_back(std::move(axis));
  }
  return axes;
}

/// How many finest voxels one voxel of each level spans.
std::vector<std::array<double, 3>> level_factors(const std::vector<Extent>& levels) {
  std::vector<std::array<double, 3>> factors;
  for (std::size_t level = 0; level < levels.size(); ++level) {
    std::array<double, 3> factor{1, 1, 1};
    for (std::size_t axis = 0; axis < 3 && level > 0; ++axis) {
      const bool halved = levels[level].as_array()[axis] < levels[level - 1].as_array()[axis];
      factor[axis] = factors[level - 1][axis] * (halved ? 2 : 1);
    }
    factors.push_back(factor);
  }
  return factors;
}

JsonArray datasets_json(const ImageMetadata& image) {
  const std::vector<std::array<double, 3>> factors = level_factors(image.levels);
  JsonArray datasets;
  for (std::size_t level = 0; level < image.levels.size(); ++level) {
    std::array<double, 3> scale{};
    std::array<double, 3> translation{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      scale[axis] = image.voxel_size_um[axis] * factors[level][axis];
      translation[axis] = (scale[axis] - image.voxel_size_um[axis]) / 2;
    }
    JsonArray transformations;
    transformations.emplace_back(object({{"type", "scale"}, {"scale", list(scale)}}));
    transformations.emplace_back(object({{"type", "translation"}, {"translation", list(translation)}}));
    datasets.emplace_back(
        object({{"path", text(fmt::format("{}", level))}, {"coordinateTransformations", std::move(transformations)}}));
  }
  return datasets;
}

JsonObject kernel_json(bool is_labels) {
  if (is_labels) {
    return object({{"kernel", "mode of 2×2×2 in-bounds voxels"}, {"ties", "the smallest value"}});
  }
  return object({{"kernel", "mean of 2×2×2 in-bounds voxels"},
                 {"rounding", "integers round half to even"},
                 {"nan", "ignored unless all are NaN"}});
}

JsonObject multiscale_json(const ImageMetadata& image) {
  return object({{"name", text(image.name)},
                 {"axes", axes_json(image)},
                 {"datasets", datasets_json(image)},
                 {"type", image.is_labels ? "mode" : "mean"},
                 {"metadata", kernel_json(image.is_labels)}});
}

bool drawable(const DisplayWindow& window) {
  return std::isfinite(window.min) && std::isfinite(window.max) && std::isfinite(window.start) &&
         std::isfinite(window.end);
}

JsonObject omero_json(const ImageMetadata& image, const DisplayWindow& window) {
  JsonObject channel = object(
      {{"active", true},
       {"color", "FFFFFF"},
       {"label", text(image.name)},
       {"window", object({{"min", window.min}, {"max", window.max}, {"start", window.start}, {"end", window.end}})}});
  JsonArray channels;
  channels.emplace_back(std::move(channel));
  const std::int64_t middle = image.levels.empty() ? 0 : image.levels.front().z / 2;
  return object({{"channels", std::move(channels)},
                 {"rdefs", object({{"defaultT", 0}, {"defaultZ", middle}, {"model", "greyscale"}})}});
}

JsonObject sharding_json(const Profile& profile) {
  return named("sharding_indexed", object({{"chunk_shape", list(profile.chunk.as_array())},
                                           {"codecs", codec::codecs_to_json_v3(profile.codecs)},
                                           {"index_codecs", codec::codecs_to_json_v3(standard_index_codecs())},
                                           {"index_location", "end"}}));
}

}  // namespace

Json group_document(const ImageMetadata& image) {
  JsonArray multiscales;
  multiscales.emplace_back(multiscale_json(image));
  JsonObject ome = object({{"version", "0.5"}, {"multiscales", std::move(multiscales)}});
  if (image.window && drawable(*image.window)) ome["omero"] = omero_json(image, *image.window);
  JsonObject attributes = object({{"ome", std::move(ome)}});
  if (!image.beamport.empty()) attributes["beamport"] = image.beamport;
  return object({{"zarr_format", 3}, {"node_type", "group"}, {"attributes", std::move(attributes)}});
}

Json array_document(Extent extent, DataType type, const Profile& profile) {
  JsonArray codecs;
  codecs.emplace_back(sharding_json(profile));
  return object({{"zarr_format", 3},
                 {"node_type", "array"},
                 {"shape", list(extent.as_array())},
                 {"data_type", text(name_of(type))},
                 {"chunk_grid", named("regular", object({{"chunk_shape", list(profile.shard.as_array())}}))},
                 {"chunk_key_encoding", named("default", object({{"separator", "/"}}))},
                 {"fill_value", is_floating(type) ? Json(0.0) : Json(0)},
                 {"codecs", std::move(codecs)},
                 {"attributes", JsonObject{}},
                 {"dimension_names", list(kAxisNames)}});
}

std::string chunk_key(std::size_t level, Point place) {
  return fmt::format("{}/c/{}/{}/{}", level, place.z, place.y, place.x);
}

}  // namespace beamport::zarr
