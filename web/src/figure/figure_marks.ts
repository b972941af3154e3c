// SPDX-License-Identifier: Apache-2.0
// Marks as the panels show them, painted into a figure.

import type { Mark, MarkColour } from '../marks/mark';
import type { MarkOutline } from '../marks/mark_outline';

export interface MarkStyle {
  readonly textPx: number;
  readonly text: (mark: Mark) => string;
}

/** The same as in viewer_page/marks.css. */
const inks: Readonly<Record<MarkColour, string>> = {
  yellow: '#f2d64b',
  sky: '#6fc3f2',
  orange: '#f0a13c',
  green: '#4fd1a0',
  pink: '#e79bc9',
  white: '#ffffff',
};

export function paintMarks(
  brush: CanvasRenderingContext2D,
  shown: readonly MarkOutline[],
  style: MarkStyle,
): void {
  for (const { mark, line } of shown) {
    const path = new Path2D();
    for (const { right, down } of line) path.lineTo(right, down);
    if (mark.kind === 'box') path.closePath();
    brush.lineJoin = 'round';
    brush.strokeStyle = 'rgb(0 0 0 / 60%)';
    brush.lineWidth = style.textPx * 0.28;
    brush.stroke(path);
    brush.strokeStyle = inks[mark.colour];
    brush.lineWidth = style.textPx * 0.13;
    brush.stroke(path);
    paintLabel(brush, mark, line, style);
  }
}

function paintLabel(
  brush: CanvasRenderingContext2D,
  mark: Mark,
  line: MarkOutline['line'],
  { textPx, text }: MarkStyle,
): void {
  const [a, b, c] = line;
  if (!a || !b) return;
  const at =
    mark.kind === 'box'
      ? { right: a.right, down: a.down - textPx * 0.5 }
      : c
        ? { right: b.right + textPx * 0.7, down: b.down - textPx * 0.7 }
        : { right: (a.right + b.right) / 2 + textPx * 0.7, down: (a.down + b.down) / 2 - textPx * 0.7 };
  brush.font = `600 ${textPx}px system-ui, sans-serif`;
  brush.textAlign = 'left';
  brush.textBaseline = 'alphabetic';
  brush.lineJoin = 'round';
  brush.lineWidth = textPx * 0.28;
  brush.strokeStyle = '#000';
  brush.strokeText(text(mark), at.right, at.down);
  brush.fillStyle = inks[mark.colour];
  brush.fillText(text(mark), at.right, at.down);
}
