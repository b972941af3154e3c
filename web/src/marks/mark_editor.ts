// SPDX-License-Identifier: Apache-2.0
// The drawing tools: clicks, drags and keys become marks in the view state. What is half drawn is the draft; it is not
// part of the view and never gets into a link.

import type { PanelPoint, PanelTransform } from '../viewer/panel_transform';
import { toVoxel } from '../viewer/panel_transform';
import type { Plane } from '../viewer/plane';
import { mapAxes, type Vec3 } from '../viewer/vec3';
import type { ViewStore } from '../viewer/view_store';
import { aspect, type VolumeGeometry } from '../viewer/volume_geometry';
import {
  boxBetween,
  freshColour,
  freshName,
  type Mark,
  type MarkColour,
  type MarkKind,
  markLimits,
  newMarkId,
  sameVec3,
  tidyName,
  tidyPoint,
} from './mark';
import { dragMark } from './mark_moves';
import { hitMark, type MarkHit, outlines } from './mark_outline';

/** move: look around. The others draw. */
export const tools = ['move', 'distance', 'angle', 'box'] as const;
export type Tool = (typeof tools)[number];

export function isTool(text: unknown): text is Tool {
  return tools.some((tool) => tool === text);
}

export interface Draft {
  readonly kind: MarkKind;
  /** Placed so far; for a box its first corner. */
  readonly points: readonly Vec3[];
  /** Where the next one would go. */
  readonly next: Vec3 | null;
}

export interface PanelPlaceForMarks {
  readonly plane: Plane;
  readonly transform: PanelTransform;
  readonly pixelRatio: number;
}

export interface Drag {
  readonly move: (at: PanelPoint) => void;
  readonly end: () => void;
  readonly cancel: () => void;
}

const neededPoints: Readonly<Record<MarkKind, number>> = { distance: 2, angle: 3, box: 2 };
const mouseReachCssPx = 9;
const touchReachCssPx = 22;

export class MarkEditor {
  private current: Draft | null = null;

  constructor(
    private readonly store: ViewStore,
    private readonly geometry: VolumeGeometry,
    private readonly draftChanged: (draft: Draft | null) => void,
  ) {
    store.subscribe((state, before) => {
      if (state.tool !== before.tool) this.setDraft(null);
    });
  }

  get draft(): Draft | null {
    return this.current;
  }

  get full(): boolean {
    return this.store.state.marks.length >= markLimits.count;
  }

  choose(tool: Tool): void {
    this.store.update({ tool });
  }

  /** A click with a tool places a point, otherwise it selects what is under it. False: the click is free for others. */
  click(place: PanelPlaceForMarks, pixel: PanelPoint, touch: boolean): boolean {
    const { tool } = this.store.state;
    if (tool === 'distance' || tool === 'angle') {
      this.place(this.pointAt(place, pixel));
      return true;
    }
    if (tool === 'box' && this.current) {
      this.place(this.pointAt(place, pixel));
      return true;
    }
    const hit = this.hit(place, pixel, touch);
    if (!hit) return false;
    this.select(hit.mark.id);
    return true;
  }

  hover(place: PanelPlaceForMarks, pixel: PanelPoint | null): void {
    const { current } = this;
    if (!current) return;
    this.setDraft({ ...current, next: pixel ? this.pointAt(place, pixel) : null });
  }

  /** What the pointer would take hold of. */
  hit(place: PanelPlaceForMarks, pixel: PanelPoint, touch: boolean): MarkHit | null {
    const { marks, selected, cursor } = this.store.state;
    if (this.current || marks.length === 0) return null;
    const shown = outlines(marks, selected, place.plane, cursor[place.plane.normal], place.transform);
    return hitMark(shown, pixel, (touch ? touchReachCssPx : mouseReachCssPx) * place.pixelRatio);
  }

  /** A press that begins on a mark, or with the box tool anywhere. Null: the drag pans. */
  startDrag(place: PanelPlaceForMarks, pixel: PanelPoint, touch: boolean): Drag | null {
    const { tool } = this.store.state;
    const hit = this.hit(place, pixel, touch);
    if (hit && (tool === 'move' || tool === 'box')) return this.dragOf(hit, place, pixel);
    return tool === 'box' && !this.current ? this.drawBox(place, pixel) : null;
  }

  /** The keyboard's way to place a point: at the cursor. */
  placeAtCursor(): boolean {
    const { tool, cursor } = this.store.state;
    if (tool === 'move') return false;
    if (tool !== 'box') this.place(mapAxes((axis) => cursor[axis] + 0.5));
    else if (!this.current) this.place(cursor);
    else this.placeBoxTo(cursor);
    return true;
  }

  /** Drops the draft, else the selection, else the tool. False when there was nothing to leave. */
  escape(): boolean {
    const { tool, selected } = this.store.state;
    if (this.current) this.setDraft(null);
    else if (selected) this.select(null);
    else if (tool !== 'move') this.choose('move');
    else return false;
    return true;
  }

