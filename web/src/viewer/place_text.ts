// SPDX-License-Identifier: Apache-2.0
// A place as people type it: "100, 80, 48" in voxels, "65 µm, 52 µm, 31.2 µm", "x=12 z=3 mm", "1.2 3.4 0.5 mm". A unit
// stands for its own number; a unit behind the last number alone stands for all of them. Lengths count from the centre
// of the first voxel, as the page shows them.

import { type Axis, axes, type Vec3, withAxis } from './vec3';
import type { VolumeGeometry } from './volume_geometry';

export type PlaceReading =
  | { readonly place: Vec3; readonly problem: null }
  | { readonly place: null; readonly problem: string };

const umPerUnit: Readonly<Record<string, number>> = { nm: 1e-3, um: 1, µm: 1, μm: 1, mm: 1e3, cm: 1e4 };
const term =
  /^(?:([xyz])\s*[=:]?\s*)?([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)\s*(nm|um|µm|μm|mm|cm)?(?=$|[\s,;])/i;

interface Term {
  readonly axis: Axis | null;
  readonly number: number;
  readonly unit: string | null;
}

/** Reads a place; axes that are not named stay where `from` is. The voxel may lie outside the volume. */
export function readPlace(text: string, geometry: VolumeGeometry, from: Vec3): PlaceReading {
  const terms = readTerms(text);
  if (!terms) return refuse('Write three numbers, such as 100, 80, 48 or 65 µm, 52 µm, 31 µm.');
  const named = terms.every(({ axis }) => axis !== null);
  if (!named && (terms.length !== 3 || terms.some(({ axis }) => axis !== null))) {
    return refuse('Write all three of x, y, z, or name them, such as z=48.');
  }
  const onlyLast = terms.slice(0, -1).every(({ unit }) => unit === null);
  const shared = onlyLast ? (terms.at(-1)?.unit ?? null) : null;
  const { voxelSizeUm, voxelSizeKnown } = geometry;
  let place = from;
  for (const [order, { axis: name, number, unit: own }] of terms.entries()) {
    const axis = name ?? axes[order] ?? 'x';
    const unit = own ?? shared;
    if (unit && !voxelSizeKnown)
      return refuse('The voxel size is not recorded: write voxels without a unit.');
    const voxel = unit ? (number * (umPerUnit[unit.toLowerCase()] ?? 1)) / voxelSizeUm[axis] : number;
    place = withAxis(place, axis, unit ? Math.round(voxel) : Math.floor(voxel));
  }
  return { place, problem: null };
}

function readTerms(text: string): Term[] | null {
  const terms: Term[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const found = term.exec(rest);
    if (!found || terms.length === 3) return null;
    const axis = (found[1]?.toLowerCase() ?? null) as Axis | null;
    if (axis && terms.some((earlier) => earlier.axis === axis)) return null;
    terms.push({ axis, number: Number(found[2]), unit: found[3] ?? null });
    rest = rest.slice(found[0].length).replace(/^[\s,;]+/, '');
  }
  return terms.length > 0 ? terms : null;
}

function refuse(problem: string): PlaceReading {
  return { place: null, problem };
}
