// SPDX-License-Identifier: Apache-2.0
#pragma once

// A half-open region of voxels: begin is inside, end is not. Order z, y, x.

#include <algorithm>

#include "beamport/array/extent.h"

namespace beamport {

struct Box {
  Point begin;
  Point end;

  friend constexpr bool operator==(const Box&, const Box&) = default;

  [[nodiscard]] static constexpr Box at(Point origin, Extent size) noexcept {
    return {origin, {origin.z + size.z, origin.y + size.y, origin.x + size.x}};
  }
  [[nodiscard]] static constexpr Box whole(Extent size) noexcept { return at({}, size); }

  [[nodiscard]] constexpr Extent extent() const noexcept { return {end.z - begin.z, end.y - begin.y, end.x - begin.x}; }
  [[nodiscard]] constexpr bool empty() const noexcept {
    return end.z <= begin.z || end.y <= begin.y || end.x <= begin.x;
  }
  [[nodiscard]] constexpr bool contains(const Box& other) const noexcept {
    return begin.z <= other.begin.z && begin.y <= other.begin.y && begin.x <= other.begin.x && other.end.z <= end.z &&
           other.end.y <= end.y && other.end.x <= end.x;
  }
};

/// The common part; empty() when there is none.
[[nodiscard]] constexpr Box intersection(const Box& a, const Box& b) noexcept {
  return {{std::max(a.begin.z, b.begin.z), std::max(a.begin.y, b.begin.y), std::max(a.begin.x, b.begin.x)},
          {std::min(a.end.z, b.end.z), std::min(a.end.y, b.end.y), std::min(a.end.x, b.end.x)}};
}

}  // namespace beamport
