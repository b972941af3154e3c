// SPDX-License-Identifier: Apache-2.0
// Puts a tile on the GPU in the smallest form that keeps every voxel apart: R8 for 8 bit, R16UI for uint16,
// R32F for the rest. Values of 32-bit integers above 2^24 lose low bits on screen only; read-outs never come from here.

import type { TileData } from './tile_data';
import type { VoxelArray } from './voxel_array';

export interface TileTexture {
  readonly texture: WebGLTexture;
  readonly sampler: 'sampler2D' | 'usampler2D';
  /** voxel = texel * scale + offset */
  readonly scale: number;
  readonly offset: number;
  readonly bytes: number;
}

type Gl = WebGL2RenderingContext;

export function uploadTile(gl: Gl, tile: TileData): TileTexture {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
    gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
  }
  const { width, height } = tile;
  if (tile.kind === 'lossy') {
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, gl.RED, gl.UNSIGNED_BYTE, tile.bitmap);
    const { low, high } = tile.window;
    return { texture, sampler: 'sampler2D', scale: high - low, offset: low, bytes: width * height };
  }
  const voxels = tile.voxels;
  if (voxels instanceof Uint8Array) {
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, width, height, 0, gl.RED, gl.UNSIGNED_BYTE, voxels);
    return { texture, sampler: 'sampler2D', scale: 255, offset: 0, bytes: voxels.byteLength };
  }
  if (voxels instanceof Uint16Array) {
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R16UI, width, height, 0, gl.RED_INTEGER, gl.UNSIGNED_SHORT, voxels);
    return { texture, sampler: 'usampler2D', scale: 1, offset: 0, bytes: voxels.byteLength };
  }
  const floats = toFloat32(voxels);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, width, height, 0, gl.RED, gl.FLOAT, floats);
  return { texture, sampler: 'sampler2D', scale: 1, offset: 0, bytes: floats.byteLength };
}

function toFloat32(voxels: VoxelArray): Float32Array<ArrayBuffer> {
  if (voxels instanceof Float32Array) return voxels;
  const floats = new Float32Array(voxels.length);
  for (let i = 0; i < floats.length; i += 1) floats[i] = Number(voxels[i]);
  return floats;
}
