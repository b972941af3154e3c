// SPDX-License-Identifier: Apache-2.0
// Which tiles cover a part of a slice, and where a tile lies.

import type { PanelBox } from './panel_transform';
import type { Plane } from './plane';
import type { TileAddress } from './tile_address';
import { clamp } from './vec3';
import { levelAt, type VolumeGeometry } from './volume_geometry';

/** The slice of `level` that holds level-0 slice `voxel`. */
export function sliceIndex(geometry: VolumeGeometry, plane: Plane, level: number, voxel: number): number {
  const { offset, ratio, shape } = levelAt(geometry, level);
  const index = Math.floor((voxel + 0.5 - offset[plane.normal]) / ratio[plane.normal]);
  return clamp(index, 0, shape[plane.normal] - 1);
}

/** Tiles of one slice that touch `box`, nearest to its centre first. */
export function tilesInBox(
  geometry: VolumeGeometry,
  plane: Plane,
  level: number,
  index: number,
  box: PanelBox,
): TileAddress[] {
  const { offset, ratio, shape } = levelAt(geometry, level);
  const range = (axis: 'right' | 'down', low: number, high: number): [number, number] => {
    const name = plane[axis];
    const last = Math.ceil(shape[name] / geometry.tileSize) - 1;
    const toTile = (u0: number) => (u0 - offset[name]) / ratio[name] / geometry.tileSize;
    return [clamp(Math.floor(toTile(low)), 0, last), clamp(Math.ceil(toTile(high)) - 1, 0, last)];
  };
  const [tx0, tx1] = range('right', box.right0, box.right1);
  const [ty0, ty1] = range('down', box.down0, box.down1);
  const centreX =
    ((box.right0 + box.right1) / 2 - offset[plane.right]) / ratio[plane.right] / geometry.tileSize;
  const centreY = ((box.down0 + box.down1) / 2 - offset[plane.down]) / ratio[plane.down] / geometry.tileSize;

  const tiles: TileAddress[] = [];
  for (let ty = ty0; ty <= ty1; ty += 1) {
    for (let tx = tx0; tx <= tx1; tx += 1) tiles.push({ plane: plane.name, level, index, tx, ty });
  }
  const distance = (tile: TileAddress) => Math.hypot(tile.tx + 0.5 - centreX, tile.ty + 0.5 - centreY);
  return tiles.sort((a, b) => distance(a) - distance(b));
}

export interface TilePlacement {
  /** Level-0 corner coordinates of the shown part. */
  readonly box: PanelBox;
  /** Size of the shown part in texels, from the tile's first texel. */
  readonly texels: { readonly width: number; readonly height: number };
}

/** Where a tile lies. The last voxel of an odd-sized level reaches past the volume; that overhang is cut off. */
export function placeTile(geometry: VolumeGeometry, plane: Plane, tile: TileAddress): TilePlacement {
  const { offset, ratio, shape } = levelAt(geometry, tile.level);
  const along = (axis: 'right' | 'down', count: number) => {
    const name = plane[axis];
    const start = count * geometry.tileSize;
    const end = Math.min(start + geometry.tileSize, shape[name]);
    const low = offset[name] + start * ratio[name];
    const high = Math.min(offset[name] + end * ratio[name], geometry.shape[name]);
    return { low, high, texels: (high - low) / ratio[name] };
  };
  const right = along('right', tile.tx);
  const down = along('down', tile.ty);
  return {
    box: { right0: right.low, right1: right.high, down0: down.low, down1: down.high },
    texels: { width: right.texels, height: down.texels },
  };
}

export interface SeenPart {
  readonly address: TileAddress;
  /** Texels, ends not included. */
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

/** The texels of a tile that reach into `box`. */
export function seenPart(geometry: VolumeGeometry, plane: Plane, tile: TileAddress, box: PanelBox): SeenPart {
  const { ratio } = levelAt(geometry, tile.level);
  const placed = placeTile(geometry, plane, tile);
  const along = (low: number, high: number, start: number, step: number, count: number): [number, number] => [
    clamp(Math.floor((low - start) / step), 0, count),
    clamp(Math.ceil((high - start) / step), 0, count),
  ];
  const width = Math.ceil(placed.texels.width);
  const height = Math.ceil(placed.texels.height);
  const [x0, x1] = along(box.right0, box.right1, placed.box.right0, ratio[plane.right], width);
  const [y0, y1] = along(box.down0, box.down1, placed.box.down0, ratio[plane.down], height);
  return { address: tile, x0, x1, y0, y1 };
}
