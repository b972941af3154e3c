// SPDX-License-Identifier: Apache-2.0
// The exact voxels of a raw tile: native data type, little endian, row-major, no header. Typed arrays read in the
// machine's byte order, which is little endian on everything that runs a browser with WebGL 2.

import { formatFloat32, formatShort } from '../format/numbers';

export type VoxelArray =
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>;

const views: Record<string, { size: number; view: (buffer: ArrayBuffer) => VoxelArray }> = {
  bool: { size: 1, view: (b) => new Uint8Array(b) },
  uint8: { size: 1, view: (b) => new Uint8Array(b) },
  int8: { size: 1, view: (b) => new Int8Array(b) },
  uint16: { size: 2, view: (b) => new Uint16Array(b) },
  int16: { size: 2, view: (b) => new Int16Array(b) },
  uint32: { size: 4, view: (b) => new Uint32Array(b) },
  int32: { size: 4, view: (b) => new Int32Array(b) },
  float32: { size: 4, view: (b) => new Float32Array(b) },
  float64: { size: 8, view: (b) => new Float64Array(b) },
  int64: { size: 8, view: (b) => new BigInt64Array(b) },
  uint64: { size: 8, view: (b) => new BigUint64Array(b) },
};

export function bytesPerVoxel(dataType: string): number {
  return views[dataType]?.size ?? 1;
}

export function isIntegerType(dataType: string): boolean {
  return !dataType.startsWith('float');
}

/** Throws when the body does not have exactly `count` voxels: a short tile must never be drawn as if it were whole. */
export function voxelArray(dataType: string, buffer: ArrayBuffer, count: number): VoxelArray {
  const entry = views[dataType];
  if (!entry) throw new Error(`data type ${dataType} cannot be drawn`);
  if (buffer.byteLength !== count * entry.size) {
    throw new Error(`expected ${count * entry.size} bytes of voxels, got ${buffer.byteLength}`);
  }
  return entry.view(buffer);
}

export function voxelText(value: number | bigint, dataType: string): string {
  if (typeof value === 'bigint') return value.toString();
  return dataType === 'float32' ? formatFloat32(value) : formatShort(value, 17);
}
