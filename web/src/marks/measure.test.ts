// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { angle, angleText, boxSize, boxSizeTexts, distance, distanceText } from './measure';

const scale = { voxelSizeUm: { x: 0.65, y: 0.65, z: 2 }, voxelSizeKnown: true };
const unknown = { ...scale, voxelSizeKnown: false };
const origin = { x: 0, y: 0, z: 0 };

describe('measuring', () => {
  test('a distance counts each axis with its own voxel size', () => {
    expect(distance(origin, { x: 30, y: 40, z: 0 }, scale)).toBeCloseTo(32.5, 12);
    expect(distance(origin, { x: 0, y: 0, z: 10 }, scale)).toBe(20);
    expect(distanceText({ x: 1.5, y: 1.5, z: 1.5 }, { x: 31.5, y: 41.5, z: 1.5 }, scale)).toBe('32.5 µm');
    expect(distanceText(origin, { x: 20_000, y: 0, z: 0 }, scale)).toBe('13 mm');
  });

  test('without a voxel size it is in voxels and says so', () => {
    expect(distanceText(origin, { x: 3, y: 4, z: 12 }, unknown)).toBe('13 voxels');
  });

  test('an angle is the one in space, not the one on the screen', () => {
    const x = { x: 10, y: 0, z: 0 };
    expect(angle(x, origin, { x: 0, y: 7, z: 0 }, scale)).toBeCloseTo(90, 12);
    // 20 voxels of 0.65 µm beside 6.5 voxels of 2 µm: 45 degrees.
    expect(angle(x, origin, { x: 20, y: 0, z: 6.5 }, scale)).toBeCloseTo(45, 12);
    expect(angle(x, origin, { x: -5, y: 1e-7, z: 0 }, scale)).toBeCloseTo(180 - 1.1459e-6, 9);
    expect(angle(origin, origin, x, scale)).toBeNull();
    expect([angleText(x, origin, { x: 0, y: 7, z: 0 }, scale), angleText(x, x, x, scale)]).toEqual([
      '90.0°',
      '–',
    ]);
  });

  test('a box has voxels, micrometres and bytes, to the last one', () => {
    const box = { low: { x: 10, y: 20, z: 30 }, high: { x: 1034, y: 1044, z: 542 } };
    expect(boxSize(box, 'float32')).toEqual({
      voxels: { x: 1024, y: 1024, z: 512 },
      count: 2 ** 29,
      bytes: 2 ** 31,
    });
    expect(boxSizeTexts(box, 'float32', scale)).toEqual({
      voxels: '1024 × 1024 × 512',
      physical: '665.6 × 665.6 × 1024 µm',
      bytes: '2.15 GB',
      exactly: '536\u202f870\u202f912 voxels of float32, 2\u202f147\u202f483\u202f648 bytes uncompressed',
    });
    expect(boxSize(box, 'uint8').bytes).toBe(2 ** 29);
    expect(boxSizeTexts(box, 'uint16', unknown).physical).toBeNull();
  });
});
