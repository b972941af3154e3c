// SPDX-License-Identifier: Apache-2.0
// Contrast: what to open with, what "auto" means, and the histogram both are read from.

import type { Dataset } from '../api/types';
import type { ExactTile } from './tile_data';
import type { Contrast, ContrastWindow } from './tone';

export interface Bins {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

const binCount = 1024;

/** A window that can be drawn: finite and not empty, whatever the file said. */
export function drawableWindow(low: number | null, high: number | null): ContrastWindow | null {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high) || high < low)
    return null;
  return high > low ? { low, high } : { low, high: low + Math.max(Math.abs(low) * 1e-6, 1e-6) };
}

export function openingWindow(dataset: Pick<Dataset, 'window' | 'preview_window'>): ContrastWindow {
  const { window, preview_window: preview } = dataset;
  return (
    drawableWindow(window.start, window.end) ??
    drawableWindow(window.min, window.max) ??
    drawableWindow(preview.low, preview.high) ?? { low: 0, high: 1 }
  );
}

/** How a dataset opens, before anybody has changed anything. */
export function openingContrast(dataset: Pick<Dataset, 'window' | 'preview_window'>): Contrast {
  return { window: openingWindow(dataset), gamma: 1, inverted: false, colours: 'grey' };
}

export function datasetBins(dataset: Pick<Dataset, 'statistics'>): Bins | null {
  const histogram = dataset.statistics?.histogram;
  if (!histogram || histogram.low === null || histogram.high === null) return null;
  if (!(histogram.high > histogram.low) || histogram.counts.length === 0) return null;
  return withoutEmptyEnds({ low: histogram.low, high: histogram.high, counts: histogram.counts });
}

/** Bins of whole numbers reach past the data: 1024 of them for 256 grey values. */
export function withoutEmptyEnds(bins: Bins): Bins {
  const first = bins.counts.findIndex((count) => count > 0);
  if (first < 0) return bins;
  const end = bins.counts.findLastIndex((count) => count > 0) + 1;
  const width = (bins.high - bins.low) / bins.counts.length;
  const high = end === bins.counts.length ? bins.high : bins.low + end * width;
  return { low: bins.low + first * width, high, counts: bins.counts.slice(first, end) };
}

/** A part of a tile in texels, ends not included. */
export interface TilePart {
  readonly tile: ExactTile;
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

/** Histogram of the given parts, or null when they hold no finite voxel. */
export function binsOfParts(parts: readonly TilePart[]): Bins | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  eachFinite(parts, (value) => {
    if (value < low) low = value;
    if (value > high) high = value;
  });
  const range = drawableWindow(low, high);
  if (!range) return null;
  const counts = new Array<number>(binCount).fill(0);
  const scale = binCount / (range.high - range.low);
  eachFinite(parts, (value) => {
    const bin = Math.min(Math.floor((value - range.low) * scale), binCount - 1);
    counts[bin] = (counts[bin] ?? 0) + 1;
  });
  return { ...range, counts };
}

function eachFinite(parts: readonly TilePart[], visit: (value: number) => void): void {
  for (const { tile, x0, x1, y0, y1 } of parts) {
    for (let y = y0; y < y1; y += 1) {
      for (let at = y * tile.width + x0; at < y * tile.width + x1; at += 1) {
        const value = Number(tile.voxels[at]);
        if (Number.isFinite(value)) visit(value);
      }
    }
  }
}

/** The window that leaves `tail` of the voxels out on either side. */
export function percentileWindow(bins: Bins, tail = 0.005): ContrastWindow | null {
  const total = bins.counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const width = (bins.high - bins.low) / bins.counts.length;
  const edge = (fraction: number): number => {
    let left = fraction * total;
    for (const [bin, count] of bins.counts.entries()) {
      if (count > 0 && left <= count) return bins.low + (bin + left / count) * width;
      left -= count;
    }
    return bins.high;
  };
  const window = drawableWindow(edge(tail), edge(1 - tail));
  return window ? { low: tidy(window.low, width), high: tidy(window.high, width) } : null;
}

/** Drops digits far below the width of a bin: 0.01234567 with bins of 0.001 reads 0.01235. */
export function tidy(value: number, binWidth: number): number {
  const digits = Math.ceil(-Math.log10(binWidth)) + 1;
  return digits > 0 && digits < 20 ? Number(value.toFixed(digits)) : Math.round(value);
}
