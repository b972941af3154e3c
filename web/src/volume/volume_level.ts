// SPDX-License-Identifier: Apache-2.0
// Which level the 3-D view loads: the finest one within a budget of bytes. All of it is loaded, so its size is known
// before anything is asked for.

import type { Vec3 } from '../viewer/vec3';
import type { VolumeGeometry } from '../viewer/volume_geometry';
import { bytesPerVoxel } from '../viewer/voxel_array';
import { brickEdge } from './brick_frames';

export const details = ['coarse', 'medium', 'fine'] as const;
export type Detail = (typeof details)[number];

export function isDetail(text: unknown): text is Detail {
  return details.some((detail) => detail === text);
}

/** Voxels as stored, before compression on the way. */
export const detailBudgetBytes: Readonly<Record<Detail, number>> = {
  coarse: 4.5e6,
  medium: 20e6,
  fine: 160e6,
};
/** What WebGL 2 promises for the edge of a 3-D texture on every machine that we know of. */
const largestEdge = 2048;
const largestTextureBytes = 512e6;

export interface VolumeLevel {
  readonly level: number;
  readonly shape: Vec3;
  readonly bytes: number;
}

/** Null when not even the coarsest level can be held. */
export function levelForDetail(
  geometry: VolumeGeometry,
  dataType: string,
  detail: Detail,
): VolumeLevel | null {
  const candidates = geometry.levels.map(({ level, shape }) => {
    const voxels = shape.x * shape.y * shape.z;
    return { level, shape, bytes: voxels * bytesPerVoxel(dataType), textureBytes: voxels * 2 };
  });
  const holdable = candidates.filter(
    ({ shape, textureBytes }) =>
      Math.max(shape.x, shape.y, shape.z) <= largestEdge && textureBytes <= largestTextureBytes,
  );
  const within = holdable.find(({ bytes }) => bytes <= detailBudgetBytes[detail]);
  const found = within ?? holdable.at(-1);
  return found ? { level: found.level, shape: found.shape, bytes: found.bytes } : null;
}

export interface BrickPlace {
  readonly z: number;
  readonly y: number;
  readonly x: number;
}

/** Every brick of a level, from the middle outwards. */
export function bricksOf({ shape }: VolumeLevel): BrickPlace[] {
  const count = (size: number) => Math.ceil(size / brickEdge);
  const places: BrickPlace[] = [];
  for (let z = 0; z < count(shape.z); z += 1)
    for (let y = 0; y < count(shape.y); y += 1)
      for (let x = 0; x < count(shape.x); x += 1) places.push({ z, y, x });
  const away = ({ z, y, x }: BrickPlace) =>
    Math.hypot(
      (z + 0.5) * brickEdge - shape.z / 2,
      (y + 0.5) * brickEdge - shape.y / 2,
      (x + 0.5) * brickEdge - shape.x / 2,
    );
  return places.sort((a, b) => away(a) - away(b));
}
