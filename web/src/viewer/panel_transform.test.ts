// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { panelTransform, toPixel, toVoxel, visibleBox } from './panel_transform';
import { planes } from './plane';
import { pyramid } from './test_volume';

const isotropic = pyramid([96, 160, 200], [1, 1, 1], 3);
const size = { widthPx: 640, heightPx: 400 };

describe('panel transform', () => {
  test('the centre of the view lies in the middle of the panel', () => {
    const view = { centre: { x: 100, y: 80, z: 48 }, zoom: 2 };
    const transform = panelTransform(planes.xy, isotropic, view, size, 1);
    expect(toPixel(transform, { right: 100, down: 80 })).toEqual({ right: 320, down: 200 });
    expect(toPixel(transform, { right: 101, down: 80 })).toEqual({ right: 322, down: 200 });
  });

  test('each plane takes its own axes', () => {
    const view = { centre: { x: 10, y: 20, z: 30 }, zoom: 1 };
    const zy = panelTransform(planes.zy, isotropic, view, size, 1);
    const xz = panelTransform(planes.xz, isotropic, view, size, 1);
    expect(toVoxel(zy, { right: 320, down: 200 })).toEqual({ right: 30, down: 20 });
    expect(toVoxel(xz, { right: 320, down: 200 })).toEqual({ right: 10, down: 30 });
  });

  test('pixel to voxel and back is the identity', () => {
    const view = { centre: { x: 33.3, y: 71.7, z: 5 }, zoom: 1.37 };
    const transform = panelTransform(planes.xy, isotropic, view, size, 1.5);
    const back = toPixel(transform, toVoxel(transform, { right: 123, down: 45 }));
    expect(back.right).toBeCloseTo(123, 9);
    expect(back.down).toBeCloseTo(45, 9);
  });

  test('the volume begins on a whole device pixel', () => {
    const view = { centre: { x: 33.37, y: 71.71, z: 5 }, zoom: 1 };
    const { origin } = panelTransform(planes.xy, isotropic, view, { widthPx: 641, heightPx: 399 }, 1.25);
    expect(Number.isInteger(origin.right) && Number.isInteger(origin.down)).toBe(true);
  });

  test('longer voxels are drawn longer, and device pixels count', () => {
    const stretched = pyramid([40, 100, 100], [2.5, 1, 1], 2);
    const view = { centre: { x: 0, y: 0, z: 0 }, zoom: 2 };
    const { scale } = panelTransform(planes.zy, stretched, view, size, 2);
    expect(scale).toEqual({ right: 10, down: 4 });
  });

  test('the visible box is cut to the volume and absent beside it', () => {
    const near = panelTransform(planes.xy, isotropic, { centre: { x: 0, y: 80, z: 0 }, zoom: 4 }, size, 1);
    expect(visibleBox(near, size, planes.xy, isotropic.shape)).toEqual({
      right0: 0,
      right1: 80,
      down0: 30,
      down1: 130,
    });
    const beside = panelTransform(
      planes.xy,
      isotropic,
      { centre: { x: -200, y: 80, z: 0 }, zoom: 4 },
      size,
      1,
    );
    expect(visibleBox(beside, size, planes.xy, isotropic.shape)).toBeNull();
  });
});
