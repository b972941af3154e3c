// SPDX-License-Identifier: Apache-2.0
// The states and the progress of a scan in plain words.

import type { Ingest } from '../api/types';
import { formatBytes, formatCount } from '../format/numbers';

export const stateWords: Readonly<Record<Ingest['state'], string>> = {
  noticed: 'Waiting its turn',
  settling: 'Waiting for the last slices',
  converting: 'Converting',
  verifying: 'Checking',
  published: 'Published',
  failed: 'Failed',
  superseded: 'Replaced by a newer one',
  cancelled: 'Cancelled',
};

export function describeProgress(ingest: Ingest): string {
  const parts: string[] = [];
  if (ingest.slices_total > 0)
    parts.push(`${formatCount(ingest.slices_done)} of ${formatCount(ingest.slices_total)} slices`);
  else if (ingest.slices_done > 0) parts.push(`${formatCount(ingest.slices_done)} slices`);
  if (ingest.bytes_per_second !== null && ingest.bytes_per_second > 0)
    parts.push(`${formatBytes(ingest.bytes_per_second)}/s`);
  if (ingest.seconds_left !== null) parts.push(`${formatSeconds(ingest.seconds_left)} left`);
  return parts.join(' · ');
}

function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
