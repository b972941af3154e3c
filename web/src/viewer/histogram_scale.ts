// SPDX-License-Identifier: Apache-2.0
// The histogram as drawn: values <-> pixels, the height of bars, and handles that never cross.

import type { Bins } from './contrast';
import type { ContrastWindow } from './tone';
import { clamp } from './vec3';

export type Handle = 'low' | 'high';

export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

export function toPosition(range: ValueRange, value: number, width: number): number {
  return clamp((value - range.low) / (range.high - range.low), 0, 1) * width;
}

export function toValue(range: ValueRange, position: number, width: number): number {
  return range.low + clamp(position / width, 0, 1) * (range.high - range.low);
}

/** Moves one handle and keeps the window open by at least a thousandth of the range. */
export function moveHandle(
  window: ContrastWindow,
  handle: Handle,
  value: number,
  range: ValueRange,
): ContrastWindow {
  const gap = (range.high - range.low) / 1000;
  return handle === 'low'
    ? { low: Math.min(value, window.high - gap), high: window.high }
    : { low: window.low, high: Math.max(value, window.low + gap) };
}

/** Moves both handles together. */
export function slideWindow(window: ContrastWindow, by: number): ContrastWindow {
  return { low: window.low + by, high: window.high + by };
}

/** Bar height 0..1 per pixel column over `range`: the highest bin that falls into the column. */
export function barHeights(bins: Bins, range: ValueRange, columns: number, logarithmic: boolean): number[] {
  const heights = new Array<number>(columns).fill(0);
  const perValue = bins.counts.length / (bins.high - bins.low);
  const binAt = (column: number) =>
    (range.low + (column / columns) * (range.high - range.low) - bins.low) * perValue;
  for (let column = 0; column < columns; column += 1) {
    const first = Math.max(Math.floor(binAt(column)), 0);
    const last = Math.max(Math.floor(binAt(column + 1)), first + 1);
    heights[column] = Math.max(0, ...bins.counts.slice(first, last));
  }
  const shape = (value: number) => (logarithmic ? Math.log1p(value) : value);
  const tallest = shape(linearCeiling(heights, logarithmic));
  return heights.map((value) => (tallest > 0 ? Math.min(shape(value) / tallest, 1) : 0));
}

/** The part of the value axis around the window, for data with long tails. */
export function rangeAround(window: ContrastWindow, bins: Bins): ValueRange {
  const air = (window.high - window.low) * 0.35;
  const low = Math.max(bins.low, window.low - air);
  const high = Math.min(bins.high, window.high + air);
  return high > low ? { low, high } : bins;
}

/** One huge background peak must not flatten the rest: the linear scale ends at three times the second-tallest part. */
function linearCeiling(heights: readonly number[], logarithmic: boolean): number {
  const tallest = Math.max(...heights);
  if (logarithmic) return tallest;
  const sorted = heights.filter((value) => value > 0).sort((a, b) => a - b);
  const typical = sorted[Math.floor(sorted.length * 0.98)] ?? tallest;
  return Math.min(tallest, typical * 3);
}
