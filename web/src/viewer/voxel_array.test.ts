// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { voxelArray, voxelText } from './voxel_array';

describe('voxel array', () => {
  test('reads little-endian voxels of their own type', () => {
    const bytes = new Uint8Array([0x01, 0x80, 0xff, 0xff]);
    expect([...voxelArray('uint16', bytes.buffer, 2)]).toEqual([0x8001, 0xffff]);
    expect([...voxelArray('int16', bytes.buffer, 2)]).toEqual([-32767, -1]);
    expect([...voxelArray('float32', new Uint8Array([0, 0, 0x80, 0x3f]).buffer, 1)]).toEqual([1]);
  });

  test('refuses a body of the wrong length or an unknown type', () => {
    expect(() => voxelArray('uint16', new ArrayBuffer(3), 2)).toThrow('expected 4 bytes of voxels, got 3');
    expect(() => voxelArray('complex64', new ArrayBuffer(8), 1)).toThrow('complex64');
  });

  test('writes values with all their digits and none that are invented', () => {
    expect(voxelText(Math.fround(0.1), 'float32')).toBe('0.1');
    expect(voxelText(65535, 'uint16')).toBe('65535');
    expect(voxelText(Number.NaN, 'float32')).toBe('NaN');
    expect(voxelText(18446744073709551615n, 'uint64')).toBe('18446744073709551615');
  });
});
