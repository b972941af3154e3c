// SPDX-License-Identifier: Apache-2.0
// Lengths in micrometres and shapes, written in the order people use: x, y, z.

import type { Zyx } from '../api/types';
import { formatShort } from './numbers';

export function formatLength(um: number, digits = 4): string {
  const size = Math.abs(um);
  if (size >= 10_000) return `${formatShort(um / 1000, digits)} mm`;
  if (size > 0 && size < 0.1) return `${formatShort(um * 1000, digits)} nm`;
  return `${formatShort(um, digits)} µm`;
}

export function formatShape([z, y, x]: Zyx): string {
  return `${x} × ${y} × ${z}`;
}

export function formatVoxelSize([z, y, x]: Zyx, known: boolean): string {
  if (!known) return 'not recorded';
  if (x === y && y === z) return formatLength(x);
  return `${formatShort(x)} × ${formatShort(y)} × ${formatShort(z)} µm`;
}
