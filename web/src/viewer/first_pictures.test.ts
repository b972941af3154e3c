// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { openingCursor, thumbnailLevel, thumbnailTile } from './first_pictures';
import { planeNames, planes } from './plane';
import { pyramid } from './test_volume';
import { sliceIndex } from './tile_grid';
import { axes } from './vec3';

describe('first pictures', () => {
  test('the thumbnail is a slice of the finest level that fits into 256', () => {
    expect(thumbnailLevel(pyramid([135, 160, 160], [1, 1, 1], 3))).toBe(0);
    expect(thumbnailLevel(pyramid([2160, 2560, 2560], [1, 1, 1], 6))).toBe(4);
    expect(thumbnailLevel(pyramid([10, 8192, 8192], [1, 1, 1], 1))).toBe(0);
  });

  test.each([
    [135, 160, 160],
    [2160, 2560, 2560],
    [1999, 1001, 4097],
    [4, 751, 818],
    [1, 5000, 257],
  ])('a volume of %i x %i x %i opens on the slices of its thumbnails, next to its middle', (z, y, x) => {
    const geometry = pyramid([z, y, x], [1, 1, 1], 6);
    const cursor = openingCursor(geometry);
    const { shape } = geometry.levels[thumbnailLevel(geometry)] ?? { shape: geometry.shape };
    for (const name of planeNames) {
      const plane = planes[name];
      const picture = { width: shape[plane.right], height: shape[plane.down] };
      const tile = thumbnailTile(geometry, plane, picture);
      const level = tile?.level ?? -1;
      expect(tile?.index).toBe(sliceIndex(geometry, plane, level, cursor[plane.normal]));
    }
    for (const axis of axes) {
      const ratio = geometry.levels[thumbnailLevel(geometry)]?.ratio[axis] ?? 1;
      expect(Math.abs(cursor[axis] - Math.floor(geometry.shape[axis] / 2))).toBeLessThan(ratio);
    }
  });

  test('a picture of another size is not shown as a slice', () => {
    const geometry = pyramid([100, 200, 200], [1, 1, 1], 2);
    expect(thumbnailTile(geometry, planes.xy, { width: 100, height: 100 })).toBeNull();
    expect(thumbnailTile(geometry, planes.xy, { width: 200, height: 200 })).toMatchObject({
      level: 0,
      index: 50,
    });
  });
});
