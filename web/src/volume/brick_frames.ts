// SPDX-License-Identifier: Apache-2.0
// Reads bricks out of an answer while it arrives. Frames one after the other, every number little endian:
//
//   u32 z │ u32 y │ u32 x │ u32 depth │ height │ width │ u64 bytes │ voxels, native type, z, y, x order
//   z, y, x count bricks of 64 voxels; bytes = 0: every voxel is zero

import { bytesPerVoxel, type VoxelArray, voxelArray } from '../viewer/voxel_array';

export const brickEdge = 64;
export const headerBytes = 32;

export interface Brick {
  readonly z: number;
  readonly y: number;
  readonly x: number;
  readonly depth: number;
  readonly height: number;
  readonly width: number;
  /** Null: every voxel is zero. */
  readonly voxels: VoxelArray | null;
}

/** Yields each brick as soon as its last byte is here. Throws on what is no whole sequence of frames. */
export async function* readBricks(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  dataType: string,
): AsyncGenerator<Brick> {
  let rest = new Uint8Array(0);
  for await (const chunk of chunks) {
    rest = joined(rest, chunk);
    for (;;) {
      const frame = frameAt(rest, dataType);
      if (!frame) break;
      rest = rest.subarray(frame.length);
      yield frame.brick;
    }
  }
  if (rest.length > 0) throw new Error('the bricks ended in the middle of a frame');
}

function joined(a: Uint8Array<ArrayBuffer>, b: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function frameAt(bytes: Uint8Array<ArrayBuffer>, dataType: string): { brick: Brick; length: number } | null {
  if (bytes.length < headerBytes) return null;
  const header = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const [z = 0, y = 0, x = 0, depth = 0, height = 0, width = 0] = [0, 4, 8, 12, 16, 20].map((at) =>
    header.getUint32(at, true),
  );
  const payload = Number(header.getBigUint64(24, true));
  const count = depth * height * width;
  const fits = [depth, height, width].every((edge) => edge >= 1 && edge <= brickEdge);
  if (!fits || (payload !== 0 && payload !== count * bytesPerVoxel(dataType))) {
    throw new Error(`a brick of ${width} × ${height} × ${depth} voxels came with ${payload} bytes`);
  }
  const length = headerBytes + payload;
  if (bytes.length < length) return null;
  // A copy begins at a multiple of every voxel size; a view into the stream need not.
  const voxels = payload === 0 ? null : voxelArray(dataType, bytes.slice(headerBytes, length).buffer, count);
  return { brick: { z, y, x, depth, height, width, voxels }, length };
}

export async function* chunksOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}
