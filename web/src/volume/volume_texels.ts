// SPDX-License-Identifier: Apache-2.0
// One level of a volume as the graphics card gets it: a byte a voxel for 8-bit data, else 16-bit floats over the range of
// the data. Kept in memory, too, so that a lost graphics context costs no download. Beside it the smallest and largest
// texel of every block of 8 × 8 × 8, with one voxel around it because texels are interpolated: rays skip by these.

import type { ContrastWindow } from '../viewer/tone';
import type { Vec3 } from '../viewer/vec3';
import { type Brick, brickEdge } from './brick_frames';
import { halfOfUnit, halfOne } from './half_float';

export const blockEdge = 8;

export type Texels = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

export interface TexelBox {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
}

export class VolumeTexels {
  readonly texels: Texels;
  /** Smallest and largest, two texels a block. */
  readonly blocks: Texels;
  readonly blockShape: Vec3;
  private readonly asBytes: boolean;

  constructor(
    readonly shape: Vec3,
    dataType: string,
    /** What texel 0 and texel 1 stand for. */
    readonly range: ContrastWindow,
  ) {
    this.asBytes = dataType === 'uint8';
    const make = (count: number): Texels => (this.asBytes ? new Uint8Array(count) : new Uint16Array(count));
    this.blockShape = {
      x: Math.ceil(shape.x / blockEdge),
      y: Math.ceil(shape.y / blockEdge),
      z: Math.ceil(shape.z / blockEdge),
    };
    this.texels = make(shape.x * shape.y * shape.z);
    this.blocks = make(this.blockShape.x * this.blockShape.y * this.blockShape.z * 2);
  }

  /** Where texel 0 and 1 lie in units of value; for bytes these are 0 and 255. */
  static rangeFor(dataType: string, range: ContrastWindow): ContrastWindow {
    return dataType === 'uint8' ? { low: 0, high: 255 } : range;
  }

  get isBytes(): boolean {
    return this.asBytes;
  }

  /** Takes a brick over and says which texels changed. Throws when it does not lie inside the level. */
  put(brick: Brick): TexelBox {
    const box: TexelBox = {
      x: brick.x * brickEdge,
      y: brick.y * brickEdge,
      z: brick.z * brickEdge,
      width: brick.width,
      height: brick.height,
      depth: brick.depth,
    };
    const { shape } = this;
    if (box.x + box.width > shape.x || box.y + box.height > shape.y || box.z + box.depth > shape.z) {
      throw new Error('a brick lies outside its level');
    }
    const convert = this.converter();
    let from = 0;
    for (let z = box.z; z < box.z + box.depth; z += 1) {
      for (let y = box.y; y < box.y + box.height; y += 1) {
        const row = (z * shape.y + y) * shape.x + box.x;
        for (let x = 0; x < box.width; x += 1) {
          this.texels[row + x] = convert(brick.voxels ? Number(brick.voxels[from]) : 0);
          from += 1;
        }
      }
    }
    this.countBlocks(box);
    return box;
  }

  private converter(): (value: number) => number {
    if (this.asBytes) return (value) => value;
    const { low, high } = this.range;
    const scale = 1 / (high - low);
    // Infinity is the far end of the range; what is not a number is the near one, which draws nothing.
    return (value) => (value === Number.POSITIVE_INFINITY ? halfOne : halfOfUnit((value - low) * scale));
  }

  /** Also the neighbours whose rim the box touches. */
  private countBlocks(box: TexelBox): void {
    const first = (at: number) => Math.max(Math.floor((at - 1) / blockEdge), 0);
    const last = (end: number, blocks: number) => Math.min(Math.floor(end / blockEdge), blocks - 1);
    for (let z = first(box.z); z <= last(box.z + box.depth, this.blockShape.z); z += 1) {
      for (let y = first(box.y); y <= last(box.y + box.height, this.blockShape.y); y += 1) {
        for (let x = first(box.x); x <= last(box.x + box.width, this.blockShape.x); x += 1) {
          this.countBlock(x, y, z);
        }
      }
    }
  }

  private countBlock(bx: number, by: number, bz: number): void {
    const { shape, texels } = this;
    let smallest = this.asBytes ? 255 : halfOne;
    let largest = 0;
    const rim = (at: number, size: number) => [
      Math.max(at * blockEdge - 1, 0),
      Math.min(at * blockEdge + blockEdge + 1, size),
    ];
    const [z0 = 0, z1 = 0] = rim(bz, shape.z);
    const [y0 = 0, y1 = 0] = rim(by, shape.y);
    const [x0 = 0, x1 = 0] = rim(bx, shape.x);
    for (let z = z0; z < z1; z += 1) {
      for (let y = y0; y < y1; y += 1) {
        const row = (z * shape.y + y) * shape.x;
        for (let at = row + x0; at < row + x1; at += 1) {
          const texel = texels[at] ?? 0;
          if (texel < smallest) smallest = texel;
          if (texel > largest) largest = texel;
        }
      }
    }
    const block = ((bz * this.blockShape.y + by) * this.blockShape.x + bx) * 2;
    this.blocks[block] = smallest;
    this.blocks[block + 1] = largest;
  }
}
