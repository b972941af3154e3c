// SPDX-License-Identifier: Apache-2.0
// Mouse, touch and keys of the 3-D panel. Drag turns, Shift or the middle button or two fingers slide, wheel and pinch go
// nearer.

import { clamp } from '../viewer/vec3';
import type { ViewStore } from '../viewer/view_store';
import type { VolumeViewer } from '../viewer/volume_viewer';
import { dolly, type Eye, openingEye, orbit, slide } from '../volume/orbit_camera';

const degreesPerPanel = 220;

function move(store: ViewStore, change: (eye: Eye) => Eye): void {
  const { space } = store.state;
  store.update({ space: { ...space, eye: change(space.eye) } });
}

export function listenToOrbit(canvas: HTMLCanvasElement, store: ViewStore): () => void {
  const pressed = new Map<number, { x: number; y: number }>();
  let slides = false;
  const shorter = () => Math.max(Math.min(canvas.clientWidth, canvas.clientHeight), 1);

  const onDown = (event: PointerEvent) => {
    if (event.button !== 0 && event.button !== 1) return;
    canvas.setPointerCapture(event.pointerId);
    if (pressed.size === 0) slides = event.button === 1 || event.shiftKey;
    pressed.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };

  const onMove = (event: PointerEvent) => {
    const last = pressed.get(event.pointerId);
    if (!last) return;
    const now = { x: event.clientX, y: event.clientY };
    const by = { right: (now.x - last.x) / shorter(), down: (now.y - last.y) / shorter() };
    pressed.set(event.pointerId, now);
    const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const before = Math.hypot(last.x - other.x, last.y - other.y);
      const after = Math.hypot(now.x - other.x, now.y - other.y);
      move(store, (eye) => slide(eye, { right: by.right / 2, down: by.down / 2 }));
      if (before > 0 && after > 0) move(store, (eye) => dolly(eye, after / before));
    } else if (slides) {
      move(store, (eye) => slide(eye, by));
    } else {
      canvas.dataset.dragging = '';
      move(store, (eye) => orbit(eye, by.right * degreesPerPanel, by.down * degreesPerPanel));
    }
  };

  const onUp = (event: PointerEvent) => {
    pressed.delete(event.pointerId);
    if (pressed.size === 0) delete canvas.dataset.dragging;
  };

  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 40;
    move(store, (eye) => dolly(eye, Math.exp(-clamp(event.deltaY * pixels, -120, 120) * 0.0022)));
  };

  canvas.addEventListener('pointerdown', onDown);
  canvas.addEventListener('pointermove', onMove);
  canvas.addEventListener('pointerup', onUp);
  canvas.addEventListener('pointercancel', onUp);
  canvas.addEventListener('wheel', onWheel, { passive: false });
  return () => {
    canvas.removeEventListener('pointerdown', onDown);
    canvas.removeEventListener('pointermove', onMove);
    canvas.removeEventListener('pointerup', onUp);
    canvas.removeEventListener('pointercancel', onUp);
    canvas.removeEventListener('wheel', onWheel);
  };
}

/** True when the key meant something to the 3-D panel. */
export function spaceKey(viewer: VolumeViewer, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const step = event.shiftKey ? 15 : 5;
  const { store } = viewer;
  const turns: Record<string, readonly [number, number]> = {
    ArrowLeft: [-step, 0],
    ArrowRight: [step, 0],
    ArrowUp: [0, -step],
    ArrowDown: [0, step],
  };
  const turn = turns[event.key];
  if (turn) move(store, (eye) => orbit(eye, ...turn));
  else if (event.key === '+' || event.key === '=') move(store, (eye) => dolly(eye, 1.15));
  else if (event.key === '-' || event.key === '_') move(store, (eye) => dolly(eye, 1 / 1.15));
  else if (event.key === '0' || event.key === 'Home') move(store, () => openingEye);
  else if (event.key.toLowerCase() === 'm') viewer.maximise(store.state.maximised ? null : 'space');
  else return false;
  return true;
}
