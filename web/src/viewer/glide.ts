// SPDX-License-Identifier: Apache-2.0
// Kinetic panning: a picture that is let go while it moves keeps moving and comes to rest. Who holds still before letting
// go gets no glide, so a careful placement stays where it was put.

import type { PanelPoint } from './panel_transform';

/** Only the last moment before the release counts. */
const memoryMs = 70;
/** After this time a glide has lost two thirds of its speed. */
const slowingMs = 180;
const slowestStart = 0.25; // device pixels per millisecond
const slowest = 0.02;

export interface GlideClock {
  readonly now: () => number;
  readonly nextFrame: (run: () => void) => number;
  readonly cancelFrame: (id: number) => void;
}

const browserClock: GlideClock = {
  now: () => performance.now(),
  nextFrame: (run) => requestAnimationFrame(run),
  cancelFrame: (id) => cancelAnimationFrame(id),
};

export class Glide {
  private samples: { moved: PanelPoint; time: number }[] = [];
  private frame: number | null = null;

  constructor(
    private readonly move: (moved: PanelPoint) => void,
    private readonly clock: GlideClock = browserClock,
  ) {}

  /** The hand moved the picture. */
  track(moved: PanelPoint): void {
    const time = this.clock.now();
    this.samples.push({ moved, time });
    this.samples = this.samples.filter((sample) => time - sample.time <= memoryMs);
  }

  release(): void {
    const time = this.clock.now();
    const recent = this.samples.filter((sample) => time - sample.time <= memoryMs);
    this.samples = [];
    const first = recent[0];
    if (!first || recent.length < 2) return;
    const span = Math.max(time - first.time, 1);
    // The first sample only says when the movement began.
    const sum = (side: keyof PanelPoint) =>
      recent.slice(1).reduce((total, { moved }) => total + moved[side], 0);
    const speed = { right: sum('right') / span, down: sum('down') / span };
    if (Math.hypot(speed.right, speed.down) >= slowestStart) this.run(speed, time);
  }

  stop(): void {
    this.samples = [];
    if (this.frame !== null) this.clock.cancelFrame(this.frame);
    this.frame = null;
  }

  private run(speed: PanelPoint, before: number): void {
    this.frame = this.clock.nextFrame(() => {
      const time = this.clock.now();
      const passed = Math.min(time - before, 100);
      const kept = Math.exp(-passed / slowingMs);
      // The way travelled while the speed falls off, not speed times time: the same at any frame rate.
      const way = slowingMs * (1 - kept);
      this.move({ right: speed.right * way, down: speed.down * way });
      const next = { right: speed.right * kept, down: speed.down * kept };
      if (Math.hypot(next.right, next.down) > slowest) this.run(next, time);
      else this.frame = null;
    });
  }
}
