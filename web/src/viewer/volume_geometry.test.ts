// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { pyramid } from './test_volume';
import { aspect, levelAt, volumeGeometry } from './volume_geometry';

describe('volume geometry', () => {
  test('levels of a halving pyramid begin where the volume begins', () => {
    const geometry = pyramid([135, 160, 161], [0.65, 0.65, 0.65], 3);
    expect(levelAt(geometry, 2).offset).toEqual({ x: 0, y: 0, z: 0 });
    expect(levelAt(geometry, 2).ratio).toEqual({ x: 4, y: 4, z: 4 });
    expect(levelAt(geometry, 2).shape).toEqual({ x: 41, y: 40, z: 34 });
  });

  test('voxel centres follow v0 = (vk + 0.5) * 2^k - 0.5', () => {
    const { ratio, offset } = levelAt(pyramid([64, 64, 64], [1, 1, 1], 4), 3);
    const corner = offset.x + (5 + 0.5) * ratio.x;
    expect(corner - 0.5).toBe((5 + 0.5) * 8 - 0.5);
  });

  test('a foreign level without translation has its first voxel centred on the first voxel of level 0', () => {
    const geometry = volumeGeometry({
      shape: [10, 10, 10],
      voxel_size_um: [1, 1, 1],
      voxel_size_known: true,
      tile_size: 512,
      levels: [
        {
          level: 0,
          shape: [10, 10, 10],
          chunk: [8, 8, 8],
          voxel_size_um: [1, 1, 1],
          translation_um: [0, 0, 0],
        },
        { level: 1, shape: [5, 5, 5], chunk: [8, 8, 8], voxel_size_um: [2, 2, 2], translation_um: [0, 0, 0] },
      ],
    });
    expect(levelAt(geometry, 1).offset).toEqual({ x: -0.5, y: -0.5, z: -0.5 });
  });

  test('a level may be coarser along some axes only', () => {
    const geometry = volumeGeometry({
      shape: [10, 20, 20],
      voxel_size_um: [4, 1, 1],
      voxel_size_known: true,
      tile_size: 512,
      levels: [
        {
          level: 0,
          shape: [10, 20, 20],
          chunk: [8, 8, 8],
          voxel_size_um: [4, 1, 1],
          translation_um: [0, 0, 0],
        },
        {
          level: 1,
          shape: [10, 10, 10],
          chunk: [8, 8, 8],
          voxel_size_um: [4, 2, 2],
          translation_um: [0, 0.5, 0.5],
        },
      ],
    });
    expect(levelAt(geometry, 1).ratio).toEqual({ x: 2, y: 2, z: 1 });
    expect(levelAt(geometry, 1).offset).toEqual({ x: 0, y: 0, z: 0 });
    expect(aspect(geometry)).toEqual({ x: 1, y: 1, z: 4 });
  });
});
