// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { panelTransform, toPixel, toVoxel } from './panel_transform';
import { planes } from './plane';
import { pyramid } from './test_volume';
import { fitted, pan, placeCursor, stepCursor, voxelAt, zoomAround } from './view_moves';
import { initialViewState } from './view_state';

const geometry = pyramid([96, 160, 200], [1, 1, 1], 3);
const state = {
  ...initialViewState(geometry.shape, {
    window: { low: 0, high: 1 },
    gamma: 1,
    inverted: false,
    colours: 'grey',
  }),
  zoom: 4,
};
const size = { widthPx: 600, heightPx: 400 };
const panels = [planes.xy, planes.zy, planes.xz].map((plane) => ({ plane, size, pixelRatio: 1 }));

describe('moves', () => {
  test('dragging right moves the picture right', () => {
    const change = pan(state, geometry, planes.zy, { right: 4, down: 4 }, { right: 40, down: -20 });
    expect(change.centre).toEqual({ x: 100, y: 85, z: 38 });
  });

  test('zooming keeps the point under the pointer', () => {
    const before = panelTransform(planes.xy, geometry, state, size, 1);
    const pointer = { right: 150, down: 300 };
    const fixed = toVoxel(before, pointer);
    const next = { ...state, ...zoomAround(state, geometry, planes.xy, 1.5, fixed) };
    const after = toPixel(panelTransform(planes.xy, geometry, next, size, 1), fixed);
    expect(Math.abs(after.right - pointer.right)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(after.down - pointer.down)).toBeLessThanOrEqual(0.5);
    expect(next.zoom).toBe(6);
  });

  test('a cursor that would leave the picture takes the picture along', () => {
    const near = placeCursor(state, geometry, { x: 120, y: 80, z: 48 }, panels);
    expect(near.centre).toBe(state.centre);
    const far = placeCursor(state, geometry, { x: 120, y: 80, z: 2 }, panels);
    expect(far.cursor?.z).toBe(2);
    expect(far.centre?.z).toBe(48);
    const zoomed = placeCursor({ ...state, zoom: 16 }, geometry, { x: 120, y: 80, z: 2 }, panels);
    expect(zoomed.centre).toEqual({ x: 120.5, y: 80, z: 2.5 });
  });

  test('steps stop at the ends', () => {
    expect(stepCursor(state, geometry, 'z', 1000, panels).cursor?.z).toBe(95);
    expect(stepCursor(state, geometry, 'z', -1000, panels).cursor?.z).toBe(0);
  });

  test('fit shows everything in every panel', () => {
    const { zoom, centre } = fitted(geometry, panels);
    expect(zoom).toBeCloseTo((400 / 160) * 0.94, 9);
    expect(centre).toEqual({ x: 100, y: 80, z: 48 });
  });

  test('outside the volume there is no voxel', () => {
    expect(voxelAt(state, geometry, planes.xz, { right: 10.9, down: 95.2 })).toEqual({ x: 10, y: 80, z: 95 });
    expect(voxelAt(state, geometry, planes.xz, { right: -0.1, down: 5 })).toBeNull();
    expect(voxelAt(state, geometry, planes.xz, { right: 5, down: 96 })).toBeNull();
  });
});
