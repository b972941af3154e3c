// SPDX-License-Identifier: Apache-2.0
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import {
  allExact,
  canvas,
  cursorField,
  datasetNamed,
  expect,
  openViewer,
  panel,
  test,
  viewInAddress,
} from './support/beamport';
import { colours } from './support/screen_pixels';

const startView = '#at=100,80,48&centre=100,80,48&zoom=2&window=0,1400';

async function middleOf(page: Page, plane: 'xy' | 'zy' | 'xz') {
  const box = await canvas(page, plane).boundingBox();
  if (!box) throw new Error(`panel ${plane} is not on the page`);
  return { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
}

function dataRequests(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/\/(tiles|voxels|bricks)\//.test(request.url())) asked.push(request.url());
  });
  return asked;
}

test.beforeEach(async ({ page, request }) => {
  await openViewer(page, await datasetNamed(request, 'ramp'), startView);
});

test('the read-out is the exact value, under the cursor and under the pointer', async ({ page }) => {
  await expect(page.locator('[data-reading="cursor-value"]')).toHaveText(String(100 + 3 * 80 + 7 * 48));
  const { x, y } = await middleOf(page, 'xz');
  await page.mouse.move(x + 21, y - 39);
  const voxel = await page.locator('[data-reading="pointer-voxel"]').textContent();
  const [vx = 0, vy = 0, vz = 0] = voxel?.match(/\d+/g)?.map(Number) ?? [];
  expect([Math.abs(vx - 110) <= 1, vy, Math.abs(vz - 28) <= 1]).toEqual([true, 80, true]);
  await expect(page.locator('[data-reading="pointer-value"]')).toHaveText(String(vx + 3 * vy + 7 * vz));
});

test('the read-out is exact also where only a preview is loaded', async ({ page }) => {
  await page.route('**/*.raw', (route) => route.abort());
  await page.goto(`about:blank`);
  await page.goBack();
  await expect(panel(page, 'xy')).toHaveAttribute('data-quality', 'preview');
  await cursorField(page, 'x').fill('7');
  await cursorField(page, 'x').press('Enter');
  await expect(page.locator('[data-reading="cursor-value"]')).toHaveText(String(7 + 3 * 80 + 7 * 48));
});

test('the wheel goes through slices', async ({ page }) => {
  const { x, y } = await middleOf(page, 'xy');
  await page.mouse.move(x, y);
  const before = await colours(page, canvas(page, 'xy'), [{ x: 250, y: 100 }]);
  await page.mouse.wheel(0, 100);
  await expect(cursorField(page, 'z')).toHaveValue('49');
  await page.keyboard.down('Shift');
  await page.mouse.wheel(0, 100);
  await page.keyboard.up('Shift');
  await expect(cursorField(page, 'z')).toHaveValue('59');
  await allExact(page);
  expect(await colours(page, canvas(page, 'xy'), [{ x: 250, y: 100 }])).not.toEqual(before);
});

test('dragging pans, and the neighbours stay aligned', async ({ page }) => {
  const { x, y } = await middleOf(page, 'xy');
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 30, y + 20, { steps: 4 });
  await page.waitForTimeout(150); // a hand that rests before it lets go does not flick
  await page.mouse.up();
  await expect.poll(async () => (await viewInAddress(page)).get('centre')).toBe('85,70,48');
  expect((await viewInAddress(page)).get('at')).toBe('100,80,48');
});

test('a click places the cursor and the other panels follow', async ({ page }) => {
  const { x, y } = await middleOf(page, 'xy');
  await page.mouse.click(x - 41, y + 31);
  await expect(cursorField(page, 'x')).toHaveValue('79');
  await expect(cursorField(page, 'y')).toHaveValue('95');
  await expect(panel(page, 'zy').getByRole('slider')).toHaveValue('79');
  await expect(panel(page, 'xz').getByRole('slider')).toHaveValue('95');
});

test('ctrl + wheel zooms at the pointer', async ({ page }) => {
  const { x, y } = await middleOf(page, 'xy');
  await page.mouse.move(x + 60, y + 40);
  const voxel = page.locator('[data-reading="pointer-voxel"]');
  const before = await voxel.textContent();
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -100);
  await page.keyboard.up('Control');
  await expect.poll(async () => Number((await viewInAddress(page)).get('zoom'))).toBeGreaterThan(2.3);
  await page.mouse.move(x + 61, y + 40);
  await page.mouse.move(x + 60, y + 40);
  expect(await voxel.textContent()).toBe(before);
  await expect(cursorField(page, 'z')).toHaveValue('48');
});

