// SPDX-License-Identifier: Apache-2.0
// Looks at a dataset again while it grows, but not more often than people can follow.

import { useEffect } from 'preact/hooks';
import type { Ingest } from '../api/types';
import { ingestEvents } from './ingest_feed';

const pauseMs = 3000;

export function useGrowth(datasetId: string, grows: boolean, look: () => void): void {
  useEffect(() => {
    if (!grows) return;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const close = ingestEvents((told: Ingest) => {
      if (told.dataset_id !== datasetId) return;
      if (told.state === 'published') {
        look();
      } else if (timer === null) {
        timer = setTimeout(() => {
          timer = null;
          look();
        }, pauseMs);
      }
    });
    return () => {
      close();
      if (timer !== null) clearTimeout(timer);
    };
  }, [datasetId, grows, look]);
}
