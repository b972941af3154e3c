// SPDX-License-Identifier: Apache-2.0
// What of the view state belongs to the 3-D panel, and its form in the address:
//   3d=volume,medium,slices,1.5&eye=30,-25,2.3,0,0
// Kept apart from what draws it, which is loaded only when the panel is shown.

import { clamp } from '../viewer/vec3';
import { type Eye, openingEye, tidyEye } from './orbit_camera';
import { type Detail, isDetail } from './volume_level';

/** maximum: the brightest voxel of each ray. volume: fog that the contrast makes. slices: the three planes alone. */
export const spaceModes = ['maximum', 'volume', 'slices'] as const;
export type SpaceMode = (typeof spaceModes)[number];

export function isSpaceMode(text: unknown): text is SpaceMode {
  return spaceModes.some((mode) => mode === text);
}

export interface SpaceView {
  readonly mode: SpaceMode;
  /** Show the three planes within the volume. */
  readonly slices: boolean;
  readonly detail: Detail;
  /** How soon the fog is opaque. */
  readonly density: number;
  readonly eye: Eye;
}

export const densityLimits = { smallest: 0.1, largest: 10 };

export const openingSpace: SpaceView = {
  mode: 'maximum',
  slices: false,
  detail: 'coarse',
  density: 1,
  eye: openingEye,
};

export function spaceFields(space: SpaceView): string[] {
  const { mode, slices, detail, density, eye } = space;
  const parts: string[] = [];
  const words = [mode, detail, ...(slices ? ['slices'] : []), ...(density === 1 ? [] : [String(density)])];
  const opens = mode === openingSpace.mode && detail === openingSpace.detail && words.length === 2;
  if (!opens) parts.push(`3d=${words.join(',')}`);
  const { yaw, pitch, distance, shift } = eye;
  if (eye !== openingEye) parts.push(`eye=${[yaw, pitch, distance, shift.right, shift.down].join(',')}`);
  return parts;
}

export function readSpace(fields: URLSearchParams): SpaceView {
  const [mode, detail, ...rest] = fields.get('3d')?.split(',') ?? [];
  const density = Number(rest.find((word) => word !== 'slices') ?? 1);
  const numbers = fields.get('eye')?.split(',').map(Number) ?? [];
  const [yaw, pitch, distance, right, down] =
    numbers.length === 5 && numbers.every(Number.isFinite) ? numbers : [];
  const { smallest, largest } = densityLimits;
  return {
    mode: isSpaceMode(mode) ? mode : openingSpace.mode,
    detail: isDetail(detail) ? detail : openingSpace.detail,
    slices: rest.includes('slices'),
    density: density > 0 ? clamp(density, smallest, largest) : 1,
    eye:
      yaw === undefined ||
      pitch === undefined ||
      distance === undefined ||
      right === undefined ||
      down === undefined
        ? openingEye
        : tidyEye({ yaw, pitch, distance, shift: { right, down } }),
  };
}
