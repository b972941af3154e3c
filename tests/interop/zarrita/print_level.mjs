// SPDX-License-Identifier: Apache-2.0
// node print_level.mjs IMAGE LEVEL: the voxels of one level as zarrita sees them, after a line "type z y x".
import { once } from 'node:events';
import { FileSystemStore } from '@zarrita/storage';
import * as zarr from 'zarrita';

const [image, level] = process.argv.slice(2);
const root = zarr.root(new FileSystemStore(image));
const array = await zarr.open.v3(root.resolve(level), { kind: 'array' });
const { data, shape } = await zarr.get(array);
process.stdout.write(`${array.dtype} ${shape.join(' ')}\n`);
if (!process.stdout.write(Buffer.from(data.buffer, data.byteOffset, data.byteLength))) {
  await once(process.stdout, 'drain');
}
