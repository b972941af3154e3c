// SPDX-License-Identifier: Apache-2.0
// Marks as the panels show them, painted into a figure.

import { type MarkLabel, markLabels } from '../marks/label_places';
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
  }
  const labels = markLabels(shown, style.text, style.textPx);
  for (const [order, label] of labels.entries()) {
    paintLabel(brush, shown[order]?.mark.colour ?? 'white', label, style.textPx);
  }
}

function paintLabel(
  brush: CanvasRenderingContext2D,
  colour: MarkColour,
  label: MarkLabel,
  textPx: number,
): void {
  const { at, text } = label;
  brush.font = `600 ${textPx}px system-ui, sans-serif`;
  brush.textAlign = 'left';
  brush.textBaseline = 'alphabetic';
  brush.lineJoin = 'round';
  brush.lineWidth = textPx * 0.28;
  brush.strokeStyle = '#000';
  brush.strokeText(text, at.right, at.down);
  brush.fillStyle = inks[colour];
  brush.fillText(text, at.right, at.down);
}
