// SPDX-License-Identifier: Apache-2.0
// The contrast window: histogram with two handles, numbers, gamma and colours, and the buttons that set them.

import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { formatShort } from '../format/numbers';
import type { Bins } from '../viewer/contrast';
import { rangeAround } from '../viewer/histogram_scale';
import { isIntegerType } from '../viewer/voxel_array';
import { HistogramView } from './histogram_view';
import { ToneFields } from './tone_fields';
import type { ViewerSession } from './viewer_session';

export function ContrastPanel({ session }: { session: ViewerSession }) {
  const { contrast } = session.viewer;
  const logarithmic = useSignal(true);
  const zoomed = useSignal(false);
  const ofView = useSignal(contrast.volumeBins === null);
  const seen = useBinsInView(session, ofView.value);
  const bins = ofView.value ? seen : contrast.volumeBins;
  const window = session.view.value.window;
  const range = bins && (zoomed.value ? rangeAround(window, bins) : bins);
  const toggle = (signal: { value: boolean }) => () => {
    signal.value = !signal.value;
  };
  return (
    <section class="contrast" aria-label="Contrast">
      <div class="contrast-histogram">
        <header>
          <h2>Histogram</h2>
          <span class="muted">{ofView.value ? 'voxels in sight' : 'whole volume'}</span>
          {contrast.volumeBins && (
            <ToggleButton
              pressed={ofView.value}
              press={toggle(ofView)}
              title="Count only the voxels in sight"
              label="In sight"
            />
          )}
          <ToggleButton
            pressed={zoomed.value}
            press={toggle(zoomed)}
            title="Show only the part around the window"
            label="Zoom"
          />
          <ToggleButton
            pressed={logarithmic.value}
            press={toggle(logarithmic)}
            title="Logarithmic counts"
            label="Log"
          />
        </header>
        <HistogramView session={session} bins={bins} range={range} logarithmic={logarithmic.value} />
      </div>
      <div class="contrast-settings">
        <div class="contrast-fields">
          <WindowField session={session} edge="low" label="Black" />
          <WindowField session={session} edge="high" label="White" />
          <AutoButtons session={session} />
        </div>
        <ToneFields session={session} />
      </div>
    </section>
  );
}

function AutoButtons({ session }: { session: ViewerSession }) {
  const { contrast } = session.viewer;
  const { pending, problem } = session.autoContrast.value;
  return (
    <>
      <div class="auto-buttons">
        <button
          type="button"
          class="button"
          aria-busy={pending}
          title="From the exact voxels in sight (A)"
          onClick={() => void contrast.fromView()}
        >
          Auto
        </button>
        <button
          type="button"
          class="button"
          title="From the whole volume (V)"
          disabled={!contrast.volumeBins}
          onClick={() => contrast.fromVolume()}
        >
          Volume
        </button>
        <button
          type="button"
          class="button"
          title="Contrast and colours as the dataset opened (R)"
          onClick={() => contrast.reset()}
        >
          Reset
        </button>
      </div>
      {problem && (
        <p class="problem" role="status">
          {problem}
        </p>
      )}
    </>
  );
}

function ToggleButton(props: { label: string; title: string; pressed: boolean; press: () => void }) {
  return (
    <button
      type="button"
      class="button quiet small"
      aria-pressed={props.pressed}
      title={props.title}
      onClick={props.press}
    >
      {props.label}
    </button>
  );
}

/** Counted anew when the panels have come to rest with exact voxels; null before. */
function useBinsInView(session: ViewerSession, wanted: boolean): Bins | null {
  const exact = Object.values(session.reports).every(({ value }) => value.quality === 'exact');
  const { cursor, centre, zoom, maximised } = session.view.value;
  return useMemo(
    () => (wanted && exact ? session.viewer.contrast.binsInView() : null),
    [session, wanted, exact, cursor, centre, zoom, maximised],
  );
}

function WindowField(props: { session: ViewerSession; edge: 'low' | 'high'; label: string }) {
  const { session, edge } = props;
  const { store } = session.viewer;
  const onChange = (event: Event) => {
    const field = event.currentTarget as HTMLInputElement;
    const window = { ...store.state.window, [edge]: Number(field.value) };
    const valid = field.value.trim() !== '' && Number.isFinite(window[edge]) && window.high > window.low;
    if (valid) store.update({ window });
    field.value = formatShort(store.state.window[edge], 5);
  };
  return (
    <label class="window-field">
      <span>{props.label}</span>
      <input
        type="number"
        step={isIntegerType(session.dataset.data_type) ? 1 : 'any'}
        value={formatShort(session.view.value.window[edge], 5)}
        onChange={onChange}
      />
    </label>
  );
}
