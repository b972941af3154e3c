// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Vec3 } from './vec3';
import { type ProbeReading, VoxelProbe } from './voxel_probe';

const at = (x: number): Vec3 => ({ x, y: 0, z: 0 });

function setUp(local: (voxel: Vec3) => string | null, remote?: () => Promise<string>) {
  const readings: (ProbeReading | null)[] = [];
  const asked = vi.fn((voxel: Vec3) => remote?.() ?? Promise.resolve(`server ${voxel.x}`));
  const probe = new VoxelProbe({ local, remote: asked, changed: (reading) => readings.push(reading) });
  return { probe, readings, asked };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('voxel probe', () => {
  test('an exact tile answers at once and the server is not asked', async () => {
    const { probe, readings, asked } = setUp(() => '42');
    probe.ask(at(1));
    await vi.advanceTimersByTimeAsync(1000);
    expect(readings).toEqual([{ voxel: at(1), text: '42' }]);
    expect(asked).not.toHaveBeenCalled();
  });

  test('a moving pointer asks only for where it rests', async () => {
    const { probe, readings, asked } = setUp(() => null);
    for (const x of [1, 2, 3]) {
      probe.ask(at(x));
      await vi.advanceTimersByTimeAsync(50);
    }
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(readings.at(-1)).toEqual({ voxel: at(3), text: 'server 3' });
  });

  test('a late answer for an old place is dropped', async () => {
    let answer: (text: string) => void = () => {};
    const { probe, readings } = setUp(
      () => null,
      () => new Promise((resolve) => (answer = resolve)),
    );
    probe.ask(at(1));
    await vi.advanceTimersByTimeAsync(150);
    probe.ask(null);
    answer('old');
    await vi.advanceTimersByTimeAsync(0);
    expect(readings.at(-1)).toBeNull();
  });

  test('a failure is said, not hidden', async () => {
    const { probe, readings } = setUp(
      () => null,
      () => Promise.reject(new Error('down')),
    );
    probe.ask(at(1));
    await vi.advanceTimersByTimeAsync(150);
    expect(readings.at(-1)?.text).toBe('not available');
  });
});
