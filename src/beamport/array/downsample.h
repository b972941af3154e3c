// SPDX-License-Identifier: Apache-2.0
#pragma once

// One step of the resolution pyramid: each voxel of `to` stands for a block of 2×2×2 voxels of `from`, clipped at the
// volume's edge (in-bounds averaging), so to.extent = ceil(from.extent / 2). Both views have the same type.
//
//   mean  floating: the mean of the block's numbers; NaN counts only where the whole block is NaN.
//         integers: the mean, rounded half to even, so that repeated levels do not drift.
//   mode  the most frequent value, the smallest of several equally frequent ones; for labels.
//
// `from` must begin at even coordinates of its level, so that no block crosses its border. Reentrant.

#include "beamport/array/volume_view.h"

namespace beamport {

[[nodiscard]] constexpr Extent half_of(Extent e) noexcept {
  return {(e.z + 1) / 2, (e.y + 1) / 2, (e.x + 1) / 2};
}

void downsample_mean(VolumeView from, MutableVolumeView to) noexcept;
void downsample_mode(VolumeView from, MutableVolumeView to) noexcept;

}  // namespace beamport
