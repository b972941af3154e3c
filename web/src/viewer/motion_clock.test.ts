// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { MotionClock } from './motion_clock';

test('a panel calms down from slicing over moving to rest', () => {
  let time = 1000;
  const clock = new MotionClock(() => time);
  expect(clock.motion).toBe('rest');
  expect(clock.untilCalmer).toBeNull();
  clock.sliced();
  expect([clock.motion, clock.untilCalmer]).toEqual(['slicing', 120]);
  time += 120;
  expect([clock.motion, clock.untilCalmer]).toEqual(['moving', 180]);
  time += 180;
  expect([clock.motion, clock.untilCalmer]).toEqual(['rest', null]);
  clock.moved();
  expect(clock.motion).toBe('moving');
});
