// SPDX-License-Identifier: Apache-2.0
// Pictures of the pages for people to look at, in e2e-out/.

import { allExact, datasets, expect, test } from './support/beamport';

for (const [width, height] of [
  [1280, 800],
  [2560, 1440],
  [1440, 900],
  [834, 1112],
  [390, 844],
] as const) {
  test(`pages at ${width} x ${height}`, async ({ page, request }) => {
    await page.setViewportSize({ width, height });
    await page.goto('/');
    await expect(page.locator('tr[data-dataset]').first()).toBeVisible();
    await page.screenshot({ path: `e2e-out/list-${width}x${height}.png` });
    const published = (await datasets(request)).filter(({ state }) => state === 'published');
    const dataset = published.find(({ name }) => !/^ramp/.test(name)) ?? published[0];
    if (!dataset) throw new Error('the server has no readable dataset');
    await page.goto(`/d/${dataset.id}`);
    await allExact(page);
    const overflows = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(overflows, 'the page is not wider than the window').toBe(false);
    await page.screenshot({ path: `e2e-out/viewer-${width}x${height}.png` });
  });
}
