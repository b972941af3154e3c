// SPDX-License-Identifier: Apache-2.0
// Ties the framework-free viewer to the page: its events become signals, its state the address.

import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Dataset } from '../api/types';
import { localStore } from '../app/local_store';
import { mergeMarks } from '../marks/mark';
import type { Draft } from '../marks/mark_editor';
import { markField, readMarks } from '../marks/mark_link';
import { type Bookmark, BookmarkList } from '../places/bookmark_list';
import type { AutoContrastState } from '../viewer/auto_contrast';
import type { ColourTable } from '../viewer/colour_map';
import type { PlaneName } from '../viewer/plane';
import { isQualityChoice, type QualityChoice } from '../viewer/quality_choice';
import type { PanelReport } from '../viewer/slice_view';
import { toHash } from '../viewer/view_link';
import type { ViewState } from '../viewer/view_state';
import { VolumeViewer } from '../viewer/volume_viewer';
import type { ProbeReading } from '../viewer/voxel_probe';
import { WebglSliceRenderer } from '../viewer/webgl_slice_renderer';
import type { InfoTab } from './info_tabs';

/** Browsers refuse more than about 100 changes of the address in 30 seconds. */
const addressPauseMs = 350;

export interface ViewerSession {
  readonly dataset: Dataset;
  readonly viewer: VolumeViewer;
  readonly view: ReadonlySignal<ViewState>;
  readonly reports: Readonly<Record<PlaneName, ReadonlySignal<PanelReport>>>;
  readonly cursorReading: ReadonlySignal<ProbeReading | null>;
  readonly pointerReading: ReadonlySignal<ProbeReading | null>;
  readonly autoContrast: ReadonlySignal<AutoContrastState>;
  readonly colourTable: ReadonlySignal<ColourTable | null>;
  readonly draft: ReadonlySignal<Draft | null>;
  readonly helpOpen: Signal<boolean>;
  readonly figureOpen: Signal<boolean>;
  readonly openInOpen: Signal<boolean>;
  readonly tab: Signal<InfoTab>;
  readonly bookmarkList: BookmarkList;
  readonly bookmarks: ReadonlySignal<readonly Bookmark[]>;
  /** False when the browser refuses to keep them. */
  readonly bookmarksKept: ReadonlySignal<boolean>;
  readonly bookmarkView: () => void;
  readonly close: () => void;
}

export function openSession(dataset: Dataset): ViewerSession {
  const marksKey = `beamport.marks.${dataset.id}`;
  const first: PanelReport = { quality: 'loading', level: 0, trouble: null, held: null };
  const reports = { xy: signal(first), zy: signal(first), xz: signal(first) };
  const cursorReading = signal<ProbeReading | null>(null);
  const pointerReading = signal<ProbeReading | null>(null);
  const autoContrast = signal<AutoContrastState>({ pending: false, problem: null });
  const colourTable = signal<ColourTable | null>(null);
  const draft = signal<Draft | null>(null);
  const viewer = new VolumeViewer(
    dataset,
    withKeptMarks(location.hash, localStore.read(marksKey)),
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
      autoContrast: (state) => {
        autoContrast.value = state;
      },
      draft: (next) => {
        draft.value = next;
      },
      colours: (table) => {
        colourTable.value = table;
      },
    },
    (canvas, restored) => new WebglSliceRenderer(canvas, restored),
    rememberedQuality(),
  );
  const view = signal(viewer.store.state);
  const stopMirror = mirrorToAddress(viewer);
  viewer.store.subscribe((state, before) => {
    view.value = state;
    if (state.quality !== before.quality) localStore.write(qualityKey, state.quality);
    if (state.marks !== before.marks) localStore.write(marksKey, state.marks.map(markField).join('&'));
    const draws = state.tool !== before.tool && state.tool !== 'move';
    if (draws || (state.selected && state.selected !== before.selected)) tab.value = 'marks';
  });
  const tab = signal<InfoTab>(opensOnMarks(viewer.store.state) ? 'marks' : 'contrast');
  const bookmarksKept = signal(true);
  const bookmarkList = new BookmarkList(dataset.id, localStore, (list, kept) => {
    bookmarks.value = list;
    bookmarksKept.value = kept;
  });
  const bookmarks = signal(bookmarkList.bookmarks);
  const onStorage = (event: StorageEvent) => {
    if (event.key === marksKey) takeMarks(viewer, event.newValue);
    else bookmarkList.readAgain();
  };
  addEventListener('storage', onStorage);
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
    autoContrast,
    colourTable,
    draft,
    helpOpen: signal(false),
    figureOpen: signal(false),
    openInOpen: signal(false),
    tab,
    bookmarkList,
    bookmarks,
    bookmarksKept,
    bookmarkView: () => {
      bookmarkList.add('', toHash(viewer.store.state));
      tab.value = 'places';
    },
    close: () => {
      removeEventListener('storage', onStorage);
      removeEventListener('hashchange', onHash);
      removeEventListener('online', onOnline);
      stopMirror();
      viewer.dispose();
    },
  };
}

/** What was drawn here before is kept in this browser, and joins what a link brings; the link's form of a mark wins. */
function withKeptMarks(hash: string, kept: string | null): string {
  return kept ? `#${kept}&${hash.replace(/^#/, '')}` : hash;
}

function opensOnMarks({ tool, selected }: ViewState): boolean {
  return tool !== 'move' || selected !== null;
}

/** Another tab has drawn something: without it this tab's next change would write it away. */
function takeMarks({ store, geometry }: VolumeViewer, kept: string | null): void {
  const here = store.state.marks;
  const fresh = readMarks(new URLSearchParams(kept ?? ''), geometry.shape).filter(
    ({ id }) => !here.some((mark) => mark.id === id),
  );
  if (fresh.length > 0) store.update({ marks: mergeMarks(fresh, here) });
}

const qualityKey = 'beamport.quality';

function rememberedQuality(): QualityChoice {
  const stored = localStore.read(qualityKey);
  return isQualityChoice(stored) ? stored : 'auto';
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

/** Where other programs find the image. */
export function zarrAddress(dataset: Dataset): string {
  return new URL(dataset.zarr_path, location.origin).href;
}
