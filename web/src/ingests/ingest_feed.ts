// SPDX-License-Identifier: Apache-2.0
// Scans on their way in, as the server tells of them (server-sent events). Only those that are under way or have failed
// are kept; whoever listens is told when one of them has become a dataset. A dropped connection comes back by itself.

import { type ReadonlySignal, signal } from '@preact/signals';
import type { Ingest } from '../api/types';

export type Ingests = ReadonlyMap<string, Ingest>;

const gone: readonly Ingest['state'][] = ['published', 'superseded', 'cancelled'];

/** What is known after one more telling. Of two tellings of a scan the one with the higher revision is true. */
export function withIngest(ingests: Ingests, told: Ingest): Ingests {
  const known = ingests.get(told.id);
  if (known && known.revision > told.revision) return ingests;
  const next = new Map(ingests);
  if (gone.includes(told.state)) next.delete(told.id);
  else next.set(told.id, told);
  return next;
}

export interface IngestFeed {
  readonly ingests: ReadonlySignal<Ingests>;
  close(): void;
}

const address = '/api/beamport/v1/ingests/events';

/** Every telling, until the returned function is called. */
export function ingestEvents(told: (ingest: Ingest) => void): () => void {
  const source = new EventSource(address);
  source.addEventListener('ingest', (event: MessageEvent<string>) => told(JSON.parse(event.data) as Ingest));
  return () => source.close();
}

export function openIngestFeed(published: () => void): IngestFeed {
  const ingests = signal<Ingests>(new Map());
  const source = new EventSource(address);
  // What came before the connection was lost may have ended meanwhile: begin anew, but show the old until then.
  let beginning: Ingests | null = new Map();
  source.addEventListener('open', () => {
    beginning = new Map();
  });
  source.addEventListener('ingest', (event: MessageEvent<string>) => {
    const told = JSON.parse(event.data) as Ingest;
    if (beginning) beginning = withIngest(beginning, told);
    else ingests.value = withIngest(ingests.value, told);
    if (told.state === 'published') published();
  });
  source.addEventListener('caught_up', () => {
    if (beginning) ingests.value = beginning;
    beginning = null;
  });
  return { ingests, close: () => source.close() };
}
