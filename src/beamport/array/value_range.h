// SPDX-License-Identifier: Apache-2.0
#pragma once

// Smallest and largest finite voxel of a volume.

#include "beamport/array/volume_view.h"

namespace beamport {

struct ValueRange {
  double min = 0;
  double max = 0;
  bool any = false;  // false: there is no finite voxel

  /// Extends this range by another.
  void include(const ValueRange& other) noexcept;
};

[[nodiscard]] ValueRange range_of(VolumeView voxels) noexcept;

}  // namespace beamport
