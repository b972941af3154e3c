// SPDX-License-Identifier: Apache-2.0
import AxeBuilder from '@axe-core/playwright';
import { datasets, expect, test } from './support/beamport';

const listAddress = '**/api/beamport/v1/datasets';

test('lists every dataset of the server and opens one', async ({ page, request }) => {
  const expected = await datasets(request);
  await page.goto('/');
  await expect(page.locator('tr[data-dataset]')).toHaveCount(expected.length);
  const row = page.locator('tr[data-dataset]', {
    has: page.getByRole('link', { name: 'ramp', exact: true }),
  });
  await expect(row).toContainText('200 × 160 × 96');
  await expect(row).toContainText('1 µm');
  await expect(row).toContainText('uint16');
  await expect(row).toContainText('6.14 MB');
  await row.getByRole('link').click();
  await expect(page).toHaveURL(/\/d\/[0-9a-f]{24}/);
  await expect(page).toHaveTitle('ramp · Beamport');
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Datasets' })).toBeVisible();
});

test('says what to do when there is no dataset', async ({ page }) => {
  await page.route(listAddress, (route) =>
    route.fulfill({ json: { datasets: [], problems: ['DATA/locked: not readable'] } }),
  );
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'No datasets yet' })).toBeVisible();
  await expect(page.getByText('beamport convert')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Problems of the list' })).toContainText('DATA/locked');
});

test('an unreadable dataset is shown with its reason and cannot be opened', async ({ page, request }) => {
  const [first] = await datasets(request);
  const problem = 'level 0 is cut off';
  const damaged = { ...first, id: 'f'.repeat(24), name: 'damaged', state: 'unreadable', problem };
  await page.route(listAddress, (route) => route.fulfill({ json: { datasets: [damaged], problems: [] } }));
  await page.goto('/');
  const row = page.locator('tr[data-dataset]');
  await expect(row).toContainText('Unreadable');
  await expect(row).toContainText(problem);
  await expect(row.getByRole('link')).toHaveCount(0);
});

test('a damaged dataset says so and can still be opened', async ({ page, request }) => {
  const [first] = await datasets(request);
  const problem = 'damaged on disk: 0/c/0/0/0 is missing (found 2026-01-02T03:04:05Z)';
  const damaged = { ...first, state: 'damaged', problem };
  await page.route(listAddress, (route) => route.fulfill({ json: { datasets: [damaged], problems: [] } }));
  await page.goto('/');
  const row = page.locator('tr[data-dataset]');
  await expect(row).toContainText('Damaged');
  await expect(row).toContainText(problem);
  await page.route(`**/datasets/${first?.id}`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ json: { ...(await response.json()), state: 'damaged', problem } });
  });
  await row.getByRole('link').click();
  await expect(page.getByRole('banner').getByText('Damaged', { exact: true })).toBeVisible();
  await page.getByRole('tab', { name: 'Dataset' }).click();
  await expect(page.getByRole('region', { name: 'Dataset' })).toContainText(problem);
});

test('a list that does not come is explained and can be asked for again', async ({ page }) => {
  await page.route(listAddress, (route) => route.abort());
  await page.goto('/');
  await expect(page.getByRole('alert')).toContainText('The server did not answer');
  await page.unroute(listAddress);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.locator('tr[data-dataset]').first()).toBeVisible();
});

test('nothing moves when the list arrives', async ({ page }) => {
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(listAddress, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/');
  const place = () => page.locator('tbody tr').first().boundingBox();
  const before = await place();
  release();
  await expect(page.locator('tr[data-dataset]').first()).toBeVisible();
  const after = await place();
  expect([after?.x, after?.y, after?.height]).toEqual([before?.x, before?.y, before?.height]);
});

test.describe('on a telephone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('names stay on a line and cover nothing', async ({ page }) => {
    await page.goto('/');
    const row = page.locator('tr[data-dataset]', {
      has: page.getByRole('link', { name: 'ramp-float', exact: true }),
    });
    await expect(row).toContainText('200 × 160 × 96 · float32');
    expect((await row.boundingBox())?.height).toBeLessThan(110);
    const boxes = await row.locator('td > *:visible, .dataset-name > *:visible').evaluateAll((parts) =>
      parts
        .filter((part) => !part.matches('.dataset-name'))
        .map((part) => part.getBoundingClientRect())
        .map(({ left, right }) => ({ left, right })),
    );
    boxes.sort((a, b) => a.left - b.left);
    expect(boxes.length).toBe(3);
    for (const [index, { left }] of boxes.entries()) {
      expect(left, 'no part lies over the one before').toBeGreaterThanOrEqual(boxes[index - 1]?.right ?? 0);
    }
    const overflows = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(overflows, 'the page is not wider than the window').toBe(false);
  });
});

test('an address that leads nowhere says so', async ({ page }) => {
  await page.goto(`/d/${'0'.repeat(24)}`);
  await expect(page.getByRole('heading', { name: 'There is no such dataset' })).toBeVisible();
});

test('axe finds nothing', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('tr[data-dataset]').first()).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
});
