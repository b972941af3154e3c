// SPDX-License-Identifier: Apache-2.0
// The 3-D panel without the page around it: loads the level that fits, draws coarse while things move and in full at rest,
// and only when something changed.

import type { Dataset } from '../api/types';
import type { Tone } from '../viewer/tone';
import { mapAxes } from '../viewer/vec3';
import type { ViewState } from '../viewer/view_state';
import type { ViewStore } from '../viewer/view_store';
import type { VolumeGeometry } from '../viewer/volume_geometry';
import { cameraOf, sceneExtent } from './orbit_camera';
import { type Detail, levelForDetail, type VolumeLevel } from './volume_level';
import { type LoadState, VolumeLoader } from './volume_loader';
import { type SpaceScene, VolumeRenderer } from './volume_renderer';
import { VolumeTexels } from './volume_texels';

export interface SpaceReport {
  readonly level: VolumeLevel | null;
  readonly load: LoadState;
  /** True when the picture is complete and drawn in full. */
  readonly sharp: boolean;
}

export interface VolumeSceneOptions {
  readonly canvas: HTMLCanvasElement;
  readonly dataset: Dataset;
  readonly geometry: VolumeGeometry;
  readonly store: ViewStore;
  readonly tone: () => Tone;
  readonly report: (report: SpaceReport) => void;
}

/** A frame may take this long while things move; drawing gets smaller until it does. */
const movingFrameMs = 70;
const bandMs = 30;
const restMs = 180;
const smallestScale = 0.12;

export class VolumeScene {
  private readonly renderer: VolumeRenderer;
  private loader: VolumeLoader | null = null;
  private detail: Detail | null = null;
  private level: VolumeLevel | null = null;
  private load: LoadState = { done: 0, total: 0, problem: null };
  private scale = 0.4;
  private frame: number | null = null;
  private restTimer: ReturnType<typeof setTimeout> | null = null;
  /** moving: a draft is due. resting: the full picture is being made, from `nextRow` on. */
  private phase: 'moving' | 'resting' | 'idle' = 'idle';
  private nextRow = 0;
  private bandRows = 16;
  private sharp = false;
  private readonly unsubscribe: () => void;

  /** Throws WebglUnavailable. */
  constructor(private readonly options: VolumeSceneOptions) {
    this.renderer = new VolumeRenderer(options.canvas, () => this.invalidate());
    this.unsubscribe = options.store.subscribe((state, before) => {
      if (state.space.detail !== this.detail) this.open(state.space.detail);
      if (changesPicture(state, before)) this.invalidate();
    });
    this.open(options.store.state.space.detail);
  }

  /** Something outside the view state changed, such as the colour table or the size. */
  invalidate(): void {
    const wasSharp = this.sharp;
    this.sharp = false;
    if (wasSharp) this.tell();
    this.phase = 'moving';
    if (this.restTimer !== null) clearTimeout(this.restTimer);
    this.restTimer = null;
    this.schedule();
  }

  resize(widthPx: number, heightPx: number): void {
    const { canvas } = this.options;
    if (canvas.width === widthPx && canvas.height === heightPx) return;
    canvas.width = widthPx;
    canvas.height = heightPx;
    this.invalidate();
  }

  retryNow(): void {
    if (this.load.problem) this.open(this.options.store.state.space.detail);
  }

  dispose(): void {
    this.unsubscribe();
    this.loader?.stop();
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    if (this.restTimer !== null) clearTimeout(this.restTimer);
    this.renderer.dispose();
  }

  private open(detail: Detail): void {
    const { dataset, geometry } = this.options;
    this.detail = detail;
    this.loader?.stop();
    this.level = levelForDetail(geometry, dataset.data_type, detail);
    if (!this.level) {
      this.load = {
        done: 0,
        total: 0,
        problem: 'No level of this dataset is small enough for a 3-D picture.',
      };
      this.tell();
      return;
    }
    const texels = new VolumeTexels(
      this.level.shape,
      dataset.data_type,
      VolumeTexels.rangeFor(dataset.data_type, valueRange(dataset)),
    );
    this.renderer.show(texels);
    this.loader = new VolumeLoader({
      dataset,
      level: this.level,
      arrived: (brick) => {
        this.renderer.upload(texels.put(brick));
        this.invalidate();
      },
      changed: (load) => {
        this.load = load;
        this.tell();
      },
    });
    void this.loader.run();
    this.invalidate();
  }

  private get canDraw(): boolean {
    const { width, height } = this.options.canvas;
    return this.renderer.ready && width > 1 && height > 1;
  }

  private scene(stride: number): SpaceScene {
    const { canvas, geometry, store, tone } = this.options;
    const { space, cursor } = store.state;
    return {
      camera: cameraOf(space.eye, canvas.width, canvas.height),
      mode: space.mode,
      slices: space.slices,
      tone: tone(),
      density: space.density,
      extent: sceneExtent(geometry),
      cut: mapAxes((axis) => (cursor[axis] + 0.5) / geometry.shape[axis]),
      stride,
    };
  }

  /** One frame at a time, whatever the phase is when it comes. */
  private schedule(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (!this.canDraw) return;
      if (this.phase === 'moving') this.drawMoving();
      else if (this.phase === 'resting') this.drawResting();
    });
  }

  private drawMoving(): void {
    this.phase = 'idle';
    const { width, height } = this.options.canvas;
    const size = (edge: number) => Math.max(Math.round(edge * this.scale), 1);
    const took = this.renderer.drawDraft(this.scene(1.5), size(width), size(height));
    // Cost goes with the area: the square root brings it to the aim, a part of the way each time.
    const wanted = this.scale * Math.sqrt(movingFrameMs / Math.max(took, 1));
    this.scale = Math.min(Math.max((this.scale + wanted) / 2, smallestScale), 1);
    this.tell();
    this.restTimer = setTimeout(() => {
      this.restTimer = null;
      this.phase = 'resting';
      this.nextRow = 0;
      this.schedule();
    }, restMs);
  }

  private drawResting(): void {
    const { height } = this.options.canvas;
    const end = Math.min(this.nextRow + this.bandRows, height);
    const took = this.renderer.drawBand(this.scene(1), this.nextRow, end);
    this.bandRows = Math.min(Math.max(Math.round((this.bandRows * bandMs) / Math.max(took, 1)), 2), height);
    this.nextRow = end;
    if (end < height) {
      this.schedule();
      return;
    }
    this.phase = 'idle';
    this.renderer.showFine();
    this.sharp = this.load.total > 0 && this.load.done === this.load.total;
    this.tell();
  }

  private tell(): void {
    this.options.report({ level: this.level, load: this.load, sharp: this.sharp });
  }
}

function changesPicture(state: ViewState, before: ViewState): boolean {
  const planes = state.space.slices || state.space.mode === 'slices';
  return (
    state.space !== before.space ||
    state.window !== before.window ||
    state.gamma !== before.gamma ||
    state.inverted !== before.inverted ||
    state.colours !== before.colours ||
    (planes && state.cursor !== before.cursor)
  );
}

/** From the smallest to the largest voxel; a foreign image has only its windows. */
function valueRange({ statistics, window, preview_window: preview }: Dataset): { low: number; high: number } {
  const low = statistics?.min ?? window.min ?? preview.low;
  const high = statistics?.max ?? window.max ?? preview.high;
  return high > low ? { low, high } : { low, high: low + 1 };
}
