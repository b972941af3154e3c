// SPDX-License-Identifier: Apache-2.0
// A saved picture has the resolution it promises and exactly the greys of the voxels.

import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { canvas, datasetNamed, expect, panel, test } from './support/beamport';
import { readPng } from './support/png';

// 4 CSS pixels a voxel; the whole panel lies inside the volume along y.
const view = '#at=100,80,48&centre=100,80,48&zoom=4&window=0,1400';

async function save(page: Page) {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save PNG' }).click(),
  ]);
  return { name: download.suggestedFilename(), file: readFileSync(await download.path()) };
}

function densityOf(file: Buffer): number {
  const at = file.indexOf('pHYs', 0, 'latin1');
  return at < 0 ? 0 : file.readUInt32BE(at + 4);
}

test('print resolution, exact greys, density, also where only a preview was shown', async ({
  page,
  request,
}) => {
  const dataset = await datasetNamed(request, 'ramp');
  await page.addInitScript(() => localStorage.setItem('beamport.quality', 'low'));
  await page.goto(`/d/${dataset.id}${view}`);
  await expect(panel(page, 'xy')).toHaveAttribute('data-quality', 'preview');
  await canvas(page, 'xy').focus();
  await page.keyboard.press('p');
  await page.getByLabel('Size').selectOption('Column: 85 mm, 300 dpi');
  await page.getByLabel('Scale bar').uncheck();
  const { violations } = await new AxeBuilder({ page }).include('dialog').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  const size = await canvas(page, 'xy').evaluate(({ width, height }: HTMLCanvasElement) => ({
    width,
    height,
  }));
  const { name, file } = await save(page);
  expect(name).toBe('ramp_xy_z48.png');
  const picture = readPng(file);
  expect(picture.width).toBe(1004);
  expect(densityOf(file)).toBe(11811);
  const factor = 1004 / size.width;
  const scale = 4 * factor;
  const origin = {
    x: Math.round(Math.round(size.width / 2 - 400) * factor),
    y: Math.round(Math.round(size.height / 2 - 320) * factor),
  };
  for (const [x, y] of [
    [70, 60],
    [100, 80],
    [133, 97],
    [91, 110],
  ] as const) {
    const grey = picture.colourAt(
      Math.floor(origin.x + (x + 0.5) * scale),
      Math.floor(origin.y + (y + 0.5) * scale),
    );
    const value = x + 3 * y + 7 * 48;
    expect(Math.abs((grey[0] ?? -9) - (value / 1400) * 255), `voxel ${x}, ${y}`).toBeLessThanOrEqual(1);
  }
});

test('the scale bar and the marks are in the picture', async ({ page, request }) => {
  const dataset = await datasetNamed(request, 'ramp');
  const mark = '&mark=distance~a1~orange~80,60,48.5~120,60,48.5~Width';
  await page.goto(`/d/${dataset.id}${view}${mark}`);
  await expect(panel(page, 'xy')).toHaveAttribute('data-quality', 'exact');
  await page.getByRole('button', { name: 'Picture' }).click();
  await page.getByLabel('Size').selectOption('As on the screen');
  const size = await canvas(page, 'xy').evaluate(({ width, height }: HTMLCanvasElement) => ({
    width,
    height,
  }));
  const { file } = await save(page);
  const picture = readPng(file);
  expect([picture.width, picture.height]).toEqual([size.width, size.height]);
  // The bar: the longest of 1, 2, 5 × 10ⁿ µm within 30 % of the width; 4 px a µm.
  const bar = size.width * 0.3 >= 400 ? 400 : size.width * 0.3 >= 200 ? 200 : 80;
  const row = size.height - 17;
  const white = (x: number) => picture.colourAt(x, row).every((part) => part > 245);
  let length = 0;
  for (let x = 0; x < size.width; x += 1) if (white(x)) length += 1;
  expect(Math.abs(length - bar)).toBeLessThanOrEqual(2);
  const middle = {
    x: Math.round(size.width / 2 - 400) + 110 * 4,
    y: Math.round(size.height / 2 - 320) + 60 * 4,
  };
  const [red = 0, green = 0, blue = 0] = picture.colourAt(middle.x, middle.y);
  expect([red > 150, red > green + 30, green > blue + 30], `orange: ${red} ${green} ${blue}`).toEqual([
    true,
    true,
    true,
  ]);
});

test('a picture that cannot be made says why', async ({ page, request }) => {
  const dataset = await datasetNamed(request, 'ramp');
  await page.addInitScript(() => localStorage.setItem('beamport.quality', 'low'));
  await page.goto(`/d/${dataset.id}${view}`);
  await expect(panel(page, 'xy')).toHaveAttribute('data-quality', 'preview');
  await page.route('**/*.raw', (route) => route.abort());
  await page.getByRole('button', { name: 'Picture' }).click();
  await page.getByRole('button', { name: 'Save PNG' }).click();
  await expect(page.getByRole('alert')).toContainText('The server did not answer');
});

test('a part of the page that does not arrive can be asked for again', async ({ page, request }) => {
  const dataset = await datasetNamed(request, 'ramp');
  await page.goto(`/d/${dataset.id}${view}`);
  await expect(panel(page, 'xy')).toHaveAttribute('data-quality', 'exact');
  await page.route('**/figure_dialog*.js', (route) => route.abort());
  await page.getByRole('button', { name: 'Picture' }).click();
  await expect(page.getByRole('alert')).toContainText('did not arrive');
  await page.unroute('**/figure_dialog*.js');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('dialog', { name: 'Save a picture' })).toBeVisible();
});
