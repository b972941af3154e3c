// SPDX-License-Identifier: Apache-2.0
// Mouse, pen and touch on a panel. Drag pans unless it begins on something that can be held, a press without a drag is a
// click, the wheel goes through slices, ctrl + wheel (which is also what a trackpad pinch sends) and two fingers zoom. Points are device pixels.

import { Glide } from './glide';
import type { PanelPoint } from './panel_transform';
import { clamp } from './vec3';

export interface PanelGestures {
  readonly pan: (moved: PanelPoint) => void;
  readonly zoom: (factor: number, at: PanelPoint) => void;
  readonly slice: (steps: number) => void;
  readonly click: (at: PanelPoint, touch: boolean) => void;
  readonly hover: (at: PanelPoint | null) => void;
  /** A press that something in the picture takes hold of; null leaves the drag to panning. */
  readonly grab: (at: PanelPoint, touch: boolean) => GrabbedDrag | null;
}

export interface GrabbedDrag {
  readonly move: (at: PanelPoint) => void;
  readonly end: () => void;
  readonly cancel: () => void;
}

const dragThresholdCssPx = 4;
const wheelStepCssPx = 80;
const wheelLineCssPx = 40;

function prefersStillness(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

function isTouch(event: PointerEvent): boolean {
  return event.pointerType === 'touch';
}

export function listenToGestures(canvas: HTMLCanvasElement, gestures: PanelGestures): () => void {
  const pressed = new Map<number, { x: number; y: number }>();
  let dragged = false;
  let start = { x: 0, y: 0 };
  let wheelRest = 0;
  let grabbed: GrabbedDrag | null = null;
  const glide = new Glide(gestures.pan);

  /** Canvases are painted on whole device pixels, also when their place on the page is a fraction. */
  const pointAt = (clientX: number, clientY: number): PanelPoint => {
    const box = canvas.getBoundingClientRect();
    return {
      right: clientX * devicePixelRatio - Math.round(box.left * devicePixelRatio),
      down: clientY * devicePixelRatio - Math.round(box.top * devicePixelRatio),
    };
  };
  const point = (event: MouseEvent): PanelPoint => pointAt(event.clientX, event.clientY);

  const onDown = (event: PointerEvent) => {
    if (event.button !== 0 && event.button !== 1) return;
    canvas.setPointerCapture(event.pointerId);
    glide.stop();
    if (pressed.size === 0) {
      dragged = false;
      start = { x: event.clientX, y: event.clientY };
      // The middle button, and Shift, pan whatever tool is chosen.
      const pans = event.button === 1 || event.shiftKey;
      grabbed = pans ? null : gestures.grab(point(event), isTouch(event));
    } else {
      dragged = true;
      grabbed?.cancel();
      grabbed = null;
    }
    pressed.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };

  const onMove = (event: PointerEvent) => {
    if (event.pointerType === 'mouse') gestures.hover(point(event));
    const last = pressed.get(event.pointerId);
    if (!last) return;
    const now = { x: event.clientX, y: event.clientY };
    if (pressed.size === 2) {
      pinch(event, last, now);
    } else if (pressed.size === 1) {
      if (!dragged && Math.hypot(now.x - start.x, now.y - start.y) < dragThresholdCssPx) return;
      const from = dragged ? last : start;
      dragged = true;
      if (grabbed) {
        grabbed.move(point(event));
        pressed.set(event.pointerId, now);
        return;
      }
      canvas.dataset.dragging = '';
      const moved = {
        right: (now.x - from.x) * devicePixelRatio,
        down: (now.y - from.y) * devicePixelRatio,
      };
      gestures.pan(moved);
      glide.track(moved);
    }
    pressed.set(event.pointerId, now);
  };

  const pinch = (event: PointerEvent, last: { x: number; y: number }, now: { x: number; y: number }) => {
    glide.stop();
    const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1];
    if (!other) return;
    const before = Math.hypot(last.x - other.x, last.y - other.y);
    const after = Math.hypot(now.x - other.x, now.y - other.y);
    const middle = pointAt((now.x + other.x) / 2, (now.y + other.y) / 2);
    gestures.pan({
      right: ((now.x - last.x) / 2) * devicePixelRatio,
      down: ((now.y - last.y) / 2) * devicePixelRatio,
    });
    if (before > 0 && after > 0) gestures.zoom(after / before, middle);
  };

  const onUp = (event: PointerEvent) => {
    if (!pressed.delete(event.pointerId)) return;
    if (pressed.size === 0) delete canvas.dataset.dragging;
    if (pressed.size === 0 && dragged && !grabbed && event.type === 'pointerup' && !prefersStillness()) {
      glide.release();
    }
    if (grabbed && (dragged || event.type !== 'pointerup')) {
      if (event.type === 'pointerup') grabbed.end();
      else grabbed.cancel();
    }
    grabbed = null;
    if (!dragged && event.type === 'pointerup' && event.button === 0)
      gestures.click(point(event), isTouch(event));
  };

  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    glide.stop();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : wheelLineCssPx;
    const delta = (event.deltaY || event.deltaX) * pixels;
    if (event.ctrlKey || event.metaKey) {
      gestures.zoom(Math.exp(-clamp(delta, -50, 50) * 0.005), point(event));
      return;
    }
    if (Math.sign(delta) !== Math.sign(wheelRest)) wheelRest = 0;
    wheelRest += delta;
    const steps = Math.trunc(wheelRest / wheelStepCssPx);
    if (steps === 0) return;
    wheelRest -= steps * wheelStepCssPx;
    gestures.slice(steps * (event.shiftKey ? 10 : 1));
  };

  const onLeave = () => gestures.hover(null);

  canvas.addEventListener('pointerdown', onDown);
  canvas.addEventListener('pointermove', onMove);
  canvas.addEventListener('pointerup', onUp);
  canvas.addEventListener('pointercancel', onUp);
  canvas.addEventListener('pointerleave', onLeave);
  canvas.addEventListener('wheel', onWheel, { passive: false });
  return () => {
    glide.stop();
    canvas.removeEventListener('pointerdown', onDown);
    canvas.removeEventListener('pointermove', onMove);
    canvas.removeEventListener('pointerup', onUp);
    canvas.removeEventListener('pointercancel', onUp);
    canvas.removeEventListener('pointerleave', onLeave);
    canvas.removeEventListener('wheel', onWheel);
  };
}
