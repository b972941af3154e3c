// SPDX-License-Identifier: Apache-2.0
// Other programs get the address of this very image and the place in view.

import AxeBuilder from '@axe-core/playwright';
import { datasetNamed, expect, openViewer, test } from './support/beamport';

const startView = '#at=100,80,48&centre=100,80,48&zoom=2&window=0,1400';

test('Neuroglancer, napari, Python and the plain address', async ({ page, context, baseURL, request }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const dataset = await datasetNamed(request, 'ramp');
  const zarr = new URL(dataset.zarr_path, baseURL).href;
  const box = '&selected=b1&mark=box~b1~sky~10,20,30~40,60,80~Region';
  await openViewer(page, dataset, startView + box);
  await page.getByRole('button', { name: 'Open in' }).click();
  const dialog = page.getByRole('dialog', { name: 'Open in another program' });

  const link = await dialog.getByRole('link', { name: 'Open Neuroglancer' }).getAttribute('href');
  const state = JSON.parse(decodeURIComponent(link?.split('#!')[1] ?? ''));
  expect(state.layers[0].source).toBe(`zarr://${zarr}`);
  expect(state.position).toEqual([100.5, 80.5, 48.5]);
  // What Neuroglancer reads first, as a page of another site.
  const metadata = await request.get(`${zarr.replace(/\/?$/, '/')}zarr.json`, {
    headers: { Origin: 'https://a.example' },
  });
  expect([metadata.status(), metadata.headers()['access-control-allow-origin']]).toEqual([200, '*']);

  await dialog.getByRole('region', { name: 'Python' }).getByRole('button').click();
  const python = await page.evaluate(() => navigator.clipboard.readText());
  expect(python).toContain(`zarr.open_group("${zarr}", mode="r")`);
  expect(python).toContain('voxels[30:80, 20:60, 10:40]');
  await expect(dialog.getByRole('region', { name: 'napari' })).toContainText(zarr);

  const { violations } = await new AxeBuilder({ page }).include('dialog').analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});
