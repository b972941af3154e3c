// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { freshColour, freshName, type Mark, markLimits, mergeMarks, newMarkId } from './mark';
import { markField, readMarks } from './mark_link';

const shape = { x: 200, y: 160, z: 96 };
const marks: Mark[] = [
  {
    kind: 'distance',
    id: 'k3f9ab',
    colour: 'yellow',
    name: 'Pore ~ width, 50 % & µ',
    points: [
      { x: 10.25, y: 20.5, z: 48.5 },
      { x: 90, y: 0, z: 96 },
    ],
  },
  {
    kind: 'angle',
    id: 'a',
    colour: 'sky',
    name: 'Angle 1',
    points: [
      { x: 1, y: 2, z: 3 },
      { x: 4, y: 5, z: 6 },
      { x: 7, y: 8, z: 9 },
    ],
  },
  {
    kind: 'box',
    id: 'b0',
    colour: 'pink',
    name: 'Box',
    low: { x: 0, y: 1, z: 2 },
    high: { x: 64, y: 160, z: 3 },
  },
];
const read = (text: string) => readMarks(new URLSearchParams(text), shape);

describe('marks in a link', () => {
  test('come back the same', () => expect(read(marks.map(markField).join('&'))).toEqual(marks));

  test.each([
    'mark=',
    'mark=circle~a~sky~1,2,3~4,5,6~n',
    'mark=distance~a~sky~1,2,3~4,5,6',
    'mark=distance~a~mauve~1,2,3~4,5,6~n',
    'mark=distance~A!~sky~1,2,3~4,5,6~n',
    'mark=distance~a~sky~1,2~4,5,6~n',
    'mark=distance~a~sky~1,2,x~4,5,6~n',
    'mark=angle~a~sky~1,2,3~4,5,6~n',
    'mark=box~a~sky~1,2,3~NaN,5,6~n',
  ])('nonsense is left out: %s', (text) => expect(read(text)).toEqual([]));

  test('places outside the volume are brought into it, boxes keep a voxel', () => {
    const [box, line] = read('mark=box~a~sky~-9,500,10~1e9,900,10~n&mark=distance~b~sky~-5,0,0~999,0,0~n');
    expect(box).toMatchObject({ low: { x: 0, y: 159, z: 10 }, high: { x: 200, y: 160, z: 11 } });
    expect(line).toMatchObject({ points: [{ x: 0 }, { x: 200 }] });
  });

  test('there is an end to how many', () => {
    const many = Array.from({ length: 300 }, (_, i) => `mark=box~i${i}~sky~0,0,0~1,1,1~n`);
    expect(read(many.join('&'))).toHaveLength(markLimits.count);
  });

  test('following a link loses nothing, and its form of a mark wins', () => {
    const [a, b, c] = marks as [Mark, Mark, Mark];
    const renamed = { ...a, name: 'Other' };
    expect(mergeMarks([renamed, c], [a, b])).toEqual([renamed, b, c]);
  });
});

describe('new marks', () => {
  test('get a number and a colour that are free', () => {
    expect(freshName('distance', marks)).toBe('Distance 1');
    expect(freshName('angle', marks)).toBe('Angle 2');
    expect(freshColour(marks)).toBe('orange');
    expect(freshColour([])).toBe('yellow');
    expect(newMarkId()).toMatch(/^[a-z0-9]{6}$/);
  });
});
