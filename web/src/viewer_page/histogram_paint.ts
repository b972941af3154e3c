// SPDX-License-Identifier: Apache-2.0
// Draws the bars, bright where the window is, and below them the colours that values get.

import { colourOf, type Tone } from '../viewer/tone';

const rampPx = 6;

export function paintHistogram(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  heights: readonly number[],
  window: { readonly low: number; readonly high: number },
  tone: Tone,
): void {
  canvas.width = width;
  canvas.height = height;
  const brush = canvas.getContext('2d');
  if (!brush) return;
  const ramp = Math.round((rampPx * width) / Math.max(canvas.clientWidth, 1));
  const floor = height - ramp - 2;
  heights.forEach((share, column) => {
    const inside = column >= window.low && column <= window.high;
    const tall = share > 0 ? Math.max(share * (floor - 2), 1) : 0;
    brush.fillStyle = inside ? '#8fb5ab' : '#3d494f';
    brush.fillRect(column, floor - tall, 1, tall);
  });
  const share = { ...tone, window: { low: 0, high: 1 } };
  const span = Math.max(window.high - window.low, 1);
  for (let column = 0; column < width; column += 1) {
    const [red, green, blue] = colourOf((column - window.low) / span, share);
    brush.fillStyle = `rgb(${red} ${green} ${blue})`;
    brush.fillRect(column, height - ramp, 1, ramp);
  }
}
