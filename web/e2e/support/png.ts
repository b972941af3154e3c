// SPDX-License-Identifier: Apache-2.0
// Reads the PNG that a browser makes of a page: 8 bits per channel, RGB or RGBA, not interlaced.
//
//   8 bytes signature, then chunks: u32 length, 4 bytes name, payload, u32 crc (all big endian)
//   IHDR: u32 width, u32 height, u8 depth, u8 colour type (2 RGB, 6 RGBA), …    IDAT…: zlib of rows
//   row: u8 filter, then the pixels as differences to the left, upper and upper left neighbours

import { inflateSync } from 'node:zlib';

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly colourAt: (x: number, y: number) => number[];
}

export function readPng(file: Buffer): Picture {
  let width = 0;
  let height = 0;
  let channels = 0;
  const packed: Buffer[] = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    const name = file.toString('latin1', at + 4, at + 8);
    const payload = file.subarray(at + 8, at + 8 + file.readUInt32BE(at));
    if (name === 'IDAT') packed.push(payload);
    if (name !== 'IHDR') continue;
    width = payload.readUInt32BE(0);
    height = payload.readUInt32BE(4);
    const kind = `${payload[8]} bit, colour type ${payload[9]}, interlace ${payload[12]}`;
    channels = { '8 bit, colour type 2, interlace 0': 3, '8 bit, colour type 6, interlace 0': 4 }[kind] ?? 0;
    if (channels === 0) throw new Error(`this PNG is of another kind: ${kind}`);
  }
  const pixels = unfilter(inflateSync(Buffer.concat(packed)), width * channels, height, channels);
  const colourAt = (x: number, y: number) => {
    if (x < 0 || y < 0 || x >= width || y >= height)
      throw new RangeError(`no pixel ${x}, ${y} in the picture`);
    return [...pixels.subarray((y * width + x) * channels, (y * width + x) * channels + 3)];
  };
  return { width, height, colourAt };
}

function unfilter(raw: Buffer, stride: number, height: number, channels: number): Uint8Array {
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let i = 0; i < stride; i += 1) {
      const left = i >= channels ? (out[y * stride + i - channels] ?? 0) : 0;
      const up = y > 0 ? (out[(y - 1) * stride + i] ?? 0) : 0;
      const corner = y > 0 && i >= channels ? (out[(y - 1) * stride + i - channels] ?? 0) : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      out[y * stride + i] = (raw[y * (stride + 1) + 1 + i] ?? 0) + guess;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const straight = left + up - corner;
  const toLeft = Math.abs(straight - left);
  const toUp = Math.abs(straight - up);
  const toCorner = Math.abs(straight - corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
