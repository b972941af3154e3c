// SPDX-License-Identifier: Apache-2.0
// One panel: from the view state to wishes for the loader and a frame for the renderer, once per animation frame and
// only when something changed. When nothing of a new slice has arrived yet the previous one stays, and is reported as
// held, so that the page can say so.

import { MotionClock } from './motion_clock';
import { type PanelSize, type PanelTransform, panelTransform, toPixel, visibleBox } from './panel_transform';
import type { Plane } from './plane';
import { effectiveQuality } from './quality_choice';
import type { DrawnTile, SliceRenderer } from './slice_renderer';
import { type TileAddress, type TileKind, tileKey } from './tile_address';
import { placeTile, type SeenPart, seenPart } from './tile_grid';
import type { TileLoader, TileTrouble } from './tile_loader';
import { type PanelView, planTiles, planWishes, type TilePlan } from './tile_plan';
import type { Tone } from './tone';
import type { ViewStore } from './view_store';
import type { VolumeGeometry } from './volume_geometry';

export type Quality = 'loading' | 'preview' | 'exact';

export interface PanelReport {
  readonly quality: Quality;
  readonly level: number;
  readonly trouble: TileTrouble | null;
  /** The slice that is still shown because nothing of the right one has arrived; null when the right one is. */
  readonly held: number | null;
}

export interface SliceViewOptions {
  readonly plane: Plane;
  readonly geometry: VolumeGeometry;
  readonly store: ViewStore;
  readonly loader: TileLoader;
  readonly tone: () => Tone;
  readonly makeRenderer: (restored: () => void) => SliceRenderer;
  readonly report: (report: PanelReport) => void;
}

/** Best first. */
const pictureKinds: readonly TileKind[] = ['raw', 'jpg', 'thumbnail'];

export class SliceView {
  readonly plane: Plane;
  private readonly renderer: SliceRenderer;
  private readonly motion = new MotionClock();
  private panelSize: PanelSize = { widthPx: 0, heightPx: 0 };
  private ratio = 1;
  private frameRequest: number | null = null;
  private calmTimer: ReturnType<typeof setTimeout> | null = null;
  private seen: { slice: number; transform: PanelTransform } | null = null;
  private heldSlice: number | null = null;
  private direction = 1;

  constructor(private readonly options: SliceViewOptions) {
    this.plane = options.plane;
    this.renderer = options.makeRenderer(() => this.invalidate());
  }

  get size(): PanelSize {
    return this.panelSize;
  }

  get pixelRatio(): number {
    return this.ratio;
  }

  get transform(): PanelTransform {
    const { geometry, store } = this.options;
    return panelTransform(this.plane, geometry, store.state, this.panelSize, this.ratio);
  }

  resize(size: PanelSize, pixelRatio: number): void {
    this.panelSize = size;
    this.ratio = pixelRatio;
    this.invalidate();
  }

  invalidate(): void {
    this.frameRequest ??= requestAnimationFrame(() => {
      this.frameRequest = null;
      this.drawNow();
    });
  }

  /** The sharp tiles of the current view, whatever of them has arrived. */
  get sharpTiles(): readonly TileAddress[] {
    return this.hasArea ? planTiles(this.panelView).sharp : [];
  }

  /** The sharp tiles again, each with the part of it that is in sight, in texels. */
  get sharpParts(): readonly SeenPart[] {
    if (!this.hasArea) return [];
    const { geometry } = this.options;
    const box = visibleBox(this.transform, this.panelSize, this.plane, geometry.shape);
    return box ? this.sharpTiles.map((tile) => seenPart(geometry, this.plane, tile, box)) : [];
  }

  dispose(): void {
    if (this.frameRequest !== null) cancelAnimationFrame(this.frameRequest);
    if (this.calmTimer !== null) clearTimeout(this.calmTimer);
    this.options.loader.want(this.plane.name, []);
    this.renderer.dispose();
  }

  private get hasArea(): boolean {
    return this.panelSize.widthPx > 0 && this.panelSize.heightPx > 0;
  }

  private get panelView(): PanelView {
    const { geometry, store } = this.options;
    return {
      geometry,
      plane: this.plane,
      transform: this.transform,
      size: this.panelSize,
      slice: store.state.cursor[this.plane.normal],
    };
  }

