// SPDX-License-Identifier: Apache-2.0
// Exact tiles for tools that must not read a lossy picture: from what is loaded, the rest from the server. All or
// nothing, so that nobody judges a view by a part of it.

import type { TileAddress } from './tile_address';
import type { ExactTile } from './tile_data';
import type { FetchTile } from './tile_fetch';
import type { TileLoader } from './tile_loader';

const inFlight = 6;

export class ExactTiles {
  constructor(
    private readonly loader: TileLoader,
    private readonly fetchTile: FetchTile,
  ) {}

  /** What is here already, or null when a tile is missing. */
  loaded(addresses: readonly TileAddress[]): ExactTile[] | null {
    const tiles = addresses.map((address) => this.loader.peek(address, 'raw'));
    return tiles.every((tile) => tile?.kind === 'exact') ? tiles : null;
  }

  /** Rejects with the first failure, or with an AbortError. */
  async get(
    addresses: readonly TileAddress[],
    signal: AbortSignal,
    arrived: (count: number) => void = () => {},
  ): Promise<ExactTile[]> {
    const tiles = new Array<ExactTile>(addresses.length);
    let next = 0;
    let done = 0;
    const work = async () => {
      while (next < addresses.length) {
        const order = next;
        next += 1;
        const address = addresses[order];
        if (address) tiles[order] = await this.one(address, signal);
        done += 1;
        arrived(done);
      }
    };
    await Promise.all(Array.from({ length: Math.min(inFlight, addresses.length) }, work));
    return tiles;
  }

  private async one(address: TileAddress, signal: AbortSignal): Promise<ExactTile> {
    signal.throwIfAborted();
    const here = this.loader.get(address, 'raw');
    const tile = here ?? (await this.fetchTile(address, 'raw', signal));
    if (tile.kind !== 'exact') throw new Error('a lossy tile was given where exact voxels were asked for');
    if (!here) this.loader.put(address, 'raw', tile);
    return tile;
  }
}
