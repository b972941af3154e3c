// SPDX-License-Identifier: Apache-2.0
// A mark as one panel shows it, in device pixels: its line, its handles, and what lies under a pointer.

import { type PanelPoint, type PanelTransform, toPixel } from '../viewer/panel_transform';
import type { Plane } from '../viewer/plane';
import type { Vec3 } from '../viewer/vec3';
import { type BoxMark, type Mark, reachOf } from './mark';

/** What of a mark is held: one of its points, or an edge or corner of its box, or the whole (0, 0). */
export type MarkPart =
  | { readonly kind: 'point'; readonly index: number }
  | { readonly kind: 'side'; readonly right: -1 | 0 | 1; readonly down: -1 | 0 | 1 };

export interface MarkHandle {
  readonly at: PanelPoint;
  readonly part: MarkPart;
}

export interface MarkOutline {
  readonly mark: Mark;
  readonly selected: boolean;
  /** Whether the shown slice goes through it. */
  readonly inSlice: boolean;
  readonly line: readonly PanelPoint[];
  readonly handles: readonly MarkHandle[];
}

/** Marks elsewhere along the normal are left out, except for the one that is selected. */
export function outlines(
  marks: readonly Mark[],
  selected: string | null,
  plane: Plane,
  slice: number,
  transform: PanelTransform,
): MarkOutline[] {
  return marks.flatMap((mark) => {
    const inSlice = crosses(mark, plane, slice);
    const isSelected = mark.id === selected;
    if (!inSlice && !isSelected) return [];
    const line =
      mark.kind === 'box' ? boxLine(mark, plane, transform) : pathLine(mark.points, plane, transform);
    const handles = mark.kind === 'box' ? (isSelected ? boxHandles(line) : []) : pointHandles(line);
    return [{ mark, selected: isSelected, inSlice, line, handles }];
  });
}

export function pathLine(points: readonly Vec3[], plane: Plane, transform: PanelTransform): PanelPoint[] {
  return points.map((point) => toPixel(transform, { right: point[plane.right], down: point[plane.down] }));
}

function crosses(mark: Mark, { normal }: Plane, slice: number): boolean {
  const { low, high } = reachOf(mark);
  if (mark.kind === 'box') return low[normal] <= slice && slice < high[normal];
  return low[normal] < slice + 1 && high[normal] >= slice;
}

/** Left top, right top, right bottom, left bottom. */
function boxLine({ low, high }: BoxMark, plane: Plane, transform: PanelTransform): PanelPoint[] {
  const a = toPixel(transform, { right: low[plane.right], down: low[plane.down] });
  const b = toPixel(transform, { right: high[plane.right], down: high[plane.down] });
  return [a, { right: b.right, down: a.down }, b, { right: a.right, down: b.down }];
}

function pointHandles(line: readonly PanelPoint[]): MarkHandle[] {
  return line.map((at, index) => ({ at, part: { kind: 'point', index } }));
}

const sides = [-1, 0, 1] as const;

function boxHandles(line: readonly PanelPoint[]): MarkHandle[] {
  const [a, , b] = line;
  if (!a || !b) return [];
  const between = (low: number, high: number, side: number) => low + ((high - low) * (side + 1)) / 2;
  return sides.flatMap((down) =>
    sides.map((right) => ({
      at: { right: between(a.right, b.right, right), down: between(a.down, b.down, down) },
      part: { kind: 'side' as const, right, down },
    })),
  );
}

export interface MarkHit {
  readonly mark: Mark;
  readonly part: MarkPart | null;
}

/** The handle, else the line, nearest to a point within `reachPx`. Handles of the selected mark come first. */
export function hitMark(shown: readonly MarkOutline[], at: PanelPoint, reachPx: number): MarkHit | null {
  const found: { hit: MarkHit; rank: number }[] = [];
  for (const { mark, selected, line, handles } of shown) {
    for (const { at: place, part } of handles) {
      const away = Math.hypot(place.right - at.right, place.down - at.down);
      if (away <= reachPx) found.push({ hit: { mark, part }, rank: away - (selected ? 2 * reachPx : 0) });
    }
    const away = distanceToLine(line, at, mark.kind === 'box');
    if (away <= reachPx / 2) found.push({ hit: { mark, part: null }, rank: reachPx + away });
  }
  found.sort((a, b) => a.rank - b.rank);
  return found[0]?.hit ?? null;
}

function distanceToLine(line: readonly PanelPoint[], at: PanelPoint, closed: boolean): number {
  const ends = closed && line[0] ? [...line, line[0]] : line;
  const away = ends.slice(1).map((to, index) => distanceToSegment(ends[index] ?? to, to, at));
  return Math.min(...away);
}

function distanceToSegment(from: PanelPoint, to: PanelPoint, at: PanelPoint): number {
  const along = { right: to.right - from.right, down: to.down - from.down };
  const length2 = along.right ** 2 + along.down ** 2;
  const share = ((at.right - from.right) * along.right + (at.down - from.down) * along.down) / (length2 || 1);
  const t = Math.min(Math.max(share, 0), 1);
  return Math.hypot(from.right + along.right * t - at.right, from.down + along.down * t - at.down);
}
