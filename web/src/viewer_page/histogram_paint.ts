// SPDX-License-Identifier: Apache-2.0
// Draws the bars, bright where the window is, and the grey ramp that the window makes.

const rampPx = 6;

export function paintHistogram(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  heights: readonly number[],
  window: { readonly low: number; readonly high: number },
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
  const shades = brush.createLinearGradient(window.low, 0, Math.max(window.high, window.low + 1), 0);
  shades.addColorStop(0, '#000');
  shades.addColorStop(1, '#fff');
  brush.fillStyle = shades;
  brush.fillRect(0, height - ramp, width, ramp);
}
