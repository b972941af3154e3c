// SPDX-License-Identifier: Apache-2.0
import type { Axis } from '../viewer/vec3';
import type { ViewerSession } from './viewer_session';

export function SliceSlider(props: { session: ViewerSession; axis: Axis }) {
  const { session, axis } = props;
  const { viewer } = session;
  const position = session.view.value.cursor[axis];
  const last = viewer.geometry.shape[axis] - 1;
  const onInput = (event: Event) => {
    const slice = Number((event.currentTarget as HTMLInputElement).value);
    viewer.step(axis, slice - viewer.store.state.cursor[axis]);
  };
  return (
    <label class={`slice-slider ink-${axis}`}>
      <span class="axis">{axis}</span>
      <input
        type="range"
        min={0}
        max={last}
        value={position}
        aria-label={`Slice along ${axis}`}
        onInput={onInput}
      />
      <span class="slice-number" style={{ minWidth: `${String(last).length * 2 + 3}ch` }}>
        {position}
        <span class="muted"> / {last}</span>
      </span>
    </label>
  );
}
