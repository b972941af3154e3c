// SPDX-License-Identifier: Apache-2.0
// Says in a PNG how many pixels make a metre, so that it is placed in its printed size. Browsers leave that out.
//
//   8 bytes signature │ IHDR chunk, 25 bytes │ other chunks …        every number big endian
//   chunk: u32 length │ 4 letters │ payload │ u32 crc of letters and payload
//   pHYs payload: u32 pixels per metre across │ u32 down │ u8 1 (metre)
//
// Source: PNG (Third Edition), W3C, 11.3.4.3 and annex D.

const afterHeader = 8 + 25;

export function withDensity(png: Uint8Array<ArrayBuffer>, pixelsPerMm: number): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(4 + 4 + 9 + 4);
  const view = new DataView(chunk.buffer);
  const perMetre = Math.round(pixelsPerMm * 1000);
  view.setUint32(0, 9);
  for (const [index, letter] of [...'pHYs'].entries()) chunk[4 + index] = letter.charCodeAt(0);
  view.setUint32(8, perMetre);
  view.setUint32(12, perMetre);
  chunk[16] = 1;
  view.setUint32(17, crc32(chunk.subarray(4, 17)));
  const whole = new Uint8Array(png.length + chunk.length);
  whole.set(png.subarray(0, afterHeader));
  whole.set(chunk, afterHeader);
  whole.set(png.subarray(afterHeader), afterHeader + chunk.length);
  return whole;
}

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
