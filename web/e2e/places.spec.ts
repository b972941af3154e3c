// SPDX-License-Identifier: Apache-2.0
// Ways to a place: typed, bookmarked, by link; with mouse, keys and fingers.

import AxeBuilder from '@axe-core/playwright';
import {
  canvas,
  cursorField,
  datasetNamed,
  expect,
  openViewer,
  test,
  viewInAddress,
} from './support/beamport';

const startView = '#at=100,80,48&centre=100,80,48&zoom=2&window=0,1400';

test.beforeEach(async ({ page, request }) => {
  await openViewer(page, await datasetNamed(request, 'ramp'), startView);
});

test('a typed place moves the cursor and the panels', async ({ page }) => {
  await canvas(page, 'xy').focus();
  await page.keyboard.press('g');
  const field = page.getByLabel('Go to', { exact: true });
  await expect(field).toBeFocused();
  await page.keyboard.type('20, 30, 40');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-reading="cursor-value"]')).toHaveText(String(20 + 3 * 30 + 7 * 40));
  await expect.poll(async () => (await viewInAddress(page)).get('centre')).toBe('20.5,30.5,40.5');

  await field.fill('z=12 um');
  await page.getByRole('button', { name: 'Go', exact: true }).click();
  await expect(cursorField(page, 'z')).toHaveValue('12');
  await expect(cursorField(page, 'x')).toHaveValue('20');

  await field.fill('1e6, 0, 0');
  await field.press('Enter');
  await expect(page.getByText('outside the volume')).toBeVisible();
  await expect(cursorField(page, 'x')).toHaveValue('199');
  await field.fill('over there');
  await field.press('Enter');
  await expect(page.getByText('Write three numbers')).toBeVisible();
  await expect(cursorField(page, 'x')).toHaveValue('199');
});

test('bookmarks bring a view back, and stay in this browser with their dataset', async ({
  page,
  request,
}) => {
  await page.keyboard.press('b');
  const rows = page.getByRole('list', { name: 'Bookmarks' }).getByRole('listitem');
  await expect(rows).toHaveCount(1);
  await page.getByLabel('Name of bookmark View 1').fill('Middle');
  await page.getByLabel('Name of bookmark View 1').press('Enter');
  await canvas(page, 'xy').focus();
  for (const key of ['PageDown', 'Shift+ArrowRight', '+']) await page.keyboard.press(key);
  await page.getByRole('button', { name: 'Bookmark view' }).click();
  await expect(rows).toHaveCount(2);

  await page.reload();
  await page.getByRole('tab', { name: 'Places' }).click();
  await expect(rows).toHaveCount(2);
  await page.getByRole('button', { name: 'Go to Middle' }).click();
  await expect(cursorField(page, 'x')).toHaveValue('100');
  await expect(cursorField(page, 'z')).toHaveValue('48');
  await expect.poll(async () => (await viewInAddress(page)).get('zoom')).toBe('2');

  await page.getByRole('button', { name: 'Delete bookmark View 2' }).click();
  await expect(rows).toHaveCount(1);
  await page.goto(`/d/${(await datasetNamed(request, 'ramp-float')).id}`);
  await page.getByRole('tab', { name: 'Places' }).click();
  await expect(rows).toHaveCount(0);
});

test('the side panel is a set of tabs', async ({ page }) => {
  await page.getByRole('tab', { name: 'Contrast' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('End');
  await expect(page.getByRole('tab', { name: 'Dataset' })).toBeFocused();
  await expect(page.getByRole('tabpanel', { name: 'Dataset' })).toContainText('uint16');
  await page.keyboard.press('Home');
  await expect(page.getByRole('tabpanel', { name: 'Contrast' })).toBeVisible();
  await page.getByRole('tab', { name: 'Places' }).click();
  await page.keyboard.press('b');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
});

test.describe('with fingers', () => {
  test.use({ hasTouch: true, viewport: { width: 834, height: 1112 } });
  test('a bookmark is made and taken with taps', async ({ page }) => {
    await page.getByRole('tab', { name: 'Places' }).tap();
    await page.getByRole('button', { name: 'Bookmark view' }).tap();
    await cursorField(page, 'y').fill('3');
    await cursorField(page, 'y').press('Enter');
    await page.getByRole('button', { name: 'Go to View 1' }).tap();
    await expect(cursorField(page, 'y')).toHaveValue('80');
  });
});
