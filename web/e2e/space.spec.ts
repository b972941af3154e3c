// SPDX-License-Identifier: Apache-2.0
// The 3-D view: loaded on demand, true to the voxels, turned by mouse, keys and fingers, and calm when something fails.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { allExact, datasetNamed, expect, openViewer, panel, test, viewInAddress } from './support/beamport';
import { colours } from './support/screen_pixels';

// Straight onto the xy plane, all voxels of the ramp.
const place = '#at=100,80,48&centre=100,80,48&zoom=1&window=0,1400&layout=four';
const straight = '&eye=0,0,2.9,0,0';

const space = (page: Page) => panel(page, 'space');
const picture = (page: Page) => space(page).locator('canvas');

async function sharp(page: Page): Promise<void> {
  await expect(space(page)).toHaveAttribute('data-state', 'sharp');
}

/** Colour a little off the middle, where no line lies, and the voxel that a plane through the centre has there. */
async function probe(page: Page): Promise<{ colour: number[]; x: number; y: number }> {
  const size = await picture(page).evaluate(({ width, height }: HTMLCanvasElement) => ({ width, height }));
  const off = { x: 24, y: 17 };
  const [colour = []] = await colours(page, picture(page), [
    { x: size.width / 2 + off.x, y: size.height / 2 + off.y },
  ]);
  const perPixel = (2 * Math.tan(Math.PI / 12) * 2.9 * 200) / Math.min(size.width, size.height);
  return { colour, x: 100 + (off.x + 0.5) * perPixel, y: 80 + (off.y + 0.5) * perPixel };
}

function bricksAsked(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/\/bricks\//.test(request.url())) asked.push(request.url());
  });
  return asked;
}

test('comes on demand, with one level within its budget', async ({ page, request }) => {
  const asked = bricksAsked(page);
  await openViewer(page, await datasetNamed(request, 'ramp'), place.replace('&layout=four', ''));
  expect(asked).toEqual([]);
  await page.getByRole('button', { name: 'Three planes and the 3-D view' }).click();
  await sharp(page);
  await allExact(page);
  // 200 × 160 × 96 of two bytes are more than the coarse budget; level 1 has 2 × 2 × 1 bricks.
  expect(asked.map((url) => url.split('/bricks/')[1]?.split('?')[0])).toEqual(['1']);
  expect(asked[0]?.split('at=')[1]?.split(/%2C|,/)).toHaveLength(4);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
});

test('shows the greys of the voxels: slices and maximum', async ({ page, request }) => {
  const dataset = await datasetNamed(request, 'ramp');
  await openViewer(page, dataset, `${place}${straight}&3d=slices,medium`);
  await sharp(page);
  const cut = await probe(page);
  const grey = (value: number) => Math.round((value / 1400) * 255);
  expect(Math.abs((cut.colour[0] ?? -99) - grey(cut.x + 3 * cut.y + 7 * 48))).toBeLessThanOrEqual(5);

  await page.getByLabel('3-D drawing').selectOption('Maximum');
  await sharp(page);
  // The farthest slice is the brightest. There the ray has moved outwards by the perspective.
  const most = await probe(page);
  const stretch = (2.9 + 0.24) / 2.9;
  const [x, y] = [100 + (most.x - 100) * stretch, 80 + (most.y - 80) * stretch];
  expect(Math.abs((most.colour[0] ?? -99) - grey(x + 3 * y + 7 * 95))).toBeLessThanOrEqual(6);

  await page.keyboard.press('n');
  await sharp(page);
  const least = await probe(page);
  const nearer = (2.9 - 0.24) / 2.9;
  const value = 100 + (least.x - 100) * nearer + 3 * (80 + (least.y - 80) * nearer);
  expect(Math.abs((least.colour[0] ?? -99) - (255 - grey(value)))).toBeLessThanOrEqual(6);
});

test('8-bit data', async ({ page, request }) => {
  const dataset = await datasetNamed(request, 'ramp-uint8');
  await openViewer(page, dataset, `${place.replace('0,1400', '50,150')}${straight}&3d=slices,medium`);
  await sharp(page);
  const { colour, x } = await probe(page);
  expect(Math.abs((colour[0] ?? -99) - ((x / 2 + 48 - 50) / 100) * 255)).toBeLessThanOrEqual(6);
});

test('float data, colours, and no fog where there is no number', async ({ page, request }) => {
  const dataset = await datasetNamed(request, 'ramp-nan');
  await openViewer(
    page,
    dataset,
    `${place.replace('0,1400', '-40,200')}${straight}&3d=volume,medium&colours=magma`,
  );
  await sharp(page);
  const size = await picture(page).evaluate(({ width, height }: HTMLCanvasElement) => ({ width, height }));
  const perPixel = (2 * Math.tan(Math.PI / 12) * 2.9 * 200) / Math.min(size.width, size.height);
  const at = (x: number) => ({ x: size.width / 2 + (x - 100) / perPixel, y: size.height / 2 + 9 });
  const [empty = [], full = []] = await colours(page, picture(page), [at(25), at(170)]);
  expect(Math.max(...empty), `where x < 50: ${empty}`).toBeLessThan(30);
  expect(Math.max(...full), `where x = 170: ${full}`).toBeGreaterThan(90);
});

