// SPDX-License-Identifier: Apache-2.0
// Sets the contrast by itself: from the whole volume's histogram, or from the exact voxels in sight, which are fetched
// when only a preview is here.

import { isAbort } from '../api/api_error';
import type { Dataset } from '../api/types';
import {
  type Bins,
  binsOfParts,
  datasetBins,
  openingContrast,
  percentileWindow,
  type TilePart,
} from './contrast';
import type { ExactTiles } from './exact_tiles';
import type { ExactTile } from './tile_data';
import type { SeenPart } from './tile_grid';
import type { ViewStore } from './view_store';

export interface AutoContrastState {
  readonly pending: boolean;
  readonly problem: string | null;
}

export interface AutoContrastOptions {
  readonly dataset: Pick<Dataset, 'statistics' | 'window' | 'preview_window'>;
  readonly store: ViewStore;
  readonly exact: ExactTiles;
  /** What is in sight now. */
  readonly seen: () => readonly SeenPart[];
  readonly changed: (state: AutoContrastState) => void;
}

export class AutoContrast {
  readonly volumeBins: Bins | null;
  private running: AbortController | null = null;

  constructor(private readonly options: AutoContrastOptions) {
    this.volumeBins = datasetBins(options.dataset);
  }

  /** Null until every voxel in sight is here exactly. */
  binsInView(): Bins | null {
    const seen = this.options.seen();
    const tiles = this.options.exact.loaded(seen.map(({ address }) => address));
    return tiles && tiles.length > 0 ? binsOfParts(partsOf(seen, tiles)) : null;
  }

  fromVolume(): void {
    this.stop();
    this.take(this.volumeBins);
  }

  async fromView(): Promise<void> {
    this.stop();
    const seen = this.options.seen();
    const addresses = seen.map(({ address }) => address);
    if (addresses.length === 0) return;
    const loaded = this.options.exact.loaded(addresses);
    if (loaded) {
      this.take(binsOfParts(partsOf(seen, loaded)));
      return;
    }
    const running = new AbortController();
    this.running = running;
    this.options.changed({ pending: true, problem: null });
    try {
      const tiles = await this.options.exact.get(addresses, running.signal);
      if (!running.signal.aborted) this.take(binsOfParts(partsOf(seen, tiles)));
    } catch (error) {
      if (isAbort(error) || running.signal.aborted) return;
      this.options.changed({ pending: false, problem: 'The voxels in sight did not arrive. Try again.' });
    }
  }

  reset(): void {
    this.stop();
    this.options.store.update(openingContrast(this.options.dataset));
    this.options.changed({ pending: false, problem: null });
  }

  stop(): void {
    this.running?.abort();
    this.running = null;
  }

  private take(bins: Bins | null): void {
    const window = bins && percentileWindow(bins);
    if (window) this.options.store.update({ window });
    this.options.changed({
      pending: false,
      problem: window ? null : 'There is no finite voxel to judge by.',
    });
  }
}

function partsOf(seen: readonly SeenPart[], tiles: readonly ExactTile[]): TilePart[] {
  return seen.flatMap((part, order) => {
    const tile = tiles[order];
    return tile ? [{ tile, x0: part.x0, x1: part.x1, y0: part.y0, y1: part.y1 }] : [];
  });
}
