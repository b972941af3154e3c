// SPDX-License-Identifier: Apache-2.0
// A box in numbers: how large it is, and for the selected one where it begins and how long it is on each axis.

import type { BoxMark } from '../marks/mark';
import { setBoxNumber } from '../marks/mark_moves';
import { boxSizeTexts } from '../marks/measure';
import { type Axis, axes } from '../viewer/vec3';
import type { ViewerSession } from './viewer_session';

export function BoxDetails(props: { session: ViewerSession; box: BoxMark; open: boolean }) {
  const { session, box, open } = props;
  const { voxels, physical, bytes, exactly } = boxSizeTexts(
    box,
    session.dataset.data_type,
    session.viewer.geometry,
  );
  return (
    <div class="box-details">
      <p class="box-size muted" title={exactly} data-size={box.name}>
        <span>{voxels}</span>
        {physical && <span>{physical}</span>}
        <span>{bytes}</span>
      </p>
      {open && (
        <fieldset class="box-numbers">
          <legend class="visually-hidden">Place and size of {box.name} in voxels</legend>
          <span class="muted">From</span>
          {axes.map((axis) => (
            <BoxNumber key={axis} session={session} box={box} axis={axis} which="start" />
          ))}
          <span class="muted">Size</span>
          {axes.map((axis) => (
            <BoxNumber key={axis} session={session} box={box} axis={axis} which="size" />
          ))}
        </fieldset>
      )}
    </div>
  );
}

function BoxNumber(props: { session: ViewerSession; box: BoxMark; axis: Axis; which: 'start' | 'size' }) {
  const { session, box, axis, which } = props;
  const { shape } = session.viewer.geometry;
  const value = which === 'start' ? box.low[axis] : box.high[axis] - box.low[axis];
  const onChange = (event: Event) => {
    const field = event.currentTarget as HTMLInputElement;
    const wanted = Number(field.value);
    if (field.value.trim() !== '' && Number.isFinite(wanted)) {
      const next = setBoxNumber(box, axis, which, wanted, shape);
      session.viewer.marks.change(box.id, () => next);
      field.value = String(which === 'start' ? next.low[axis] : next.high[axis] - next.low[axis]);
    } else {
      field.value = String(value);
    }
  };
  return (
    <label class="coordinate">
      <span class={`ink-${axis}`}>{axis}</span>
      <input
        type="number"
        min={which === 'start' ? 0 : 1}
        max={which === 'start' ? shape[axis] - 1 : shape[axis]}
        step={1}
        value={value}
        aria-label={`${box.name} ${which === 'start' ? 'begins at' : 'size along'} ${axis}`}
        onChange={onChange}
      />
    </label>
  );
}
