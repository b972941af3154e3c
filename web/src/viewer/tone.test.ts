// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { colourMapNames, isColourMapName, loadColourTable } from './colour_map';
import { colourOf, shadeOf } from './tone';

const window = { low: 100, high: 300 };
const plain = { window, gamma: 1, inverted: false };

describe('tone', () => {
  test('window, gamma and inversion come in this order', () => {
    expect(shadeOf(200, plain)).toBe(0.5);
    expect(shadeOf(200, { ...plain, gamma: 2 })).toBe(0.25);
    expect(shadeOf(200, { ...plain, gamma: 2, inverted: true })).toBe(0.75);
    expect([shadeOf(0, plain), shadeOf(999, plain)]).toEqual([0, 1]);
  });

  test('grey needs no table', async () => {
    expect(await loadColourTable('grey')).toBeNull();
    expect(colourOf(300, { ...plain, table: null })).toEqual([255, 255, 255]);
    expect(colourOf(300, { ...plain, inverted: true, table: null })).toEqual([0, 0, 0]);
  });

  // From the published tables, multiplied by 255 and rounded.
  test.each([
    ['viridis', [68, 1, 84], [33, 145, 140], [253, 231, 37]],
    ['cividis', [0, 34, 78], [125, 124, 120], [254, 232, 56]],
    ['magma', [0, 0, 4], [183, 55, 121], [252, 253, 191]],
  ] as const)('%s begins, halves and ends as published', async (name, first, middle, last) => {
    const table = await loadColourTable(name);
    const tone = { window: { low: 0, high: 255 }, gamma: 1, inverted: false, table };
    expect([colourOf(0, tone), colourOf(128, tone), colourOf(255, tone)]).toEqual([first, middle, last]);
  });

  test('every map is whole and grows brighter from end to end', async () => {
    for (const name of colourMapNames.filter((name) => name !== 'grey')) {
      const table = await loadColourTable(name);
      expect(table).toHaveLength(256 * 3);
      const luma = (at: number) =>
        0.2126 * (table?.[at * 3] ?? 0) +
        0.7152 * (table?.[at * 3 + 1] ?? 0) +
        0.0722 * (table?.[at * 3 + 2] ?? 0);
      for (let at = 16; at < 256; at += 16) expect(luma(at), `${name} ${at}`).toBeGreaterThan(luma(at - 16));
    }
  });

  test('names from outside are checked', () => {
    expect([isColourMapName('magma'), isColourMapName('jet'), isColourMapName(null)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
