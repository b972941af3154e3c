// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError, unreachable } from '../api/api_error';
import type { TileAddress, TileFormat } from './tile_address';
import { tileKey } from './tile_address';
import type { TileData } from './tile_data';
import { TileLoader } from './tile_loader';

interface Started {
  readonly key: string;
  readonly signal: AbortSignal;
  readonly arrive: () => void;
  readonly fail: (error: unknown) => void;
}

const address = (tx: number): TileAddress => ({ plane: 'xy', level: 0, index: 0, tx, ty: 0 });
const wish = (tx: number, priority: number, format: TileFormat = 'raw') => ({
  tile: address(tx),
  format,
  priority,
});
const exact: TileData = { kind: 'exact', width: 1, height: 1, bytes: 100, voxels: new Uint8Array(1) };

function setUp(options: { maxInFlight?: number; budgetBytes?: number } = {}) {
  const started: Started[] = [];
  const changed = vi.fn();
  const loader = new TileLoader({
    changed,
    ...options,
    fetchTile: (tile, format, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
        started.push({ key: tileKey(tile, format), signal, arrive: () => resolve(exact), fail: reject });
      }),
  });
  return { loader, started, changed };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const keys = (started: Started[]) => started.map(({ key }) => key);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('tile loader', () => {
  test('starts the most urgent tiles of all panels and never more than allowed', async () => {
    const { loader, started } = setUp({ maxInFlight: 2 });
    loader.want('a', [wish(3, 30), wish(1, 10)]);
    loader.want('b', [wish(2, 20)]);
    await settle();
    expect(keys(started)).toEqual([tileKey(address(1), 'raw'), tileKey(address(2), 'raw')]);
  });

  test('the queue is ordered over all panels', async () => {
    const { loader, started } = setUp({ maxInFlight: 1 });
    loader.want('a', [wish(1, 10), wish(3, 30)]);
    loader.want('b', [wish(2, 20)]);
    await settle();
    started[0]?.arrive();
    await settle();
    expect(started[1]?.key).toBe(tileKey(address(2), 'raw'));
  });

  test('aborts what nobody wants any more and keeps what is still wanted', async () => {
    const { loader, started } = setUp();
    loader.want('a', [wish(1, 1), wish(2, 2)]);
    loader.want('b', [wish(2, 2)]);
    await settle();
    loader.want('a', [wish(3, 3)]);
    await settle();
    expect(started.map(({ signal }) => signal.aborted)).toEqual([true, false, false]);
  });

  test('a tile wanted twice is fetched once and then comes from the cache', async () => {
    const { loader, started, changed } = setUp();
    loader.want('a', [wish(1, 1)]);
    loader.want('b', [wish(1, 5)]);
    await settle();
    started[0]?.arrive();
    await settle();
    loader.want('a', [wish(1, 1)]);
    await settle();
    expect(started).toHaveLength(1);
    expect(loader.get(address(1), 'raw')).toBe(exact);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  test('a failed tile is tried again after growing pauses', async () => {
    const { loader, started } = setUp();
    loader.want('a', [wish(1, 1)]);
    await settle();
    started[0]?.fail(unreachable());
    await settle();
    expect(loader.trouble('a')).toMatchObject({ attempts: 1, retrying: true });
    await vi.advanceTimersByTimeAsync(999);
    expect(started).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(started).toHaveLength(2);
    started[1]?.fail(new ApiError(503, 'busy', 'busy'));
    await vi.advanceTimersByTimeAsync(1999);
    expect(started).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    started[2]?.arrive();
    await settle();
    expect(loader.trouble('a')).toBeNull();
    expect(loader.get(address(1), 'raw')).toBe(exact);
  });

  test('what cannot succeed is not tried again, until the user asks', async () => {
    const { loader, started } = setUp();
    loader.want('a', [wish(1, 1)]);
    await settle();
    started[0]?.fail(new ApiError(410, 'version_gone', 'gone'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(started).toHaveLength(1);
    expect(loader.trouble('a')).toMatchObject({ retrying: false });
    expect(loader.trouble('b')).toBeNull();
    loader.retryNow();
    expect(started).toHaveLength(2);
  });

  test('an answer that cannot be decoded is a failure, not a crash', async () => {
    const { loader, started } = setUp();
    loader.want('a', [wish(1, 1)]);
    await settle();
    started[0]?.fail(new Error('bad picture'));
    await settle();
    expect(loader.trouble('a')?.error.message).toBe('bad picture');
  });

  test('forgets old tiles when the budget is used up', async () => {
    const { loader, started } = setUp({ budgetBytes: 250 });
    loader.want('a', [wish(1, 1), wish(2, 2), wish(3, 3)]);
    await settle();
    for (const request of started) request.arrive();
    await settle();
    expect([1, 2, 3].map((tx) => loader.peek(address(tx), 'raw') !== undefined)).toEqual([false, true, true]);
  });

  test('nothing happens after it is disposed', async () => {
    const { loader, started, changed } = setUp();
    loader.want('a', [wish(1, 1)]);
    await settle();
    loader.dispose();
    started[0]?.arrive();
    await settle();
    loader.want('a', [wish(2, 1)]);
    await settle();
    expect(started).toHaveLength(1);
    expect(started[0]?.signal.aborted).toBe(true);
    expect(changed).not.toHaveBeenCalled();
  });

  test('a tile that came without asking is there at once and is not fetched for', async () => {
    const { loader, started, changed } = setUp();
    loader.put(address(1), 'raw', exact);
    expect(loader.peek(address(1), 'raw')).toBe(exact);
    expect(changed).toHaveBeenCalledTimes(1);
    loader.want('a', [wish(1, 1)]);
    await settle();
    expect(started).toEqual([]);
  });

  test('a thumbnail does not pass for the tile it stands in for', async () => {
    const { loader, started } = setUp();
    loader.put(address(1), 'thumbnail', exact);
    loader.want('a', [wish(1, 1, 'jpg')]);
    await settle();
    expect(keys(started)).toEqual([tileKey(address(1), 'jpg')]);
  });

  test('a tile that comes after the end is let go', () => {
    const { loader } = setUp();
    const close = vi.fn();
    loader.dispose();
    const bitmap = { close } as unknown as ImageBitmap;
    const lossy = {
      kind: 'lossy',
      width: 1,
      height: 1,
      bytes: 4,
      bitmap,
      window: { low: 0, high: 1 },
    } as const;
    loader.put(address(1), 'thumbnail', lossy);
    expect(close).toHaveBeenCalledTimes(1);
    expect(loader.peek(address(1), 'thumbnail')).toBeUndefined();
  });
});
