// SPDX-License-Identifier: Apache-2.0
// Draws a figure from exact tiles with the renderer of the panels, then scale bar and marks over it, and makes a PNG.

import type { Mark } from '../marks/mark';
import { outlines } from '../marks/mark_outline';
import { toPixel } from '../viewer/panel_transform';
import type { Plane } from '../viewer/plane';
import { scaleBar } from '../viewer/scale_bar';
import type { DrawnTile, SliceRenderer } from '../viewer/slice_renderer';
import { tileKey } from '../viewer/tile_address';
import type { ExactTile } from '../viewer/tile_data';
import { placeTile } from '../viewer/tile_grid';
import type { Tone } from '../viewer/tone';
import type { VolumeGeometry } from '../viewer/volume_geometry';
import { type MarkStyle, paintMarks } from './figure_marks';
import type { FigurePlan } from './figure_plan';
import { withDensity } from './png_density';

export interface FigureContent {
  readonly geometry: VolumeGeometry;
  readonly plane: Plane;
  readonly slice: number;
  readonly tone: Tone;
  readonly smooth: boolean;
  readonly withScaleBar: boolean;
  readonly marks: readonly Mark[];
  readonly markText: (mark: Mark) => string;
}

/** `tiles` in the order of plan.tiles. Throws when the browser cannot make the picture. */
export async function renderFigure(
  plan: FigurePlan,
  content: FigureContent,
  tiles: readonly ExactTile[],
  makeRenderer: (canvas: HTMLCanvasElement) => SliceRenderer,
): Promise<Blob> {
  const picture = document.createElement('canvas');
  const renderer = makeRenderer(picture);
  const page = document.createElement('canvas');
  page.width = plan.widthPx;
  page.height = plan.heightPx;
  const brush = page.getContext('2d');
  if (!brush) throw new Error('This browser gives no canvas for a picture of this size.');
  try {
    const drawn = drawnTiles(plan, content, tiles);
    const done = renderer.draw({
      widthPx: plan.widthPx,
      heightPx: plan.heightPx,
      tiles: drawn,
      tone: content.tone,
    });
    if (!done) throw new Error('The graphics context was lost. Try again.');
    brush.drawImage(picture, 0, 0);
  } finally {
    renderer.dispose();
    // Browsers allow few contexts at a time; waiting for the garbage collector would take one from a panel.
    picture.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
  }
  const { marks, plane, slice } = content;
  const style: MarkStyle = { textPx: plan.textPx, text: content.markText };
  paintMarks(brush, outlines(marks, null, plane, slice, plan.transform), style);
  if (content.withScaleBar) paintScaleBar(brush, plan, content);
  return encode(page, plan.pixelsPerMm);
}

function drawnTiles(plan: FigurePlan, content: FigureContent, tiles: readonly ExactTile[]): DrawnTile[] {
  const { geometry, plane, smooth } = content;
  const enlarged = plan.transform.scale.right >= 1 && plan.transform.scale.down >= 1;
  return plan.tiles.flatMap((address, order) => {
    const data = tiles[order];
    if (!data) return [];
    const { box, texels } = placeTile(geometry, plane, address);
    const first = toPixel(plan.transform, { right: box.right0, down: box.down0 });
    const last = toPixel(plan.transform, { right: box.right1, down: box.down1 });
    const rect = { left: first.right, top: first.down, right: last.right, bottom: last.down };
    return [
      { key: tileKey(address, 'raw'), data, rect, texels, smooth: smooth || !(enlarged && plan.level === 0) },
    ];
  });
}

function paintScaleBar(
  brush: CanvasRenderingContext2D,
  plan: FigurePlan,
  { geometry, plane }: FigureContent,
): void {
  const { voxelSizeUm, voxelSizeKnown } = geometry;
  const unitPerPx = (voxelSizeKnown ? voxelSizeUm[plane.right] : 1) / plan.transform.scale.right;
  const bar = scaleBar(unitPerPx, plan.widthPx * 0.3, voxelSizeKnown);
  const margin = plan.textPx * 1.1;
  const thick = Math.max(Math.round(plan.textPx * 0.28), 2);
  const left = Math.round(margin);
  const top = Math.round(plan.heightPx - margin - thick);
  const width = Math.round(bar.lengthCssPx);
  brush.fillStyle = '#000';
  const rim = Math.max(Math.round(thick / 3), 1);
  brush.fillRect(left - rim, top - rim, width + 2 * rim, thick + 2 * rim);
  brush.fillStyle = '#fff';
  brush.fillRect(left, top, width, thick);
  brush.font = `600 ${plan.textPx}px system-ui, sans-serif`;
  brush.textAlign = 'center';
  brush.textBaseline = 'alphabetic';
  brush.lineJoin = 'round';
  brush.lineWidth = plan.textPx * 0.28;
  brush.strokeStyle = '#000';
  brush.strokeText(bar.label, left + width / 2, top - plan.textPx * 0.45);
  brush.fillText(bar.label, left + width / 2, top - plan.textPx * 0.45);
}

async function encode(page: HTMLCanvasElement, pixelsPerMm: number | null): Promise<Blob> {
  const blob = await new Promise<Blob | null>((resolve) => page.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('This browser cannot make a picture of this size. Choose a smaller one.');
  if (pixelsPerMm === null) return blob;
  const bytes = withDensity(new Uint8Array(await blob.arrayBuffer()), pixelsPerMm);
  return new Blob([bytes], { type: 'image/png' });
}
