// SPDX-License-Identifier: Apache-2.0
// Names one tile: a 512 px square of one slice of one level.

import type { PlaneName } from './plane';

/** How the server sends a tile. */
export type TileFormat = 'jpg' | 'raw';
/** A thumbnail comes with the dataset's description and stands in for the tile until that arrives. */
export type TileKind = TileFormat | 'thumbnail';

export interface TileAddress {
  readonly plane: PlaneName;
  readonly level: number;
  /** Slice number along the normal, counted at this level. */
  readonly index: number;
  readonly tx: number;
  readonly ty: number;
}

/** The tile's path below …/tiles/, which is also its key in every cache. */
export function tileKey(tile: TileAddress, kind: TileKind): string {
  return `${tile.plane}/${tile.level}/${tile.index}/${tile.tx}/${tile.ty}.${kind}`;
}
