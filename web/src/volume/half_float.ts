// SPDX-License-Identifier: Apache-2.0
// Numbers from 0 to 1 as 16-bit floats (IEEE 754 binary16, 11 bits of precision near 1, more below). Positive halves
// are in the same order as their bit patterns, so smallest and largest can be found on the patterns.

const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);
export const halfOne = 0x3c00;

/** Rounds to nearest; below 2^-24 it is zero, and so is what is not a number. */
export function halfOfUnit(value: number): number {
  if (!(value > 0)) return 0;
  if (value >= 1) return halfOne;
  floats[0] = value;
  const pattern = bits[0] ?? 0;
  const exponent = (pattern >>> 23) - 112;
  const fraction = pattern & 0x7fffff;
  // Adding the rounding bit may carry into the exponent, which is what rounding up to a power of two means.
  if (exponent > 0) return ((exponent << 10) | (fraction >>> 13)) + ((fraction >>> 12) & 1);
  if (exponent < -10) return 0;
  const shift = 14 - exponent;
  const whole = fraction | 0x800000;
  return (whole >>> shift) + ((whole >>> (shift - 1)) & 1);
}

export function unitOfHalf(half: number): number {
  const exponent = half >>> 10;
  const fraction = half & 0x3ff;
  return exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
}
