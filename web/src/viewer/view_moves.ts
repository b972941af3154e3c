// SPDX-License-Identifier: Apache-2.0
// Every way to move the view, as pure functions from one ViewState to the change of it.

import type { PanelPoint, PanelSize } from './panel_transform';
import type { Plane } from './plane';
import { type Axis, clamp, mapAxes, type Vec3, withAxis } from './vec3';
import { clampCentre, clampCursor, clampZoom, type ViewState } from './view_state';
import { aspect, type VolumeGeometry } from './volume_geometry';

/** A panel as it lies on the page. */
export interface PanelPlace {
  readonly plane: Plane;
  readonly size: PanelSize;
  readonly pixelRatio: number;
}

type Change = Partial<ViewState>;

/** Moves the picture by whole or part device pixels. */
export function pan(
  state: ViewState,
  geometry: VolumeGeometry,
  plane: Plane,
  scale: PanelPoint,
  moved: PanelPoint,
): Change {
  const centre = {
    ...state.centre,
    [plane.right]: state.centre[plane.right] - moved.right / scale.right,
    [plane.down]: state.centre[plane.down] - moved.down / scale.down,
  };
  return { centre: clampCentre(centre, geometry.shape) };
}

/** Zooms so that the volume point `fixed` stays where it is. */
export function zoomAround(
  state: ViewState,
  geometry: VolumeGeometry,
  plane: Plane,
  factor: number,
  fixed: PanelPoint,
): Change {
  const zoom = clampZoom(state.zoom * factor);
  const shrink = state.zoom / zoom;
  const centre = {
    ...state.centre,
    [plane.right]: fixed.right + (state.centre[plane.right] - fixed.right) * shrink,
    [plane.down]: fixed.down + (state.centre[plane.down] - fixed.down) * shrink,
  };
  return { zoom, centre: clampCentre(centre, geometry.shape) };
}

/** Puts the cursor somewhere; panels in which it would be out of sight move along with it. */
export function placeCursor(
  state: ViewState,
  geometry: VolumeGeometry,
  cursor: Vec3,
  panels: readonly PanelPlace[],
): Change {
  const placed = clampCursor(cursor, geometry.shape);
  const stretch = aspect(geometry);
  const reach = (axis: Axis): number => {
    const halves = panels.flatMap(({ plane, size, pixelRatio }) => {
      const scale = state.zoom * pixelRatio * stretch[axis];
      const right = plane.right === axis ? [size.widthPx / 2 / scale] : [];
      const down = plane.down === axis ? [size.heightPx / 2 / scale] : [];
      return [...right, ...down];
    });
    return Math.min(...halves);
  };
  let centre = state.centre;
  for (const axis of ['x', 'y', 'z'] as const) {
    const middle = placed[axis] + 0.5;
    if (Math.abs(middle - centre[axis]) > reach(axis)) centre = withAxis(centre, axis, middle);
  }
  return { cursor: placed, centre };
}

export function stepCursor(
  state: ViewState,
  geometry: VolumeGeometry,
  axis: Axis,
  steps: number,
  panels: readonly PanelPlace[],
): Change {
  const target = clamp(state.cursor[axis] + steps, 0, geometry.shape[axis] - 1);
  return placeCursor(state, geometry, withAxis(state.cursor, axis, target), panels);
}

/** The whole volume in every panel, with a little air around it. */
export function fitted(geometry: VolumeGeometry, panels: readonly PanelPlace[]): Change {
  const stretch = aspect(geometry);
  const zooms = panels.flatMap(({ plane, size, pixelRatio }) => [
    size.widthPx / pixelRatio / (geometry.shape[plane.right] * stretch[plane.right]),
    size.heightPx / pixelRatio / (geometry.shape[plane.down] * stretch[plane.down]),
  ]);
  const zoom = clampZoom(Math.min(...zooms) * 0.94);
  return { zoom, centre: mapAxes((axis) => geometry.shape[axis] / 2) };
}

/** One voxel on one device pixel, with the cursor in the middle. */
export function oneToOne(state: ViewState, pixelRatio: number): Change {
  return { zoom: clampZoom(1 / pixelRatio), centre: mapAxes((axis) => state.cursor[axis] + 0.5) };
}

export function centreOnCursor(state: ViewState): Change {
  return { centre: mapAxes((axis) => state.cursor[axis] + 0.5) };
}

/** The voxel at a point of a panel, or null outside the volume. */
export function voxelAt(
  state: ViewState,
  geometry: VolumeGeometry,
  plane: Plane,
  point: PanelPoint,
): Vec3 | null {
  const voxel = {
    ...state.cursor,
    [plane.right]: Math.floor(point.right),
    [plane.down]: Math.floor(point.down),
  };
  const inside = ([plane.right, plane.down] as const).every(
    (axis) => voxel[axis] >= 0 && voxel[axis] < geometry.shape[axis],
  );
  return inside ? voxel : null;
}
