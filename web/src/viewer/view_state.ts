// SPDX-License-Identifier: Apache-2.0
// All that decides what the panels show, in one plain object, and its form in the address:
//   #at=100,80,48&centre=100.5,80.5,48.5&zoom=2&window=0,65535&panel=xy&crosshair=off&smooth=on
// The last three are written only when they differ from the default.

import { isPlaneName, type PlaneName } from './plane';
import type { QualityChoice } from './quality_choice';
import { axes, clamp, mapAxes, type Vec3 } from './vec3';

export interface ContrastWindow {
  readonly low: number;
  readonly high: number;
}

export interface ViewState {
  /** The voxel under the crosshair (level 0, whole numbers). It decides the slice of every panel. */
  readonly cursor: Vec3;
  /** What lies in the middle of the panels, in level-0 corner coordinates. Shared, so that panels stay aligned. */
  readonly centre: Vec3;
  /** CSS pixels per voxel along the axis with the smallest voxels. */
  readonly zoom: number;
  readonly window: ContrastWindow;
  /** The panel that fills the whole page, or null for all of them. */
  readonly maximised: PlaneName | null;
  /** What tiles to ask for. It follows the reader's network, not the view, so links leave it out. */
  readonly quality: QualityChoice;
  readonly crosshair: boolean;
  /** Interpolate between voxels even when they are larger than a pixel. */
  readonly smooth: boolean;
}

export const zoomLimits = { smallest: 1 / 4096, largest: 64 };

export function initialViewState(shape: Vec3, window: ContrastWindow): ViewState {
  return {
    cursor: mapAxes((axis) => Math.floor(shape[axis] / 2)),
    centre: mapAxes((axis) => shape[axis] / 2),
    zoom: 1,
    window,
    maximised: null,
    quality: 'auto',
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

export function toHash(state: ViewState): string {
  const list = (vector: Vec3, digits: number) =>
    axes.map((axis) => String(Number(vector[axis].toFixed(digits)))).join(',');
  const parts = [
    `at=${list(state.cursor, 0)}`,
    `centre=${list(state.centre, 2)}`,
    `zoom=${Number(state.zoom.toPrecision(8))}`,
    `window=${Number(state.window.low.toPrecision(9))},${Number(state.window.high.toPrecision(9))}`,
  ];
  if (state.maximised) parts.push(`panel=${state.maximised}`);
  if (!state.crosshair) parts.push('crosshair=off');
  if (state.smooth) parts.push('smooth=on');
  return `#${parts.join('&')}`;
}

/** Reads what it understands and leaves the rest as it is in `state`: a link from anywhere must never break a page. */
export function fromHash(hash: string, state: ViewState, shape: Vec3): ViewState {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const at = readNumbers(fields.get('at'), 3);
  const centre = readNumbers(fields.get('centre'), 3);
  const zoom = readNumbers(fields.get('zoom'), 1)?.[0];
  const window = readNumbers(fields.get('window'), 2);
  const panel = fields.get('panel') ?? '';
  return {
    cursor: at ? clampCursor(toVec3(at), shape) : state.cursor,
    centre: centre ? clampCentre(toVec3(centre), shape) : state.centre,
    zoom: zoom !== undefined && zoom > 0 ? clampZoom(zoom) : state.zoom,
    window: readWindow(window) ?? state.window,
    maximised: isPlaneName(panel) ? panel : null,
    quality: state.quality,
    crosshair: fields.get('crosshair') !== 'off',
    smooth: fields.get('smooth') === 'on',
  };
}

/** Whether a link fixes the place and the scale, so that the page must not fit the volume by itself. */
export function hashFixesPlace(hash: string): boolean {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  return readNumbers(fields.get('zoom'), 1) !== null;
}

function readNumbers(text: string | null, count: number): number[] | null {
  if (!text) return null;
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  return numbers.length === count && numbers.every(Number.isFinite) ? numbers : null;
}

function readWindow(numbers: number[] | null): ContrastWindow | null {
  const [low, high] = numbers ?? [];
  return low !== undefined && high !== undefined && high > low ? { low, high } : null;
}

function toVec3(numbers: number[]): Vec3 {
  const [x = 0, y = 0, z = 0] = numbers;
  return { x, y, z };
}
