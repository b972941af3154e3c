// SPDX-License-Identifier: Apache-2.0
// What every browser test stands on: the address of a real server, and ways to open its datasets.

import { type APIRequestContext, test as base, expect, type Page } from '@playwright/test';
import type { Dataset, DatasetList, DatasetSummary, VoxelValue } from '../../src/api/types';
import { type PanelName, type PlaneName, planeNames } from '../../src/viewer/plane';

export { expect };

const api = '/api/beamport/v1';

export const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern
  baseURL: async ({}, use) => {
    const address = process.env.BEAMPORT_URL;
    if (!address) {
      throw new Error(
        'BEAMPORT_URL is not set. These tests need a running server: start `beamport serve --data DIR` on a ' +
          'directory that holds the datasets "ramp" and "ramp-float", then run ' +
          'BEAMPORT_URL=http://127.0.0.1:8080 npm run e2e',
      );
    }
    await use(address);
  },
  page: async ({ page }, use) => {
    const broken: string[] = [];
    page.on('pageerror', (error) => broken.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) broken.push(message.text());
    });
    await use(page);
    expect(broken, 'errors inside the page').toEqual([]);
  },
});

export async function datasets(request: APIRequestContext): Promise<DatasetSummary[]> {
  const response = await request.get(`${api}/datasets`);
  expect(response.ok(), 'the server lists its datasets').toBe(true);
  return ((await response.json()) as DatasetList).datasets;
}

export async function datasetNamed(request: APIRequestContext, name: string): Promise<Dataset> {
  const found = (await datasets(request)).find((dataset) => dataset.name === name);
  if (!found) throw new Error(`the server has no dataset "${name}"; the test harness has to make it`);
  return (await (await request.get(`${api}/datasets/${found.id}`)).json()) as Dataset;
}

export async function serverVoxel(
  request: APIRequestContext,
  dataset: Dataset,
  at: { x: number; y: number; z: number },
): Promise<VoxelValue> {
  const path = `${api}/datasets/${dataset.id}/v/${dataset.version}/voxels/0/${at.z}/${at.y}/${at.x}`;
  return (await (await request.get(path)).json()) as VoxelValue;
}

export function panel(page: Page, plane: PanelName) {
  return page.locator(`[data-panel="${plane}"]`);
}

export function canvas(page: Page, plane: PlaneName) {
  return panel(page, plane).locator('canvas');
}

/** Panels draw in the next frame after a change and report then; before that they tell of what was. */
export async function nextFrames(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

export async function allExact(page: Page): Promise<void> {
  await nextFrames(page);
  for (const plane of planeNames) await expect(panel(page, plane)).toHaveAttribute('data-quality', 'exact');
}

export async function openViewer(page: Page, dataset: { id: string }, hash = ''): Promise<void> {
  await page.goto(`/d/${dataset.id}${hash}`);
  await allExact(page);
}

export function cursorField(page: Page, axis: string) {
  return page.getByLabel(`Cursor ${axis}`, { exact: true });
}

/** The view as the address tells it. */
export async function viewInAddress(page: Page): Promise<URLSearchParams> {
  return new URLSearchParams(new URL(page.url()).hash.slice(1));
}
