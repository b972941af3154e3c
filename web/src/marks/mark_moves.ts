// SPDX-License-Identifier: Apache-2.0
// Changing a mark by its handles or by numbers, as pure functions. Boxes stay whole voxels inside the volume.

import type { PanelPoint } from '../viewer/panel_transform';
import type { Plane } from '../viewer/plane';
import { type Axis, clamp, mapAxes, type Vec3, withAxis } from '../viewer/vec3';
import { type BoxMark, type Mark, reachOf, tidyPoint } from './mark';
import type { MarkPart } from './mark_outline';

/** `moved`: how far the pointer has gone since the press, in level-0 voxels of the plane. */
export function dragMark(
  mark: Mark,
  part: MarkPart | null,
  plane: Plane,
  moved: PanelPoint,
  shape: Vec3,
): Mark {
  const by: Vec3 = { x: 0, y: 0, z: 0, [plane.right]: moved.right, [plane.down]: moved.down };
  if (mark.kind !== 'box') {
    if (part?.kind !== 'point') return shiftMark(mark, by, shape);
    const move = (point: Vec3, index: number) =>
      index === part.index
        ? tidyPoint(
            mapAxes((axis) => point[axis] + by[axis]),
            shape,
          )
        : point;
    return withPoints(mark, move);
  }
  if (part?.kind !== 'side' || (part.right === 0 && part.down === 0)) return shiftMark(mark, by, shape);
  const right = resize(mark, plane.right, part.right, moved.right, shape);
  return resize(right, plane.down, part.down, moved.down, shape);
}

/** Moves a whole mark and stops it at the volume's faces, so that its size stays. */
export function shiftMark(mark: Mark, by: Vec3, shape: Vec3): Mark {
  const { low, high } = reachOf(mark);
  const allowed = mapAxes((axis) => clamp(by[axis], -low[axis], shape[axis] - high[axis]));
  if (mark.kind !== 'box') {
    return withPoints(mark, (point) =>
      tidyPoint(
        mapAxes((axis) => point[axis] + allowed[axis]),
        shape,
      ),
    );
  }
  const whole = mapAxes((axis) => Math.round(allowed[axis]));
  return {
    ...mark,
    low: mapAxes((axis) => mark.low[axis] + whole[axis]),
    high: mapAxes((axis) => mark.high[axis] + whole[axis]),
  };
}

/** Sets where a box begins on an axis, or how long it is; the other stays as far as the volume allows. */
export function setBoxNumber(
  box: BoxMark,
  axis: Axis,
  which: 'start' | 'size',
  value: number,
  shape: Vec3,
): BoxMark {
  const size = box.high[axis] - box.low[axis];
  if (which === 'start') {
    const low = clamp(Math.round(value), 0, shape[axis] - size);
    return { ...box, low: withAxis(box.low, axis, low), high: withAxis(box.high, axis, low + size) };
  }
  const high = clamp(box.low[axis] + Math.round(value), box.low[axis] + 1, shape[axis]);
  return { ...box, high: withAxis(box.high, axis, high) };
}

function resize(box: BoxMark, axis: Axis, side: -1 | 0 | 1, moved: number, shape: Vec3): BoxMark {
  if (side === 0) return box;
  const by = Math.round(moved);
  if (side < 0) {
    const low = clamp(box.low[axis] + by, 0, box.high[axis] - 1);
    return { ...box, low: withAxis(box.low, axis, low) };
  }
  const high = clamp(box.high[axis] + by, box.low[axis] + 1, shape[axis]);
  return { ...box, high: withAxis(box.high, axis, high) };
}

function withPoints(mark: Exclude<Mark, BoxMark>, move: (point: Vec3, index: number) => Vec3): Mark {
  if (mark.kind === 'distance') {
    const [a, b] = mark.points;
    return { ...mark, points: [move(a, 0), move(b, 1)] };
  }
  const [a, b, c] = mark.points;
  return { ...mark, points: [move(a, 0), move(b, 1), move(c, 2)] };
}
