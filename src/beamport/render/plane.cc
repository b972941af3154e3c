// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/plane.h"

#include "beamport/base/check.h"

namespace beamport::render {

std::string_view name_of(Plane plane) noexcept {
  switch (plane) {
    case Plane::kXy:
      return "xy";
    case Plane::kXz:
      return "xz";
    case Plane::kZy:
      return "zy";
  }
  check_failed("a known plane", __FILE__, __LINE__);
}

std::optional<Plane> parse_plane(std::string_view name) noexcept {
  for (const Plane plane : kPlanes) {
    if (name == name_of(plane)) return plane;
  }
  return std::nullopt;
}

PlanePoint to_plane(Plane plane, Point voxel) noexcept {
  switch (plane) {
    case Plane::kXy:
      return {.index = voxel.z, .u = voxel.x, .v = voxel.y};
    case Plane::kXz:
      return {.index = voxel.y, .u = voxel.x, .v = voxel.z};
    case Plane::kZy:
      return {.index = voxel.x, .u = voxel.z, .v = voxel.y};
  }
  check_failed("a known plane", __FILE__, __LINE__);
}

Point to_voxel(Plane plane, PlanePoint point) noexcept {
  switch (plane) {
    case Plane::kXy:
      return {.z = point.index, .y = point.v, .x = point.u};
    case Plane::kXz:
      return {.z = point.v, .y = point.index, .x = point.u};
    case Plane::kZy:
      return {.z = point.u, .y = point.v, .x = point.index};
  }
  check_failed("a known plane", __FILE__, __LINE__);
}

PictureSize picture_size(Plane plane, Extent volume) noexcept {
  const PlanePoint size = to_plane(plane, {volume.z, volume.y, volume.x});
  return {size.u, size.v};
}

std::int64_t slice_count(Plane plane, Extent volume) noexcept {
  return to_plane(plane, {volume.z, volume.y, volume.x}).index;
}

Box voxels_of(Plane plane, std::int64_t index, const PictureBox& pixels) noexcept {
  const PlanePoint last{index + 1, pixels.left + pixels.size.width, pixels.top + pixels.size.height};
  return {to_voxel(plane, {index, pixels.left, pixels.top}), to_voxel(plane, last)};
}

}  // namespace beamport::render
