// SPDX-License-Identifier: Apache-2.0
// What a panel shows and what it asks for, from nothing but the view:
//   1. the whole slice at the coarsest level (a few kB): there is a picture at once;
//   2. while slices fly past, only a level small enough to be sent for each of them;
//   3. the level that fits the screen, centre first, as a lossy picture;
//   4. after a short rest the same tiles exactly, and a glance at the next slices.
// With quality low step 4 brings no exact tiles; with quality exact they take the place of step 3.

import { glanceLevel, sharpLevel } from './level_choice';
import { type PanelSize, type PanelTransform, visibleBox } from './panel_transform';
import type { Plane } from './plane';
import type { QualityChoice } from './quality_choice';
import type { TileAddress } from './tile_address';
import { sliceIndex, tilesInBox } from './tile_grid';
import type { TileWish } from './tile_loader';
import { coarsestLevel, type VolumeGeometry } from './volume_geometry';

/** slicing: slices are flying past. moving: panned or zoomed a moment ago. rest: the eye is looking. */
export type Motion = 'slicing' | 'moving' | 'rest';

export interface PanelView {
  readonly geometry: VolumeGeometry;
  readonly plane: Plane;
  readonly transform: PanelTransform;
  readonly size: PanelSize;
  /** Level-0 slice number along the normal. */
  readonly slice: number;
}

export interface TilePlan {
  readonly level: number;
  /** The right tiles for this view, nearest to the middle first. */
  readonly sharp: readonly TileAddress[];
  /** Stand-ins from coarser levels, coarsest first. */
  readonly coarser: readonly TileAddress[];
}

const tier = { coarsest: 0, glance: 1000, lossy: 2000, exact: 3000, ahead: 4000 };
/** A foreign volume without a pyramid has a huge "coarsest" level: then only what is seen is asked for. */
const wholeSliceTiles = 4;

export function planTiles(view: PanelView): TilePlan {
  const { geometry, plane, transform, size, slice } = view;
  const box = visibleBox(transform, size, plane, geometry.shape);
  const level = sharpLevel(geometry, plane, transform);
  if (!box) return { level, sharp: [], coarser: [] };
  const sharp = tilesInBox(geometry, plane, level, sliceIndex(geometry, plane, level, slice), box);
  const coarser: TileAddress[] = [];
  for (let k = coarsestLevel(geometry); k > level; k -= 1) {
    coarser.push(...tilesInBox(geometry, plane, k, sliceIndex(geometry, plane, k, slice), box));
  }
  return { level, sharp, coarser };
}

export function planWishes(
  view: PanelView,
  plan: TilePlan,
  motion: Motion,
  direction: number,
  quality: QualityChoice = 'auto',
): TileWish[] {
  const { geometry, plane, slice } = view;
  const wishes: TileWish[] = [];
  const coarsest = coarsestLevel(geometry);
  if (plan.sharp.length === 0) return wishes;

  wishes.push(...wholeSlice(view, coarsest, slice, tier.coarsest));
  if (motion === 'slicing') {
    const glance = Math.max(glanceLevel(geometry, plane), plan.level);
    if (glance !== coarsest) wishes.push(...wholeSlice(view, glance, slice, tier.glance));
    return wishes;
  }
  if (quality !== 'exact') {
    plan.sharp.forEach((tile, order) => {
      wishes.push({ tile, format: 'jpg', priority: tier.lossy + order });
    });
  }
  if (quality === 'exact' || (quality === 'auto' && motion === 'rest')) {
    plan.sharp.forEach((tile, order) => {
      wishes.push({ tile, format: 'raw', priority: tier.exact + order });
    });
  }
  if (motion === 'moving') return wishes;
  const glance = Math.max(glanceLevel(geometry, plane), plan.level);
  for (let ahead = 1; ahead <= 3; ahead += 1) {
    const next = slice + ahead * (direction < 0 ? -1 : 1);
    if (next < 0 || next >= geometry.shape[plane.normal]) break;
    wishes.push(...wholeSlice(view, glance, next, tier.ahead + ahead * 10));
  }
  return wishes;
}

function wholeSlice(view: PanelView, level: number, slice: number, priority: number): TileWish[] {
  const { geometry, plane } = view;
  const whole = {
    right0: 0,
    right1: geometry.shape[plane.right],
    down0: 0,
    down1: geometry.shape[plane.down],
  };
  const index = sliceIndex(geometry, plane, level, slice);
  let tiles = tilesInBox(geometry, plane, level, index, whole);
  if (tiles.length > wholeSliceTiles) {
    const seen = visibleBox(view.transform, view.size, plane, geometry.shape);
    tiles = seen ? tilesInBox(geometry, plane, level, index, seen) : [];
  }
  return tiles.map((tile, order) => ({ tile, format: 'jpg' as const, priority: priority + order }));
}
