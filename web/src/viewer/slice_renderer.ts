// SPDX-License-Identifier: Apache-2.0
// The face of a renderer: a frame in, pixels out. A later back end only has to answer this.

import type { TileData } from './tile_data';
import type { Tone } from './tone';

export interface DrawnTile {
  readonly key: string;
  readonly data: TileData;
  /** Device pixels from the top left corner of the canvas. */
  readonly rect: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
  /** Shown part of the tile, in texels from its first one. */
  readonly texels: { readonly width: number; readonly height: number };
  readonly smooth: boolean;
}

export interface SliceFrame {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Drawn in this order: coarse ones first, sharp ones over them. */
  readonly tiles: readonly DrawnTile[];
  readonly tone: Tone;
}

export interface SliceRenderer {
  /** False while the graphics context is lost; `restored` says when to draw again. */
  draw(frame: SliceFrame): boolean;
  dispose(): void;
}
