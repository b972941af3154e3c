// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { markLabels } from './label_places';
import type { Mark } from './mark';

const mark = (id: string) =>
  ({ kind: 'distance', id, name: id, colour: 'sky', points: [] }) as unknown as Mark;
const line = (right: number, down: number) => [
  { right: right - 10, down },
  { right: right + 10, down },
];

describe('labels', () => {
  test('stand beside their line', () => {
    const [label] = markLabels([{ mark: mark('a'), line: line(100, 50) }], () => '12 µm', 10);
    expect(label).toEqual({ at: { right: 107, down: 43 }, text: '12 µm' });
  });

  test('give way to one another, also to those that gave way', () => {
    const shown = ['a', 'b', 'c'].map((id, index) => ({
      mark: mark(id),
      line: line(100 + index, 50 + index),
    }));
    const downs = markLabels(shown, () => '12.5 µm', 10).map(({ at }) => at.down);
    expect(downs).toEqual([43, 55.5, 68]);
  });

  test('stay where they are side by side', () => {
    const shown = [
      { mark: mark('a'), line: line(100, 50) },
      { mark: mark('b'), line: line(200, 50) },
    ];
    expect(markLabels(shown, () => '12 µm', 10).map(({ at }) => at.down)).toEqual([43, 43]);
  });
});
