// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { openingSpace, readSpace, type SpaceView, spaceFields } from './space_view';

const read = (text: string) => readSpace(new URLSearchParams(text));

describe('the 3-D view in a link', () => {
  test('comes back the same', () => {
    const space: SpaceView = {
      mode: 'volume',
      slices: true,
      detail: 'fine',
      density: 2.5,
      eye: { yaw: -170.25, pitch: 12, distance: 3.5, shift: { right: 0.1, down: -0.25 } },
    };
    expect(read(spaceFields(space).join('&'))).toEqual(space);
  });

  test('is left out as it opens', () => {
    expect(spaceFields(openingSpace)).toEqual([]);
    expect(read('')).toEqual(openingSpace);
    expect(read(spaceFields({ ...openingSpace, slices: true }).join('&'))).toMatchObject({ slices: true });
  });

  test.each(['3d=cube,huge,-4', '3d=', 'eye=1,2,3', 'eye=a,b,c,d,e', '3d=,,NaN'])(
    'nonsense changes nothing: %s',
    (text) => expect(read(text)).toEqual(openingSpace),
  );
});
