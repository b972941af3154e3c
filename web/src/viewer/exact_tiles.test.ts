// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { ExactTiles } from './exact_tiles';
import type { TileAddress } from './tile_address';
import type { ExactTile } from './tile_data';
import { TileLoader } from './tile_loader';

const address = (tx: number): TileAddress => ({ plane: 'xy', level: 0, index: 0, tx, ty: 0 });
const tile = (value: number): ExactTile => ({
  kind: 'exact',
  width: 1,
  height: 1,
  bytes: 1,
  voxels: new Uint8Array([value]),
});

function setUp(failing = -1) {
  const asked: string[] = [];
  const fetchTile = async ({ tx }: TileAddress, format: string) => {
    asked.push(`${tx}.${format}`);
    if (tx === failing) throw new Error('no network');
    return tile(tx);
  };
  const loader = new TileLoader({ fetchTile, changed: () => {} });
  return { asked, loader, exact: new ExactTiles(loader, fetchTile) };
}

describe('exact tiles', () => {
  test('come in the order they were asked for, loaded ones without asking', async () => {
    const { asked, loader, exact } = setUp();
    loader.put(address(3), 'raw', tile(33));
    expect(exact.loaded([address(3), address(4)])).toBeNull();
    const got = await exact.get([2, 3, 4].map(address), new AbortController().signal);
    expect(got.map(({ voxels }) => voxels[0])).toEqual([2, 33, 4]);
    expect(asked).toEqual(['2.raw', '4.raw']);
    expect(exact.loaded([address(3), address(4)])).toHaveLength(2);
  });

  test('a failure fails the whole', async () => {
    const { exact } = setUp(5);
    await expect(exact.get([4, 5, 6].map(address), new AbortController().signal)).rejects.toThrow(
      'no network',
    );
  });

  test('an abort ends it', async () => {
    const { exact } = setUp();
    const controller = new AbortController();
    controller.abort();
    await expect(exact.get([address(1)], controller.signal)).rejects.toThrow();
  });
});
