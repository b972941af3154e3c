// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { fromHash, hashFixesPlace, toHash } from './view_link';
import { clampCursor, initialViewState, type ViewState } from './view_state';

const shape = { x: 200, y: 160, z: 96 };
const opening = initialViewState(shape, {
  window: { low: 0, high: 65535 },
  gamma: 1,
  inverted: false,
  colours: 'grey',
});

describe('a view link', () => {
  test('opens in the middle', () => {
    expect(opening.cursor).toEqual({ x: 100, y: 80, z: 48 });
    expect(opening.centre).toEqual({ x: 100, y: 80, z: 48 });
  });

  test('a link brings the same view back', () => {
    const state: ViewState = {
      cursor: { x: 3, y: 4, z: 5 },
      centre: { x: 10.25, y: 20.5, z: 30.75 },
      zoom: 2.5,
      window: { low: -0.0125, high: 1.5e-3 },
      gamma: 0.45,
      inverted: true,
      colours: 'cividis',
      layout: 'row',
      maximised: 'space',
      space: { ...opening.space, mode: 'volume', slices: true },
      quality: 'auto',
      tool: 'angle',
      marks: [
        {
          kind: 'box',
          id: 'a1',
          name: 'A ~ box & more',
          colour: 'sky',
          low: { x: 1, y: 2, z: 3 },
          high: { x: 9, y: 9, z: 4 },
        },
      ],
      selected: 'a1',
      crosshair: false,
      smooth: true,
    };
    expect(fromHash(toHash(state), opening, shape)).toEqual(state);
  });

  test('defaults are not written out', () => {
    expect(toHash(opening)).toBe('#at=100,80,48&centre=100,80,48&zoom=1&window=0,65535');
  });

  test.each([
    '',
    '#',
    '#at=1,2',
    '#at=a,b,c',
    '#zoom=-1',
    '#zoom=NaN',
    '#window=5,5',
    '#window=9,1',
    '#panel=diagonal&layout=pile',
    '#gamma=0',
    '#tool=hammer&selected=nobody&mark=box~1',
    '#gamma=dark&colours=jet&invert=1',
    '#at=,,&centre=Infinity,0,0',
  ])('nonsense in the address changes nothing: %s', (hash) => {
    expect(fromHash(hash, opening, shape)).toEqual(opening);
  });

  test('places outside the volume are brought back into it', () => {
    const state = fromHash('#at=-5,999,95.9&centre=-1,1e9,3&zoom=1e9', opening, shape);
    expect(state.cursor).toEqual({ x: 0, y: 159, z: 95 });
    expect(state.centre).toEqual({ x: 0, y: 160, z: 3 });
    expect(state.zoom).toBe(64);
    expect(clampCursor({ x: 200, y: 0, z: 0 }, shape).x).toBe(199);
  });

  test('only a link with a scale keeps the page from fitting', () => {
    expect(hashFixesPlace('#at=1,2,3')).toBe(false);
    expect(hashFixesPlace('#zoom=2')).toBe(true);
  });
});
