// SPDX-License-Identifier: Apache-2.0
// Measuring and drawing boxes: by mouse, by keys, by finger, through the three panels, and in links.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { PlaneName } from '../src/viewer/plane';
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

// One voxel is 2 CSS pixels and 1 µm.
const startView = '#at=100,80,48&centre=100,80,48&zoom=2&window=0,1400';

async function placeOf(page: Page, plane: PlaneName, right: number, down: number) {
  const box = await canvas(page, plane).boundingBox();
  if (!box) throw new Error(`panel ${plane} is not on the page`);
  const centre = { xy: [100, 80], zy: [48, 80], xz: [100, 48] }[plane] as [number, number];
  const x = Math.round(box.x) + Math.round(box.width / 2 - centre[0] * 2) + right * 2;
  const y = Math.round(box.y) + Math.round(box.height / 2 - centre[1] * 2) + down * 2;
  return { x, y };
}

async function clickVoxel(page: Page, plane: PlaneName, right: number, down: number) {
  const { x, y } = await placeOf(page, plane, right, down);
  await page.mouse.click(x, y);
}

async function dragVoxels(page: Page, plane: PlaneName, from: [number, number], to: [number, number]) {
  const a = await placeOf(page, plane, ...from);
  const b = await placeOf(page, plane, ...to);
  await page.mouse.move(a.x, a.y);
  await page.mouse.down();
  await page.mouse.move(b.x, b.y, { steps: 5 });
  await page.waitForTimeout(150); // a hand that rests before it lets go does not flick
  await page.mouse.up();
}

const rows = (page: Page) => page.getByRole('list', { name: 'Marks' }).getByRole('listitem');
const marksInAddress = async (page: Page) =>
  (await viewInAddress(page)).getAll('mark').map((text) => text.split('~'));

test.beforeEach(async ({ page, request }) => {
  await openViewer(page, await datasetNamed(request, 'ramp'), startView);
});

test('a distance is drawn with two clicks, named, moved, and deleted', async ({ page }) => {
  await page.getByRole('button', { name: 'Measure a distance' }).click();
  await clickVoxel(page, 'xy', 60, 50);
  await clickVoxel(page, 'xy', 90, 90);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page).getByRole('status')).toHaveText('50 µm');
  await expect(panel(page, 'xy').locator('[data-mark="Distance 1"]')).toContainText('50 µm');

  await page.keyboard.press('h');
  await dragVoxels(page, 'xy', [90, 90], [60, 90]);
  await expect(rows(page).getByRole('status')).toHaveText('40 µm');
  await expect
    .poll(async () => (await marksInAddress(page))[0]?.slice(3, 5))
    .toEqual(['60,50,48.5', '60,90,48.5']);

  await canvas(page, 'xy').focus();
  for (const key of ['+', '+', 'PageDown', '-']) await page.keyboard.press(key);
  await expect(rows(page).getByRole('status')).toHaveText('40 µm');
  await page.getByLabel('Name of Distance 1').fill('Pore');
  await page.getByLabel('Name of Distance 1').press('Enter');
  await page.getByLabel('Colour of Pore').selectOption('Pink');
  await expect.poll(async () => (await marksInAddress(page))[0]?.[2]).toBe('pink');

  await page.reload();
  await page.getByRole('tab', { name: 'Marks' }).click();
  await expect(page.getByLabel('Name of Pore')).toHaveValue('Pore');
  await page.getByRole('button', { name: 'Delete Pore' }).click();
  await expect(rows(page)).toHaveCount(0);
});

test('a measurement goes through the panels: first point in one, second in another', async ({ page }) => {
  await page.keyboard.press('d');
  await clickVoxel(page, 'xy', 100.5, 80.5);
  await clickVoxel(page, 'zy', 78.5, 120.5);
  await expect(rows(page).getByRole('status')).toHaveText('50 µm');
});

test('with keys alone: an angle and a box', async ({ page }) => {
  await page.keyboard.press('e');
  await canvas(page, 'xy').focus();
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Enter');
  await expect(rows(page).getByRole('status')).toHaveText('90.0°');
  await page.keyboard.press('o');
  await page.keyboard.press('Enter');
  for (const key of ['Shift+ArrowRight', 'Shift+ArrowDown', 'Shift+PageDown']) await page.keyboard.press(key);
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-size="Box 1"]')).toHaveText('11 × 11 × 1111 × 11 × 11 µm2.66 kB');
  await page.keyboard.press('Delete');
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Look around' })).toHaveAttribute('aria-pressed', 'true');
});

