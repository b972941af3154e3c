// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/image.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "beamport/zarr/node.h"

namespace beamport::zarr {
namespace {

/// The image inside a wrapper group: the first of the series that its OME group lists, else "0".
Result<std::string> first_series(const store::Store& store, const std::string& path) {
  BEAMPORT_ASSIGN(const std::optional<Group> ome_group, read_group(store, join_path(path, "OME")));
  if (ome_group) {
    const Json attributes(ome_group->attributes);
    boost::json::error_code error;
    for (const std::string_view pointer : {"/ome/series/0", "/series/0"}) {
      const Json* series = attributes.find_pointer(pointer, error);
      if (series == nullptr || !series->is_string()) continue;
      const boost::json::string& name = series->get_string();
      return join_path(path, std::string_view(name.data(), name.size()));
    }
  }
  return join_path(path, "0");
}

struct Found {
  std::string path;
  Group group;
};

std::string place_of(const store::Store& store, std::string_view path) {
  return path.empty() ? store.describe() : fmt::format("{}/{}", store.describe(), path);
}

/// The group that holds the image: the one asked for, or the first one inside a wrapper.
Result<Found> find_image_group(const store::Store& store, std::string path) {
  for (int depth = 0; depth < 2; ++depth) {
    BEAMPORT_ASSIGN(std::optional<Group> group, read_group(store, path));
    if (!group) {
      return fail(
          ErrorCode::kNotFound,
          fmt::format("{}: this is no Zarr image (neither zarr.json nor .zgroup is there)", place_of(store, path)));
    }
    if (has_multiscales(group->attributes)) return Found{std::move(path), *std::move(group)};
    if (!is_wrapper(group->attributes)) break;
    BEAMPORT_ASSIGN(path, first_series(store, path));
  }
  return fail(ErrorCode::kUnsupported,
              fmt::format("{}: this Zarr group is no OME-Zarr image (no multiscales)", place_of(store, path)));
}

/// Without a scale, a level's voxels are as many finest voxels wide as the lengths suggest.
std::array<double, 3> guessed_scale(Extent finest, Extent level) {
  std::array<double, 3> scale{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    scale[axis] =
        std::round(static_cast<double>(finest.as_array()[axis]) / static_cast<double>(level.as_array()[axis]));
  }
  return scale;
}

Result<void> check_level(const ImageLevel& level, const ImageLevel* former, std::size_t axes) {
  const ArrayMetadata& metadata = level.array.metadata();
  if (metadata.shape.size() != axes) {
    return fail(ErrorCode::kCorrupt, fmt::format("{} axes in an image of {}", metadata.shape.size(), axes));
  }
  if (level.array.extent().empty()) return fail(ErrorCode::kUnsupported, "the level holds no voxels");
  if (former == nullptr) return {};
  if (level.array.type() != former->array.type()) {
    return fail(ErrorCode::kUnsupported, fmt::format("{}, but the finer level is {}", name_of(level.array.type()),
                                                     name_of(former->array.type())));
  }
  if (min_of(level.array.extent(), former->array.extent()) != level.array.extent()) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("{} is larger than the finer level's {}", level.array.extent(), former->array.extent()));
  }
  return {};
}

}  // namespace

Result<Image> Image::open(std::shared_ptr<const store::Store> store, const std::string& path) {
  BEAMPORT_ASSIGN(Found found, find_image_group(*store, path));
  const std::string place = place_of(*store, found.path);
  BEAMPORT_ASSIGN(Multiscale multiscale, parse_multiscale(found.group.attributes).map_error(in_context(place)));
  Image image;
  image.name_ = std::move(multiscale.name);
  image.window_ = multiscale.window;
  image.voxel_size_known_ = multiscale.unit_known;
  for (const MultiscaleLevel& from : multiscale.levels) {
    const std::string level_path = join_path(found.path, from.path);
    BEAMPORT_ASSIGN(Array array, Array::open(store, level_path, multiscale.spatial_axes));
    ImageLevel level{level_path, std::move(array), from.scale_um, from.translation_um};
    const ImageLevel* former = image.levels_.empty() ? nullptr : &image.levels_.back();
    BEAMPORT_TRY(check_level(level, former, multiscale.axes)
                     .map_error(in_context(fmt::format("{}/{}", store->describe(), level_path))));
    if (!from.scale_known) {
      const Extent finest = former == nullptr ? level.array.extent() : image.levels_.front().array.extent();
      level.voxel_size_um = guessed_scale(finest, level.array.extent());
      for (std::size_t axis = 0; axis < 3; ++axis) level.translation_um[axis] = (level.voxel_size_um[axis] - 1) / 2;
      image.voxel_size_known_ = false;
    }
    image.levels_.push_back(std::move(level));
  }
  image.attributes_ = std::move(found.group.attributes);
  return image;
}

Image Image::from_level(std::size_t level) const {
  Image coarser = *this;
  const std::size_t dropped = std::min(level, levels_.size() - 1);
  coarser.levels_.erase(coarser.levels_.begin(), coarser.levels_.begin() + static_cast<std::ptrdiff_t>(dropped));
  return coarser;
}

}  // namespace beamport::zarr
