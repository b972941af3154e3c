// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { ByteBudgetCache } from './byte_budget_cache';

function filled(budget: number) {
  const dropped: string[] = [];
  const cache = new ByteBudgetCache<string>(budget, (value) => dropped.push(value));
  for (const key of ['a', 'b', 'c']) cache.set(key, key, 10);
  return { cache, dropped };
}

describe('byte budget cache', () => {
  test('drops what was not used for longest', () => {
    const { cache, dropped } = filled(30);
    cache.get('a');
    cache.set('d', 'd', 10);
    expect(dropped).toEqual(['b']);
    expect(cache.usedBytes).toBe(30);
  });

  test('looking without using does not refresh', () => {
    const { cache, dropped } = filled(30);
    cache.peek('a');
    cache.set('d', 'd', 10);
    expect(dropped).toEqual(['a']);
  });

  test('replacing a value frees the old bytes', () => {
    const { cache, dropped } = filled(30);
    cache.set('a', 'a2', 5);
    expect(cache.usedBytes).toBe(25);
    expect(dropped).toEqual(['a']);
  });

  test('a value larger than the budget is kept alone', () => {
    const { cache } = filled(30);
    cache.set('huge', 'huge', 100);
    expect(cache.size).toBe(1);
    expect(cache.has('huge')).toBe(true);
  });
});
