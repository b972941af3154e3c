// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sizes and positions of voxels, always in the order z, y, x. Plain values; every number is a count of voxels.

#include <array>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "beamport/base/checked_math.h"

namespace beamport {

/// A position. Also used for the index of a chunk in its grid.
struct Point {
  std::int64_t z = 0;
  std::int64_t y = 0;
  std::int64_t x = 0;

  friend constexpr bool operator==(const Point&, const Point&) = default;
};

/// A size along each axis. Valid extents have no negative member; zero means empty.
struct Extent {
  std::int64_t z = 0;
  std::int64_t y = 0;
  std::int64_t x = 0;

  friend constexpr bool operator==(const Extent&, const Extent&) = default;

  [[nodiscard]] constexpr bool empty() const noexcept { return z == 0 || y == 0 || x == 0; }

  /// Number of voxels. The caller knows that it fits; for sizes from outside use checked_volume.
  [[nodiscard]] constexpr std::int64_t volume() const noexcept { return z * y * x; }

  [[nodiscard]] constexpr std::array<std::int64_t, 3> as_array() const noexcept { return {z, y, x}; }

  /// Whether an extent's voxels of the given size can be counted in 63 bits of bytes.
  [[nodiscard]] constexpr std::optional<std::int64_t> checked_bytes(std::int64_t bytes_per_voxel) const noexcept {
    if (z < 0 || y < 0 || x < 0) return std::nullopt;
    return checked_multiply(z, y, x, bytes_per_voxel);
  }
};

/// How many chunks of the given size cover the extent, along each axis.
[[nodiscard]] constexpr Extent grid_of(Extent whole, Extent chunk) noexcept {
  return {ceil_divide(whole.z, chunk.z), ceil_divide(whole.y, chunk.y), ceil_divide(whole.x, chunk.x)};
}

/// Position of a point in an array of that extent, x fastest.
[[nodiscard]] constexpr std::int64_t linear_index(Point p, Extent extent) noexcept {
  return (p.z * extent.y + p.y) * extent.x + p.x;
}

[[nodiscard]] constexpr Extent min_of(Extent a, Extent b) noexcept {
  return {a.z < b.z ? a.z : b.z, a.y < b.y ? a.y : b.y, a.x < b.x ? a.x : b.x};
}

}  // namespace beamport

template <>
struct fmt::formatter<beamport::Extent> : fmt::formatter<std::string_view> {
  auto format(const beamport::Extent& e, format_context& ctx) const {
    return fmt::format_to(ctx.out(), "{}×{}×{}", e.z, e.y, e.x);
  }
};

template <>
struct fmt::formatter<beamport::Point> : fmt::formatter<std::string_view> {
  auto format(const beamport::Point& p, format_context& ctx) const {
    return fmt::format_to(ctx.out(), "({}, {}, {})", p.z, p.y, p.x);
  }
};
