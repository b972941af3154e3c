// SPDX-License-Identifier: Apache-2.0
#pragma once

// Smallest and largest finite voxel of a volume, and how many voxels are not finite. Zeros of both signs are one number
// and reported as +0, so that the result does not depend on the order of the voxels. Reentrant.

#include <cstdint>

#include "beamport/array/volume_view.h"

namespace beamport {

struct ValueRange {
  double min = 0;
  double max = 0;
  bool any = false;              // false: there is no finite voxel
  std::uint64_t not_finite = 0;  // NaN and infinities
  std::uint64_t nan = 0;         // of these, NaN

  /// Extends this range by another, and adds the counts.
  void include(const ValueRange& other) noexcept;
};

[[nodiscard]] ValueRange range_of(VolumeView voxels) noexcept;

}  // namespace beamport
