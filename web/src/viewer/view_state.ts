// SPDX-License-Identifier: Apache-2.0
// All that decides what the panels show, in one plain object. Its form in the address is view_link.ts.

import type { Mark } from '../marks/mark';
import type { Tool } from '../marks/mark_editor';
import { openingSpace, type SpaceView } from '../volume/space_view';
import type { Layout } from './layout';
import type { PanelName } from './plane';
import type { QualityChoice } from './quality_choice';
import type { Contrast } from './tone';
import { clamp, mapAxes, type Vec3 } from './vec3';

export interface ViewState extends Contrast {
  /** The voxel under the crosshair (level 0, whole numbers). It decides the slice of every panel. */
  readonly cursor: Vec3;
  /** What lies in the middle of the panels, in level-0 corner coordinates. Shared, so that panels stay aligned. */
  readonly centre: Vec3;
  /** CSS pixels per voxel along the axis with the smallest voxels. */
  readonly zoom: number;
  readonly layout: Layout;
  /** The panel that fills the whole page, or null for all of them. */
  readonly maximised: PanelName | null;
  readonly space: SpaceView;
  /** What tiles to ask for. It follows the reader's network, not the view, so links leave it out. */
  readonly quality: QualityChoice;
  readonly tool: Tool;
  readonly marks: readonly Mark[];
  /** The mark whose handles are shown. */
  readonly selected: string | null;
  readonly crosshair: boolean;
  /** Interpolate between voxels even when they are larger than a pixel. */
  readonly smooth: boolean;
}

export const zoomLimits = { smallest: 1 / 4096, largest: 64 };

export function initialViewState(shape: Vec3, contrast: Contrast): ViewState {
  return {
    cursor: mapAxes((axis) => Math.floor(shape[axis] / 2)),
    centre: mapAxes((axis) => shape[axis] / 2),
    zoom: 1,
    ...contrast,
    layout: 'planes',
    maximised: null,
    space: openingSpace,
    quality: 'auto',
    tool: 'move',
    marks: [],
    selected: null,
    crosshair: true,
    smooth: false,
  };
}

export function clampCursor(cursor: Vec3, shape: Vec3): Vec3 {
  return mapAxes((axis) => clamp(Math.floor(cursor[axis]), 0, shape[axis] - 1));
}

/** Keeps the volume from being pushed out of sight. */
export function clampCentre(centre: Vec3, shape: Vec3): Vec3 {
  return mapAxes((axis) => clamp(centre[axis], 0, shape[axis]));
}

export function clampZoom(zoom: number): number {
  return clamp(zoom, zoomLimits.smallest, zoomLimits.largest);
}
