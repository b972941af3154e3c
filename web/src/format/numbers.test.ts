// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { formatLength, formatShape, formatVoxelSize } from './lengths';
import { formatBytes, formatCount, formatFloat32, formatShort } from './numbers';

describe('numbers', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [999_600, '1.00 MB'],
    [28_430_000_000, '28.4 GB'],
    [512_000_000_000, '512 GB'],
  ])('%d bytes read %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  test('short numbers keep what matters', () => {
    expect(formatShort(0.65)).toBe('0.65');
    expect(formatShort(123456.789)).toBe('123500');
    expect(formatShort(1 / 3)).toBe('0.3333');
    expect(formatShort(Number.NEGATIVE_INFINITY)).toBe('-inf');
  });

  test('a float32 is written with the fewest digits that bring it back', () => {
    for (const value of [0.1, 1 / 3, 3.4e38, 1.17e-38, 0.0123, -12.625]) {
      const float = Math.fround(value);
      expect(Math.fround(Number(formatFloat32(float)))).toBe(float);
    }
    expect(formatFloat32(Math.fround(0.0123))).toBe('0.0123');
  });

  test('counts are grouped', () => expect(formatCount(8594370)).toBe('8\u202f594\u202f370'));
});

describe('lengths', () => {
  test('take the unit that suits them', () => {
    expect(formatLength(0.65)).toBe('0.65 µm');
    expect(formatLength(0.05)).toBe('50 nm');
    expect(formatLength(12_345)).toBe('12.35 mm');
    expect(formatLength(0)).toBe('0 µm');
  });

  test('shapes are written x, y, z', () => expect(formatShape([96, 160, 200])).toBe('200 × 160 × 96'));

  test('voxel sizes are short when all are equal, and honest when unknown', () => {
    expect(formatVoxelSize([0.65, 0.65, 0.65], true)).toBe('0.65 µm');
    expect(formatVoxelSize([4, 1.3, 1.3], true)).toBe('1.3 × 1.3 × 4 µm');
    expect(formatVoxelSize([1, 1, 1], false)).toBe('not recorded');
  });
});
