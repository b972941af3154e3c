// SPDX-License-Identifier: Apache-2.0
// What is coming in, above the datasets.

import AxeBuilder from '@axe-core/playwright';
import type { Ingest } from '../src/api/types';
import { expect, test } from './support/beamport';

const eventsAddress = '**/api/beamport/v1/ingests/events';
const listAddress = '**/api/beamport/v1/datasets';

const scan: Ingest = {
  id: 'a'.repeat(24),
  sequence: 1,
  dataset_id: 'b'.repeat(24),
  user: 'ada',
  date: '20260102',
  name: 'scan_0042',
  generation: 1,
  state: 'converting',
  note: null,
  attempts: 1,
  slices_done: 512,
  slices_total: 2048,
  bytes_done: 1e9,
  bytes_total: 4e9,
  bytes_per_second: 1.2e9,
  seconds_left: 3,
  noticed: '2026-01-02T03:04:05Z',
  changed: '2026-01-02T03:04:06Z',
  revision: 7,
};
const broken: Ingest = {
  ...scan,
  id: 'c'.repeat(24),
  name: 'scan_0041',
  state: 'failed',
  note: 'slice_0007.tif: the file ends in the middle of its pixels; write it again',
  noticed: '2026-01-02T03:00:00Z',
};

function events(...ingests: Ingest[]): string {
  const told = ingests.map((ingest) => `event: ingest\ndata: ${JSON.stringify(ingest)}\n\n`).join('');
  // The pause keeps the browser from asking again while the test looks.
  return `retry: 600000\n\n${told}event: caught_up\ndata: {}\n\n`;
}

test('scans show how far they are, and failed ones why', async ({ page }) => {
  await page.route(eventsAddress, (route) =>
    route.fulfill({ contentType: 'text/event-stream', body: events(scan, broken) }),
  );
  await page.goto('/');
  const section = page.getByRole('region', { name: 'Coming in' });
  await expect(section.getByRole('listitem')).toHaveCount(2);
  const row = section.locator(`[data-ingest="${scan.id}"]`);
  await expect(row).toContainText('ada · 20260102');
  await expect(row).toContainText('512 of 2\u202f048 slices · 1.20 GB/s · 3 s left');
  await expect(row.getByRole('progressbar')).toHaveAttribute('value', '0.25');
  await expect(section.getByRole('listitem').first()).toContainText('scan_0041');
  await expect(section.getByText(broken.note ?? '')).toBeVisible();
  await expect(section.getByText('Failed')).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test('the list is asked for again when a scan has become a dataset', async ({ page }) => {
  let listed = 0;
  await page.route(listAddress, async (route) => {
    listed++;
    await route.continue();
  });
  await page.route(eventsAddress, (route) =>
    route.fulfill({
      contentType: 'text/event-stream',
      body: `${events(scan)}${events({ ...scan, state: 'published', revision: 8 })}`,
    }),
  );
  await page.goto('/');
  await expect.poll(() => listed).toBeGreaterThan(1);
  await expect(page.getByRole('region', { name: 'Coming in' })).toHaveCount(0);
});

test('a server without ingest shows its datasets and nothing of this', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('tr[data-dataset]').first()).toBeVisible();
  await expect(page.getByRole('region', { name: 'Coming in' })).toHaveCount(0);
});
