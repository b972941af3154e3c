// SPDX-License-Identifier: Apache-2.0
import type { Dataset } from '../api/types';
import { formatShape, formatVoxelSize } from '../format/lengths';
import { formatCount, formatPercent, formatShort } from '../format/numbers';

export function DatasetFacts({ dataset }: { dataset: Dataset }) {
  return (
    <section class="facts" aria-label="Dataset">
      <h2>Dataset</h2>
      <dl>
        {facts(dataset).map(([name, value]) => (
          <div key={`${name} ${value}`}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function facts(dataset: Dataset): [string, string][] {
  const { window, statistics, source } = dataset;
  const rows: [string, string][] = [
    ['Voxels', formatShape(dataset.shape)],
    ['Voxel size', formatVoxelSize(dataset.voxel_size_um, dataset.voxel_size_known)],
    ['Type', dataset.data_type],
    ['Levels', String(dataset.levels.length)],
  ];
  if (dataset.problem) rows.push(['Damage', dataset.problem]);
  if (window.min !== null && window.max !== null) {
    rows.push(['Range', `${formatShort(window.min)} to ${formatShort(window.max)}`]);
  }
  if (statistics?.mean !== null && statistics?.mean !== undefined) {
    rows.push(['Mean', formatShort(statistics.mean)]);
  }
  if (statistics && statistics.nan_count > 0) {
    const share = formatPercent(statistics.nan_count / statistics.voxel_count);
    rows.push(['NaN', `${formatCount(statistics.nan_count)} voxels (${share}), shown hatched`]);
  }
  if (source) rows.push(['Source', `${source.path_name}, ${formatCount(source.slices)} slices`]);
  for (const note of source?.notes ?? []) rows.push(['Note', note]);
  return rows;
}
