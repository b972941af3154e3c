// SPDX-License-Identifier: Apache-2.0
// Ties the framework-free viewer to the page: its events become signals, its state the address.

import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Dataset } from '../api/types';
import type { PlaneName } from '../viewer/plane';
import { isQualityChoice, type QualityChoice } from '../viewer/quality_choice';
import type { PanelReport } from '../viewer/slice_view';
import { toHash, type ViewState } from '../viewer/view_state';
import { VolumeViewer } from '../viewer/volume_viewer';
import type { ProbeReading } from '../viewer/voxel_probe';
import { WebglSliceRenderer } from '../viewer/webgl_slice_renderer';

/** Browsers refuse more than about 100 changes of the address in 30 seconds. */
const addressPauseMs = 350;

export interface ViewerSession {
  readonly dataset: Dataset;
  readonly viewer: VolumeViewer;
  readonly view: ReadonlySignal<ViewState>;
  readonly reports: Readonly<Record<PlaneName, ReadonlySignal<PanelReport>>>;
  readonly cursorReading: ReadonlySignal<ProbeReading | null>;
  readonly pointerReading: ReadonlySignal<ProbeReading | null>;
  readonly helpOpen: Signal<boolean>;
  readonly close: () => void;
}

export function openSession(dataset: Dataset): ViewerSession {
  const first: PanelReport = { quality: 'loading', level: 0, trouble: null, held: null };
  const reports = { xy: signal(first), zy: signal(first), xz: signal(first) };
  const cursorReading = signal<ProbeReading | null>(null);
  const pointerReading = signal<ProbeReading | null>(null);
  const viewer = new VolumeViewer(
    dataset,
    location.hash,
    {
      panel: (plane, report) => {
        const last = reports[plane].value;
        const same =
          last.quality === report.quality &&
          last.level === report.level &&
          last.trouble === report.trouble &&
          last.held === report.held;
        if (!same) reports[plane].value = report;
      },
      cursorValue: (reading) => {
        cursorReading.value = reading;
      },
      pointerValue: (reading) => {
        pointerReading.value = reading;
      },
    },
    (canvas, restored) => new WebglSliceRenderer(canvas, restored),
    rememberedQuality(),
  );
  const view = signal(viewer.store.state);
  const stopMirror = mirrorToAddress(viewer);
  viewer.store.subscribe((state, before) => {
    view.value = state;
    if (state.quality !== before.quality) rememberQuality(state.quality);
  });
  const onHash = () => viewer.follow(location.hash);
  const onOnline = () => viewer.retryNow();
  addEventListener('hashchange', onHash);
  addEventListener('online', onOnline);
  return {
    dataset,
    viewer,
    view,
    reports,
    cursorReading,
    pointerReading,
    helpOpen: signal(false),
    close: () => {
      removeEventListener('hashchange', onHash);
      removeEventListener('online', onOnline);
      stopMirror();
      viewer.dispose();
    },
  };
}

const qualityKey = 'beamport.quality';

/** Browsers may forbid storage; then the choice lasts as long as the page. */
function rememberedQuality(): QualityChoice {
  try {
    const stored = localStorage.getItem(qualityKey);
    return isQualityChoice(stored) ? stored : 'auto';
  } catch {
    return 'auto';
  }
}

function rememberQuality(choice: QualityChoice): void {
  try {
    localStorage.setItem(qualityKey, choice);
  } catch {
    return;
  }
}

function mirrorToAddress(viewer: VolumeViewer): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const unsubscribe = viewer.store.subscribe(() => {
    timer ??= setTimeout(() => {
      timer = null;
      history.replaceState(history.state, '', toHash(viewer.store.state));
    }, addressPauseMs);
  });
  return () => {
    unsubscribe();
    if (timer !== null) clearTimeout(timer);
  };
}

/** The address of this very view, also when the address bar lags a moment behind. */
export function viewLink(session: ViewerSession): string {
  return `${location.origin}${location.pathname}${toHash(session.view.value)}`;
}
