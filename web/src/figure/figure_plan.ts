// SPDX-License-Identifier: Apache-2.0
// A picture of one panel for a page or a slide: how large it becomes, and which exact tiles it needs. The part of the
// volume is the one that the panel shows; the level is the one that fits the picture, not the screen.

import { sharpLevel } from '../viewer/level_choice';
import { type PanelSize, type PanelTransform, visibleBox } from '../viewer/panel_transform';
import type { Plane } from '../viewer/plane';
import type { TileAddress } from '../viewer/tile_address';
import { sliceIndex, tilesInBox } from '../viewer/tile_grid';
import type { VolumeGeometry } from '../viewer/volume_geometry';

export interface FigureSize {
  readonly name: string;
  readonly label: string;
  /** Null: as many pixels as on the screen, times `times`. */
  readonly print: { readonly widthMm: number; readonly dotsPerInch: number } | null;
  readonly times: number;
}

/** Widths of one and two columns of a journal. */
export const figureSizes: readonly FigureSize[] = [
  { name: 'screen', label: 'As on the screen', print: null, times: 1 },
  { name: 'screen2', label: 'Twice the screen', print: null, times: 2 },
  { name: 'column', label: 'Column: 85 mm, 300 dpi', print: { widthMm: 85, dotsPerInch: 300 }, times: 1 },
  { name: 'page', label: 'Page: 180 mm, 300 dpi', print: { widthMm: 180, dotsPerInch: 300 }, times: 1 },
  { name: 'page600', label: 'Page: 180 mm, 600 dpi', print: { widthMm: 180, dotsPerInch: 600 }, times: 1 },
];

export interface FigurePlan {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly transform: PanelTransform;
  readonly level: number;
  readonly tiles: readonly TileAddress[];
  /** Null for pictures of the screen's size. */
  readonly pixelsPerMm: number | null;
  /** Height of letters. */
  readonly textPx: number;
}

const mmPerInch = 25.4;
/** What every WebGL 2 can draw at once in practice. */
const largestEdgePx = 8192;
const printedTextMm = 2.8; // 8 pt

export function planFigure(
  geometry: VolumeGeometry,
  plane: Plane,
  slice: number,
  panel: { readonly size: PanelSize; readonly transform: PanelTransform; readonly pixelRatio: number },
  size: FigureSize,
): FigurePlan {
  const { widthPx: shownWidth, heightPx: shownHeight } = panel.size;
  const wanted = size.print
    ? (size.print.widthMm / mmPerInch) * size.print.dotsPerInch
    : shownWidth * size.times;
  const factor = Math.min(wanted / shownWidth, largestEdgePx / Math.max(shownWidth, shownHeight));
  const widthPx = Math.round(shownWidth * factor);
  const heightPx = Math.round(shownHeight * factor);
  const { origin, scale } = panel.transform;
  const transform = {
    origin: { right: Math.round(origin.right * factor), down: Math.round(origin.down * factor) },
    scale: { right: scale.right * factor, down: scale.down * factor },
  };
  const level = sharpLevel(geometry, plane, transform);
  const box = visibleBox(transform, { widthPx, heightPx }, plane, geometry.shape);
  const tiles = box ? tilesInBox(geometry, plane, level, sliceIndex(geometry, plane, level, slice), box) : [];
  const pixelsPerMm = size.print ? (shownWidth * factor) / size.print.widthMm : null;
  return {
    widthPx,
    heightPx,
    transform,
    level,
    tiles,
    pixelsPerMm,
    textPx: pixelsPerMm ? printedTextMm * pixelsPerMm : 13 * panel.pixelRatio * factor,
  };
}

/** What the tiles that are not loaded weigh at most. */
export function figureBytes(plan: FigurePlan, geometry: VolumeGeometry, bytesPerVoxel: number): number {
  return plan.tiles.length * geometry.tileSize ** 2 * bytesPerVoxel;
}
