// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { scaleBar } from './scale_bar';

test.each([
  [0.65, 160, '100 µm', 100 / 0.65],
  [1, 100, '100 µm', 100],
  [1, 99, '50 µm', 50],
  [13, 160, '2 mm', 2000 / 13],
  [7, 150, '1 mm', 1000 / 7],
  [0.0005, 150, '50 nm', 100],
  [0.004, 160, '0.5 µm', 125],
])('%d µm per pixel and %d pixels give %s', (perPixel, widest, label, length) => {
  const bar = scaleBar(perPixel, widest, true);
  expect(bar.label).toBe(label);
  expect(bar.lengthCssPx).toBeCloseTo(length, 6);
  expect(bar.lengthCssPx).toBeLessThanOrEqual(widest + 1e-6);
});

test('without a voxel size it counts voxels', () => {
  expect(scaleBar(0.5, 150, false)).toEqual({ label: '50 voxels', lengthCssPx: 100 });
});
