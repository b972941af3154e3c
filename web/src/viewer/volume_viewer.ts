// SPDX-License-Identifier: Apache-2.0
// One opened dataset: the view state, the loader and up to three panels, and every action on them. Knows nothing of
// the page around it; the page attaches canvases and listens.

import { getVoxel } from '../api/client';
import type { Dataset } from '../api/types';
import { type Draft, MarkEditor, type PanelPlaceForMarks } from '../marks/mark_editor';
import { AutoContrast, type AutoContrastState } from './auto_contrast';
import { type ColourTable, loadColourTable } from './colour_map';
import { openingContrast } from './contrast';
import { ExactTiles } from './exact_tiles';
import { loadFirstPictures, openingCursor } from './first_pictures';
import { type PanelPoint, type PanelSize, type PanelTransform, toVoxel } from './panel_transform';
import { type PanelName, type PlaneName, planeNames, planes } from './plane';
import { type QualityChoice, qualityChoices } from './quality_choice';
import type { SliceRenderer } from './slice_renderer';
import { type PanelReport, SliceView } from './slice_view';
import { tileFetcher } from './tile_fetch';
import { TileLoader } from './tile_loader';
import type { Tone } from './tone';
import type { Axis, Vec3 } from './vec3';
import { fromHash, hashFixesPlace } from './view_link';
import * as moves from './view_moves';
import { initialViewState } from './view_state';
import { ViewStore } from './view_store';
import { type VolumeGeometry, volumeGeometry } from './volume_geometry';
import { voxelText } from './voxel_array';
import { type ProbeReading, VoxelProbe } from './voxel_probe';

export interface VolumeViewerEvents {
  readonly panel: (plane: PlaneName, report: PanelReport) => void;
  readonly cursorValue: (reading: ProbeReading | null) => void;
  readonly pointerValue: (reading: ProbeReading | null) => void;
  readonly autoContrast: (state: AutoContrastState) => void;
  /** The table of the chosen colour map has arrived; null for grey. */
  readonly colours: (table: ColourTable | null) => void;
  /** What is half drawn. */
  readonly draft: (draft: Draft | null) => void;
}

export type MakeRenderer = (canvas: HTMLCanvasElement, restored: () => void) => SliceRenderer;

export class VolumeViewer {
  readonly geometry: VolumeGeometry;
  readonly store: ViewStore;
  readonly contrast: AutoContrast;
  readonly marks: MarkEditor;
  private readonly loader: TileLoader;
  readonly exact: ExactTiles;
  private colourTable: ColourTable | null = null;
  private readonly views = new Map<PlaneName, SliceView>();
  private readonly cursorProbe: VoxelProbe;
  private readonly pointerProbe: VoxelProbe;
  /** Until the user chooses a place, the volume is fitted to the panels whenever they change size. */
  private fitting: boolean;

  constructor(
    readonly dataset: Dataset,
    hash: string,
    private readonly events: VolumeViewerEvents,
    private readonly makeRenderer: MakeRenderer,
    quality: QualityChoice = 'auto',
  ) {
    this.geometry = volumeGeometry(dataset);
    const contrast = openingContrast(dataset);
    const middle = initialViewState(this.geometry.shape, contrast);
    const opening = { ...middle, cursor: openingCursor(this.geometry), quality };
    this.store = new ViewStore(fromHash(hash, opening, this.geometry.shape));
    this.fitting = !hashFixesPlace(hash);
    const fetchTile = tileFetcher(dataset, this.geometry);
    this.loader = new TileLoader({ fetchTile, changed: () => this.invalidate() });
    this.exact = new ExactTiles(this.loader, fetchTile);
    this.contrast = new AutoContrast({
      dataset,
      store: this.store,
      exact: this.exact,
      seen: () => [...this.views.values()].flatMap((view) => view.sharpParts),
      changed: events.autoContrast,
    });
    this.marks = new MarkEditor(this.store, this.geometry, events.draft);
    void this.loadColours();
    void loadFirstPictures(dataset, contrast.window, this.geometry, (tile, picture) =>
      this.loader.put(tile, 'thumbnail', picture),
    );
    this.cursorProbe = this.makeProbe(events.cursorValue);
    this.pointerProbe = this.makeProbe(events.pointerValue);
    this.store.subscribe((state, before) => {
      if (state.colours !== before.colours) void this.loadColours();
      this.invalidate();
      this.cursorProbe.ask(state.cursor);
    });
    this.cursorProbe.ask(this.store.state.cursor);
  }

  attach(name: PlaneName, canvas: HTMLCanvasElement): void {
    const view = new SliceView({
      plane: planes[name],
      geometry: this.geometry,
      store: this.store,
      loader: this.loader,
      tone: () => this.tone,
      makeRenderer: (restored) => this.makeRenderer(canvas, restored),
      report: (report) => this.events.panel(name, report),
    });
    this.views.set(name, view);
  }

  detach(name: PlaneName): void {
    this.views.get(name)?.dispose();
    this.views.delete(name);
  }

  resize(name: PlaneName, size: PanelSize, pixelRatio: number): void {
    this.views.get(name)?.resize(size, pixelRatio);
    if (this.fitting && this.views.size === planeNames.length && this.shown.length > 0) this.fitNow();
  }

  transform(name: PlaneName): PanelTransform | null {
    return this.views.get(name)?.transform ?? null;
  }

  /** A panel as the drawing tools see it. */
  placeForMarks(name: PlaneName): PanelPlaceForMarks | null {
    return this.views.get(name) ?? null;
  }

