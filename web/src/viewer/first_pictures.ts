// SPDX-License-Identifier: Apache-2.0
// The thumbnails that come with a dataset are whole middle slices of one level: they are shown before any tile has been
// asked for. A thumbnail that is no slice of the pyramid, such as a further reduced one, is left out.

import type { Dataset } from '../api/types';
import { type Plane, type PlaneName, planeNames, planes } from './plane';
import type { TileAddress } from './tile_address';
import type { LossyTile } from './tile_data';
import { decodePicture } from './tile_fetch';
import type { ContrastWindow } from './tone';
import { type Axis, clamp, mapAxes, type Vec3 } from './vec3';
import { levelAt, type VolumeGeometry } from './volume_geometry';

/** The level whose slices a Beamport thumbnail shows: the finest that fits into a square of this edge. */
const largestEdge = 256;

export function thumbnailLevel({ levels }: VolumeGeometry): number {
  const found = levels.findIndex(({ shape }) => Math.max(shape.x, shape.y, shape.z) <= largestEdge);
  return found < 0 ? levels.length - 1 : found;
}

function middleSlice(geometry: VolumeGeometry, axis: Axis): number {
  return Math.floor(levelAt(geometry, thumbnailLevel(geometry)).shape[axis] / 2);
}

/** The voxel next to the middle of the volume that lies in all three thumbnails. */
export function openingCursor(geometry: VolumeGeometry): Vec3 {
  const { ratio, offset } = levelAt(geometry, thumbnailLevel(geometry));
  return mapAxes((axis) => {
    const first = offset[axis] + middleSlice(geometry, axis) * ratio[axis];
    const lowest = Math.ceil(first - 0.5);
    const highest = Math.max(lowest, Math.ceil(first + ratio[axis] - 0.5) - 1);
    const middle = clamp(Math.floor(geometry.shape[axis] / 2), lowest, highest);
    return clamp(middle, 0, geometry.shape[axis] - 1);
  });
}

/** The tile that the thumbnail of a plane stands in for; null when a picture of this size is no slice of the pyramid. */
export function thumbnailTile(
  geometry: VolumeGeometry,
  plane: Plane,
  picture: { readonly width: number; readonly height: number },
): TileAddress | null {
  const level = thumbnailLevel(geometry);
  const { shape } = levelAt(geometry, level);
  const isSlice = shape[plane.right] === picture.width && shape[plane.down] === picture.height;
  if (!isSlice || Math.max(picture.width, picture.height) > geometry.tileSize) return null;
  return { plane: plane.name, level, index: middleSlice(geometry, plane.normal), tx: 0, ty: 0 };
}

/** Decodes the thumbnails and hands them over, each as soon as it is ready. */
export async function loadFirstPictures(
  dataset: Pick<Dataset, 'thumbnails'>,
  window: ContrastWindow,
  geometry: VolumeGeometry,
  found: (tile: TileAddress, picture: LossyTile) => void,
): Promise<void> {
  const { thumbnails } = dataset;
  if (!thumbnails) return;
  const load = async (name: PlaneName) => {
    const blob = blobOfDataUrl(thumbnails[name]);
    // Without a thumbnail the tiles come a moment later; that is all.
    const bitmap = blob && (await decodePicture(blob).catch(() => null));
    if (!bitmap) return;
    const { width, height } = bitmap;
    const tile = thumbnailTile(geometry, planes[name], bitmap);
    if (tile) found(tile, { kind: 'lossy', width, height, bytes: width * height * 4, bitmap, window });
    else bitmap.close();
  };
  await Promise.all(planeNames.map(load));
}

/** Not by fetch(): the page's security policy lets it connect to this server only. */
function blobOfDataUrl(url: string): Blob | null {
  const [, type, base64] = url.match(/^data:(image\/[a-z]+);base64,(.*)$/s) ?? [];
  if (!type || !base64) return null;
  try {
    return new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type });
  } catch {
    return null;
  }
}
