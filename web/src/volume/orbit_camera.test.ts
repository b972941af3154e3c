// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { planeNames, planes } from '../viewer/plane';
import { pyramid } from '../viewer/test_volume';
import {
  cameraOf,
  dolly,
  eyesOfPlanes,
  openingEye,
  orbit,
  project,
  sceneExtent,
  scenePoint,
  slide,
  tidyEye,
} from './orbit_camera';

const geometry = pyramid([50, 100, 200], [2, 1, 1], 1);
const straight = { ...openingEye, yaw: 0, pitch: 0 };

describe('the camera', () => {
  test('the scene has the proportions of the specimen, not of the voxels', () => {
    expect(sceneExtent(geometry)).toEqual({ x: 1, y: 0.5, z: 0.5 });
    expect(scenePoint(geometry, { x: 0, y: 50, z: 50 })).toEqual({ x: -0.5, y: 0, z: 0.25 });
  });

  test.each(planeNames)('looks at %s as the panel does', (name) => {
    const { right, down, normal } = planes[name];
    const camera = cameraOf({ ...straight, ...eyesOfPlanes[name] }, 400, 300);
    const seen = (axis: 'x' | 'y' | 'z') => {
      const at = project(camera, { x: 0, y: 0, z: 0, [axis]: 0.1 });
      return {
        right: Math.sign(Math.round(((at?.right ?? 9) - 0.5) * 1e6)),
        down: Math.sign(Math.round(((at?.down ?? 9) - 0.5) * 1e6)),
      };
    };
    expect([seen(right), seen(down), seen(normal)]).toEqual([
      { right: 1, down: 0 },
      { right: 0, down: 1 },
      { right: 0, down: 0 },
    ]);
  });

  test('near things are larger, and what is behind is not seen', () => {
    const camera = cameraOf(straight, 400, 400);
    const near = project(camera, { x: 0.2, y: 0, z: -0.5 });
    const far = project(camera, { x: 0.2, y: 0, z: 0.5 });
    expect(near?.right).toBeGreaterThan(far?.right ?? 1);
    expect(project(camera, { x: 0, y: 0, z: -3 })).toBeNull();
  });

  test('the hand drags the near side along', () => {
    const near = { x: 0, y: 0, z: -0.5 };
    const before = project(cameraOf(straight, 400, 400), near);
    const after = project(cameraOf(orbit(straight, 10, 10), 400, 400), near);
    expect(after?.right).toBeGreaterThan(before?.right ?? 1);
    expect(after?.down).toBeGreaterThan(before?.down ?? 1);
  });

  test('sliding moves the centre as far as the hand', () => {
    const at = project(cameraOf(slide(straight, { right: 0.25, down: -0.1 }), 400, 400), {
      x: 0,
      y: 0,
      z: 0,
    });
    expect(at?.right).toBeCloseTo(0.75, 3);
    expect(at?.down).toBeCloseTo(0.4, 3);
  });

  test('has limits', () => {
    expect(tidyEye({ ...straight, yaw: 370, pitch: 200, distance: 1e9 })).toMatchObject({
      yaw: 10,
      pitch: 90,
      distance: 8,
    });
    expect(dolly(straight, 1e9).distance).toBe(0.25);
  });
});