test('contrast changes the picture without asking for data', async ({ page }) => {
  const asked = dataRequests(page);
  const point = [{ x: 300, y: 150 }];
  const before = await colours(page, canvas(page, 'xy'), point);
  await page.getByLabel('White', { exact: true }).fill('700');
  await page.getByLabel('White', { exact: true }).press('Enter');
  await expect.poll(() => colours(page, canvas(page, 'xy'), point)).not.toEqual(before);
  await page.getByRole('slider', { name: 'Black point' }).focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(page.getByLabel('Black', { exact: true })).not.toHaveValue('0');
  await page.keyboard.press('a');
  await page.keyboard.press('r');
  await allExact(page);
  expect(asked).toEqual([]);
});

test('a handle of the histogram can be dragged', async ({ page }) => {
  await page.keyboard.press('r');
  const handle = page.getByRole('slider', { name: 'White point' });
  const box = await handle.boundingBox();
  if (!box) throw new Error('the handle is not on the page');
  const before = Number(await handle.getAttribute('aria-valuenow'));
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x - 100, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  expect(Number(await handle.getAttribute('aria-valuenow'))).toBeLessThan(before);
});

test('everything can be done with the keyboard alone', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('heading', { name: 'Datasets' }).waitFor();
  const link = page.getByRole('link', { name: 'ramp', exact: true });
  for (let press = 0; press < 60; press += 1) {
    if (await link.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await allExact(page);
  for (let press = 0; press < 60; press += 1) {
    if (await canvas(page, 'zy').evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  for (const key of ['PageDown', 'Shift+PageDown', 'ArrowRight', 'ArrowDown', 'Shift+ArrowUp', '1', '+']) {
    await page.keyboard.press(key);
  }
  await expect(cursorField(page, 'x')).toHaveValue('111');
  await expect(cursorField(page, 'y')).toHaveValue('71');
  await expect(cursorField(page, 'z')).toHaveValue('49');
  await expect.poll(async () => (await viewInAddress(page)).get('zoom')).toBe('1.25');
  await page.keyboard.press('End');
  await expect(cursorField(page, 'x')).toHaveValue('199');
  await page.keyboard.press('m');
  await expect(panel(page, 'xy')).toBeHidden();
  await page.keyboard.press('m');
  await expect(panel(page, 'xy')).toBeVisible();
});

test('? opens the help, Escape closes it', async ({ page }) => {
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard and mouse' });
  await expect(help).toBeVisible();
  await expect(help).toContainText('Ctrl + wheel');
  const { violations } = await new AxeBuilder({ page }).include('dialog').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
});

test('a link brings the same view back', async ({ page, context }) => {
  await canvas(page, 'xz').focus();
  for (const key of ['ArrowRight', 'PageDown', '+', 'x']) await page.keyboard.press(key);
  await expect.poll(async () => (await viewInAddress(page)).get('crosshair')).toBe('off');
  await allExact(page);
  const other = await context.newPage();
  await other.goto(page.url());
  await allExact(other);
  const points = [40, 140, 240, 300].map((x) => ({ x, y: 120 }));
  for (const plane of ['xy', 'zy', 'xz'] as const) {
    expect(await colours(other, canvas(other, plane), points)).toEqual(
      await colours(page, canvas(page, plane), points),
    );
  }
  await expect(cursorField(other, 'x')).toHaveValue('101');
});

test('the Zarr link is absolute', async ({ page, context, baseURL, request }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Open in' }).click();
  await page.getByRole('button', { name: 'Copy Zarr link' }).click();
  await expect(page.getByText('Copied')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  const { zarr_path: path } = await datasetNamed(request, 'ramp');
  expect(copied).toBe(new URL(path, baseURL).href);
  const metadata = await request.get(`${copied.replace(/\/?$/, '/')}zarr.json`);
  expect(metadata.status()).toBe(200);
});

test('axe finds nothing', async ({ page }) => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
});
