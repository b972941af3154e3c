// SPDX-License-Identifier: Apache-2.0
// Loads one whole level, brick by brick, and shows each as it arrives. What is missing after a failure is asked for again
// with growing pauses.

import { ApiError, isAbort } from '../api/api_error';
import { fetchOk, versionAddress } from '../api/client';
import type { Dataset } from '../api/types';
import { type Brick, chunksOf, readBricks } from './brick_frames';
import { type BrickPlace, bricksOf, type VolumeLevel } from './volume_level';

export interface LoadState {
  readonly done: number;
  readonly total: number;
  readonly problem: string | null;
}

export interface VolumeLoaderOptions {
  readonly dataset: Pick<Dataset, 'id' | 'version' | 'data_type'>;
  readonly level: VolumeLevel;
  readonly arrived: (brick: Brick) => void;
  readonly changed: (state: LoadState) => void;
  readonly pauseMs?: (attempts: number) => number;
}

/** Small enough that something shows soon, large enough that round trips do not count. */
const bricksPerRequest = 16;

const key = ({ z, y, x }: BrickPlace) => `${z}.${y}.${x}`;

export class VolumeLoader {
  private readonly controller = new AbortController();
  private readonly missing: Map<string, BrickPlace>;
  private readonly total: number;

  constructor(private readonly options: VolumeLoaderOptions) {
    const places = bricksOf(options.level);
    this.missing = new Map(places.map((place) => [key(place), place]));
    this.total = places.length;
  }

  stop(): void {
    this.controller.abort();
  }

  /** Ends when all is here, when it is stopped, or when asking again cannot help. */
  async run(): Promise<void> {
    const { signal } = this.controller;
    const pauseMs = this.options.pauseMs ?? ((attempts) => Math.min(1000 * 2 ** (attempts - 1), 15_000));
    this.tell(null);
    for (let attempts = 0; this.missing.size > 0 && !signal.aborted; ) {
      const before = this.missing.size;
      try {
        await this.batch([...this.missing.values()].slice(0, bricksPerRequest));
        attempts = 0;
      } catch (error) {
        if (isAbort(error) || signal.aborted) return;
        const problem = error instanceof Error ? error.message : String(error);
        this.tell(problem);
        if (error instanceof ApiError && !error.worthRetrying) return;
        attempts = this.missing.size < before ? 1 : attempts + 1;
        await pause(pauseMs(attempts), signal);
      }
    }
  }

  private async batch(places: readonly BrickPlace[]): Promise<void> {
    const { dataset, level, arrived } = this.options;
    const query = places.map(key).join(',');
    const address = `${versionAddress(dataset)}/bricks/${level.level}?at=${query}`;
    const response = await fetchOk(address, this.controller.signal);
    if (!response.body) throw new Error('the server sent an answer without bricks');
    for await (const brick of readBricks(chunksOf(response.body), dataset.data_type)) {
      if (!this.missing.has(key(brick))) continue;
      arrived(brick);
      this.missing.delete(key(brick));
      this.tell(null);
    }
    if (places.some((place) => this.missing.has(key(place)))) throw new Error('the server left bricks out');
  }

  private tell(problem: string | null): void {
    if (this.controller.signal.aborted) return;
    this.options.changed({ done: this.total - this.missing.size, total: this.total, problem });
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
