// SPDX-License-Identifier: Apache-2.0
// Where the cursor and the pointer are, and the exact value there.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatLength } from '../format/lengths';
import { type Axis, axes, type Vec3, withAxis } from '../viewer/vec3';
import type { ProbeReading } from '../viewer/voxel_probe';
import type { ViewerSession } from './viewer_session';

export function CursorPanel({ session }: { session: ViewerSession }) {
  const cursor = session.view.value.cursor;
  const pointer = session.pointerReading.value;
  return (
    <section class="cursor-panel" aria-label="Position and value">
      <div class="reading">
        <h2>Cursor</h2>
        <div class="coordinates">
          {axes.map((axis) => (
            <CoordinateField key={axis} session={session} axis={axis} />
          ))}
        </div>
        <Physical session={session} voxel={cursor} />
        <Value reading={session.cursorReading.value} name="cursor-value" />
      </div>
      <div class="reading pointer-reading">
        <h2>Pointer</h2>
        <div class="coordinates" data-reading="pointer-voxel">
          {axes.map((axis) => (
            <span key={axis} class="coordinate">
              <span class={`ink-${axis}`}>{axis}</span>
              <span>{pointer ? pointer.voxel[axis] : '–'}</span>
            </span>
          ))}
        </div>
        <Physical session={session} voxel={pointer?.voxel ?? null} />
        <Value reading={pointer} name="pointer-value" />
      </div>
      <SpokenReading session={session} />
    </section>
  );
}

function CoordinateField(props: { session: ViewerSession; axis: Axis }) {
  const { session, axis } = props;
  const { viewer } = session;
  const onChange = (event: Event) => {
    const field = event.currentTarget as HTMLInputElement;
    const position = Number(field.value);
    if (field.value.trim() !== '' && Number.isFinite(position)) {
      viewer.moveCursor(withAxis(viewer.store.state.cursor, axis, position));
    }
    field.value = String(viewer.store.state.cursor[axis]);
  };
  return (
    <label class="coordinate">
      <span class={`ink-${axis}`}>{axis}</span>
      <input
        type="number"
        min={0}
        max={viewer.geometry.shape[axis] - 1}
        step={1}
        value={session.view.value.cursor[axis]}
        aria-label={`Cursor ${axis}`}
        onChange={onChange}
      />
    </label>
  );
}

/** Position of the voxel's centre, from the centre of the first voxel. */
function Physical(props: { session: ViewerSession; voxel: Vec3 | null }) {
  const { voxelSizeUm, voxelSizeKnown } = props.session.viewer.geometry;
  const { voxel } = props;
  if (!voxelSizeKnown) return <p class="physical muted">{voxel ? 'voxel size not recorded' : '–'}</p>;
  const text = voxel ? axes.map((axis) => formatLength(voxel[axis] * voxelSizeUm[axis])).join(', ') : '–';
  return <p class="physical muted">{text}</p>;
}

function Value(props: { reading: ProbeReading | null; name: string }) {
  const { reading } = props;
  return (
    <p class="value" data-reading={props.name} data-pending={reading !== null && reading.text === null}>
      {reading ? (reading.text ?? '…') : '–'}
    </p>
  );
}

const spokenPauseMs = 900;

/** Says the cursor's place and value, once it has come to rest, to people who cannot see the panels. */
function SpokenReading({ session }: { session: ViewerSession }) {
  const spoken = useSignal('');
  const reading = session.cursorReading.value;
  useEffect(() => {
    if (!reading?.text) return;
    const { voxel, text } = reading;
    const timer = setTimeout(() => {
      spoken.value = `x ${voxel.x}, y ${voxel.y}, z ${voxel.z}, value ${text}`;
    }, spokenPauseMs);
    return () => clearTimeout(timer);
  }, [reading, spoken]);
  return (
    <div class="visually-hidden" aria-live="polite">
      {spoken.value}
    </div>
  );
}
