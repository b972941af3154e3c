// SPDX-License-Identifier: Apache-2.0
import type { DatasetSummary } from '../api/types';
import { Link } from '../app/link';
import { formatShape, formatVoxelSize } from '../format/lengths';
import { formatBytes } from '../format/numbers';

export function DatasetTable(props: { datasets: readonly DatasetSummary[] }) {
  return (
    <table class="datasets">
      <DatasetTableHead />
      <tbody>
        {props.datasets.map((dataset) => (
          <DatasetRow key={dataset.id} dataset={dataset} />
        ))}
      </tbody>
    </table>
  );
}

function DatasetTableHead() {
  return (
    <thead>
      <tr>
        <th scope="col">Dataset</th>
        <th scope="col" class="number">
          Voxels x × y × z
        </th>
        <th scope="col" class="number">
          Voxel size
        </th>
        <th scope="col">Type</th>
        <th scope="col" class="number">
          Size
        </th>
        <th scope="col">State</th>
      </tr>
    </thead>
  );
}

const stateWords = {
  growing: 'Coming in',
  published: 'Published',
  damaged: 'Damaged',
  unreadable: 'Unreadable',
} as const;

function DatasetRow({ dataset }: { dataset: DatasetSummary }) {
  const readable = dataset.state !== 'unreadable';
  return (
    <tr class={readable ? 'readable' : 'unreadable'} data-dataset={dataset.id}>
      <td>
        <div class="dataset-name">
          <Thumbnail source={dataset.thumbnail} />
          <div>
            {readable ? (
              <Link to={`/d/${dataset.id}`} class="dataset-link">
                {dataset.name}
              </Link>
            ) : (
              <span class="dataset-link">{dataset.name}</span>
            )}
            {readable && <p class="dataset-facts muted">{facts(dataset)}</p>}
            {dataset.problem && <p class="dataset-problem">{dataset.problem}</p>}
          </div>
        </div>
      </td>
      <td class="number">{readable ? formatShape(dataset.shape) : '–'}</td>
      <td class="number">
        {readable ? formatVoxelSize(dataset.voxel_size_um, dataset.voxel_size_known) : '–'}
      </td>
      <td>{readable ? dataset.data_type : '–'}</td>
      <td class="number">{readable ? formatBytes(dataset.bytes_raw) : '–'}</td>
      <td>
        <span class={`state ${dataset.state}`}>{stateWords[dataset.state]}</span>
      </td>
    </tr>
  );
}

/** What the other columns say, where there is no room for them. */
function facts(dataset: DatasetSummary): string {
  return [formatShape(dataset.shape), dataset.data_type, formatBytes(dataset.bytes_raw)].join(' · ');
}

function Thumbnail(props: { source: string | null }) {
  return (
    <span class="thumbnail">
      {props.source ? (
        <img src={props.source} alt="" width="88" height="66" />
      ) : (
        <svg viewBox="0 0 28 24" width="28" height="24" aria-hidden="true">
          <circle cx="14" cy="12" r="8.5" class="brand-slices" />
        </svg>
      )}
    </span>
  );
}

const skeletonRows = [0, 1, 2, 3];

/** The same rows at the same heights, so that nothing moves when the list arrives. */
export function DatasetTableSkeleton() {
  return (
    <table class="datasets" aria-label="Datasets are being loaded">
      <DatasetTableHead />
      <tbody>
        {skeletonRows.map((row) => (
          <tr key={row}>
            <td>
              <div class="dataset-name">
                <span class="thumbnail skeleton" />
                <span class="skeleton line wide" />
              </div>
            </td>
            {skeletonRows.map((cell) => (
              <td key={cell}>
                <span class="skeleton line" />
              </td>
            ))}
            <td>
              <span class="skeleton line" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
