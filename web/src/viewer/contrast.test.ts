// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import {
  binsOfParts,
  datasetBins,
  drawableWindow,
  openingWindow,
  percentileWindow,
  type TilePart,
  tidy,
} from './contrast';

const preview = { low: -1, high: 2 };
const row = (values: number[], x0 = 0, x1 = values.length): TilePart => {
  const voxels = new Float32Array(values);
  const tile = { kind: 'exact', width: values.length, height: 1, bytes: voxels.byteLength, voxels } as const;
  return { tile, x0, x1, y0: 0, y1: 1 };
};

describe('contrast', () => {
  test('opens with the window of the dataset', () => {
    const window = { min: 0, max: 9, start: 1, end: 4 };
    expect(openingWindow({ window, preview_window: preview })).toEqual({ low: 1, high: 4 });
  });

  test('falls back to the range, then to the preview window', () => {
    const range = { min: 0, max: 9, start: null, end: null };
    expect(openingWindow({ window: range, preview_window: preview })).toEqual({ low: 0, high: 9 });
    const nothing = { min: null, max: null, start: null, end: null };
    expect(openingWindow({ window: nothing, preview_window: preview })).toEqual(preview);
  });

  test('a constant volume still has a window with some width', () => {
    const window = drawableWindow(5, 5);
    expect(window?.low).toBe(5);
    expect(window?.high).toBeGreaterThan(5);
    expect(drawableWindow(5, 4)).toBeNull();
  });

  test('auto leaves the tails out', () => {
    const counts = new Array<number>(100).fill(10);
    counts[0] = 1;
    counts[99] = 1;
    const window = percentileWindow({ low: 0, high: 100, counts }, 0.1);
    expect(window?.low).toBeCloseTo(10.7, 6);
    expect(window?.high).toBeCloseTo(89.3, 6);
  });

  test('an empty histogram gives no window', () => {
    expect(percentileWindow({ low: 0, high: 1, counts: [0, 0] })).toBeNull();
    expect(datasetBins({ statistics: null })).toBeNull();
  });

  test('bins that no voxel of the volume reaches are not shown', () => {
    const counts = new Array<number>(1024).fill(0);
    counts[3] = 5;
    counts[127] = 2;
    const histogram = { low: 0, high: 1024, below: 0, above: 0, counts };
    const bins = datasetBins({ statistics: { histogram } as never });
    expect(bins).toMatchObject({ low: 3, high: 128 });
    expect(bins?.counts).toHaveLength(125);
    expect([bins?.counts[0], bins?.counts[124]]).toEqual([5, 2]);
  });

  test('voxels that are not finite are not counted', () => {
    const bins = binsOfParts([row([Number.NaN, 0, Number.POSITIVE_INFINITY, 1]), row([0.5])]);
    expect(bins).toMatchObject({ low: 0, high: 1 });
    expect(bins?.counts.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(binsOfParts([row([Number.NaN])])).toBeNull();
  });

  test('voxels outside the view are not counted', () => {
    const bins = binsOfParts([row([900, 1, 2, 3, -900], 1, 4)]);
    expect(bins).toMatchObject({ low: 1, high: 3 });
    expect(bins?.counts.reduce((sum, count) => sum + count, 0)).toBe(3);
  });

  test('digits below the width of a bin are dropped', () => {
    expect(tidy(0.0123456, 0.001)).toBe(0.0123);
    expect(tidy(12345.6, 100)).toBe(12346);
  });
});
