// SPDX-License-Identifier: Apache-2.0
// The scale bar: the longest 1-2-5 length that fits.

import { formatLength } from '../format/lengths';

export interface ScaleBar {
  readonly lengthCssPx: number;
  readonly label: string;
}

/** `unitPerCssPx`: micrometres per CSS pixel, or voxels per CSS pixel when the voxel size is not known. */
export function scaleBar(unitPerCssPx: number, widestCssPx: number, voxelSizeKnown: boolean): ScaleBar {
  const widest = unitPerCssPx * widestCssPx;
  const power = 10 ** Math.floor(Math.log10(widest));
  const lead = [5, 2, 1].find((step) => step * power <= widest * (1 + 1e-9)) ?? 1;
  const length = lead * power;
  const lengthCssPx = length / unitPerCssPx;
  if (voxelSizeKnown) return { lengthCssPx, label: scaleLabel(length) };
  return { lengthCssPx, label: `${Number(length.toPrecision(1))} ${length === 1 ? 'voxel' : 'voxels'}` };
}

function scaleLabel(um: number): string {
  if (um >= 999.5) return `${Number((um / 1000).toPrecision(1))} mm`;
  return formatLength(Number(um.toPrecision(1)));
}
