// SPDX-License-Identifier: Apache-2.0
// The size of an element in device pixels, exact where the browser tells it.

export interface PanelSizeCss {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Device pixels per CSS pixel. */
  readonly pixelRatio: number;
}

/** Emulated screens report CSS pixels as device pixels; then the product of size and ratio is the better truth. */
function deviceSize(computed: number, reported: number | undefined): number {
  return reported !== undefined && Math.abs(reported - computed) <= 1 ? reported : Math.round(computed);
}

export function watchSize(element: HTMLElement, changed: (size: PanelSizeCss) => void): () => void {
  const observer = new ResizeObserver(([entry]) => {
    if (!entry) return;
    const pixelRatio = devicePixelRatio;
    const exact = entry.devicePixelContentBoxSize?.[0];
    const { width, height } = entry.contentRect;
    changed({
      widthPx: deviceSize(width * pixelRatio, exact?.inlineSize),
      heightPx: deviceSize(height * pixelRatio, exact?.blockSize),
      pixelRatio,
    });
  });
  try {
    observer.observe(element, { box: 'device-pixel-content-box' });
  } catch {
    observer.observe(element);
  }
  return () => observer.disconnect();
}
