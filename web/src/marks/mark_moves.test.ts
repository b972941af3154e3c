// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import type { BoxMark } from './mark';
import { setBoxNumber } from './mark_moves';

const shape = { x: 200, y: 160, z: 96 };
const box: BoxMark = {
  kind: 'box',
  id: 'a',
  name: 'Box',
  colour: 'sky',
  low: { x: 10, y: 20, z: 30 },
  high: { x: 20, y: 40, z: 60 },
};

describe('a box by numbers', () => {
  test.each([
    ['x', 'start', 50, { low: 50, high: 60 }],
    ['x', 'start', 500, { low: 190, high: 200 }],
    ['x', 'start', -5, { low: 0, high: 10 }],
    ['y', 'size', 7.6, { low: 20, high: 28 }],
    ['z', 'size', 0, { low: 30, high: 31 }],
    ['z', 'size', 1000, { low: 30, high: 96 }],
  ] as const)('%s %s %d', (axis, which, value, expected) => {
    const next = setBoxNumber(box, axis, which, value, shape);
    expect({ low: next.low[axis], high: next.high[axis] }).toEqual(expected);
    for (const other of (['x', 'y', 'z'] as const).filter((name) => name !== axis)) {
      expect([next.low[other], next.high[other]]).toEqual([box.low[other], box.high[other]]);
    }
  });
});
