// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { glanceLevel, sharpLevel } from './level_choice';
import { planes } from './plane';
import { pyramid } from './test_volume';

const geometry = pyramid([2000, 2000, 2000], [0.65, 0.65, 0.65], 6);
const at = (pixelsPerVoxel: number) => ({
  origin: { right: 0, down: 0 },
  scale: { right: pixelsPerVoxel, down: pixelsPerVoxel },
});

describe('level choice', () => {
  test.each([
    [8, 0],
    [1, 0],
    [0.72, 0],
    [0.7, 1],
    [0.5, 1],
    [0.36, 1],
    [0.25, 2],
    [0.125, 3],
    [0.0001, 5],
  ])('%d device pixels per voxel are drawn from level %d', (pixels, level) => {
    expect(sharpLevel(geometry, planes.xy, at(pixels))).toBe(level);
  });

  test('an anisotropic volume is drawn fine enough for its longest voxels', () => {
    expect(sharpLevel(geometry, planes.zy, { ...at(0.25), scale: { right: 1, down: 0.25 } })).toBe(0);
  });

  test('a glance is the finest level that fits into one small tile', () => {
    expect(glanceLevel(geometry, planes.xy)).toBe(3);
    expect(glanceLevel(pyramid([3000, 4000, 4000], [1, 1, 1], 1), planes.xy)).toBe(0);
  });
});
