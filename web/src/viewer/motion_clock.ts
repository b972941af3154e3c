// SPDX-License-Identifier: Apache-2.0
// Tells how lively a panel is, so that fast scrolling asks for little and a resting eye gets everything.

import type { Motion } from './tile_plan';

export const slicingMs = 120;
export const restMs = 300;

export class MotionClock {
  private lastSlice = Number.NEGATIVE_INFINITY;
  private lastMove = Number.NEGATIVE_INFINITY;

  constructor(private readonly now: () => number = () => performance.now()) {}

  sliced(): void {
    this.lastSlice = this.now();
    this.lastMove = this.lastSlice;
  }

  moved(): void {
    this.lastMove = this.now();
  }

  get motion(): Motion {
    const time = this.now();
    if (time - this.lastSlice < slicingMs) return 'slicing';
    return time - this.lastMove < restMs ? 'moving' : 'rest';
  }

  /** Milliseconds until `motion` changes by itself, or null at rest. */
  get untilCalmer(): number | null {
    const time = this.now();
    if (time - this.lastSlice < slicingMs) return this.lastSlice + slicingMs - time;
    return time - this.lastMove < restMs ? this.lastMove + restMs - time : null;
  }
}
