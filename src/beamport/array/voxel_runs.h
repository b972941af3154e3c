// SPDX-License-Identifier: Apache-2.0
#pragma once

// Walks a view whose rows' borders do not matter: rows that touch in memory are joined, long ones are cut so that a run
// fits into the first-level cache and can be looked at twice. Reentrant.

#include <algorithm>
#include <cstdint>

#include "beamport/array/volume_view.h"

namespace beamport {

/// The same voxels in as few and long rows as the strides allow.
[[nodiscard]] inline VolumeView joined_rows(VolumeView view) noexcept {
  const auto voxel = static_cast<std::int64_t>(size_of(view.type));
  if (view.strides.y == view.extent.x * voxel || view.extent.y == 1) {
    view = {view.data, {1, view.extent.z, view.extent.x * view.extent.y}, {0, view.strides.z}, view.type};
    if (view.strides.y == view.extent.x * voxel || view.extent.y == 1) {
      view = {view.data, {1, 1, view.extent.x * view.extent.y}, {0, 0}, view.type};
    }
  }
  return view;
}

/// Calls use(const T* run, std::int64_t count) until each voxel of the view was seen once; count > 0.
template <typename T, typename Use>
void for_each_run(const VolumeView& voxels, const Use& use) {
  constexpr std::int64_t kLongest = 16384 / sizeof(T);
  const VolumeView rows = joined_rows(voxels);
  for (std::int64_t z = 0; z < rows.extent.z; ++z) {
    for (std::int64_t y = 0; y < rows.extent.y; ++y) {
      const T* const row = rows.row_as<T>(z, y);
      for (std::int64_t x = 0; x < rows.extent.x; x += kLongest) use(row + x, std::min(kLongest, rows.extent.x - x));
    }
  }
}

}  // namespace beamport
