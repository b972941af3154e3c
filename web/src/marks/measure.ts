// SPDX-License-Identifier: Apache-2.0
// Lengths, angles and sizes, from the voxel size that the dataset gives. Exact: nothing of the screen enters.

import { formatLength } from '../format/lengths';
import { formatBytes, formatCount, formatShort } from '../format/numbers';
import { axes, mapAxes, type Vec3 } from '../viewer/vec3';
import type { VolumeGeometry } from '../viewer/volume_geometry';
import { bytesPerVoxel } from '../viewer/voxel_array';
import type { BoxMark, PathMark } from './mark';

type Scale = Pick<VolumeGeometry, 'voxelSizeUm' | 'voxelSizeKnown'>;

/** In micrometres, or in voxels where their size is not known. */
function arm(from: Vec3, to: Vec3, { voxelSizeUm, voxelSizeKnown }: Scale): Vec3 {
  return mapAxes((axis) => (to[axis] - from[axis]) * (voxelSizeKnown ? voxelSizeUm[axis] : 1));
}

export function distance(from: Vec3, to: Vec3, scale: Scale): number {
  const { x, y, z } = arm(from, to, scale);
  return Math.hypot(x, y, z);
}

/** Degrees at `corner`; null when a leg has no length. */
export function angle(first: Vec3, corner: Vec3, last: Vec3, scale: Scale): number | null {
  const a = arm(corner, first, scale);
  const b = arm(corner, last, scale);
  const cross = [a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x];
  const dot = a.x * b.x + a.y * b.y + a.z * b.z;
  const flat = (v: Vec3) => axes.every((axis) => v[axis] === 0);
  // The arc tangent keeps its digits near 0° and 180°, where the arc cosine loses them.
  return flat(a) || flat(b) ? null : (Math.atan2(Math.hypot(...cross), dot) * 180) / Math.PI;
}

export function distanceText(from: Vec3, to: Vec3, scale: Scale): string {
  const length = distance(from, to, scale);
  return scale.voxelSizeKnown ? formatLength(length) : `${formatShort(length)} voxels`;
}

export function angleText(first: Vec3, corner: Vec3, last: Vec3, scale: Scale): string {
  const degrees = angle(first, corner, last, scale);
  return degrees === null ? '–' : `${degrees.toFixed(1)}°`;
}

export function pathText(mark: PathMark, scale: Scale): string {
  if (mark.kind === 'distance') return distanceText(mark.points[0], mark.points[1], scale);
  return angleText(mark.points[0], mark.points[1], mark.points[2], scale);
}

export interface BoxSize {
  readonly voxels: Vec3;
  readonly count: number;
  /** Uncompressed, at full resolution. */
  readonly bytes: number;
}

export function boxSize({ low, high }: Pick<BoxMark, 'low' | 'high'>, dataType: string): BoxSize {
  const voxels = mapAxes((axis) => high[axis] - low[axis]);
  const count = voxels.x * voxels.y * voxels.z;
  return { voxels, count, bytes: count * bytesPerVoxel(dataType) };
}

export interface BoxSizeTexts {
  readonly voxels: string;
  readonly physical: string | null;
  readonly bytes: string;
  /** To the last byte. */
  readonly exactly: string;
}

export function boxSizeTexts(
  box: Pick<BoxMark, 'low' | 'high'>,
  dataType: string,
  scale: Scale,
): BoxSizeTexts {
  const { voxels, count, bytes } = boxSize(box, dataType);
  const lengths = axes.map((axis) => voxels[axis] * scale.voxelSizeUm[axis]);
  const large = Math.max(...lengths) >= 10_000;
  const physical = `${lengths.map((um) => formatShort(large ? um / 1000 : um)).join(' × ')} ${large ? 'mm' : 'µm'}`;
  return {
    voxels: axes.map((axis) => voxels[axis]).join(' × '),
    physical: scale.voxelSizeKnown ? physical : null,
    bytes: formatBytes(bytes),
    exactly: `${formatCount(count)} voxels of ${dataType}, ${formatCount(bytes)} bytes uncompressed`,
  };
}
