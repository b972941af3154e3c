// SPDX-License-Identifier: Apache-2.0
// One panel: a tool bar with the slice slider, the canvas, and what lies over it.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { WebglUnavailable } from '../viewer/gl_program';
import { runKey } from '../viewer/keyboard';
import { listenToGestures } from '../viewer/panel_gestures';
import { type PlaneName, planes } from '../viewer/plane';
import { Crosshair } from './crosshair';
import { MarkLayer } from './mark_layer';
import { type PanelSizeCss, watchSize } from './panel_size';
import { QualityBadge } from './quality_badge';
import { ScaleBarView } from './scale_bar_view';
import { SliceSlider } from './slice_slider';
import { TroubleNote } from './trouble_note';
import type { ViewerSession } from './viewer_session';

export function SlicePanel(props: { session: ViewerSession; planeName: PlaneName; reload: () => void }) {
  const { session, planeName } = props;
  const { viewer } = session;
  const plane = planes[planeName];
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal<PanelSizeCss>({ widthPx: 0, heightPx: 0, pixelRatio: 1 });
  const failure = useSignal<string | null>(null);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    try {
      viewer.attach(planeName, element);
    } catch (error) {
      failure.value = error instanceof WebglUnavailable ? error.message : String(error);
      return;
    }
    const stopSize = watchSize(element, (next) => {
      size.value = next;
      viewer.resize(planeName, { widthPx: next.widthPx, heightPx: next.heightPx }, next.pixelRatio);
    });
    const stopGestures = listenToGestures(element, {
      pan: (moved) => viewer.pan(planeName, moved),
      zoom: (factor, at) => viewer.zoom(planeName, factor, at),
      slice: (steps) => viewer.step(plane.normal, steps),
      click: (at, touch) => viewer.clickAt(planeName, at, touch),
      hover: (at) => {
        viewer.hoverAt(planeName, at);
        const place = viewer.placeForMarks(planeName);
        const over = place && at && viewer.marks.hit(place, at, false);
        element.dataset.over = over ? (over.part ? 'handle' : 'mark') : '';
      },
      grab: (at, touch) => {
        const place = viewer.placeForMarks(planeName);
        return place && viewer.marks.startDrag(place, at, touch);
      },
    });
    return () => {
      stopSize();
      stopGestures();
      viewer.detach(planeName);
    };
  }, [viewer, planeName, plane, size, failure]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (runKey(viewer, event, planeName)) event.preventDefault();
  };

  const report = session.reports[planeName].value;
  const { cursor, maximised, quality, tool } = session.view.value;
  return (
    <section
      class={`panel panel-${planeName} normal-${plane.normal}`}
      data-panel={planeName}
      data-quality={report.quality}
      data-level={report.level}
      aria-label={`Plane ${planeName}`}
    >
      <header class="panel-bar">
        <span class="plane-name">
          <span class={`ink-${plane.right}`}>{plane.right}</span>
          <span class={`ink-${plane.down}`}>{plane.down}</span>
        </span>
        <SliceSlider session={session} axis={plane.normal} />
        <QualityBadge report={report} low={quality === 'low'} />
        <button
          type="button"
          class="button quiet icon"
          aria-pressed={maximised === planeName}
          aria-label={maximised === planeName ? 'Show all panels' : `Maximise the ${planeName} panel`}
          title={maximised === planeName ? 'Show all panels (M)' : 'Maximise (M)'}
          onClick={() => viewer.maximise(planeName)}
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
          class={report.held === null ? '' : 'held'}
          data-tool={tool}
          tabIndex={0}
          role="application"
          aria-label={`${planeName} slice, ${plane.normal} ${cursor[plane.normal]}. Arrow keys move the cursor, Page Up and Page Down change the slice, question mark for help.`}
          onKeyDown={onKeyDown}
        />
        <Crosshair session={session} plane={plane} size={size.value} />
        <MarkLayer session={session} plane={plane} size={size.value} />
        <ScaleBarView session={session} plane={plane} size={size.value} />
        <TroubleNote
          report={report}
          axis={plane.normal}
          retry={() => viewer.retryNow()}
          reload={props.reload}
        />
        {failure.value && (
          <div class="panel-failure" role="alert">
            <p>{failure.value}</p>
            <p class="muted">
              Switch on hardware acceleration, or use a current Firefox, Chrome, Edge or Safari.
            </p>
          </div>
        )}
      </div>
    </section>
  );
}
