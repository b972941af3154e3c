// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { planes } from '../viewer/plane';
import { pyramid } from '../viewer/test_volume';
import { type FigureSize, figureSizes, planFigure } from './figure_plan';
import { crc32, withDensity } from './png_density';

const geometry = pyramid([96, 1024, 2048], [1, 1, 1], 4);
const panel = {
  size: { widthPx: 600, heightPx: 400 },
  // Level 1 on the screen: two voxels a pixel.
  transform: { origin: { right: -200, down: -40 }, scale: { right: 0.5, down: 0.5 } },
  pixelRatio: 1,
};
const size = (name: string) => figureSizes.find((entry) => entry.name === name) as FigureSize;

describe('a figure', () => {
  test('of the screen is the screen', () => {
    const plan = planFigure(geometry, planes.xy, 40, panel, size('screen'));
    expect(plan).toMatchObject({ widthPx: 600, heightPx: 400, level: 1, pixelsPerMm: null, textPx: 13 });
    expect(plan.transform).toEqual(panel.transform);
    expect(plan.tiles.every(({ level, index }) => level === 1 && index === 20)).toBe(true);
  });

  test('for print has its dots, the same part of the volume, and a finer level', () => {
    const plan = planFigure(geometry, planes.xy, 40, panel, size('page'));
    expect([plan.widthPx, plan.heightPx, plan.level]).toEqual([2126, 1417, 0]);
    expect(plan.pixelsPerMm).toBeCloseTo(300 / 25.4, 1);
    // The voxel at the right edge of the panel: (600 + 200) / 0.5.
    expect((plan.widthPx - plan.transform.origin.right) / plan.transform.scale.right).toBeCloseTo(1600, 0);
    expect(plan.textPx).toBeCloseTo(33, 0);
  });

  test('ends where graphics end', () => {
    const tall = { ...panel, size: { widthPx: 300, heightPx: 1200 } };
    const plan = planFigure(geometry, planes.xy, 0, tall, size('page600'));
    expect([plan.widthPx, plan.heightPx]).toEqual([2048, 8192]);
  });
});

describe('PNG', () => {
  test('the checksum is the one of the standard', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  test('the density stands right after the header', () => {
    const png = Uint8Array.from({ length: 60 }, (_, i) => i);
    const out = withDensity(png, 300 / 25.4);
    expect(out).toHaveLength(81);
    expect([...out.subarray(0, 33)]).toEqual([...png.subarray(0, 33)]);
    expect([...out.subarray(54)]).toEqual([...png.subarray(33)]);
    const view = new DataView(out.buffer, 33);
    expect([view.getUint32(0), view.getUint32(8), view.getUint32(12), view.getUint8(16)]).toEqual([
      9, 11811, 11811, 1,
    ]);
    expect(new TextDecoder().decode(out.subarray(37, 41))).toBe('pHYs');
  });
});
