// SPDX-License-Identifier: Apache-2.0
#pragma once

// The three orthogonal cuts through a volume and how a picture lies in it. A plane is named by the axis that runs to
// the right and the axis that runs down; u counts pixels to the right, v down, and the index counts slices along the
// normal, all at the level in question. Pure functions.
//
//          xy  u = x          xz  u = x          zy  u = z
//            ┌──►               ┌──►               ┌──►
//      v = y ▼            v = z ▼            v = y ▼
//        index = z          index = y          index = x

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "beamport/array/box.h"

namespace beamport::render {

enum class Plane : std::uint8_t { kXy, kXz, kZy };

inline constexpr std::array kPlanes{Plane::kXy, Plane::kXz, Plane::kZy};

/// "xy", "xz", "zy"
[[nodiscard]] std::string_view name_of(Plane plane) noexcept;
[[nodiscard]] std::optional<Plane> parse_plane(std::string_view name) noexcept;

struct PictureSize {
  std::int64_t width = 0;
  std::int64_t height = 0;

  friend bool operator==(const PictureSize&, const PictureSize&) = default;
};

/// A rectangle of pixels inside a plane's picture.
struct PictureBox {
  std::int64_t left = 0;
  std::int64_t top = 0;
  PictureSize size;

  friend bool operator==(const PictureBox&, const PictureBox&) = default;
};

struct PlanePoint {
  std::int64_t index = 0;
  std::int64_t u = 0;
  std::int64_t v = 0;

  friend bool operator==(const PlanePoint&, const PlanePoint&) = default;
};

[[nodiscard]] PictureSize picture_size(Plane plane, Extent volume) noexcept;
/// How many slices there are along the normal.
[[nodiscard]] std::int64_t slice_count(Plane plane, Extent volume) noexcept;

[[nodiscard]] Point to_voxel(Plane plane, PlanePoint point) noexcept;
[[nodiscard]] PlanePoint to_plane(Plane plane, Point voxel) noexcept;

/// The voxels of a rectangle: one voxel thick along the normal.
[[nodiscard]] Box voxels_of(Plane plane, std::int64_t index, const PictureBox& pixels) noexcept;

}  // namespace beamport::render
