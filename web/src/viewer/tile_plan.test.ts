// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { panelTransform } from './panel_transform';
import { planes } from './plane';
import { pyramid } from './test_volume';
import { type PanelView, planTiles, planWishes } from './tile_plan';

const geometry = pyramid([1024, 2048, 2048], [1, 1, 1], 6);

function panel(zoom: number, slice: number): PanelView {
  const size = { widthPx: 640, heightPx: 400 };
  const view = { centre: { x: 1024, y: 1024, z: 512 }, zoom };
  const transform = panelTransform(planes.xy, geometry, view, size, 1);
  return { geometry, plane: planes.xy, transform, size, slice };
}

describe('tile plan', () => {
  test('shows the level that fits the screen, with all coarser ones as stand-ins', () => {
    const plan = planTiles(panel(0.25, 500));
    expect(plan.level).toBe(2);
    expect(plan.sharp.every(({ level, index }) => level === 2 && index === 125)).toBe(true);
    expect([...new Set(plan.coarser.map(({ level }) => level))]).toEqual([5, 4, 3]);
  });

  test('at rest: coarsest first, then lossy, then exact, then the next slices', () => {
    const view = panel(1, 500);
    const wishes = planWishes(view, planTiles(view), 'rest', 1).sort((a, b) => a.priority - b.priority);
    expect(wishes[0]).toMatchObject({ format: 'jpg', tile: { level: 5, index: 15, tx: 0, ty: 0 } });
    const order = wishes.map(({ tile, format }) => `${tile.level}${format}`);
    expect(order.lastIndexOf('0jpg')).toBeLessThan(order.indexOf('0raw'));
    expect(order.lastIndexOf('0raw')).toBeLessThan(order.indexOf('3jpg'));
    expect(wishes.filter(({ tile }) => tile.level === 3).map(({ tile }) => tile.index)).toEqual([62, 62, 62]);
  });

  test('looks ahead in the direction of travel and stops at the end', () => {
    const view = panel(1, 1);
    const ahead = planWishes(view, planTiles(view), 'rest', -1).filter(({ tile }) => tile.level === 3);
    expect(ahead).toHaveLength(1);
  });

  test('while moving nothing exact is asked for', () => {
    const view = panel(1, 500);
    const wishes = planWishes(view, planTiles(view), 'moving', 1);
    expect(wishes.some(({ format }) => format === 'raw')).toBe(false);
    expect(wishes.some(({ tile }) => tile.level === 0)).toBe(true);
  });

  test('with low quality nothing exact is asked for, even at rest', () => {
    const view = panel(1, 500);
    const wishes = planWishes(view, planTiles(view), 'rest', 1, 'low');
    expect(wishes.map(({ format }) => format)).not.toContain('raw');
    expect(wishes.some(({ tile }) => tile.level === 0)).toBe(true);
  });

  test('with exact quality the sharp tiles are asked for exactly at once, and only so', () => {
    const view = panel(1, 500);
    for (const motion of ['moving', 'rest'] as const) {
      const sharp = planWishes(view, planTiles(view), motion, 1, 'exact').filter(
        ({ tile }) => tile.level === 0,
      );
      expect(new Set(sharp.map(({ format }) => format))).toEqual(new Set(['raw']));
    }
  });

  test('while slices fly past only small levels are asked for', () => {
    const view = panel(1, 500);
    const levels = planWishes(view, planTiles(view), 'slicing', 1).map(({ tile }) => tile.level);
    expect(levels).toEqual([5, 3]);
  });

  test('nothing is asked for when the volume is out of sight', () => {
    const view = {
      ...panel(1, 500),
      transform: { origin: { right: 9999, down: 0 }, scale: { right: 1, down: 1 } },
    };
    expect(planWishes(view, planTiles(view), 'rest', 1)).toEqual([]);
  });

  test('a volume without a pyramid is not asked for as a whole', () => {
    const flat = pyramid([10, 8192, 8192], [1, 1, 1], 1);
    const view = { ...panel(1, 5), geometry: flat };
    expect(planWishes(view, planTiles(view), 'slicing', 1).length).toBeLessThan(10);
  });
});
