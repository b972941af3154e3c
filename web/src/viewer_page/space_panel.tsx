// SPDX-License-Identifier: Apache-2.0
// The 3-D panel: what is drawn and how, the canvas, and the lines over it.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { formatBytes } from '../format/numbers';
import { WebglUnavailable } from '../viewer/gl_program';
import { type SpaceReport, VolumeScene } from '../volume/volume_scene';
import { type PanelSizeCss, watchSize } from './panel_size';
import { SpaceControls } from './space_controls';
import { listenToOrbit, spaceKey } from './space_gestures';
import { SpaceLines } from './space_lines';
import type { ViewerSession } from './viewer_session';
import './space.css';

const nothingYet: SpaceReport = { level: null, load: { done: 0, total: 0, problem: null }, sharp: false };

export function SpacePanel({ session }: { session: ViewerSession }) {
  const { viewer, dataset } = session;
  const canvas = useRef<HTMLCanvasElement>(null);
  const scene = useRef<VolumeScene | null>(null);
  const size = useSignal<PanelSizeCss>({ widthPx: 0, heightPx: 0, pixelRatio: 1 });
  const failure = useSignal<string | null>(null);
  const report = useSignal<SpaceReport>(nothingYet);
  const table = session.colourTable.value;

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    let made: VolumeScene;
    try {
      made = new VolumeScene({
        canvas: element,
        dataset,
        geometry: viewer.geometry,
        store: viewer.store,
        tone: () => viewer.tone,
        report: (next) => {
          report.value = next;
        },
      });
    } catch (error) {
      failure.value = error instanceof WebglUnavailable ? error.message : String(error);
      return;
    }
    scene.current = made;
    const stopSize = watchSize(element, (next) => {
      size.value = next;
      made.resize(next.widthPx, next.heightPx);
    });
    const stopOrbit = listenToOrbit(element, viewer.store);
    const onOnline = () => made.retryNow();
    addEventListener('online', onOnline);
    return () => {
      removeEventListener('online', onOnline);
      stopSize();
      stopOrbit();
      made.dispose();
      scene.current = null;
    };
  }, [viewer, dataset, report, size, failure]);

  // The table is not part of the view state, but changes the picture.
  useEffect(() => scene.current?.invalidate(), [table]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (spaceKey(viewer, event)) event.preventDefault();
  };
  const { level, load, sharp } = report.value;
  const state = load.problem ? 'problem' : load.done < load.total ? 'loading' : sharp ? 'sharp' : 'drawing';
  const { maximised } = session.view.value;
  return (
    <section class="panel panel-space" data-panel="space" data-state={state} aria-label="3-D view">
      <header class="panel-bar">
        <span class="plane-name">3-D</span>
        <SpaceControls session={session} />
        <button
          type="button"
          class="button quiet icon"
          aria-pressed={maximised === 'space'}
          aria-label={maximised === 'space' ? 'Show all panels' : 'Maximise the 3-D panel'}
          title={maximised === 'space' ? 'Show all panels (M)' : 'Maximise (M)'}
          onClick={() => viewer.maximise('space')}
        >
          <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
            <path d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4" />
          </svg>
        </button>
      </header>
      <div class="panel-picture">
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: "application" hands all keys to the picture */}
        <canvas
          ref={canvas}
          class="space-canvas"
          tabIndex={0}
          role="application"
          aria-label="3-D view. Arrow keys turn the volume, plus and minus change the distance, 0 looks as at first, question mark for help."
          onKeyDown={onKeyDown}
        />
        {!failure.value && <SpaceLines session={session} size={size.value} />}
        {level && !failure.value && (
          <p class="space-note">
            {load.done < load.total && !load.problem
              ? `Loading: ${Math.round((100 * load.done) / load.total)} % of ${formatBytes(level.bytes)}`
              : `${level.shape.x} × ${level.shape.y} × ${level.shape.z}, ${level.level === 0 ? 'full resolution' : `level ${level.level}`}`}
          </p>
        )}
        {load.problem && (
          <div class="trouble" role="status">
            <p>{load.problem}</p>
            {level && (
              <button type="button" class="button" onClick={() => scene.current?.retryNow()}>
                Try now
              </button>
            )}
          </div>
        )}
        {failure.value && (
          <div class="panel-failure" role="alert">
            <p>{failure.value}</p>
            <p class="muted">
              The 3-D view needs WebGL 2: switch on hardware acceleration, or use a current browser.
            </p>
          </div>
        )}
      </div>
    </section>
  );
}
