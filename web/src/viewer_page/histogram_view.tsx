// SPDX-License-Identifier: Apache-2.0
// The histogram with its two handles. The part between them can be dragged as a whole.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { formatShort } from '../format/numbers';
import { type Bins, tidy } from '../viewer/contrast';
import {
  barHeights,
  type Handle,
  moveHandle,
  slideWindow,
  toPosition,
  toValue,
  type ValueRange,
} from '../viewer/histogram_scale';
import type { ContrastWindow } from '../viewer/tone';
import { isIntegerType } from '../viewer/voxel_array';
import { paintHistogram } from './histogram_paint';
import { watchSize } from './panel_size';
import type { ViewerSession } from './viewer_session';

interface HistogramProps {
  readonly session: ViewerSession;
  readonly bins: Bins | null;
  readonly range: ValueRange | null;
  readonly logarithmic: boolean;
}

export function HistogramView({ session, bins, range, logarithmic }: HistogramProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal({ widthPx: 0, heightPx: 0, pixelRatio: 1 });
  const { window, gamma, inverted } = session.view.value;
  const table = session.colourTable.value;
  useEffect(() => {
    if (!canvas.current) return;
    return watchSize(canvas.current, (next) => {
      size.value = next;
    });
  }, [size]);
  const { widthPx, heightPx } = size.value;
  useEffect(() => {
    if (!canvas.current || widthPx === 0) return;
    const heights = bins && range ? barHeights(bins, range, widthPx, logarithmic) : [];
    const shown = range ?? window;
    const edges = {
      low: toPosition(shown, window.low, widthPx),
      high: toPosition(shown, window.high, widthPx),
    };
    paintHistogram(canvas.current, widthPx, heightPx, heights, edges, { window, gamma, inverted, table });
  }, [bins, range, logarithmic, widthPx, heightPx, window, gamma, inverted, table]);

  return (
    <div class="histogram">
      <div class="histogram-plot">
        <canvas ref={canvas} role="img" aria-label="Histogram of the voxel values" />
        {!bins && <p class="histogram-none muted">The histogram appears when the slices are exact</p>}
        {range && <SlideArea session={session} range={range} />}
        {range && <HandleView session={session} range={range} handle="low" />}
        {range && <HandleView session={session} range={range} handle="high" />}
      </div>
      <div class="histogram-axis muted">
        <span>{range ? formatShort(range.low) : ' '}</span>
        <span>{range ? formatShort(lastValue(range, session.dataset.data_type)) : ' '}</span>
      </div>
    </div>
  );
}

/** The bin of a whole number n is [n, n + 1). */
function lastValue(range: ValueRange, dataType: string): number {
  return isIntegerType(dataType) ? Math.max(Math.ceil(range.high) - 1, range.low) : range.high;
}

interface DragProps {
  readonly session: ViewerSession;
  readonly range: ValueRange;
}

/** Follows a pointer from press to release; `moved` gets the value under it and where it was pressed. */
function startDrag(
  event: PointerEvent,
  range: ValueRange,
  moved: (value: number, pressed: number) => void,
): void {
  const element = event.currentTarget as HTMLElement;
  const plot = element.parentElement?.getBoundingClientRect();
  if (!plot || event.button !== 0) return;
  const valueAt = (clientX: number) => toValue(range, clientX - plot.left, plot.width);
  const pressed = valueAt(event.clientX);
  element.setPointerCapture(event.pointerId);
  const onMove = (move: PointerEvent) => moved(valueAt(move.clientX), pressed);
  const onUp = () => {
    element.removeEventListener('pointermove', onMove);
    element.removeEventListener('pointerup', onUp);
    element.removeEventListener('pointercancel', onUp);
  };
  element.addEventListener('pointermove', onMove);
  element.addEventListener('pointerup', onUp);
  element.addEventListener('pointercancel', onUp);
}

function setWindow({ session, range }: DragProps, window: ContrastWindow): void {
  const step = isIntegerType(session.dataset.data_type) ? 1 : (range.high - range.low) / 1000;
  const low = tidy(window.low, step);
  const high = tidy(window.high, step);
  if (high > low) session.viewer.store.update({ window: { low, high } });
}

function SlideArea(props: DragProps) {
  const { session, range } = props;
  const window = session.view.value.window;
  const left = toPosition(range, window.low, 100);
  const right = toPosition(range, window.high, 100);
  const onPointerDown = (event: PointerEvent) => {
    const from = session.viewer.store.state.window;
    startDrag(event, range, (value, pressed) => setWindow(props, slideWindow(from, value - pressed)));
  };
  return (
    <div
      class="histogram-slide"
      style={{ left: `${left}%`, width: `${right - left}%` }}
      onPointerDown={onPointerDown}
    />
  );
}

function HandleView(props: DragProps & { handle: Handle }) {
  const { session, range, handle } = props;
  const window = session.view.value.window;
  const set = (value: number) =>
    setWindow(props, moveHandle(session.viewer.store.state.window, handle, value, range));
  const onKeyDown = (event: KeyboardEvent) => {
    const step = ((range.high - range.low) / 200) * (event.shiftKey ? 10 : 1);
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
    const direction = steps[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    set(session.viewer.store.state.window[handle] + direction * step);
  };
  return (
    <div
      class={`histogram-handle ${handle}`}
      role="slider"
      tabIndex={0}
      aria-label={handle === 'low' ? 'Black point' : 'White point'}
      aria-valuemin={range.low}
      aria-valuemax={range.high}
      aria-valuenow={window[handle]}
      aria-valuetext={formatShort(window[handle])}
      style={{ left: `${toPosition(range, window[handle], 100)}%` }}
      onPointerDown={(event) => startDrag(event, range, set)}
      onKeyDown={onKeyDown}
    />
  );
}
