// SPDX-License-Identifier: Apache-2.0
// A tile as it lies in memory: a lossy 8-bit picture, or the exact voxels.

import type { ContrastWindow } from './tone';
import type { VoxelArray } from './voxel_array';

export interface LossyTile {
  readonly kind: 'lossy';
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** Grey byte b stands for low + b / 255 * (high - low) of `window`. */
  readonly bitmap: ImageBitmap;
  readonly window: ContrastWindow;
}

export interface ExactTile {
  readonly kind: 'exact';
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly voxels: VoxelArray;
}

export type TileData = LossyTile | ExactTile;
