// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Ingest } from '../api/types';
import { type Ingests, withIngest } from './ingest_feed';
import { describeProgress, stateWords } from './ingest_words';

const scan: Ingest = {
  id: 'a'.repeat(24),
  sequence: 1,
  dataset_id: 'b'.repeat(24),
  user: 'ada',
  date: '20260102',
  name: 'scan_1',
  generation: 1,
  state: 'converting',
  note: null,
  attempts: 1,
  slices_done: 64,
  slices_total: 256,
  bytes_done: 1e9,
  bytes_total: 4e9,
  bytes_per_second: 5e8,
  seconds_left: 6,
  noticed: '2026-01-02T03:04:05Z',
  changed: '2026-01-02T03:04:06Z',
  revision: 7,
};
const none: Ingests = new Map();

test('a scan is kept while it is under way or has failed', () => {
  const one = withIngest(none, scan);
  expect(one.get(scan.id)).toBe(scan);
  expect(withIngest(one, { ...scan, state: 'failed', revision: 8 }).size).toBe(1);
  for (const state of ['published', 'superseded', 'cancelled'] as const)
    expect(withIngest(one, { ...scan, state, revision: 8 }).size).toBe(0);
});

test('an older telling changes nothing', () => {
  const one = withIngest(none, scan);
  expect(withIngest(one, { ...scan, slices_done: 0, revision: 6 })).toBe(one);
});

test('progress is said in words that people use', () => {
  expect(describeProgress(scan)).toBe('64 of 256 slices · 500 MB/s · 6 s left');
  expect(describeProgress({ ...scan, slices_total: 0, bytes_per_second: null, seconds_left: null })).toBe(
    '64 slices',
  );
  expect(describeProgress({ ...scan, seconds_left: 125 })).toContain('2 min left');
  const waiting: Ingest = { ...scan, state: 'noticed', slices_done: 0, slices_total: 0 };
  expect(describeProgress({ ...waiting, bytes_per_second: null, seconds_left: null })).toBe('');
  expect(stateWords.settling).toBe('Waiting for the last slices');
});
