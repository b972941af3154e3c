// SPDX-License-Identifier: Apache-2.0
// One number per axis. The server writes [z, y, x]; everything the user sees is x, y, z.

import type { Zyx } from '../api/types';

export type Axis = 'x' | 'y' | 'z';

export interface Vec3 {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export const axes: readonly Axis[] = ['x', 'y', 'z'];

export function fromZyx([z, y, x]: Zyx): Vec3 {
  return { x, y, z };
}

export function mapAxes(compute: (axis: Axis) => number): Vec3 {
  return { x: compute('x'), y: compute('y'), z: compute('z') };
}

export function withAxis(vector: Vec3, axis: Axis, value: number): Vec3 {
  return { ...vector, [axis]: value };
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
