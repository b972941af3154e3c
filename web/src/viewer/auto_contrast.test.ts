// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { AutoContrast, type AutoContrastState } from './auto_contrast';
import { openingContrast } from './contrast';
import { ExactTiles } from './exact_tiles';
import type { TileAddress } from './tile_address';
import type { ExactTile } from './tile_data';
import { TileLoader } from './tile_loader';
import { initialViewState } from './view_state';
import { ViewStore } from './view_store';

const dataset = {
  window: { min: 0, max: 9, start: 1, end: 4 },
  preview_window: { low: 0, high: 9 },
  statistics: {
    histogram: { low: 0, high: 100, below: 0, above: 0, counts: new Array(100).fill(10) },
  } as never,
};
const address: TileAddress = { plane: 'xy', level: 0, index: 0, tx: 0, ty: 0 };
const voxels = Float32Array.from({ length: 1000 }, (_, i) => i);
const tile: ExactTile = { kind: 'exact', width: 1000, height: 1, bytes: 4000, voxels };

function setUp(fetched: () => Promise<ExactTile> = async () => tile) {
  const told: AutoContrastState[] = [];
  const loader = new TileLoader({ fetchTile: fetched, changed: () => {} });
  const store = new ViewStore(initialViewState({ x: 1, y: 1, z: 1 }, openingContrast(dataset)));
  const auto = new AutoContrast({
    dataset,
    store,
    exact: new ExactTiles(loader, fetched),
    seen: () => [{ address, x0: 200, x1: 400, y0: 0, y1: 1 }],
    changed: (state) => told.push(state),
  });
  return { auto, store, told, loader };
}

describe('automatic contrast', () => {
  test('of the view fetches what is not exact yet, and judges by what is in sight only', async () => {
    const { auto, store, told } = setUp();
    expect(auto.binsInView()).toBeNull();
    await auto.fromView();
    expect(Math.abs(store.state.window.low - 201)).toBeLessThan(1.5);
    expect(Math.abs(store.state.window.high - 398)).toBeLessThan(1.5);
    expect(told.map(({ pending }) => pending)).toEqual([true, false]);
    expect(auto.binsInView()).toMatchObject({ low: 200, high: 399 });
  });

  test('of the volume needs nothing', () => {
    const { auto, store } = setUp();
    auto.fromVolume();
    expect(store.state.window).toEqual({ low: 0.5, high: 99.5 });
  });

  test('a failure is said and changes nothing', async () => {
    const { auto, store, told } = setUp(() => Promise.reject(new Error('gone')));
    await auto.fromView();
    expect(store.state.window).toEqual({ low: 1, high: 4 });
    expect(told.at(-1)?.problem).toContain('did not arrive');
  });

  test('a second wish replaces the first', async () => {
    let arrive: (tile: ExactTile) => void = () => {};
    const { auto, store } = setUp(() => new Promise((resolve) => (arrive = resolve)));
    const first = auto.fromView();
    auto.fromVolume();
    arrive(tile);
    await first;
    expect(store.state.window).toEqual({ low: 0.5, high: 99.5 });
  });

  test('reset brings back all of it', () => {
    const { auto, store } = setUp();
    store.update({ gamma: 3, inverted: true, colours: 'magma', window: { low: 5, high: 6 } });
    auto.reset();
    expect(store.state).toMatchObject({
      gamma: 1,
      inverted: false,
      colours: 'grey',
      window: { low: 1, high: 4 },
    });
  });
});
