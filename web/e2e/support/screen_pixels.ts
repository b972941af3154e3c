// SPDX-License-Identifier: Apache-2.0
// Colours of the screen as a person sees them: taken from a screenshot, not from the page's own canvas.

import type { Locator, Page } from '@playwright/test';
import { readPng } from './png';

export interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** Red, green, blue at device pixels of an element. */
export async function colours(page: Page, element: Locator, pixels: readonly Pixel[]): Promise<number[][]> {
  const picture = readPng(await page.screenshot({ scale: 'device' }));
  // The browser paints a canvas on whole device pixels, also when its place on the page is a fraction.
  const corner = await element.evaluate((node) => {
    const box = node.getBoundingClientRect();
    return { x: Math.round(box.x * devicePixelRatio), y: Math.round(box.y * devicePixelRatio) };
  });
  return pixels.map(({ x, y }) => picture.colourAt(corner.x + Math.floor(x), corner.y + Math.floor(y)));
}
