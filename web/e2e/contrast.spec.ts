// SPDX-License-Identifier: Apache-2.0
// Contrast and colours on the screen are what the rule in viewer/tone.ts says, for every data type, and never fetch.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { loadColourTable } from '../src/viewer/colour_map';
import { colourOf, type Tone } from '../src/viewer/tone';
import {
  allExact,
  canvas,
  datasetNamed,
  expect,
  openViewer,
  panel,
  test,
  viewInAddress,
} from './support/beamport';
import { colours } from './support/screen_pixels';

const place = '#at=100,80,48&centre=100,80,48&zoom=4&crosshair=off';

/** Colours at voxels of the xy plane, by their x and y. */
async function xyColours(page: Page, voxels: readonly (readonly [number, number])[]): Promise<number[][]> {
  const size = await canvas(page, 'xy').evaluate(({ width, height }: HTMLCanvasElement) => ({
    width,
    height,
  }));
  const corner = { x: Math.round(size.width / 2 - 400), y: Math.round(size.height / 2 - 320) };
  return colours(
    page,
    canvas(page, 'xy'),
    voxels.map(([x, y]) => ({ x: corner.x + x * 4 + 2, y: corner.y + y * 4 + 2 })),
  );
}

const spots = [
  [70, 60],
  [100, 80],
  [131, 99],
  [120, 55],
] as const;

function expectNear(seen: number[][], expected: number[][]) {
  for (const [index, colour] of expected.entries()) {
    const error = Math.max(...colour.map((part, i) => Math.abs(part - (seen[index]?.[i] ?? -99))));
    expect(error, `spot ${spots[index]}: ${seen[index]} for ${colour}`).toBeLessThanOrEqual(3);
  }
}

for (const [name, low, high, valueAt] of [
  ['ramp', 500, 800, (x: number, y: number) => x + 3 * y + 7 * 48],
  ['ramp-int16', -100, 200, (x: number, y: number) => x + 3 * y + 7 * 48 - 600],
  ['ramp-uint8', 50, 150, (x: number, _y: number) => Math.floor(x / 2) + 48],
  ['ramp-float', 60, 100, (x: number, y: number) => x * 0.5 - y * 0.25 + 48],
] as const) {
  test(`${name}: gamma, inversion and colours`, async ({ page, request }) => {
    const dataset = await datasetNamed(request, name);
    const table = await loadColourTable('magma');
    for (const [hash, change] of [
      ['', {}],
      ['&gamma=0.5', { gamma: 0.5 }],
      ['&gamma=2&invert=on', { gamma: 2, inverted: true }],
      ['&gamma=0.5&colours=magma', { gamma: 0.5, table }],
    ] as const) {
      await page.goto('about:blank');
      await openViewer(page, dataset, `${place}&window=${low},${high}${hash}`);
      const tone: Tone = { window: { low, high }, gamma: 1, inverted: false, table: null, ...change };
      const expected = spots.map(([x, y]) => colourOf(valueAt(x, y), tone));
      await expect
        .poll(async () => (await xyColours(page, spots))[1]?.map((part) => Math.round(part / 8)))
        .toEqual(expected[1]?.map((part) => Math.round(part / 8)));
      expectNear(await xyColours(page, spots), expected);
    }
  });
}

test('voxels that are not a number are hatched, whatever the colours', async ({ page, request }) => {
  const dataset = await datasetNamed(request, 'ramp-nan');
  await openViewer(page, dataset, `${place}&window=0,100&colours=viridis`);
  const seen = await xyColours(page, [
    [40, 70],
    [45, 71],
    [33, 90],
  ]);
  for (const [red = 0, green = 0, blue = 0] of seen) {
    expect(blue > red && red > green, `purple: ${red} ${green} ${blue}`).toBe(true);
    expect(blue).toBeLessThan(110);
  }
  await expect(page.getByText('not a number', { exact: true })).toBeVisible();
});

test('colours, gamma and inversion by mouse and by key, without asking for data', async ({
  page,
  request,
}) => {
  await openViewer(page, await datasetNamed(request, 'ramp'), `${place}&window=0,1400`);
  const asked: string[] = [];
  page.on('request', (sent) => {
    if (/\/(tiles|voxels|bricks)\//.test(sent.url())) asked.push(sent.url());
  });
  const before = await xyColours(page, spots);
  await page.getByLabel('Colours').selectOption('Viridis');
  await expect.poll(() => xyColours(page, spots)).not.toEqual(before);
  await page.getByLabel('Colours').selectOption('Grey');
  await expect.poll(() => xyColours(page, spots)).toEqual(before);

  await page.getByRole('button', { name: 'Invert' }).click();
  await expect.poll(async () => (await viewInAddress(page)).get('invert')).toBe('on');
  await canvas(page, 'xy').focus();
  await page.keyboard.press('n');
  await expect.poll(async () => (await viewInAddress(page)).get('invert')).toBeNull();

  const gamma = page.getByRole('slider', { name: 'Gamma' });
  await gamma.focus();
  for (let press = 0; press < 5; press += 1) await page.keyboard.press('ArrowRight');
  await expect(page.getByLabel('Gamma as a number')).toHaveValue('1.26');
  await page.getByLabel('Gamma as a number').fill('0.5');
  await page.getByLabel('Gamma as a number').press('Enter');
  await expect.poll(async () => (await viewInAddress(page)).get('gamma')).toBe('0.5');
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect.poll(async () => (await viewInAddress(page)).get('gamma')).toBeNull();
  await allExact(page);
  expect(asked).toEqual([]);
});

test('auto takes the exact voxels in sight, also where only a preview is loaded', async ({
  page,
  request,
}) => {
  const dataset = await datasetNamed(request, 'ramp');
  await page.addInitScript(() => localStorage.setItem('beamport.quality', 'low'));
  // One voxel fills the panel: x 100, y 80, z 48 has 676, and its neighbours in sight are near.
  await page.goto(`/d/${dataset.id}#at=100,80,48&centre=100.5,80.5,48.5&zoom=64&window=0,1400&panel=xy`);
  await expect(panel(page, 'xy')).toHaveAttribute('data-quality', 'preview');
  await canvas(page, 'xy').focus();
  await page.keyboard.press('a');
  const window = async () => (await viewInAddress(page)).get('window')?.split(',').map(Number) ?? [];
  await expect.poll(async () => (await window())[0]).toBeGreaterThan(600);
  const [low = 0, high = 0] = await window();
  expect([low < 676, high > 676, high - low < 120]).toEqual([true, true, true]);
  await page.keyboard.press('v');
  await expect.poll(async () => ((await window())[1] ?? 0) - ((await window())[0] ?? 0)).toBeGreaterThan(800);
});

test('the histogram of what is in sight follows the view', async ({ page, request }) => {
  await openViewer(
    page,
    await datasetNamed(request, 'ramp'),
    '#at=100,80,48&centre=100,80,48&zoom=2&window=0,1400',
  );
  await page.getByRole('button', { name: 'In sight' }).click();
  const ends = page.locator('.histogram-axis');
  const whole = await ends.textContent();
  await canvas(page, 'xy').focus();
  for (let press = 0; press < 12; press += 1) await page.keyboard.press('+');
  await allExact(page);
  await expect(ends).not.toHaveText(whole ?? '');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
});
