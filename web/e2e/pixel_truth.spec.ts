// SPDX-License-Identifier: Apache-2.0
// The picture tells the truth: known voxels have exactly the grey that the contrast window gives them.

import type { APIRequestContext, Page } from '@playwright/test';
import type { Dataset } from '../src/api/types';
import { type PlaneName, planeNames, planes } from '../src/viewer/plane';
import type { Axis } from '../src/viewer/vec3';
import {
  canvas,
  datasetNamed,
  datasets,
  expect,
  openViewer,
  panel,
  serverVoxel,
  test,
} from './support/beamport';
import { colours, type Pixel } from './support/screen_pixels';

type Voxel = Record<Axis, number>;
type ValueAt = (voxel: Voxel) => number | Promise<number>;

interface View {
  readonly cursor: Voxel;
  readonly centre: Voxel;
  readonly zoom: number;
  readonly low: number;
  readonly high: number;
}

const list = ({ x, y, z }: Voxel) => `${x},${y},${z}`;
const hash = (view: View) =>
  `#at=${list(view.cursor)}&centre=${list(view.centre)}&zoom=${view.zoom}&window=${view.low},${view.high}&crosshair=off`;

/** Voxels of one plane on a coarse grid, and the device pixel in which each has its centre. */
async function samples(page: Page, plane: PlaneName, view: View, shape: Voxel, perAxis: number) {
  const { right, down } = planes[plane];
  const size = await canvas(page, plane).evaluate((element: HTMLCanvasElement) => ({
    width: element.width,
    height: element.height,
    ratio: devicePixelRatio,
  }));
  const scale = view.zoom * size.ratio;
  const originRight = Math.round(size.width / 2 - view.centre[right] * scale);
  const originDown = Math.round(size.height / 2 - view.centre[down] * scale);
  const found: { voxel: Voxel; pixel: Pixel }[] = [];
  for (let i = 1; i < perAxis; i += 1) {
    for (let j = 1; j < perAxis; j += 1) {
      const pixel = { x: Math.floor((size.width * i) / perAxis), y: Math.floor((size.height * j) / perAxis) };
      const u = Math.floor((pixel.x - originRight) / scale);
      const v = Math.floor((pixel.y - originDown) / scale);
      const underScaleBar = pixel.x < 200 * size.ratio && pixel.y > size.height - 70 * size.ratio;
      if (u < 0 || v < 0 || u >= shape[right] || v >= shape[down] || underScaleBar) continue;
      const middle = { x: originRight + (u + 0.5) * scale, y: originDown + (v + 0.5) * scale };
      found.push({ voxel: { ...view.cursor, [right]: u, [down]: v }, pixel: middle });
    }
  }
  return found;
}

async function expectTruth(page: Page, dataset: Dataset, view: View, valueAt: ValueAt, perAxis: number) {
  const [z, y, x] = dataset.shape;
  await openViewer(page, dataset, hash(view));
  for (const plane of planeNames) {
    const points = await samples(page, plane, view, { x, y, z }, perAxis);
    expect(points.length, `voxels of ${dataset.name} seen in ${plane}`).toBeGreaterThan(perAxis);
    const seen = await colours(
      page,
      canvas(page, plane),
      points.map(({ pixel }) => pixel),
    );
    for (const [index, { voxel }] of points.entries()) {
      const value = await valueAt(voxel);
      const share = Math.min(Math.max((value - view.low) / (view.high - view.low), 0), 1);
      const [red = -1, green = -1, blue = -1] = seen[index] ?? [];
      const where = `${dataset.name} ${plane} voxel ${list(voxel)} = ${value}`;
      expect(Math.abs(red - share * 255), where).toBeLessThanOrEqual(2);
      expect([green, blue], `${where} is grey`).toEqual([red, red]);
    }
  }
}

const ramp: ValueAt = ({ x, y, z }) => (x + 3 * y + 7 * z) % 65536;
const rampFloat: ValueAt = ({ x, y, z }) => x * 0.5 - y * 0.25 + z;

const rampView: View = {
  cursor: { x: 101, y: 77, z: 40 },
  centre: { x: 100, y: 80, z: 48 },
  zoom: 4,
  low: 100,
  high: 1100,
};
const floatView: View = {
  cursor: { x: 31, y: 61, z: 23 },
  centre: { x: 55, y: 45, z: 35 },
  zoom: 5,
  low: -10,
  high: 70,
};

