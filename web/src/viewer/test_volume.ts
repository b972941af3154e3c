// SPDX-License-Identifier: Apache-2.0
// Volumes for the unit tests: a pyramid of plain halvings with ceil sizes, as Beamport writes it.

import type { Level, Zyx } from '../api/types';
import { type VolumeGeometry, volumeGeometry } from './volume_geometry';

export function pyramid(shape: Zyx, sizeUm: Zyx, count: number): VolumeGeometry {
  const levels: Level[] = [];
  let current = shape;
  for (let level = 0; level < count; level += 1) {
    const step = 2 ** level;
    levels.push({
      level,
      shape: current,
      chunk: [64, 64, 64],
      voxel_size_um: sizeUm.map((size) => size * step) as Zyx,
      translation_um: sizeUm.map((size) => (size * (step - 1)) / 2) as Zyx,
    });
    current = current.map((size) => Math.ceil(size / 2)) as Zyx;
  }
  return volumeGeometry({ shape, voxel_size_um: sizeUm, voxel_size_known: true, tile_size: 512, levels });
}
