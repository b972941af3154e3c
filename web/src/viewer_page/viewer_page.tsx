// SPDX-License-Identifier: Apache-2.0
// /d/{id}: loads the dataset, then hands over to the panels.

import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { ApiError } from '../api/api_error';
import { getDataset } from '../api/client';
import type { Dataset } from '../api/types';
import { useRequest } from '../api/use_request';
import { Brand } from '../app/brand';
import { Link } from '../app/link';
import { Notice } from '../app/notice';
import { useGrowth } from '../ingests/use_growth';
import { runKey } from '../viewer/keyboard';
import { planeNames } from '../viewer/plane';
import { HelpDialog } from './help_dialog';
import { InfoPanel } from './info_panel';
import { lazyPart } from './lazy_part';
import { runPageKey } from './page_keys';
import { SlicePanel } from './slice_panel';
import { ToolRail } from './tool_rail';
import { ViewerBar } from './viewer_bar';
import { openSession, type ViewerSession } from './viewer_session';
import './viewer.css';

/** Rarely used and not needed for a first picture. */
const SpacePanel = lazyPart(async () => (await import('./space_panel')).SpacePanel);
const OpenInDialog = lazyPart(async () => (await import('./open_in_dialog')).OpenInDialog);
const FigureDialog = lazyPart(async () => (await import('./figure_dialog')).FigureDialog);

export function ViewerPage({ id }: { id: string }) {
  const { request, again } = useRequest((signal) => getDataset(id, signal));
  const current = request.value;
  useGrowth(id, current.state === 'ready' && current.value.state === 'growing', again);
  if (current.state === 'loading') return <OpeningViewer />;
  if (current.state === 'failed') return <CannotOpen error={current.error} again={again} />;
  const dataset = current.value;
  if (dataset.state === 'unreadable' || dataset.levels.length === 0) return <Unreadable dataset={dataset} />;
  return <OpenViewer key={dataset.version} dataset={dataset} reload={again} />;
}

function OpenViewer(props: { dataset: Dataset; reload: () => void }) {
  const session = useMemo(() => openSession(props.dataset), [props.dataset]);
  useEffect(() => session.close, [session]);
  useEffect(() => {
    document.title = `${props.dataset.name} · Beamport`;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || typesText(event.target) || dialogOpen(session)) return;
      if (runPageKey(session, event) || runKey(session.viewer, event, null)) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [session, props.dataset]);
  const { maximised, layout } = session.view.value;
  return (
    <div class="viewer">
      <ViewerBar session={session} />
      <ToolRail session={session} />
      <main class={`panels layout-${layout} ${maximised ? `only-${maximised}` : ''}`}>
        <h1 class="visually-hidden">{props.dataset.name}</h1>
        {planeNames.map((plane) => (
          <SlicePanel key={plane} session={session} planeName={plane} reload={props.reload} />
        ))}
        {(layout === 'four' || maximised === 'space') && <SpacePanel session={session} />}
        <InfoPanel session={session} />
      </main>
      <HelpDialog session={session} />
      {session.openInOpen.value && <OpenInDialog session={session} />}
      {session.figureOpen.value && <FigureDialog session={session} />}
    </div>
  );
}

function dialogOpen({ helpOpen, figureOpen, openInOpen }: ViewerSession): boolean {
  return helpOpen.value || figureOpen.value || openInOpen.value;
}

function typesText(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !['range', 'checkbox', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function OpeningViewer() {
  return (
    <div class="viewer" aria-busy="true">
      <header class="bar viewer-bar">
        <Brand />
        <span class="skeleton line wide" />
      </header>
      <main class="panels" aria-label="The dataset is being opened">
        {[...planeNames, 'info'].map((name) => (
          <div key={name} class={`panel panel-${name}`} />
        ))}
      </main>
    </div>
  );
}

function CannotOpen(props: { error: ApiError; again: () => void }) {
  const missing = props.error.status === 404;
  return (
    <MessagePage>
      <Notice title={missing ? 'There is no such dataset' : 'The dataset could not be opened'} alert>
        <p>{missing ? 'It may have been removed, or the link is not complete.' : props.error.message}</p>
        {!missing && (
          <button type="button" class="button primary" onClick={props.again}>
            Try again
          </button>
        )}
        <Link to="/" class="button">
          Show all datasets
        </Link>
      </Notice>
    </MessagePage>
  );
}

function Unreadable({ dataset }: { dataset: Dataset }) {
  return (
    <MessagePage>
      <Notice title={`${dataset.name} cannot be read`} alert>
        <p>{dataset.problem ?? 'The server gave no reason.'}</p>
        <p class="muted">Nothing is shown, because a part of the picture would be wrong.</p>
        <Link to="/" class="button">
          Show all datasets
        </Link>
      </Notice>
    </MessagePage>
  );
}

function MessagePage(props: { children: ComponentChildren }) {
  return (
    <>
      <header class="bar">
        <Brand />
      </header>
      <main class="page">{props.children}</main>
    </>
  );
}
