// SPDX-License-Identifier: Apache-2.0
// Coarse first, then sharp, never blank; and calm when something does not arrive.

import { allExact, canvas, cursorField, datasetNamed, expect, panel, test } from './support/beamport';
import { colours } from './support/screen_pixels';

const view = '#at=100,80,48&centre=100,80,48&zoom=2&window=0,1400&crosshair=off';
/** Other slices than those that came as thumbnails. */
const awayFromThumbnails = view.replace('100,80,48', '70,60,20');
const point = [{ x: 300, y: 150 }];

test('a coarse picture comes first and is marked as a preview', async ({ page, request }) => {
  const dataset = await datasetNamed(request, 'ramp');
  const coarsest = dataset.levels.length - 1;
  const asked: string[] = [];
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/tiles/**', async (route) => {
    const tile = route.request().url().split('/tiles/')[1] ?? '';
    asked.push(tile);
    if (tile.endsWith('.raw') || tile.split('/')[1] !== String(coarsest)) await held;
    await route.continue();
  });
  await page.goto(`/d/${dataset.id}${awayFromThumbnails}`);
  await expect(panel(page, 'xy')).toHaveAttribute('data-quality', 'preview');
  await expect(panel(page, 'xy')).toContainText('Preview');
  const [preview] = await colours(page, canvas(page, 'xy'), point);
  release();
  await allExact(page);
  const [exact] = await colours(page, canvas(page, 'xy'), point);
  expect(Math.abs((preview?.[0] ?? 0) - (exact?.[0] ?? 255)), 'coarse and exact agree roughly').toBeLessThan(
    25,
  );
  expect(asked.slice(0, 3).map((tile) => tile.split('/')[1])).toEqual(Array(3).fill(String(coarsest)));
  const formats = asked.filter((tile) => tile.startsWith('xy/')).map((tile) => tile.split('.')[1]);
  expect(formats.indexOf('jpg'), 'lossy before exact').toBeLessThan(formats.indexOf('raw'));
});

test('the thumbnails are the first picture, before any tile', async ({ page, request }) => {
  const dataset = await datasetNamed(request, 'ramp');
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/tiles/**', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`/d/${dataset.id}${view}`);
  for (const name of ['xy', 'zy', 'xz'] as const) {
    await expect(panel(page, name)).toHaveAttribute('data-quality', 'preview');
  }
  const [thumbnail] = await colours(page, canvas(page, 'xy'), point);
  release();
  await allExact(page);
  const [exact] = await colours(page, canvas(page, 'xy'), point);
  expect(exact?.[0], 'the point shows a value').toBeGreaterThan(30);
  expect(Math.abs((thumbnail?.[0] ?? 0) - (exact?.[0] ?? 255)), 'thumbnail and exact agree').toBeLessThan(12);
});

test('the quality can be pinned, and is remembered', async ({ page, request }) => {
  const dataset = await datasetNamed(request, 'ramp');
  const asked: string[] = [];
  page.on('request', (sent) => asked.push(sent.url().split('/tiles/')[1] ?? ''));
  const formats = (slice: number) =>
    new Set(asked.filter((tile) => tile.startsWith(`xy/0/${slice}/`)).map((tile) => tile.split('.')[1]));
  await page.goto(`/d/${dataset.id}${view}`);
  await allExact(page);

  await page.getByLabel('Quality').selectOption('Low');
  asked.length = 0;
  await page.reload();
  await expect(panel(page, 'xy')).toHaveAttribute('data-quality', 'preview');
  await expect.poll(() => asked.some((tile) => tile.startsWith('xy/0/48/'))).toBe(true);
  await page.waitForTimeout(1000);
  expect(formats(48), 'nothing exact, even at rest').toEqual(new Set(['jpg']));
  await expect(panel(page, 'xy')).toContainText('Preview');

  await canvas(page, 'xy').focus();
  await page.keyboard.press('q');
  await expect(page.getByLabel('Quality')).toHaveValue('exact');
  asked.length = 0;
  await cursorField(page, 'z').fill('50');
  await cursorField(page, 'z').press('Enter');
  await allExact(page);
  expect(formats(50), 'no lossy tile of what is in sight').toEqual(new Set(['raw']));
});

test('tiles that fail are said calmly and come back', async ({ page, request }) => {
  const dataset = await datasetNamed(request, 'ramp');
  await page.goto(`/d/${dataset.id}${view}`);
  await allExact(page);
  await page.route('**/tiles/**', (route) => route.abort());
  await cursorField(page, 'z').fill('90');
  await cursorField(page, 'z').press('Enter');
  await expect(panel(page, 'xy').getByRole('status')).toContainText('The server does not answer');
  await expect(panel(page, 'xy').getByRole('status')).toContainText('Still shown: z 48');
  await expect(panel(page, 'xy')).toHaveAttribute('data-quality', 'loading');
  const [held] = await colours(page, canvas(page, 'xy'), point);
  expect(held?.[0], 'the last picture stays').toBeGreaterThan(30);
  await page.unroute('**/tiles/**');
  await panel(page, 'xy').getByRole('button', { name: 'Try now' }).click();
  await allExact(page);
  await expect(panel(page, 'xy').getByRole('status')).toHaveCount(0);
});

test('after the network was away the panels recover by themselves', async ({ page, context, request }) => {
  const dataset = await datasetNamed(request, 'ramp');
  await page.goto(`/d/${dataset.id}${view}`);
  await allExact(page);
  await context.setOffline(true);
  await cursorField(page, 'z').fill('3');
  await cursorField(page, 'z').press('Enter');
  await expect(panel(page, 'xy').getByRole('status')).toBeVisible();
  await context.setOffline(false);
  await allExact(page);
});

test('a dataset that was replaced offers the new one', async ({ page, request }) => {
  const dataset = await datasetNamed(request, 'ramp');
  const gone = { type: 'about:blank', title: 'Gone', status: 410, code: 'version_gone', detail: 'replaced' };
  await page.route('**/tiles/**', (route) =>
    route.fulfill({ status: 410, contentType: 'application/problem+json', body: JSON.stringify(gone) }),
  );
  await page.goto(`/d/${dataset.id}${view}`);
  await expect(panel(page, 'xy').getByRole('status')).toContainText('replaced by a newer version');
  await page.unroute('**/tiles/**');
  await panel(page, 'xy').getByRole('button', { name: 'Show the new one' }).click();
  await allExact(page);
});

test('a lost graphics context is drawn again', async ({ page, request }) => {
  const dataset = await datasetNamed(request, 'ramp');
  await page.goto(`/d/${dataset.id}${view}`);
  await allExact(page);
  const before = await colours(page, canvas(page, 'xy'), point);
  await canvas(page, 'xy').evaluate(async (element: HTMLCanvasElement) => {
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
  await expect.poll(() => colours(page, canvas(page, 'xy'), point)).toEqual(before);
});

test('damage on the server is said, and not asked for again and again', async ({ page, request }) => {
  const dataset = await datasetNamed(request, 'ramp');
  let asked = 0;
  await page.route('**/tiles/xy/**.raw', (route) => {
    asked++;
    return route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      json: {
        title: 'Internal Server Error',
        status: 500,
        code: 'corrupt',
        detail: '0/c/0/0/0: checksum',
        request_id: 'r',
      },
    });
  });
  await page.goto(`/d/${dataset.id}${awayFromThumbnails}`);
  await expect(panel(page, 'xy')).toContainText('damaged on the server');
  await expect(panel(page, 'xy')).toHaveAttribute('data-quality', 'preview');
  const first = asked;
  await page.waitForTimeout(2500);
  expect(asked).toBe(first);
});
