// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { planes } from './plane';
import { pyramid } from './test_volume';
import { placeTile, seenPart, sliceIndex, tilesInBox } from './tile_grid';

const geometry = pyramid([135, 1200, 1701], [1, 1, 1], 4);
const whole = { right0: 0, right1: 1701, down0: 0, down1: 1200 };

describe('tile grid', () => {
  test('a slice lies in the level voxel that covers it', () => {
    expect(sliceIndex(geometry, planes.xy, 0, 77)).toBe(77);
    expect(sliceIndex(geometry, planes.xy, 1, 76)).toBe(38);
    expect(sliceIndex(geometry, planes.xy, 1, 77)).toBe(38);
    expect(sliceIndex(geometry, planes.xy, 3, 134)).toBe(16);
  });

  test('covers the whole slice with 4 x 3 tiles, nearest to the middle first', () => {
    const tiles = tilesInBox(geometry, planes.xy, 0, 5, whole);
    expect(tiles).toHaveLength(12);
    expect(new Set(tiles.map(({ tx, ty }) => `${tx},${ty}`)).size).toBe(12);
    expect(tiles[0]).toEqual({ plane: 'xy', level: 0, index: 5, tx: 1, ty: 1 });
    expect([tiles[11]?.tx, tiles[11]?.ty]).toEqual([3, 2]);
  });

  test('takes no tile that only touches the edge of the view', () => {
    const box = { right0: 512, right1: 1024, down0: 0, down1: 512 };
    expect(tilesInBox(geometry, planes.xy, 0, 0, box).map(({ tx, ty }) => [tx, ty])).toEqual([[1, 0]]);
  });

  test('the last tile is short', () => {
    const placed = placeTile(geometry, planes.xy, { plane: 'xy', level: 0, index: 0, tx: 3, ty: 2 });
    expect(placed.box).toEqual({ right0: 1536, right1: 1701, down0: 1024, down1: 1200 });
    expect(placed.texels).toEqual({ width: 165, height: 176 });
  });

  test('the overhang of an odd size is cut off at the volume', () => {
    const placed = placeTile(geometry, planes.xy, { plane: 'xy', level: 1, index: 0, tx: 1, ty: 0 });
    expect(placed.box.right1).toBe(1701);
    expect(placed.texels.width).toBe((1701 - 1024) / 2);
  });
});

describe('the part of a tile in sight', () => {
  test('is counted in the texels of its level', () => {
    const box = { right0: 600.5, right1: 700, down0: 0, down1: 90.1 };
    const tile = { plane: 'xy', level: 0, index: 0, tx: 1, ty: 0 } as const;
    expect(seenPart(geometry, planes.xy, tile, box)).toMatchObject({ x0: 88, x1: 188, y0: 0, y1: 91 });
    const coarse = { ...tile, level: 1, tx: 0 };
    expect(seenPart(geometry, planes.xy, coarse, box)).toMatchObject({ x0: 300, x1: 350, y0: 0, y1: 46 });
  });

  test('ends with the tile', () => {
    const tile = { plane: 'xy', level: 0, index: 0, tx: 3, ty: 2 } as const;
    expect(seenPart(geometry, planes.xy, tile, whole)).toMatchObject({ x0: 0, x1: 165, y0: 0, y1: 176 });
  });
});