  /** A panel as a figure shows it; null when it is not on the page. */
  placeForFigure(name: PlaneName): (PanelPlaceForMarks & { readonly size: PanelSize }) | null {
    const view = this.views.get(name);
    return view && view.size.widthPx > 0 && view.size.heightPx > 0 ? view : null;
  }

  pan(name: PlaneName, movedPx: PanelPoint): void {
    const view = this.views.get(name);
    if (!view) return;
    this.fitting = false;
    const { scale } = view.transform;
    this.store.update(moves.pan(this.store.state, this.geometry, view.plane, scale, movedPx));
  }

  /** Zooms about a point of the panel, or about its middle. */
  zoom(name: PlaneName, factor: number, pixel?: PanelPoint): void {
    const view = this.views.get(name);
    if (!view) return;
    this.fitting = false;
    const middle = { right: view.size.widthPx / 2, down: view.size.heightPx / 2 };
    const fixed = toVoxel(view.transform, pixel ?? middle);
    this.store.update(moves.zoomAround(this.store.state, this.geometry, view.plane, factor, fixed));
  }

  step(axis: Axis, steps: number): void {
    this.store.update(moves.stepCursor(this.store.state, this.geometry, axis, steps, this.shown));
  }

  moveCursor(cursor: Vec3): void {
    this.store.update(moves.placeCursor(this.store.state, this.geometry, cursor, this.shown));
  }

  /** Puts the cursor somewhere and brings it to the middle of the panels. */
  jumpTo(place: Vec3): void {
    this.moveCursor(place);
    this.centreOnCursor();
  }

  clickAt(name: PlaneName, pixel: PanelPoint, touch = false): void {
    const place = this.views.get(name);
    if (place && this.marks.click(place, pixel, touch)) return;
    const voxel = this.voxelAt(name, pixel);
    if (voxel) this.moveCursor(voxel);
  }

  hoverAt(name: PlaneName, pixel: PanelPoint | null): void {
    const place = this.views.get(name);
    if (place) this.marks.hover(place, pixel);
    this.pointerProbe.ask(pixel ? this.voxelAt(name, pixel) : null);
  }

  fit(): void {
    this.fitting = true;
    this.fitNow();
  }

  oneToOne(): void {
    this.fitting = false;
    this.store.update(moves.oneToOne(this.store.state, this.shown[0]?.pixelRatio ?? 1));
  }

  centreOnCursor(): void {
    this.fitting = false;
    this.store.update(moves.centreOnCursor(this.store.state));
  }

  get tone(): Tone {
    const { window, gamma, inverted, colours } = this.store.state;
    return { window, gamma, inverted, table: colours === 'grey' ? null : this.colourTable };
  }

  maximise(name: PanelName | null): void {
    this.store.update({ maximised: this.store.state.maximised === name ? null : name });
  }

  setQuality(quality: QualityChoice): void {
    this.store.update({ quality });
  }

  nextQuality(): void {
    const next = qualityChoices.indexOf(this.store.state.quality) + 1;
    this.setQuality(qualityChoices[next % qualityChoices.length] ?? 'auto');
  }

  /** Takes over the view of a link that was put into the address by hand. */
  follow(hash: string): void {
    if (hashFixesPlace(hash)) this.fitting = false;
    this.store.update(fromHash(hash, this.store.state, this.geometry.shape));
  }

  retryNow(): void {
    this.loader.retryNow();
  }

  dispose(): void {
    for (const name of [...this.views.keys()]) this.detach(name);
    this.cursorProbe.cancel();
    this.pointerProbe.cancel();
    this.contrast.stop();
    this.loader.dispose();
  }

  private async loadColours(): Promise<void> {
    const { colours } = this.store.state;
    // A map that does not arrive leaves the picture grey; choosing it again tries again.
    const table = await loadColourTable(colours).catch(() => null);
    if (this.store.state.colours !== colours) return;
    this.colourTable = table;
    this.events.colours(table);
    this.invalidate();
  }

  private invalidate(): void {
    for (const view of this.views.values()) view.invalidate();
  }

  private get shown(): moves.PanelPlace[] {
    return [...this.views.values()].filter((view) => view.size.widthPx > 0 && view.size.heightPx > 0);
  }

  private fitNow(): void {
    // Where one panel has most of the room it decides; the others show what lies around the cursor.
    const main =
      this.store.state.layout === 'large' ? this.shown.filter(({ plane }) => plane.name === 'xy') : [];
    const panels = main.length > 0 ? main : this.shown;
    if (panels.length > 0) this.store.update(moves.fitted(this.geometry, panels));
  }

  private voxelAt(name: PlaneName, pixel: PanelPoint): Vec3 | null {
    const view = this.views.get(name);
    if (!view) return null;
    return moves.voxelAt(this.store.state, this.geometry, view.plane, toVoxel(view.transform, pixel));
  }

  private makeProbe(changed: (reading: ProbeReading | null) => void): VoxelProbe {
    return new VoxelProbe({
      local: (voxel) => this.loadedValue(voxel),
      remote: async (voxel, signal) => (await getVoxel(this.dataset, voxel, signal)).text,
      changed,
    });
  }

  private loadedValue(voxel: Vec3): string | null {
    const size = this.geometry.tileSize;
    for (const name of planeNames) {
      const { right, down, normal } = planes[name];
      const tx = Math.floor(voxel[right] / size);
      const ty = Math.floor(voxel[down] / size);
      const tile = this.loader.peek({ plane: name, level: 0, index: voxel[normal], tx, ty }, 'raw');
      if (tile?.kind !== 'exact') continue;
      const value = tile.voxels[(voxel[down] - ty * size) * tile.width + voxel[right] - tx * size];
      if (value !== undefined) return voxelText(value, this.dataset.data_type);
    }
    return null;
  }
}
