// SPDX-License-Identifier: Apache-2.0
// Panel pixels <-> level-0 corner coordinates. Panel pixels are device pixels from the top left corner. The volume's
// corner is snapped to a whole device pixel: at 1:1 every voxel then covers exactly one pixel and nothing shimmers.

import type { Plane } from './plane';
import { clamp, type Vec3 } from './vec3';
import { aspect, type VolumeGeometry } from './volume_geometry';

export interface PanelSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface PanelPoint {
  readonly right: number;
  readonly down: number;
}

export interface PanelTransform {
  /** Device pixel at which the volume's corner lies. */
  readonly origin: PanelPoint;
  /** Device pixels per level-0 voxel. */
  readonly scale: PanelPoint;
}

export interface PanelBox {
  readonly right0: number;
  readonly right1: number;
  readonly down0: number;
  readonly down1: number;
}

export function panelTransform(
  plane: Plane,
  geometry: VolumeGeometry,
  view: { readonly centre: Vec3; readonly zoom: number },
  size: PanelSize,
  pixelRatio: number,
): PanelTransform {
  const stretch = aspect(geometry);
  const scale = {
    right: view.zoom * pixelRatio * stretch[plane.right],
    down: view.zoom * pixelRatio * stretch[plane.down],
  };
  const origin = {
    right: Math.round(size.widthPx / 2 - view.centre[plane.right] * scale.right),
    down: Math.round(size.heightPx / 2 - view.centre[plane.down] * scale.down),
  };
  return { origin, scale };
}

export function toVoxel(transform: PanelTransform, pixel: PanelPoint): PanelPoint {
  return {
    right: (pixel.right - transform.origin.right) / transform.scale.right,
    down: (pixel.down - transform.origin.down) / transform.scale.down,
  };
}

export function toPixel(transform: PanelTransform, point: PanelPoint): PanelPoint {
  return {
    right: transform.origin.right + point.right * transform.scale.right,
    down: transform.origin.down + point.down * transform.scale.down,
  };
}

/** The part of the volume that the panel shows, or null when the volume is outside it. */
export function visibleBox(
  transform: PanelTransform,
  size: PanelSize,
  plane: Plane,
  shape: Vec3,
): PanelBox | null {
  const first = toVoxel(transform, { right: 0, down: 0 });
  const last = toVoxel(transform, { right: size.widthPx, down: size.heightPx });
  const box = {
    right0: clamp(first.right, 0, shape[plane.right]),
    right1: clamp(last.right, 0, shape[plane.right]),
    down0: clamp(first.down, 0, shape[plane.down]),
    down1: clamp(last.down, 0, shape[plane.down]),
  };
  return box.right1 > box.right0 && box.down1 > box.down0 ? box : null;
}
