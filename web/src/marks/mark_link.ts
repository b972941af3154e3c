// SPDX-License-Identifier: Apache-2.0
// Marks in the address, one field each, the name last because it may hold anything:
//   mark=distance~k3f9ab~yellow~10.5,20.25,48.5~90,20,48.5~Pore width
//   mark=box~p0x81c~sky~0,0,0~64,64,32~Region 1

import { mapAxes, type Vec3 } from '../viewer/vec3';
import {
  type BoxMark,
  boxBetween,
  isMarkColour,
  type Mark,
  type MarkKind,
  markLimits,
  tidyName,
  tidyPoint,
} from './mark';

const pointCount: Readonly<Record<MarkKind, number>> = { distance: 2, angle: 3, box: 2 };

export function markField(mark: Mark): string {
  const points = mark.kind === 'box' ? [mark.low, mark.high] : mark.points;
  const places = points.map(({ x, y, z }) => `${x},${y},${z}`);
  return `mark=${[mark.kind, mark.id, mark.colour, ...places, encodeURIComponent(mark.name)].join('~')}`;
}

/** The marks among the fields of an address; what is no mark is left out. */
export function readMarks(fields: URLSearchParams, shape: Vec3): Mark[] {
  const marks = new Map<string, Mark>();
  for (const text of fields.getAll('mark')) {
    const mark = readMark(text, shape);
    if (mark && marks.size < markLimits.count) marks.set(mark.id, mark);
  }
  return [...marks.values()];
}

function readMark(text: string, shape: Vec3): Mark | null {
  const [kind, id, colour, ...rest] = text.split('~');
  if (kind !== 'distance' && kind !== 'angle' && kind !== 'box') return null;
  if (!id || !/^[a-z0-9]{1,12}$/.test(id) || !isMarkColour(colour)) return null;
  const points = rest.slice(0, pointCount[kind]).map(readPoint);
  const name = tidyName(rest.slice(pointCount[kind]).join('~'));
  const [a, b, c] = points;
  if (!a || !b || !name) return null;
  if (kind === 'box') return readBox({ kind, id, colour, name }, a, b, shape);
  const [p, q] = [tidyPoint(a, shape), tidyPoint(b, shape)];
  if (kind === 'distance') return { kind, id, colour, name, points: [p, q] };
  return c ? { kind, id, colour, name, points: [p, q, tidyPoint(c, shape)] } : null;
}

function readBox(named: Omit<BoxMark, 'low' | 'high'>, a: Vec3, b: Vec3, shape: Vec3): BoxMark {
  return { ...named, ...boxBetween(a, b, shape) };
}

function readPoint(text: string): Vec3 | null {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [x = 0, y = 0, z = 0] = numbers;
  return numbers.length === 3 && numbers.every(Number.isFinite)
    ? mapAxes((axis) => ({ x, y, z })[axis])
    : null;
}