  select(id: string | null): void {
    this.store.update({ selected: id });
  }

  remove(id: string): void {
    const { marks, selected } = this.store.state;
    this.store.update({
      marks: marks.filter((mark) => mark.id !== id),
      selected: selected === id ? null : selected,
    });
  }

  rename(id: string, name: string): void {
    const tidied = tidyName(name);
    if (tidied) this.change(id, (mark) => ({ ...mark, name: tidied }));
  }

  recolour(id: string, colour: MarkColour): void {
    this.change(id, (mark) => ({ ...mark, colour }));
  }

  change(id: string, edit: (mark: Mark) => Mark): void {
    this.store.update({ marks: this.store.state.marks.map((mark) => (mark.id === id ? edit(mark) : mark)) });
  }

  private place(point: Vec3): void {
    const { tool } = this.store.state;
    if (tool === 'move' || this.full) return;
    const points = [...(this.current?.points ?? []), point];
    if (points.length < neededPoints[tool]) {
      this.setDraft({ kind: tool, points, next: null });
      return;
    }
    const [a, b, c] = points;
    if (!a || !b || points.some((other, index) => index > 0 && sameVec3(other, points[index - 1] ?? other)))
      return;
    this.setDraft(null);
    if (tool === 'distance') this.add({ ...this.fresh('distance'), kind: 'distance', points: [a, b] });
    else if (tool === 'angle' && c) this.add({ ...this.fresh('angle'), kind: 'angle', points: [a, b, c] });
    else this.addBox(a, b);
  }

  /** Both voxels belong to the box. */
  private placeBoxTo(corner: Vec3): void {
    const first = this.current?.points[0];
    if (!first) return;
    this.setDraft(null);
    this.addBox(
      mapAxes((axis) => Math.min(first[axis], corner[axis])),
      mapAxes((axis) => Math.max(first[axis], corner[axis]) + 1),
    );
  }

  private addBox(a: Vec3, b: Vec3): void {
    this.add({ ...this.fresh('box'), kind: 'box', ...boxBetween(a, b, this.geometry.shape) });
  }

  private add(mark: Mark): void {
    if (this.full) return;
    this.store.update({ marks: [...this.store.state.marks, mark], selected: mark.id });
  }

  private fresh(kind: MarkKind) {
    const { marks } = this.store.state;
    return { id: newMarkId(), name: freshName(kind, marks), colour: freshColour(marks) };
  }

  private drawBox(place: PanelPlaceForMarks, pixel: PanelPoint): Drag {
    const from = this.pointAt(place, pixel);
    let to = from;
    return {
      move: (at) => {
        to = this.pointAt(place, at);
        const [low, high] = this.deep(from, to, place.plane);
        this.setDraft({ kind: 'box', points: [low], next: high });
      },
      end: () => {
        this.setDraft(null);
        const { right, down } = place.plane;
        if (from[right] !== to[right] && from[down] !== to[down])
          this.addBox(...this.deep(from, to, place.plane));
      },
      cancel: () => this.setDraft(null),
    };
  }

  /** A rectangle becomes as deep as its shorter side is long, with the slice in its middle. */
  private deep(from: Vec3, to: Vec3, { right, down, normal }: Plane): [Vec3, Vec3] {
    const stretch = aspect(this.geometry);
    const side = (axis: typeof right) => Math.abs(to[axis] - from[axis]) * stretch[axis];
    const depth = Math.max(Math.min(side(right), side(down)) / stretch[normal], 1);
    const middle = this.store.state.cursor[normal] + 0.5;
    return [
      { ...from, [normal]: middle - depth / 2 },
      { ...to, [normal]: middle + depth / 2 },
    ];
  }

  private dragOf({ mark, part }: MarkHit, place: PanelPlaceForMarks, pixel: PanelPoint): Drag {
    this.select(mark.id);
    const start = toVoxel(place.transform, pixel);
    const { shape } = this.geometry;
    const put = (next: Mark) => this.change(mark.id, () => next);
    return {
      move: (at) => {
        const now = toVoxel(place.transform, at);
        const moved = { right: now.right - start.right, down: now.down - start.down };
        put(dragMark(mark, part, place.plane, moved, shape));
      },
      end: () => {},
      cancel: () => put(mark),
    };
  }

  private pointAt({ plane, transform }: PanelPlaceForMarks, pixel: PanelPoint): Vec3 {
    const { right, down } = toVoxel(transform, pixel);
    const { cursor } = this.store.state;
    const point = { ...mapAxes((axis) => cursor[axis] + 0.5), [plane.right]: right, [plane.down]: down };
    return tidyPoint(point, this.geometry.shape);
  }

  private setDraft(draft: Draft | null): void {
    if (this.current === draft) return;
    this.current = draft;
    this.draftChanged(draft);
  }
}
