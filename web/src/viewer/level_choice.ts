// SPDX-License-Identifier: Apache-2.0
// Which level to draw: about one voxel per device pixel.

import type { PanelTransform } from './panel_transform';
import type { Plane } from './plane';
import { coarsestLevel, type VolumeGeometry } from './volume_geometry';

/** Between two halvings the nearer one wins: a voxel may cover up to sqrt(2) device pixels before a finer level. */
const largestVoxelPx = Math.SQRT2 * (1 + 1e-9);

export function sharpLevel(geometry: VolumeGeometry, plane: Plane, transform: PanelTransform): number {
  for (let level = coarsestLevel(geometry); level > 0; level -= 1) {
    const ratio = geometry.levels[level]?.ratio;
    if (!ratio) continue;
    const voxelPx = Math.max(
      ratio[plane.right] * transform.scale.right,
      ratio[plane.down] * transform.scale.down,
    );
    if (voxelPx <= largestVoxelPx) return level;
  }
  return 0;
}

/** The finest level whose whole slice is small enough to be sent for every slice of a fast scroll (about 10 kB). */
export function glanceLevel(geometry: VolumeGeometry, plane: Plane, largestEdge = 256): number {
  const found = geometry.levels.findIndex(
    ({ shape }) => shape[plane.right] <= largestEdge && shape[plane.down] <= largestEdge,
  );
  return found < 0 ? coarsestLevel(geometry) : found;
}
