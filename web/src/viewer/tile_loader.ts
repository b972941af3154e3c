// SPDX-License-Identifier: Apache-2.0
// Brings the tiles the panels want, most urgent first. Each owner (a panel) replaces its whole wish list whenever its
// view changes; what nobody wants any more is dropped from the queue and aborted in flight. Failures are tried again
// with growing pauses for as long as somebody still wants the tile.

import { ApiError, isAbort } from '../api/api_error';
import { ByteBudgetCache } from './byte_budget_cache';
import { type TileAddress, type TileFormat, type TileKind, tileKey } from './tile_address';
import type { TileData } from './tile_data';
import type { FetchTile } from './tile_fetch';

export interface TileWish {
  readonly tile: TileAddress;
  readonly format: TileFormat;
  /** Smaller is sooner. */
  readonly priority: number;
}

export interface TileTrouble {
  readonly error: ApiError;
  readonly attempts: number;
  /** False when asking again cannot help. */
  readonly retrying: boolean;
}

export interface TileLoaderOptions {
  readonly fetchTile: FetchTile;
  /** Called after a tile arrived or failed. */
  readonly changed: () => void;
  readonly maxInFlight?: number;
  readonly budgetBytes?: number;
  /** Pause before attempt n + 1, in milliseconds. */
  readonly retryDelayMs?: (attempts: number) => number;
}

interface Trouble extends TileTrouble {
  timer: ReturnType<typeof setTimeout> | null;
  waiting: boolean;
}

export function defaultRetryDelayMs(attempts: number): number {
  return Math.min(1000 * 2 ** (attempts - 1), 15_000);
}

export class TileLoader {
  private readonly cache: ByteBudgetCache<TileData>;
  private readonly wishes = new Map<string, readonly TileWish[]>();
  private readonly inFlight = new Map<string, AbortController>();
  private readonly troubles = new Map<string, Trouble>();
  private readonly maxInFlight: number;
  private readonly retryDelayMs: (attempts: number) => number;
  private starting: ReturnType<typeof setTimeout> | null = null;
  private disposed = false;

  constructor(private readonly options: TileLoaderOptions) {
    this.maxInFlight = options.maxInFlight ?? 6;
    this.retryDelayMs = options.retryDelayMs ?? defaultRetryDelayMs;
    this.cache = new ByteBudgetCache<TileData>(options.budgetBytes ?? 256e6, (tile) => {
      if (tile.kind === 'lossy') tile.bitmap.close();
    });
  }

  get(tile: TileAddress, kind: TileKind): TileData | undefined {
    return this.cache.get(tileKey(tile, kind));
  }

  peek(tile: TileAddress, kind: TileKind): TileData | undefined {
    return this.cache.peek(tileKey(tile, kind));
  }

  /** Takes a tile that did not have to be asked for. */
  put(tile: TileAddress, kind: TileKind, data: TileData): void {
    if (this.disposed) {
      if (data.kind === 'lossy') data.bitmap.close();
      return;
    }
    this.cache.set(tileKey(tile, kind), data, data.bytes);
    this.options.changed();
  }

  want(owner: string, wishes: readonly TileWish[]): void {
    if (this.disposed) return;
    this.wishes.set(owner, wishes);
    this.dropUnwanted();
    // The panels speak one after the other; waiting for all of them keeps the order of urgency over all panels.
    this.starting ??= setTimeout(() => {
      this.starting = null;
      this.startMore();
    });
  }

  /** The worst trouble among the tiles this owner wants, or null when all is well. */
  trouble(owner: string): TileTrouble | null {
    let worst: TileTrouble | null = null;
    for (const wish of this.wishes.get(owner) ?? []) {
      const trouble = this.troubles.get(tileKey(wish.tile, wish.format));
      if (trouble && (!worst || (worst.retrying && !trouble.retrying))) worst = trouble;
    }
    return worst;
  }

  /** Forgets all failures and tries at once, for a retry button or when the network is back. */
  retryNow(): void {
    for (const trouble of this.troubles.values()) if (trouble.timer) clearTimeout(trouble.timer);
    this.troubles.clear();
    this.startMore();
    this.options.changed();
  }

  dispose(): void {
    this.disposed = true;
    if (this.starting !== null) clearTimeout(this.starting);
    for (const controller of this.inFlight.values()) controller.abort();
    for (const trouble of this.troubles.values()) if (trouble.timer) clearTimeout(trouble.timer);
    this.inFlight.clear();
    this.troubles.clear();
    this.wishes.clear();
    this.cache.clear();
  }

  private dropUnwanted(): void {
    const wanted = new Set<string>();
    for (const list of this.wishes.values()) {
      for (const wish of list) wanted.add(tileKey(wish.tile, wish.format));
    }
    for (const [key, controller] of this.inFlight) {
      if (wanted.has(key)) continue;
      this.inFlight.delete(key);
      controller.abort();
    }
    for (const [key, trouble] of this.troubles) {
      if (wanted.has(key)) continue;
      if (trouble.timer) clearTimeout(trouble.timer);
      this.troubles.delete(key);
    }
  }

  private startMore(): void {
    if (this.disposed || this.inFlight.size >= this.maxInFlight) return;
    const ready: TileWish[] = [];
    for (const list of this.wishes.values()) {
      for (const wish of list) if (this.canStart(tileKey(wish.tile, wish.format))) ready.push(wish);
    }
    ready.sort((a, b) => a.priority - b.priority);
    for (const wish of ready) {
      if (this.inFlight.size >= this.maxInFlight) return;
      if (!this.inFlight.has(tileKey(wish.tile, wish.format))) void this.load(wish);
    }
  }

  private canStart(key: string): boolean {
    const trouble = this.troubles.get(key);
    const blocked = trouble !== undefined && (trouble.waiting || !trouble.retrying);
    return !blocked && !this.inFlight.has(key) && !this.cache.has(key);
  }

  private async load(wish: TileWish): Promise<void> {
    const key = tileKey(wish.tile, wish.format);
    const controller = new AbortController();
    this.inFlight.set(key, controller);
    try {
      const data = await this.options.fetchTile(wish.tile, wish.format, controller.signal);
      if (this.inFlight.get(key) !== controller) {
        if (data.kind === 'lossy') data.bitmap.close();
        return;
      }
      this.cache.set(key, data, data.bytes);
      this.troubles.delete(key);
    } catch (error) {
      if (this.inFlight.get(key) !== controller) return;
      if (!isAbort(error)) this.rememberTrouble(key, error);
    }
    this.inFlight.delete(key);
    this.startMore();
    this.options.changed();
  }

  private rememberTrouble(key: string, cause: unknown): void {
    const error =
      cause instanceof ApiError
        ? cause
        : new ApiError(0, 'undecodable', cause instanceof Error ? cause.message : String(cause));
    const attempts = (this.troubles.get(key)?.attempts ?? 0) + 1;
    const trouble: Trouble = { error, attempts, retrying: error.worthRetrying, waiting: true, timer: null };
    if (trouble.retrying) {
      trouble.timer = setTimeout(() => {
        trouble.timer = null;
        trouble.waiting = false;
        this.startMore();
      }, this.retryDelayMs(attempts));
    }
    this.troubles.set(key, trouble);
  }
}
