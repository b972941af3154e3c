// SPDX-License-Identifier: Apache-2.0
// What the reader draws into a volume: distances, angles and boxes. Places are level-0 corner coordinates, so that
// nothing depends on the zoom at which it was drawn.

import { axes, clamp, mapAxes, type Vec3 } from '../viewer/vec3';

/** Told apart also by colour-blind eyes, and bright enough on grey: after Okabe and Ito. */
export const markColours = ['yellow', 'sky', 'orange', 'green', 'pink', 'white'] as const;
export type MarkColour = (typeof markColours)[number];

interface Named {
  readonly id: string;
  readonly name: string;
  readonly colour: MarkColour;
}

export interface DistanceMark extends Named {
  readonly kind: 'distance';
  readonly points: readonly [Vec3, Vec3];
}

/** The angle at the second point. */
export interface AngleMark extends Named {
  readonly kind: 'angle';
  readonly points: readonly [Vec3, Vec3, Vec3];
}

/** Whole voxels; `high` is the first one that is no longer inside. */
export interface BoxMark extends Named {
  readonly kind: 'box';
  readonly low: Vec3;
  readonly high: Vec3;
}

export type PathMark = DistanceMark | AngleMark;
export type Mark = PathMark | BoxMark;
export type MarkKind = Mark['kind'];

export const markLimits = { count: 100, name: 80 };

export function isMarkColour(text: unknown): text is MarkColour {
  return markColours.some((colour) => colour === text);
}

/** A hundredth of a voxel: what a link carries, so that a view that comes back is the same to the last digit. */
export function tidyPoint(point: Vec3, shape: Vec3): Vec3 {
  return mapAxes((axis) => clamp(Math.round(point[axis] * 100) / 100, 0, shape[axis]));
}

/** The box between two corners, whichever way it was drawn: whole voxels inside the volume, at least one. */
export function boxBetween(a: Vec3, b: Vec3, shape: Vec3): Pick<BoxMark, 'low' | 'high'> {
  const low = mapAxes((axis) => clamp(Math.floor(Math.min(a[axis], b[axis])), 0, shape[axis] - 1));
  const high = mapAxes((axis) => clamp(Math.ceil(Math.max(a[axis], b[axis])), low[axis] + 1, shape[axis]));
  return { low, high };
}

export function tidyName(name: string): string {
  return name.trim().replace(/\s+/g, ' ').slice(0, markLimits.name);
}

/** Random, because marks of two people may meet in one view. */
export function newMarkId(): string {
  return Math.random().toString(36).slice(2, 8).padEnd(6, '0');
}

const kindWords: Readonly<Record<MarkKind, string>> = { distance: 'Distance', angle: 'Angle', box: 'Box' };

/** "Distance 3": one more than the highest number in use. */
export function freshName(kind: MarkKind, marks: readonly Mark[]): string {
  const word = kindWords[kind];
  const numbers = marks.map(({ name }) =>
    name.startsWith(`${word} `) ? Number(name.slice(word.length + 1)) : 0,
  );
  return `${word} ${1 + Math.max(0, ...numbers.filter(Number.isInteger))}`;
}

/** The colour that is used least. */
export function freshColour(marks: readonly Mark[]): MarkColour {
  const uses = (colour: MarkColour) => marks.filter((mark) => mark.colour === colour).length;
  return markColours.reduce((best, colour) => (uses(colour) < uses(best) ? colour : best));
}

/** Marks of a link and those already here: none is lost, and the link's form of one wins. */
export function mergeMarks(linked: readonly Mark[], here: readonly Mark[]): readonly Mark[] {
  const replaced = here.map((mark) => linked.find(({ id }) => id === mark.id) ?? mark);
  const added = linked.filter(({ id }) => !here.some((mark) => mark.id === id));
  return [...replaced, ...added].slice(0, markLimits.count);
}

export function middleOf(mark: Mark): Vec3 {
  if (mark.kind === 'box') return mapAxes((axis) => (mark.low[axis] + mark.high[axis]) / 2);
  const total = mark.points.length;
  return mapAxes((axis) => mark.points.reduce((sum, point) => sum + point[axis], 0) / total);
}

/** How far a mark reaches along each axis. */
export function reachOf(mark: Mark): { readonly low: Vec3; readonly high: Vec3 } {
  if (mark.kind === 'box') return mark;
  const along = (pick: (...numbers: number[]) => number) =>
    mapAxes((axis) => pick(...mark.points.map((point) => point[axis])));
  return { low: along(Math.min), high: along(Math.max) };
}

export function sameVec3(a: Vec3, b: Vec3): boolean {
  return axes.every((axis) => a[axis] === b[axis]);
}
