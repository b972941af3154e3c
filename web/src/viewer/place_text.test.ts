// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { readPlace } from './place_text';
import { pyramid } from './test_volume';

const geometry = pyramid([96, 160, 200], [2, 0.65, 0.65], 2);
const from = { x: 1, y: 2, z: 3 };
const place = (text: string) => readPlace(text, geometry, from).place;

describe('a typed place', () => {
  test.each([
    ['100,80,48', { x: 100, y: 80, z: 48 }],
    [' 100 80  48 ', { x: 100, y: 80, z: 48 }],
    ['100.9; 80; 48', { x: 100, y: 80, z: 48 }],
    ['65um, 52 µm, 10 μm', { x: 100, y: 80, z: 5 }],
    ['0.065 0.052 0.01 mm', { x: 100, y: 80, z: 5 }],
    ['10, 52 um, 5', { x: 10, y: 80, z: 5 }],
    ['z=7', { x: 1, y: 2, z: 7 }],
    ['Z 10um x: 4', { x: 4, y: 2, z: 5 }],
    ['-5 1e2 3', { x: -5, y: 100, z: 3 }],
  ])('%s', (text, expected) => expect(place(text)).toEqual(expected));

  test.each(['', '1,2', '1,2,3,4', 'here', '1,2,3 furlong', 'x=1 x=2', 'x=1 2 3', '1mm2'])(
    'is refused with a sentence: %s',
    (text) => {
      const reading = readPlace(text, geometry, from);
      expect(reading.place).toBeNull();
      expect(reading.problem).toMatch(/^Write .*\.$/);
    },
  );

  test('lengths need a voxel size', () => {
    const unknown = { ...geometry, voxelSizeKnown: false };
    expect(readPlace('1 um, 2, 3', unknown, from).problem).toContain('not recorded');
    expect(readPlace('1, 2, 3', unknown, from).place).toEqual({ x: 1, y: 2, z: 3 });
  });
});
