// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { pyramid } from '../viewer/test_volume';
import { bricksOf, levelForDetail } from './volume_level';

const large = pyramid([2048, 2048, 2048], [1, 1, 1], 6);

describe('the level for the 3-D view', () => {
  test.each([
    ['coarse', 'uint8', 4, 128],
    ['medium', 'uint8', 3, 256],
    ['fine', 'uint8', 2, 512],
    ['fine', 'float32', 3, 256],
    ['coarse', 'float32', 5, 64],
  ] as const)('%s, %s: level %d', (detail, dataType, level, edge) => {
    expect(levelForDetail(large, dataType, detail)).toMatchObject({
      level,
      shape: { x: edge, y: edge, z: edge },
    });
  });

  test('a volume without a pyramid is taken while it can be held, and refused beyond', () => {
    expect(levelForDetail(pyramid([400, 400, 400], [1, 1, 1], 1), 'uint16', 'coarse')?.level).toBe(0);
    expect(levelForDetail(pyramid([2048, 2048, 2048], [1, 1, 1], 1), 'uint8', 'fine')).toBeNull();
    expect(levelForDetail(pyramid([2, 2, 4000], [1, 1, 1], 1), 'uint8', 'fine')).toBeNull();
  });

  test('bricks cover the level, from the middle outwards', () => {
    const bricks = bricksOf({ level: 0, shape: { x: 200, y: 64, z: 65 }, bytes: 0 });
    expect(bricks).toHaveLength(4 * 1 * 2);
    expect(bricks[0]).toEqual({ z: 0, y: 0, x: 1 });
  });
});
