// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import type { Brick } from './brick_frames';
import { halfOfUnit, unitOfHalf } from './half_float';
import { VolumeTexels } from './volume_texels';

function brick(x: number, width: number, value: (x: number, y: number, z: number) => number): Brick {
  const [depth, height] = [10, 20];
  const voxels = new Float32Array(depth * height * width);
  let at = 0;
  for (let z = 0; z < depth; z += 1)
    for (let y = 0; y < height; y += 1)
      for (let i = 0; i < width; i += 1) {
        voxels[at] = value(x * 64 + i, y, z);
        at += 1;
      }
  return { z: 0, y: 0, x, depth, height, width, voxels };
}

const range = { low: -100, high: 300 };
const volume = () => new VolumeTexels({ x: 70, y: 20, z: 10 }, 'float32', range);

describe('half floats', () => {
  test('keep 11 bits', () => {
    for (let i = 0; i <= 5000; i += 1) {
      const value = i / 5000;
      expect(Math.abs(unitOfHalf(halfOfUnit(value)) - value)).toBeLessThanOrEqual(
        Math.max(value, 2 ** -14) * 2 ** -11,
      );
    }
    expect([halfOfUnit(1), halfOfUnit(0.5), halfOfUnit(2 ** -24)]).toEqual([0x3c00, 0x3800, 1]);
    expect([halfOfUnit(-1), halfOfUnit(Number.NaN), halfOfUnit(7)]).toEqual([0, 0, 0x3c00]);
    // Just below a power of two: rounding carries into the exponent.
    expect(halfOfUnit(0.49999)).toBe(0x3800);
  });

  test('are in the order of their patterns', () => {
    let before = -1;
    for (let i = 1; i <= 1000; i += 1) {
      const half = halfOfUnit(1.02 ** -i);
      if (before >= 0) expect(half).toBeLessThanOrEqual(before);
      before = half;
    }
  });
});

describe('a level on its way to the graphics card', () => {
  test('puts every voxel in its place', () => {
    const store = volume();
    const box = store.put(brick(1, 6, (x, y, z) => x + y + z));
    expect(box).toEqual({ x: 64, y: 0, z: 0, width: 6, height: 20, depth: 10 });
    const at = (x: number, y: number, z: number) =>
      unitOfHalf(store.texels[(z * 20 + y) * 70 + x] ?? 0) * 400 - 100;
    expect(at(66, 7, 9)).toBeCloseTo(82, 0);
    expect(at(63, 7, 9)).toBe(-100);
  });

  test('what is not a number is empty, infinity is the end of the range', () => {
    const store = volume();
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e9, 300, -100];
    store.put(brick(1, 6, (x) => values[x - 64] ?? 0));
    expect([...store.texels.slice(64, 70)]).toEqual([0, 0x3c00, 0, 0x3c00, 0x3c00, 0]);
  });

  test('blocks know their smallest and largest texel, with one voxel around them', () => {
    const store = volume();
    store.put(brick(0, 64, () => -100));
    store.put(brick(1, 6, (x, y, z) => (x === 64 && y === 3 && z === 3 ? 300 : -100)));
    const largest = (x: number, y: number, z: number) => store.blocks[((z * 3 + y) * 9 + x) * 2 + 1];
    expect(store.blockShape).toEqual({ x: 9, y: 3, z: 2 });
    expect([largest(8, 0, 0), largest(7, 0, 0), largest(6, 0, 0), largest(8, 1, 0)]).toEqual([
      0x3c00, 0x3c00, 0, 0,
    ]);
  });

  test('bytes stay bytes', () => {
    const store = new VolumeTexels({ x: 2, y: 1, z: 1 }, 'uint8', range);
    store.put({ z: 0, y: 0, x: 0, depth: 1, height: 1, width: 2, voxels: new Uint8Array([7, 255]) });
    expect([...store.texels, ...store.blocks]).toEqual([7, 255, 7, 255]);
    expect(VolumeTexels.rangeFor('uint8', range)).toEqual({ low: 0, high: 255 });
  });

  test('a brick outside the level is refused', () => {
    expect(() => volume().put(brick(2, 6, () => 0))).toThrow('outside');
  });
});
