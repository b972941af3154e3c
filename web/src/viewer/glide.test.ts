// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { Glide } from './glide';

function setUp(frameMs = 16) {
  let time = 0;
  let queued: (() => void) | null = null;
  const gone = { right: 0, down: 0 };
  const glide = new Glide(
    (moved) => {
      gone.right += moved.right;
      gone.down += moved.down;
    },
    {
      now: () => time,
      nextFrame: (run) => {
        queued = run;
        return 1;
      },
      cancelFrame: () => {
        queued = null;
      },
    },
  );
  const wait = (ms: number) => {
    time += ms;
  };
  const drag = (steps: number, px: number, ms: number) => {
    for (let i = 0; i < steps; i += 1) {
      wait(ms);
      glide.track({ right: px, down: 0 });
    }
  };
  const runOut = () => {
    let frames = 0;
    while (queued && frames < 1000) {
      const run = queued;
      queued = null;
      wait(frameMs);
      run();
      frames += 1;
    }
    return frames;
  };
  return { glide, gone, wait, drag, runOut };
}

describe('a glide', () => {
  test('goes on after a flick, slows down and ends', () => {
    const { glide, gone, drag, runOut } = setUp();
    drag(8, 16, 8);
    glide.release();
    const frames = runOut();
    // 2 px/ms and 180 ms: 360 px, less the last crawl.
    expect(gone.right).toBeGreaterThan(300);
    expect(gone.right).toBeLessThan(361);
    expect([frames > 10, frames < 120, gone.down]).toEqual([true, true, 0]);
  });

  test('is as long at any frame rate', () => {
    const ways = [8, 33].map((frameMs) => {
      const { glide, gone, drag, runOut } = setUp(frameMs);
      drag(8, 16, 8);
      glide.release();
      runOut();
      return gone.right;
    });
    expect(Math.abs((ways[0] ?? 0) - (ways[1] ?? 99))).toBeLessThan(4);
  });

  test('does not begin when the hand rested before letting go, or moved slowly', () => {
    const { glide, drag, wait, runOut, gone } = setUp();
    drag(8, 16, 8);
    wait(120);
    glide.release();
    expect(runOut()).toBe(0);
    drag(8, 1, 8);
    glide.release();
    expect([runOut(), gone.right]).toEqual([0, 0]);
  });

  test('ends when the picture is touched', () => {
    const { glide, drag, runOut } = setUp();
    drag(8, 16, 8);
    glide.release();
    glide.stop();
    expect(runOut()).toBe(0);
  });
});