test('a box is drawn in one panel, resized in another, moved, and set by numbers', async ({ page }) => {
  await page.getByRole('button', { name: 'Draw a box' }).click();
  await dragVoxels(page, 'xy', [60, 50], [100, 70]);
  await expect
    .poll(async () => (await marksInAddress(page))[0]?.slice(3, 5))
    .toEqual(['60,50,38', '100,70,59']);
  await expect(page.locator('[data-size="Box 1"]')).toContainText('40 × 20 × 21');
  await expect(page.locator('[data-size="Box 1"]')).toHaveAttribute('title', /33\u202f600 bytes/);

  // The lower edge in the xz panel is the far end along z.
  await cursorField(page, 'y').fill('60');
  await cursorField(page, 'y').press('Enter');
  await dragVoxels(page, 'xz', [80, 59], [80, 70]);
  await expect
    .poll(async () => (await marksInAddress(page))[0]?.slice(3, 5))
    .toEqual(['60,50,38', '100,70,70']);
  // The grip in the middle moves all of it.
  await page.keyboard.press('h');
  await dragVoxels(page, 'xy', [80, 60], [85, 62]);
  await expect
    .poll(async () => (await marksInAddress(page))[0]?.slice(3, 5))
    .toEqual(['65,52,38', '105,72,70']);

  await page.getByLabel('Box 1 begins at x').fill('0');
  await page.getByLabel('Box 1 begins at x').press('Enter');
  await page.getByLabel('Box 1 size along z').fill('9999');
  await page.getByLabel('Box 1 size along z').press('Enter');
  await expect
    .poll(async () => (await marksInAddress(page))[0]?.slice(3, 5))
    .toEqual(['0,52,38', '40,72,96']);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
});

test('with the box tool Shift still pans, and a click in the picture leaves the cursor free', async ({
  page,
}) => {
  await page.keyboard.press('o');
  await page.keyboard.down('Shift');
  await dragVoxels(page, 'xy', [60, 50], [70, 50]);
  await page.keyboard.up('Shift');
  await expect.poll(async () => (await viewInAddress(page)).get('centre')).toBe('90,80,48');
  await expect(rows(page)).toHaveCount(0);
});

test('a link carries the marks to somebody else, and takes none of theirs away', async ({
  page,
  browser,
  baseURL,
}) => {
  await page.keyboard.press('d');
  await clickVoxel(page, 'xy', 60, 50);
  await clickVoxel(page, 'xy', 60, 80);
  await expect.poll(async () => (await marksInAddress(page)).length).toBe(1);
  const link = page.url();
  const context = await browser.newContext(baseURL ? { baseURL } : {});
  const other = await context.newPage();
  await other.goto(link.replace(/#.*/, startView));
  await allExact(other);
  await other.keyboard.press('d');
  await clickVoxel(other, 'xy', 10, 10);
  await clickVoxel(other, 'xy', 20, 10);
  await expect(rows(other)).toHaveCount(1);
  await other.goto('about:blank');
  await other.goto(link);
  await other.getByRole('tab', { name: 'Marks' }).click();
  await expect(rows(other)).toHaveCount(2);
  await context.close();
});

test('two tabs of one dataset do not write each other away', async ({ page, context, baseURL }) => {
  const other = await context.newPage();
  await other.goto(new URL(page.url(), baseURL).href);
  await allExact(other);
  await page.bringToFront();
  await page.keyboard.press('d');
  await clickVoxel(page, 'xy', 60, 50);
  await clickVoxel(page, 'xy', 60, 80);
  await other.bringToFront();
  await other.keyboard.press('d');
  await expect(rows(other)).toHaveCount(1);
  await clickVoxel(other, 'xy', 90, 50);
  await clickVoxel(other, 'xy', 90, 90);
  await expect(rows(other)).toHaveCount(2);
  await expect(rows(page)).toHaveCount(2);
});

test.describe('with fingers', () => {
  test.use({ hasTouch: true, viewport: { width: 834, height: 1112 } });
  test('two taps measure', async ({ page }) => {
    await page.getByRole('button', { name: 'Measure a distance' }).tap();
    const a = await placeOf(page, 'xy', 60, 50);
    const b = await placeOf(page, 'xy', 60, 80);
    await page.touchscreen.tap(a.x, a.y);
    await page.touchscreen.tap(b.x, b.y);
    await expect(rows(page).getByRole('status')).toHaveText('30 µm');
  });
});