  private drawNow(): void {
    const { loader, store } = this.options;
    if (!this.hasArea) {
      loader.want(this.plane.name, []);
      return;
    }
    const view = this.panelView;
    this.noteMotion(view);
    const plan = planTiles(view);
    const quality = effectiveQuality(store.state.quality, savesData());
    const wishes = planWishes(view, plan, this.motion.motion, this.direction, quality).filter(
      ({ tile, format }) => format === 'raw' || !loader.peek(tile, 'raw'),
    );
    loader.want(this.plane.name, wishes);
    const { shown, held } = this.drawFrame(view, plan);
    this.options.report({
      quality: shown,
      level: plan.level,
      trouble: loader.trouble(this.plane.name),
      held,
    });
    this.wakeWhenCalmer();
  }

  private noteMotion(view: PanelView): void {
    const before = this.seen;
    this.seen = { slice: view.slice, transform: view.transform };
    if (!before) return;
    if (before.slice !== view.slice) {
      this.direction = Math.sign(view.slice - before.slice);
      this.motion.sliced();
    } else if (!sameTransform(before.transform, view.transform)) {
      this.motion.moved();
    }
  }

  private wakeWhenCalmer(): void {
    if (this.calmTimer !== null) clearTimeout(this.calmTimer);
    const pause = this.motion.untilCalmer;
    this.calmTimer = pause === null ? null : setTimeout(() => this.invalidate(), pause + 1);
  }

  private drawFrame(view: PanelView, plan: TilePlan): { shown: Quality; held: number | null } {
    let tiles = this.collect(view, plan);
    let held: number | null = null;
    if (tiles.length > 0) {
      this.heldSlice = view.slice;
    } else if (this.heldSlice !== null) {
      const before = { ...view, slice: this.heldSlice };
      tiles = this.collect(before, planTiles(before));
      held = tiles.length > 0 ? this.heldSlice : null;
    }
    const drawn = this.renderer.draw({ ...this.panelSize, tiles, tone: this.options.tone() });
    return { shown: drawn ? this.judge(plan) : 'loading', held };
  }

  /** Exact when every sharp tile is exact; loading while a part of the panel has no picture at all. */
  private judge(plan: TilePlan): Quality {
    const { loader } = this.options;
    const has = (tile: TileAddress) => pictureKinds.some((kind) => loader.peek(tile, kind));
    if (plan.sharp.every((tile) => loader.peek(tile, 'raw'))) return 'exact';
    if (plan.sharp.every(has)) return 'preview';
    const levels = new Set(plan.coarser.map((tile) => tile.level));
    for (const level of levels) {
      if (plan.coarser.every((tile) => tile.level !== level || has(tile))) return 'preview';
    }
    return 'loading';
  }

  private collect(view: PanelView, plan: TilePlan): DrawnTile[] {
    const { store } = this.options;
    const enlarged = view.transform.scale.right >= 1 && view.transform.scale.down >= 1;
    const smooth = store.state.smooth || !(enlarged && plan.level === 0);
    const sharp = plan.sharp.map((tile) => this.drawnTile(view, tile, smooth));
    const complete = sharp.every((tile) => tile !== null);
    const coarser = complete ? [] : plan.coarser.map((tile) => this.drawnTile(view, tile, true));
    return [...coarser, ...sharp].filter((tile) => tile !== null);
  }

  private drawnTile(view: PanelView, tile: TileAddress, smooth: boolean): DrawnTile | null {
    const { loader, geometry } = this.options;
    const kind = pictureKinds.find((candidate) => loader.peek(tile, candidate));
    const data = kind && loader.get(tile, kind);
    if (!data) return null;
    const { box, texels } = placeTile(geometry, this.plane, tile);
    const first = toPixel(view.transform, { right: box.right0, down: box.down0 });
    const last = toPixel(view.transform, { right: box.right1, down: box.down1 });
    const rect = { left: first.right, top: first.down, right: last.right, bottom: last.down };
    return { key: tileKey(tile, kind), data, rect, texels, smooth };
  }
}

/** What the browser was told, for example on a metered connection. Not every browser says. */
function savesData(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  return connection?.saveData === true;
}

function sameTransform(a: PanelTransform, b: PanelTransform): boolean {
  return (
    a.origin.right === b.origin.right &&
    a.origin.down === b.origin.down &&
    a.scale.right === b.scale.right &&
    a.scale.down === b.scale.down
  );
}