function fromServer(request: APIRequestContext, dataset: Dataset): ValueAt {
  return async (voxel) => {
    const { value } = await serverVoxel(request, dataset, voxel);
    if (value === null) throw new Error(`voxel ${list(voxel)} is not finite`);
    return value;
  };
}

test('uint16: every plane shows the values of the ramp', async ({ page, request }) => {
  await expectTruth(page, await datasetNamed(request, 'ramp'), rampView, ramp, 9);
});

test('float32: every plane shows the values of the ramp', async ({ page, request }) => {
  await expectTruth(page, await datasetNamed(request, 'ramp-float'), floatView, rampFloat, 9);
});

test('one voxel on one pixel', async ({ page, request }) => {
  await expectTruth(page, await datasetNamed(request, 'ramp'), { ...rampView, zoom: 1 }, ramp, 24);
});

test('zoomed out, level 1 shows the means of 2 x 2 x 2 voxels where they belong', async ({
  page,
  request,
}) => {
  const dataset = await datasetNamed(request, 'ramp');
  const view = { ...rampView, zoom: 0.5 };
  await openViewer(page, dataset, hash(view));
  for (const plane of planeNames) {
    const { right, down } = planes[plane];
    await expect(panel(page, plane)).toHaveAttribute('data-level', '1');
    const size = await canvas(page, plane).evaluate(({ width, height }: HTMLCanvasElement) => ({
      width,
      height,
    }));
    const corner = {
      x: Math.round(size.width / 2 - view.centre[right] * view.zoom),
      y: Math.round(size.height / 2 - view.centre[down] * view.zoom),
    };
    const blocks = [3, 11, 20, 31].flatMap((i) => [2, 17, 33].map((j) => ({ i, j })));
    const seen = await colours(
      page,
      canvas(page, plane),
      blocks.map(({ i, j }) => ({ x: corner.x + i, y: corner.y + j })),
    );
    for (const [index, { i, j }] of blocks.entries()) {
      const middle = { x: 100.5, y: 76.5, z: 40.5, [right]: 2 * i + 0.5, [down]: 2 * j + 0.5 };
      const share = Math.min(Math.max((middle.x + 3 * middle.y + 7 * middle.z - view.low) / 1000, 0), 1);
      const where = `${plane} block ${i}, ${j}`;
      expect(Math.abs((seen[index]?.[0] ?? -99) - share * 255), where).toBeLessThanOrEqual(2);
    }
  }
});

test('the server says the same values as the formula', async ({ request }) => {
  for (const [name, formula] of [
    ['ramp', ramp],
    ['ramp-float', rampFloat],
  ] as const) {
    const dataset = await datasetNamed(request, name);
    const [z, y, x] = dataset.shape;
    for (const voxel of [
      { x: 0, y: 0, z: 0 },
      { x: x - 1, y: y - 1, z: z - 1 },
      { x: x - 1, y: 0, z: 11 },
      { x: 5, y: y - 1, z: 0 },
    ]) {
      expect((await serverVoxel(request, dataset, voxel)).value).toBe(await formula(voxel));
    }
  }
});

test('any other dataset shows what its voxels are', async ({ page, request }) => {
  const others = (await datasets(request)).filter(
    ({ name, state }) => state === 'published' && !/^ramp/.test(name),
  );
  const described = await Promise.all(others.map(({ name }) => datasetNamed(request, name)));
  const dataset = described.find(
    ({ voxel_size_um: size, statistics }) => new Set(size).size === 1 && statistics?.nan_count === 0,
  );
  test.skip(!dataset, 'the server has no other dataset with cubic voxels and no NaN');
  if (!dataset) return;
  const [z, y, x] = dataset.shape;
  const middle = { x: Math.floor(x / 2), y: Math.floor(y / 2), z: Math.floor(z / 2) };
  const low = dataset.window.start ?? 0;
  const high = dataset.window.end ?? 1;
  const view = { cursor: middle, centre: middle, zoom: 3, low, high };
  await expectTruth(page, dataset, view, fromServer(request, dataset), 4);
});

test.describe('on a screen with two device pixels per CSS pixel', () => {
  test.use({ deviceScaleFactor: 2 });
  test('the greys are the same', async ({ page, request }) => {
    await expectTruth(page, await datasetNamed(request, 'ramp'), rampView, ramp, 9);
  });
});
