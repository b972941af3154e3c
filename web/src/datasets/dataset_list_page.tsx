// SPDX-License-Identifier: Apache-2.0
// All datasets of this server, in its four states: loading, empty, failed, filled.

import { useEffect, useMemo } from 'preact/hooks';
import type { ApiError } from '../api/api_error';
import { listDatasets } from '../api/client';
import { useRequest } from '../api/use_request';
import { Brand } from '../app/brand';
import { Notice } from '../app/notice';
import { openIngestFeed } from '../ingests/ingest_feed';
import { IngestSection } from '../ingests/ingest_section';
import { DatasetTable, DatasetTableSkeleton } from './dataset_table';
import './datasets.css';

export function DatasetListPage() {
  const { request, again } = useRequest(listDatasets);
  useEffect(() => {
    document.title = 'Datasets · Beamport';
  }, []);
  const feed = useMemo(() => openIngestFeed(again), [again]);
  useEffect(() => feed.close, [feed]);
  const current = request.value;
  const count = current.state === 'ready' ? current.value.datasets.length : null;
  return (
    <>
      <header class="bar">
        <Brand />
      </header>
      <main class="page" aria-busy={current.state === 'loading'}>
        <div class="page-title">
          <h1>Datasets</h1>
          <span class="page-count">{count ? `${count}` : ''}</span>
          <button type="button" class="button quiet" onClick={again} disabled={current.state === 'loading'}>
            Refresh
          </button>
        </div>
        <IngestSection ingests={feed.ingests.value} />
        {current.state === 'loading' && <DatasetTableSkeleton />}
        {current.state === 'failed' && <ListFailed error={current.error} again={again} />}
        {current.state === 'ready' && current.value.datasets.length === 0 && <NoDatasets />}
        {current.state === 'ready' && current.value.datasets.length > 0 && (
          <DatasetTable datasets={current.value.datasets} />
        )}
        {current.state === 'ready' && <ListProblems problems={current.value.problems} />}
      </main>
    </>
  );
}

/** What kept the server from seeing everything, such as a folder that it may not read. */
function ListProblems(props: { problems: readonly string[] }) {
  if (props.problems.length === 0) return null;
  return (
    <section class="list-problems" aria-label="Problems of the list">
      <h2>The list may not be complete</h2>
      <ul>
        {props.problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </section>
  );
}

function NoDatasets() {
  return (
    <Notice title="No datasets yet">
      <p>Turn a stack of TIFF slices into a dataset, inside the directory that this server serves:</p>
      <pre>beamport convert path/to/slices/ DATA/my_scan.ome.zarr --voxel-size 0.65um</pre>
      <p>It appears here when it is complete.</p>
    </Notice>
  );
}

function ListFailed(props: { error: ApiError; again: () => void }) {
  return (
    <Notice title="The list of datasets could not be loaded" alert>
      <p>{props.error.message}</p>
      {props.error.requestId && <p class="muted">Request {props.error.requestId}</p>}
      <button type="button" class="button primary" onClick={props.again}>
        Try again
      </button>
    </Notice>
  );
}
