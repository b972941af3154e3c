// SPDX-License-Identifier: Apache-2.0
// How a value becomes a colour: window, gamma, inversion, colour map, in this order. The shaders do the same.

import type { ColourMapName, ColourTable } from './colour_map';
import { clamp } from './vec3';

export interface ContrastWindow {
  readonly low: number;
  readonly high: number;
}

/** As it is chosen and kept. */
export interface Contrast {
  readonly window: ContrastWindow;
  /** shade = share ^ gamma, as in ImageJ and napari: below 1 brightens. */
  readonly gamma: number;
  readonly inverted: boolean;
  readonly colours: ColourMapName;
}

/** As it is drawn. */
export interface Tone {
  readonly window: ContrastWindow;
  readonly gamma: number;
  readonly inverted: boolean;
  /** Null: grey. */
  readonly table: ColourTable | null;
}

export const gammaLimits = { smallest: 0.1, largest: 10 };

/** Place of a value between black (0) and white (1), after gamma and inversion. */
export function shadeOf(value: number, tone: Omit<Tone, 'table'>): number {
  const { low, high } = tone.window;
  const shade = clamp((value - low) / (high - low), 0, 1) ** tone.gamma;
  return tone.inverted ? 1 - shade : shade;
}

export function colourOf(value: number, tone: Tone): [number, number, number] {
  const byte = Math.round(shadeOf(value, tone) * 255);
  const { table } = tone;
  return table
    ? [table[byte * 3] ?? 0, table[byte * 3 + 1] ?? 0, table[byte * 3 + 2] ?? 0]
    : [byte, byte, byte];
}