test('turns by mouse, by keys and by button, and a link keeps it', async ({ page, request }) => {
  await openViewer(page, await datasetNamed(request, 'ramp'), `${place}${straight}`);
  await sharp(page);
  const eye = async () => (await viewInAddress(page)).get('eye')?.split(',').map(Number) ?? [];
  await picture(page).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('+');
  await expect.poll(eye).toEqual([-5, -15, 2.5217, 0, 0]);
  const before = (await probe(page)).colour;
  const box = await picture(page).boundingBox();
  if (!box) throw new Error('the 3-D panel is not on the page');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 80, y, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => ((await eye())[0] ?? 0) > 20).toBe(true);
  await page.mouse.wheel(0, 100);
  await expect.poll(async () => ((await eye())[2] ?? 0) > 2.6).toBe(true);
  await sharp(page);
  await page.reload();
  await sharp(page);
  expect((await eye())[0]).toBeGreaterThan(20);
  expect((await probe(page)).colour).not.toEqual(before);
  await picture(page).focus();
  await page.keyboard.press('m');
  await expect(panel(page, 'xy')).toBeHidden();
  await page.getByRole('button', { name: 'Look at xz' }).click();
  await expect.poll(async () => (await eye()).slice(0, 2)).toEqual([0, 90]);
  await page.keyboard.press('0');
  await picture(page).focus();
  await page.keyboard.press('0');
  await expect.poll(async () => (await viewInAddress(page)).get('eye')).toBeNull();
});

test('a lost graphics context is drawn again, without loading again', async ({ page, request }) => {
  const asked = bricksAsked(page);
  await openViewer(page, await datasetNamed(request, 'ramp'), `${place}${straight}`);
  await sharp(page);
  const before = (await probe(page)).colour;
  const loads = asked.length;
  await picture(page).evaluate(async (element: HTMLCanvasElement) => {
    const loss = element.getContext('webgl2')?.getExtension('WEBGL_lose_context');
    if (!loss) throw new Error('this browser cannot lose a context on demand');
    const lost = new Promise((resolve) =>
      element.addEventListener('webglcontextlost', resolve, { once: true }),
    );
    const back = new Promise((resolve) =>
      element.addEventListener('webglcontextrestored', resolve, { once: true }),
    );
    loss.loseContext();
    await lost;
    setTimeout(() => loss.restoreContext(), 50);
    await back;
  });
  await sharp(page);
  expect((await probe(page)).colour).toEqual(before);
  expect(asked.length).toBe(loads);
});

test('without WebGL 2 for it the panel says so, and the slices stay', async ({ page, request }) => {
  await page.addInitScript(() => {
    const real = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...wanted: unknown[]) {
      if (this.classList.contains('space-canvas')) return null;
      return (real as (...given: unknown[]) => unknown).apply(this, wanted);
    } as typeof real;
  });
  await openViewer(page, await datasetNamed(request, 'ramp'), place);
  await expect(space(page).getByRole('alert')).toContainText('WebGL 2 is not available');
});

test('bricks that do not arrive are said, asked for on request, and come back', async ({ page, request }) => {
  let refused = 0;
  let open = false;
  await page.route('**/bricks/**', (route) => {
    if (open) return route.continue();
    refused += 1;
    return route.abort();
  });
  await openViewer(page, await datasetNamed(request, 'ramp'), place);
  await expect(space(page)).toHaveAttribute('data-state', 'problem');
  await expect(space(page).getByRole('status')).toContainText('did not answer');
  const before = refused;
  await space(page).getByRole('button', { name: 'Try now' }).click();
  await expect.poll(() => refused).toBeGreaterThan(before);
  open = true;
  await sharp(page);
});

test.describe('with fingers', () => {
  test.use({ hasTouch: true, viewport: { width: 834, height: 1112 } });
  test('one finger turns, two come nearer', async ({ page, request }) => {
    await openViewer(page, await datasetNamed(request, 'ramp'), `${place}${straight}`);
    await sharp(page);
    const box = await picture(page).boundingBox();
    if (!box) throw new Error('the 3-D panel is not on the page');
    const [x, y] = [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
    const cdp = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: [number, number][]) =>
      cdp.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: points.map(([dx, dy], id) => ({ x: x + dx, y: y + dy, id })),
      });
    const eye = async () => (await viewInAddress(page)).get('eye')?.split(',').map(Number) ?? [];
    await touch('touchStart', [[0, 0]]);
    for (const dx of [-20, -40, -60]) await touch('touchMove', [[dx, 0]]);
    await touch('touchEnd', []);
    await expect.poll(async () => ((await eye())[0] ?? 0) > 15).toBe(true);
    await touch('touchStart', [
      [-30, 0],
      [30, 0],
    ]);
    for (const half of [40, 50, 60]) {
      await touch('touchMove', [
        [-half, 0],
        [half, 0],
      ]);
    }
    await touch('touchEnd', []);
    await expect.poll(async () => ((await eye())[2] ?? 9) < 1.6).toBe(true);
  });
});
