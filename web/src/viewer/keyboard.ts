// SPDX-License-Identifier: Apache-2.0
// The keyboard map, once: the same table runs the keys and writes the help page.

import { nextLayout } from './layout';
import type { PlaneName } from './plane';
import { planes } from './plane';
import type { VolumeViewer } from './volume_viewer';

export interface KeyCommand {
  readonly keys: readonly string[];
  readonly shown: string;
  readonly says: string;
  /** Needs a panel to work on; the others work everywhere on the page. */
  readonly panel: boolean;
  readonly run: (viewer: VolumeViewer, plane: PlaneName, key: string, large: boolean) => void;
}

const zoomStep = 1.25;

export const keyCommands: readonly KeyCommand[] = [
  {
    keys: ['Enter'],
    shown: 'Enter',
    says: 'With a drawing tool: place a point at the cursor',
    panel: true,
    run: (viewer) => {
      viewer.marks.placeAtCursor();
    },
  },
  {
    keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
    shown: '← → ↑ ↓',
    says: 'Move the cursor by one voxel (with Shift by 10)',
    panel: true,
    run: (viewer, plane, key, large) => {
      const { right, down } = planes[plane];
      const steps = (key === 'ArrowLeft' || key === 'ArrowUp' ? -1 : 1) * (large ? 10 : 1);
      viewer.step(key === 'ArrowLeft' || key === 'ArrowRight' ? right : down, steps);
    },
  },
  {
    keys: ['PageUp', 'PageDown'],
    shown: 'PgUp / PgDn',
    says: 'Previous or next slice (with Shift by 10)',
    panel: true,
    run: (viewer, plane, key, large) =>
      viewer.step(planes[plane].normal, (key === 'PageUp' ? -1 : 1) * (large ? 10 : 1)),
  },
  {
    keys: ['Home', 'End'],
    shown: 'Home / End',
    says: 'First or last slice',
    panel: true,
    run: (viewer, plane, key) => {
      const { normal } = planes[plane];
      viewer.step(normal, (key === 'Home' ? -1 : 1) * viewer.geometry.shape[normal]);
    },
  },
  {
    keys: ['+', '=', '-', '_'],
    shown: '+ / −',
    says: 'Zoom in or out',
    panel: true,
    run: (viewer, plane, key) => viewer.zoom(plane, key === '-' || key === '_' ? 1 / zoomStep : zoomStep),
  },
  {
    keys: ['m', 'M'],
    shown: 'M',
    says: 'Maximise this panel, or show all panels',
    panel: true,
    run: (viewer, plane) => viewer.maximise(viewer.store.state.maximised ? null : plane),
  },
  {
    keys: ['h', 'H', 'd', 'D', 'e', 'E', 'o', 'O'],
    shown: 'H, D, E, O',
    says: 'Tools: look around, distance, angle, box',
    panel: false,
    run: (viewer, _plane, key) => {
      const chosen = ({ h: 'move', d: 'distance', e: 'angle', o: 'box' } as const)[key.toLowerCase()];
      if (chosen) viewer.marks.choose(chosen);
    },
  },
  {
    keys: ['Escape'],
    shown: 'Esc',
    says: 'Leave what is half drawn, then the selection, then the tool',
    panel: false,
    run: (viewer) => {
      viewer.marks.escape();
    },
  },
  {
    keys: ['Delete'],
    shown: 'Del',
    says: 'Delete the selected mark',
    panel: false,
    run: ({ marks, store }) => {
      if (store.state.selected) marks.remove(store.state.selected);
    },
  },
  {
    keys: ['l', 'L'],
    shown: 'L',
    says: 'Next layout of the panels',
    panel: false,
    run: ({ store }) => store.update({ layout: nextLayout(store.state.layout), maximised: null }),
  },
  {
    keys: ['f', 'F'],
    shown: 'F',
    says: 'Fit the volume to the panels',
    panel: false,
    run: (viewer) => viewer.fit(),
  },
  {
    keys: ['1'],
    shown: '1',
    says: 'One voxel on one pixel',
    panel: false,
    run: (viewer) => viewer.oneToOne(),
  },
  {
    keys: ['c', 'C'],
    shown: 'C',
    says: 'Bring the cursor to the middle',
    panel: false,
    run: (viewer) => viewer.centreOnCursor(),
  },
  {
    keys: ['a', 'A'],
    shown: 'A',
    says: 'Contrast from what is in sight',
    panel: false,
    run: (viewer) => void viewer.contrast.fromView(),
  },
  {
    keys: ['v', 'V'],
    shown: 'V',
    says: 'Contrast from the whole volume',
    panel: false,
    run: (viewer) => viewer.contrast.fromVolume(),
  },
  {
    keys: ['n', 'N'],
    shown: 'N',
    says: 'Invert: dark becomes bright',
    panel: false,
    run: ({ store }) => store.update({ inverted: !store.state.inverted }),
  },
  {
    keys: ['r', 'R'],
    shown: 'R',
    says: 'Contrast as the dataset opened',
    panel: false,
    run: (viewer) => viewer.contrast.reset(),
  },
  {
    keys: ['x', 'X'],
    shown: 'X',
    says: 'Show or hide the crosshair',
    panel: false,
    run: ({ store }) => store.update({ crosshair: !store.state.crosshair }),
  },
  {
    keys: ['i', 'I'],
    shown: 'I',
    says: 'Interpolate between voxels, or show them as squares',
    panel: false,
    run: ({ store }) => store.update({ smooth: !store.state.smooth }),
  },
  {
    keys: ['q', 'Q'],
    shown: 'Q',
    says: 'Picture quality: auto, low, exact',
    panel: false,
    run: (viewer) => viewer.nextQuality(),
  },
];

/** Runs the command of a key press; true when there was one. */
export function runKey(viewer: VolumeViewer, event: KeyboardEvent, plane: PlaneName | null): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const command = keyCommands.find(({ keys }) => keys.includes(event.key));
  if (!command || (command.panel && plane === null)) return false;
  command.run(viewer, plane ?? 'xy', event.key, event.shiftKey);
  return true;
}
