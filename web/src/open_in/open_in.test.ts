// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { napariCommands, neuroglancerLink, neuroglancerObstacle, pythonSnippet } from './open_in';

const zarr = 'https://beamline.example/zarr/0123/';
const view = { cursor: { x: 100, y: 80, z: 48 }, zoom: 2.5, window: { low: -0.5, high: 1.25 } };
const scale = { voxelSizeUm: { x: 0.65, y: 0.65, z: 2 }, voxelSizeKnown: true };
const stateOf = (link: string) => JSON.parse(decodeURIComponent(link.split('#!')[1] ?? ''));

describe('other programs', () => {
  test('Neuroglancer gets place, scale and contrast', () => {
    const state = stateOf(neuroglancerLink(zarr, 'A & b #1', view, scale));
    expect(state.dimensions).toEqual({ x: [6.5e-7, 'm'], y: [6.5e-7, 'm'], z: [2e-6, 'm'] });
    expect(state.position).toEqual([100.5, 80.5, 48.5]);
    expect(state.crossSectionScale).toBe(0.4);
    expect(state.layers[0]).toMatchObject({ type: 'image', source: `zarr://${zarr}`, name: 'A & b #1' });
    expect(state.layers[0].shader).toContain('range=[-0.5, 1.25]');
  });

  test('without a unit none is invented', () => {
    const state = stateOf(neuroglancerLink(zarr, 'a', view, { ...scale, voxelSizeKnown: false }));
    expect(state.dimensions.z).toEqual([2, '']);
  });

  test('what browsers forbid is said before it fails', () => {
    expect(neuroglancerObstacle('http://beamline.example:8080')).toContain('https');
    expect(
      ['https://a.example', 'http://localhost:8080', 'http://127.0.0.1'].map(neuroglancerObstacle),
    ).toEqual([null, null, null]);
  });

  test('Python reads the slice in view, or the selected box', () => {
    const shape = { x: 200, y: 160, z: 96 };
    expect(pythonSnippet(zarr, view, { shape }, null)).toContain('part = voxels[48, 0:160, 0:200]');
    const box = {
      kind: 'box',
      id: 'a',
      name: 'Pore µ\n',
      colour: 'sky',
      low: { x: 1, y: 2, z: 3 },
      high: { x: 11, y: 12, z: 13 },
    } as const;
    const snippet = pythonSnippet(zarr, view, { shape }, box);
    expect(snippet).toContain('part = voxels[3:13, 2:12, 1:11]  # Pore ??\n');
    expect(snippet).toContain(`zarr.open_group("${zarr}", mode="r")`);
  });

  test('napari gets the address', () =>
    expect(napariCommands(zarr)).toMatch(/napari --plugin napari-ome-zarr https:.*\/$/));
});
