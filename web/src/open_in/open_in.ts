// SPDX-License-Identifier: Apache-2.0
// The same data at the same place in other programs. They read the OME-Zarr image that the server gives as it is; nothing
// is converted. Addresses carry no key: this works for data that the other program may read.

import type { BoxMark } from '../marks/mark';
import { axes } from '../viewer/vec3';
import type { ViewState } from '../viewer/view_state';
import type { VolumeGeometry } from '../viewer/volume_geometry';

const neuroglancer = 'https://neuroglancer-demo.appspot.com/';

/** Place, zoom and contrast go along. Source: Neuroglancer's JSON state, docs/json_api in its repository. */
export function neuroglancerLink(
  zarr: string,
  name: string,
  { cursor, zoom, window }: Pick<ViewState, 'cursor' | 'zoom' | 'window'>,
  { voxelSizeUm, voxelSizeKnown }: Pick<VolumeGeometry, 'voxelSizeUm' | 'voxelSizeKnown'>,
): string {
  const scale = (um: number) => (voxelSizeKnown ? [Number((um * 1e-6).toPrecision(12)), 'm'] : [um, '']);
  const state = {
    dimensions: Object.fromEntries(axes.map((axis) => [axis, scale(voxelSizeUm[axis])])),
    position: axes.map((axis) => cursor[axis] + 0.5),
    crossSectionScale: Number((1 / zoom).toPrecision(6)),
    layers: [
      {
        type: 'image',
        source: `zarr://${zarr}`,
        name,
        shader: `#uicontrol invlerp normalized(range=[${window.low}, ${window.high}])\nvoid main() { emitGrayscale(normalized()); }`,
      },
    ],
    layout: '4panel',
  };
  return `${neuroglancer}#!${encodeURIComponent(JSON.stringify(state))}`;
}

/** What keeps a page of another site from reading here, in a sentence; null when nothing is known to. */
export function neuroglancerObstacle(origin: string): string | null {
  const { protocol, hostname } = new URL(origin);
  const thisMachine = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  if (protocol === 'https:' || thisMachine) return null;
  return 'Neuroglancer is an https page, and browsers do not let it read from this http address.';
}

export function napariCommands(zarr: string): string {
  return `pip install "napari[all]" napari-ome-zarr\nnapari --plugin napari-ome-zarr ${zarr}`;
}

/** Reads the selected box, or the xy slice under the cursor. */
export function pythonSnippet(
  zarr: string,
  { cursor }: Pick<ViewState, 'cursor'>,
  { shape }: Pick<VolumeGeometry, 'shape'>,
  box: BoxMark | null,
): string {
  const part = box
    ? (['z', 'y', 'x'] as const).map((axis) => `${box.low[axis]}:${box.high[axis]}`)
    : [`${cursor.z}`, `0:${shape.y}`, `0:${shape.x}`];
  return `# pip install zarr fsspec aiohttp
import zarr

image = zarr.open_group("${zarr}", mode="r")
ome = image.attrs.get("ome", image.attrs)
paths = [level["path"] for level in ome["multiscales"][0]["datasets"]]
voxels = image[paths[0]]  # full resolution; axes z, y, x
part = voxels[${part.join(', ')}]${box ? `  # ${box.name.replace(/[^\x20-\x7e]/g, '?')}` : '  # the slice in view'}
print(part.shape, part.dtype, part.min(), part.max())
`;
}
