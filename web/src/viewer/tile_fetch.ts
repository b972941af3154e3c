// SPDX-License-Identifier: Apache-2.0
// Fetches one tile and decodes it. The browser undoes the content encoding and decodes the picture off this thread.

import { ApiError } from '../api/api_error';
import { fetchOk, versionAddress } from '../api/client';
import { planes } from './plane';
import { type TileAddress, type TileFormat, tileKey } from './tile_address';
import type { TileData } from './tile_data';
import type { ContrastWindow } from './tone';
import { levelAt, type VolumeGeometry } from './volume_geometry';
import { voxelArray } from './voxel_array';

export type FetchTile = (tile: TileAddress, format: TileFormat, signal: AbortSignal) => Promise<TileData>;

export interface TileSource {
  readonly id: string;
  readonly version: string;
  readonly data_type: string;
  readonly preview_window: ContrastWindow;
}

/** The last tile of a row or column is cut to the picture's edge. */
export function tileExtent(geometry: VolumeGeometry, tile: TileAddress): { width: number; height: number } {
  const plane = planes[tile.plane];
  const { shape } = levelAt(geometry, tile.level);
  return {
    width: Math.min(geometry.tileSize, shape[plane.right] - tile.tx * geometry.tileSize),
    height: Math.min(geometry.tileSize, shape[plane.down] - tile.ty * geometry.tileSize),
  };
}

export function tileFetcher(source: TileSource, geometry: VolumeGeometry): FetchTile {
  return async (tile, format, signal) => {
    const response = await fetchOk(`${versionAddress(source)}/tiles/${tileKey(tile, format)}`, signal);
    const { width, height } = tileExtent(geometry, tile);
    if (format === 'raw') {
      const buffer = await response.arrayBuffer();
      const voxels = wrongAnswer(() => voxelArray(source.data_type, buffer, width * height));
      return { kind: 'exact', width, height, bytes: buffer.byteLength, voxels };
    }
    const bitmap = await decodePicture(await response.blob());
    if (bitmap.width !== width || bitmap.height !== height) {
      bitmap.close();
      throw new ApiError(502, 'wrong_tile_shape', `tile ${tileKey(tile, format)} has an unexpected size`);
    }
    return { kind: 'lossy', width, height, bytes: width * height * 4, bitmap, window: source.preview_window };
  };
}

/** Grey values as the file holds them, whatever the screen's colours are. */
export function decodePicture(picture: Blob): Promise<ImageBitmap> {
  return createImageBitmap(picture, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
}

function wrongAnswer<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw new ApiError(502, 'wrong_tile_shape', error instanceof Error ? error.message : String(error));
  }
}
