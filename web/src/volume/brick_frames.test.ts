// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { type Brick, readBricks } from './brick_frames';

function frame(
  place: number[],
  edges: number[],
  voxels: number[] | null,
  bytes?: number,
): Uint8Array<ArrayBuffer> {
  const payload = voxels ? new Uint8Array(new Uint16Array(voxels).buffer) : new Uint8Array(0);
  const out = new Uint8Array(32 + payload.length);
  const view = new DataView(out.buffer);
  for (const [index, number] of [...place, ...edges].entries()) view.setUint32(index * 4, number, true);
  view.setBigUint64(24, BigInt(bytes ?? payload.length), true);
  out.set(payload, 32);
  return out;
}

/** The bytes in pieces of `size`, as a network may bring them. */
async function* pieces(bytes: Uint8Array<ArrayBuffer>, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function read(bytes: Uint8Array<ArrayBuffer>, size: number): Promise<Brick[]> {
  const bricks: Brick[] = [];
  for await (const brick of readBricks(pieces(bytes, size), 'uint16')) bricks.push(brick);
  return bricks;
}

const two = Uint8Array.from([
  ...frame([0, 1, 2], [1, 2, 3], [1, 2, 3, 4, 5, 65535]),
  ...frame([3, 0, 0], [64, 64, 1], null),
]);

describe('bricks', () => {
  test.each([1, 5, 31, 33, 1000])('come whole, however the bytes arrive (%d at a time)', async (size) => {
    const [first, second] = await read(two, size);
    expect(first).toMatchObject({ z: 0, y: 1, x: 2, depth: 1, height: 2, width: 3 });
    expect([...(first?.voxels ?? [])]).toEqual([1, 2, 3, 4, 5, 65535]);
    expect(second).toEqual({ z: 3, y: 0, x: 0, depth: 64, height: 64, width: 1, voxels: null });
  });

  test.each([
    ['ends early', two.slice(0, -1)],
    ['ends in a payload', two.slice(0, 40)],
    ['a size that does not fit', frame([0, 0, 0], [1, 2, 3], [1, 2, 3], 6)],
    ['an edge of zero', frame([0, 0, 0], [0, 2, 3], null)],
    ['an edge beyond a brick', frame([0, 0, 0], [1, 1, 65], null)],
    ['a huge number of bytes', frame([0, 0, 0], [1, 1, 1], null, 2 ** 52)],
  ])('what is broken is refused: %s', async (_, bytes) => {
    await expect(read(bytes, 7)).rejects.toThrow(/brick/);
  });
});
