// SPDX-License-Identifier: Apache-2.0
// The whole view in the address, so that a link or a bookmark brings it back:
//   #at=100,80,48&centre=100.5,80.5,48.5&zoom=2&window=0,65535
//   &gamma=0.5&invert=on&colours=viridis&layout=large&panel=xy&crosshair=off&smooth=on&tool=distance&selected=k3f9ab&mark=…
// What is as it opened is left out, except for the first four.

import { mergeMarks } from '../marks/mark';
import { isTool } from '../marks/mark_editor';
import { markField, readMarks } from '../marks/mark_link';
import { readSpace, spaceFields } from '../volume/space_view';
import { isColourMapName } from './colour_map';
import { isLayout } from './layout';
import { isPanelName } from './plane';
import { type ContrastWindow, gammaLimits } from './tone';
import { axes, clamp, type Vec3 } from './vec3';
import { clampCentre, clampCursor, clampZoom, type ViewState } from './view_state';

export function toHash(state: ViewState): string {
  const list = (vector: Vec3, digits: number) =>
    axes.map((axis) => String(Number(vector[axis].toFixed(digits)))).join(',');
  const parts = [
    `at=${list(state.cursor, 0)}`,
    `centre=${list(state.centre, 2)}`,
    `zoom=${Number(state.zoom.toPrecision(8))}`,
    `window=${Number(state.window.low.toPrecision(9))},${Number(state.window.high.toPrecision(9))}`,
  ];
  if (state.gamma !== 1) parts.push(`gamma=${Number(state.gamma.toPrecision(4))}`);
  if (state.inverted) parts.push('invert=on');
  if (state.colours !== 'grey') parts.push(`colours=${state.colours}`);
  if (state.layout !== 'planes') parts.push(`layout=${state.layout}`);
  if (state.maximised) parts.push(`panel=${state.maximised}`);
  if (!state.crosshair) parts.push('crosshair=off');
  if (state.smooth) parts.push('smooth=on');
  parts.push(...spaceFields(state.space));
  if (state.tool !== 'move') parts.push(`tool=${state.tool}`);
  if (state.selected) parts.push(`selected=${state.selected}`);
  parts.push(...state.marks.map(markField));
  return `#${parts.join('&')}`;
}

/**
 * Reads what it understands and leaves the rest as it is in `state`: a link from anywhere must never break a page. Marks
 * are added to those that are here, so that following a link never loses any.
 */
export function fromHash(hash: string, state: ViewState, shape: Vec3): ViewState {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const at = readNumbers(fields.get('at'), 3);
  const centre = readNumbers(fields.get('centre'), 3);
  const zoom = readNumbers(fields.get('zoom'), 1)?.[0];
  const window = readNumbers(fields.get('window'), 2);
  const gamma = readNumbers(fields.get('gamma'), 1)?.[0] ?? 1;
  const colours = fields.get('colours');
  const panel = fields.get('panel') ?? '';
  const layout = fields.get('layout');
  const tool = fields.get('tool');
  const marks = mergeMarks(readMarks(fields, shape), state.marks);
  const selected = fields.get('selected');
  return {
    cursor: at ? clampCursor(toVec3(at), shape) : state.cursor,
    centre: centre ? clampCentre(toVec3(centre), shape) : state.centre,
    zoom: zoom !== undefined && zoom > 0 ? clampZoom(zoom) : state.zoom,
    window: readWindow(window) ?? state.window,
    gamma: gamma > 0 ? clamp(gamma, gammaLimits.smallest, gammaLimits.largest) : 1,
    inverted: fields.get('invert') === 'on',
    colours: isColourMapName(colours) ? colours : 'grey',
    layout: isLayout(layout) ? layout : 'planes',
    maximised: isPanelName(panel) ? panel : null,
    quality: state.quality,
    space: readSpace(fields),
    tool: isTool(tool) ? tool : 'move',
    marks,
    selected: marks.some(({ id }) => id === selected) ? selected : null,
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
