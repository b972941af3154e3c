// SPDX-License-Identifier: Apache-2.0
// Above the datasets: what is coming in, and what could not. Not there at all when nothing is.

import type { Ingest } from '../api/types';
import { Link } from '../app/link';
import type { Ingests } from './ingest_feed';
import { describeProgress, stateWords } from './ingest_words';
import './ingests.css';

export function IngestSection({ ingests }: { ingests: Ingests }) {
  if (ingests.size === 0) return null;
  const rows = [...ingests.values()].sort(
    (a, b) => a.noticed.localeCompare(b.noticed) || a.id.localeCompare(b.id),
  );
  return (
    <section class="ingests" aria-labelledby="ingests-title">
      <h2 id="ingests-title">Coming in</h2>
      <ul>
        {rows.map((ingest) => (
          <IngestRow key={ingest.id} ingest={ingest} />
        ))}
      </ul>
    </section>
  );
}

/** Coarsely, as far as it has grown. */
function canBeSeen(ingest: Ingest): boolean {
  return ingest.slices_done > 0 && (ingest.state === 'converting' || ingest.state === 'verifying');
}

function IngestRow({ ingest }: { ingest: Ingest }) {
  const share = ingest.bytes_total > 0 ? ingest.bytes_done / ingest.bytes_total : 0;
  return (
    <li class={`ingest ${ingest.state}`} data-ingest={ingest.id}>
      <div class="ingest-name">
        {canBeSeen(ingest) ? (
          <Link to={`/d/${ingest.dataset_id}`} class="ingest-title">
            {ingest.name}
          </Link>
        ) : (
          <span class="ingest-title">{ingest.name}</span>
        )}
        <span class="muted">
          {ingest.user} · {ingest.date}
          {ingest.generation > 1 && ` · reconstruction ${ingest.generation}`}
        </span>
      </div>
      <div class="ingest-progress">
        <progress value={share} max={1} aria-label={`${ingest.name}: ${stateWords[ingest.state]}`} />
        <span class="muted">{describeProgress(ingest)}</span>
      </div>
      <span class={`state ${ingest.state === 'failed' ? 'unreadable' : ''}`}>{stateWords[ingest.state]}</span>
      {ingest.note && <p class="ingest-note">{ingest.note}</p>}
    </li>
  );
}
