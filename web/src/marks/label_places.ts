// SPDX-License-Identifier: Apache-2.0
// Where the text of a mark stands: beside its line, and below the text of another mark rather than on it.

import type { PanelPoint } from '../viewer/panel_transform';
import type { MarkOutline } from './mark_outline';

export interface MarkLabel {
  /** Left end of the base line. */
  readonly at: PanelPoint;
  readonly text: string;
}

/** Above a box's left corner; beside the middle of a line; beside the corner of an angle. */
export function labelPlace(line: readonly PanelPoint[], closed: boolean, textPx: number): PanelPoint {
  const gap = textPx * 0.7;
  const [a, b, c] = line;
  if (!a) return { right: 0, down: 0 };
  if (closed) {
    return { right: Math.min(a.right, c?.right ?? a.right), down: Math.min(a.down, c?.down ?? a.down) - gap };
  }
  if (b && c) return { right: b.right + gap, down: b.down - gap };
  const end = b ?? a;
  return { right: (a.right + end.right) / 2 + gap, down: (a.down + end.down) / 2 - gap };
}

/** Labels in the order of `shown`. Widths are estimated: a letter is about six tenths of its height wide. */
export function markLabels(
  shown: readonly Pick<MarkOutline, 'mark' | 'line'>[],
  textOf: (mark: MarkOutline['mark']) => string,
  textPx: number,
): MarkLabel[] {
  const placed: MarkLabel[] = [];
  const width = (text: string) => text.length * textPx * 0.6;
  const lineHeight = textPx * 1.25;
  for (const { mark, line } of shown) {
    const text = textOf(mark);
    let at = labelPlace(line, mark.kind === 'box', textPx);
    const covers = (other: MarkLabel) =>
      Math.abs(other.at.down - at.down) < lineHeight * 0.99 &&
      at.right < other.at.right + width(other.text) &&
      other.at.right < at.right + width(text);
    for (let other = placed.find(covers); other; other = placed.find(covers)) {
      at = { right: at.right, down: other.at.down + lineHeight };
    }
    placed.push({ at, text });
  }
  return placed;
}
