// SPDX-License-Identifier: Apache-2.0
// The contrast window: histogram with two handles, numbers, and the buttons that set both.

import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { formatShort } from '../format/numbers';
import { type Bins, datasetBins } from '../viewer/contrast';
import { rangeAround } from '../viewer/histogram_scale';
import { isIntegerType } from '../viewer/voxel_array';
import { HistogramView } from './histogram_view';
import type { ViewerSession } from './viewer_session';

export function ContrastPanel({ session }: { session: ViewerSession }) {
  const { viewer, dataset } = session;
  const logarithmic = useSignal(true);
  const zoomed = useSignal(false);
  const whole = useMemo(() => datasetBins(dataset), [dataset]);
  const bins = whole ?? visibleBins(session);
  const window = session.view.value.window;
  const range = bins && (zoomed.value ? rangeAround(window, bins) : bins);
  return (
    <section class="contrast" aria-label="Contrast">
      <header>
        <h2>Contrast</h2>
        <span class="muted">{whole ? 'whole volume' : 'slices in sight'}</span>
        <button
          type="button"
          class="button quiet small"
          aria-pressed={zoomed.value}
          title="Show only the part around the window"
          onClick={() => {
            zoomed.value = !zoomed.value;
          }}
        >
          Zoom
        </button>
        <button
          type="button"
          class="button quiet small"
          aria-pressed={logarithmic.value}
          title="Logarithmic counts"
          onClick={() => {
            logarithmic.value = !logarithmic.value;
          }}
        >
          Log
        </button>
      </header>
      <HistogramView session={session} bins={bins} range={range} logarithmic={logarithmic.value} />
      <div class="contrast-fields">
        <WindowField session={session} edge="low" label="Black" />
        <WindowField session={session} edge="high" label="White" />
        <button
          type="button"
          class="button"
          title="From what is in sight (A)"
          onClick={() => viewer.autoContrast()}
        >
          Auto
        </button>
        <button
          type="button"
          class="button"
          title="As the dataset opened (R)"
          onClick={() => viewer.resetContrast()}
        >
          Reset
        </button>
      </div>
    </section>
  );
}

/** A foreign Zarr has no histogram of its own; then the slices in sight stand in, once they are exact. */
function visibleBins(session: ViewerSession): Bins | null {
  const exact = Object.values(session.reports).every(({ value }) => value.quality === 'exact');
  return exact ? session.viewer.visibleBins() : null;
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
