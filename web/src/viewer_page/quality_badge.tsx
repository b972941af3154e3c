// SPDX-License-Identifier: Apache-2.0
import type { PanelReport } from '../viewer/slice_view';

const words = { loading: 'Loading', preview: 'Preview', exact: 'Exact' } as const;
const meanings = {
  loading: 'The picture of this slice is on its way.',
  preview: 'A quick picture. Exact voxels follow in a moment.',
  exact: 'Every pixel shows exact voxels.',
} as const;
const lowMeaning = 'A quick picture, because low quality is chosen.';

export function QualityBadge({ report, low }: { report: PanelReport; low: boolean }) {
  const level = report.level === 0 ? 'full resolution' : `resolution level ${report.level}`;
  return (
    <span
      class="panel-badges"
      title={`${low && report.quality === 'preview' ? lowMeaning : meanings[report.quality]} Drawn at ${level}.`}
    >
      <span class="level">{report.level === 0 ? 'Full' : `Level ${report.level}`}</span>
      <span class={`badge ${report.quality}`}>{words[report.quality]}</span>
    </span>
  );
}
