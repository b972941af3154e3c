// SPDX-License-Identifier: Apache-2.0
// Where each level lies in the volume. Positions are level-0 corner coordinates: voxel i covers [i, i + 1), its
// centre is i + 0.5. A level is placed by its own scale and translation, so a foreign pyramid that is not a plain
// halving still lands where its metadata says; for a plain 2x2x2 mean the offset comes out as 0.

import type { Dataset } from '../api/types';
import { fromZyx, mapAxes, type Vec3 } from './vec3';

export interface LevelGeometry {
  readonly level: number;
  readonly shape: Vec3;
  /** Level-0 voxels per voxel of this level. */
  readonly ratio: Vec3;
  /** Level-0 corner coordinate at which voxel 0 of this level begins. */
  readonly offset: Vec3;
}

export interface VolumeGeometry {
  readonly shape: Vec3;
  readonly voxelSizeUm: Vec3;
  readonly voxelSizeKnown: boolean;
  readonly tileSize: number;
  readonly levels: readonly LevelGeometry[];
}

type GeometrySource = Pick<Dataset, 'shape' | 'voxel_size_um' | 'voxel_size_known' | 'tile_size' | 'levels'>;

export function volumeGeometry(dataset: GeometrySource): VolumeGeometry {
  const finest = dataset.levels[0];
  if (!finest) throw new Error('the dataset has no levels');
  const size0 = fromZyx(finest.voxel_size_um);
  const translation0 = fromZyx(finest.translation_um);
  const levels = dataset.levels.map((entry) => {
    const size = fromZyx(entry.voxel_size_um);
    const translation = fromZyx(entry.translation_um);
    const ratio = mapAxes((axis) => size[axis] / size0[axis]);
    const offset = mapAxes(
      (axis) => (translation[axis] - translation0[axis]) / size0[axis] - 0.5 * ratio[axis] + 0.5,
    );
    return {
      level: entry.level,
      shape: fromZyx(entry.shape),
      ratio,
      offset: mapAxes((a) => round9(offset[a])),
    };
  });
  return {
    shape: fromZyx(dataset.shape),
    voxelSizeUm: size0,
    voxelSizeKnown: dataset.voxel_size_known,
    tileSize: dataset.tile_size,
    levels,
  };
}

/** Removes the last-bit noise of decimal voxel sizes such as 0.65, which would otherwise shift tile edges. */
function round9(value: number): number {
  return Math.round(value * 1e9) / 1e9 + 0;
}

export function levelAt(geometry: VolumeGeometry, level: number): LevelGeometry {
  const found = geometry.levels[level];
  if (!found) throw new RangeError(`level ${level} does not exist`);
  return found;
}

export function coarsestLevel(geometry: VolumeGeometry): number {
  return geometry.levels.length - 1;
}

/** Physical stretch of each axis against the finest one: a voxel twice as long is drawn twice as long. */
export function aspect(geometry: VolumeGeometry): Vec3 {
  const { x, y, z } = geometry.voxelSizeUm;
  const finest = Math.min(x, y, z);
  return mapAxes((axis) => geometry.voxelSizeUm[axis] / finest);
}
