// SPDX-License-Identifier: Apache-2.0
// Layouts, flicks and pinches.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import {
  allExact,
  canvas,
  datasetNamed,
  expect,
  openViewer,
  panel,
  test,
  viewInAddress,
} from './support/beamport';

const startView = '#at=100,80,48&centre=100,80,48&zoom=2&window=0,1400';

async function boxOf(page: Page, name: 'xy' | 'zy' | 'xz') {
  const box = await panel(page, name).boundingBox();
  if (!box) throw new Error(`panel ${name} is not on the page`);
  return box;
}

const centre = async (page: Page) => (await viewInAddress(page)).get('centre')?.split(',').map(Number) ?? [];

test.beforeEach(async ({ page, request }) => {
  await openViewer(page, await datasetNamed(request, 'ramp'), startView);
});

test('layouts by button and by key, kept in the link', async ({ page }) => {
  await page.getByRole('button', { name: 'xy plane large' }).click();
  const [xy, zy] = [await boxOf(page, 'xy'), await boxOf(page, 'zy')];
  expect(xy.width * xy.height).toBeGreaterThan(3 * zy.width * zy.height);
  await allExact(page);
  await page.keyboard.press('l');
  await expect.poll(async () => (await viewInAddress(page)).get('layout')).toBe('row');
  const tops = await Promise.all(
    (['xy', 'zy', 'xz'] as const).map(async (name) => (await boxOf(page, name)).y),
  );
  expect(new Set(tops).size).toBe(1);
  await page.reload();
  await allExact(page);
  await expect(page.getByRole('button', { name: 'Planes side by side' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await expect(page.getByRole('tablist')).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
  await page.keyboard.press('l');
  await expect.poll(async () => (await viewInAddress(page)).get('layout')).toBeNull();
});

/** Six steps of 10 px, 10 ms apart whatever the machine does, and let go while moving. */
async function flick(page: Page) {
  const box = await canvas(page, 'xy').boundingBox();
  if (!box) throw new Error('the panel is not on the page');
  const [x, y] = [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await canvas(page, 'xy').evaluate(
    (element, at) => {
      const send = (type: string, moved: number) =>
        element.dispatchEvent(
          new PointerEvent(type, {
            pointerId: 1,
            pointerType: 'mouse',
            clientX: at.x + moved,
            clientY: at.y,
          }),
        );
      for (let step = 1; step <= 6; step += 1) {
        const until = performance.now() + 10;
        while (performance.now() < until);
        send('pointermove', step * 10);
      }
      send('pointerup', 60);
    },
    { x, y },
  );
  await page.mouse.up();
}

test('a flick goes on and comes to rest', async ({ page }) => {
  await flick(page);
  // 60 px of the hand are 30 voxels; the glide has to add to them.
  await expect.poll(async () => (await centre(page))[0]).toBeLessThan(69);
  const rested = async () => {
    const before = (await centre(page))[0];
    await page.waitForTimeout(800);
    return (await centre(page))[0] === before;
  };
  await expect.poll(rested).toBe(true);
});

test.describe('for people who want no motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });
  test('a flick only moves as far as the hand', async ({ page }) => {
    await flick(page);
    await expect.poll(async () => (await centre(page))[0]).toBe(70);
    await page.waitForTimeout(700);
    expect((await centre(page))[0]).toBe(70);
  });
});

test.describe('with fingers', () => {
  test.use({ hasTouch: true, viewport: { width: 834, height: 1112 } });
  test('two fingers zoom about the point between them', async ({ page }) => {
    const box = await canvas(page, 'xy').boundingBox();
    if (!box) throw new Error('the panel is not on the page');
    const [x, y] = [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
    const cdp = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', half: number) =>
      cdp.send('Input.dispatchTouchEvent', {
        type,
        touchPoints:
          type === 'touchEnd'
            ? []
            : [
                { x: x - half, y, id: 1 },
                { x: x + half, y, id: 2 },
              ],
      });
    await touch('touchStart', 30);
    for (const half of [36, 42, 48, 54, 60]) await touch('touchMove', half);
    await touch('touchEnd', 0);
    await expect.poll(async () => Math.round(Number((await viewInAddress(page)).get('zoom')) * 10)).toBe(40);
    const [cx = 0, cy = 0] = await centre(page);
    expect([Math.abs(cx - 100) < 1.5, Math.abs(cy - 80) < 1.5]).toEqual([true, true]);
  });
});
