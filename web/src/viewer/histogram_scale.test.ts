// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { barHeights, moveHandle, rangeAround, slideWindow, toPosition, toValue } from './histogram_scale';

const range = { low: 100, high: 300 };

describe('histogram handles', () => {
  test('value and position are inverse and stay inside', () => {
    expect(toPosition(range, 150, 400)).toBe(100);
    expect(toValue(range, 100, 400)).toBe(150);
    expect(toPosition(range, 9999, 400)).toBe(400);
    expect(toValue(range, -50, 400)).toBe(100);
  });

  test('handles never cross', () => {
    const window = { low: 120, high: 200 };
    expect(moveHandle(window, 'low', 150, range)).toEqual({ low: 150, high: 200 });
    expect(moveHandle(window, 'low', 999, range).low).toBeLessThan(200);
    expect(moveHandle(window, 'high', 0, range).high).toBeGreaterThan(120);
  });

  test('the window slides without changing its width', () => {
    expect(slideWindow({ low: 120, high: 200 }, -30)).toEqual({ low: 90, high: 170 });
  });
});

describe('histogram bars', () => {
  const bins = { low: 0, high: 8, counts: [0, 1, 2, 4, 4, 2, 1, 0] };

  test('a column shows its highest bin', () => {
    expect(barHeights(bins, bins, 4, false)).toEqual([0.25, 1, 1, 0.25]);
  });

  test('logarithmic bars lift small counts', () => {
    const heights = barHeights(bins, bins, 8, true);
    expect(heights[1]).toBeCloseTo(Math.log1p(1) / Math.log1p(4), 9);
    expect(heights[0]).toBe(0);
  });

  test('a part of the axis shows only its bins', () => {
    expect(barHeights(bins, { low: 2, high: 6 }, 4, false)).toEqual([0.5, 1, 1, 0.5]);
  });

  test('one huge peak does not flatten the rest', () => {
    const counts = new Array<number>(100).fill(10);
    counts[50] = 1e6;
    expect(barHeights({ low: 0, high: 100, counts }, { low: 0, high: 100 }, 100, false)[3]).toBeGreaterThan(
      0.3,
    );
  });

  test('the zoomed axis has air around the window and stays inside the histogram', () => {
    expect(rangeAround({ low: 4, high: 6 }, bins)).toEqual({ low: 3.3, high: 6.7 });
    expect(rangeAround({ low: 0, high: 8 }, bins)).toEqual({ low: 0, high: 8 });
  });
});
