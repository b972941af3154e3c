// SPDX-License-Identifier: Apache-2.0
// Saves a picture of one panel: exact voxels at the resolution of print, with scale bar and marks.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ApiError } from '../api/api_error';
import { type FigurePlan, figureBytes, figureSizes, planFigure } from '../figure/figure_plan';
import { renderFigure } from '../figure/figure_render';
import { formatBytes } from '../format/numbers';
import type { Mark } from '../marks/mark';
import { boxSizeTexts, pathText } from '../marks/measure';
import { isPlaneName, type PlaneName, planeNames, planes } from '../viewer/plane';
import { bytesPerVoxel } from '../viewer/voxel_array';
import { WebglSliceRenderer } from '../viewer/webgl_slice_renderer';
import type { ViewerSession } from './viewer_session';
import './figure.css';

export function FigureDialog({ session }: { session: ViewerSession }) {
  const { viewer, dataset } = session;
  const dialog = useRef<HTMLDialogElement>(null);
  const running = useRef<AbortController | null>(null);
  const { maximised, cursor } = session.view.value;
  const plane = useSignal<PlaneName>(maximised && maximised !== 'space' ? maximised : 'xy');
  const sizeName = useSignal('column');
  const withScaleBar = useSignal(true);
  const withMarks = useSignal(true);
  const progress = useSignal<string | null>(null);
  const problem = useSignal<string | null>(null);
  useEffect(() => {
    dialog.current?.showModal();
    return () => running.current?.abort();
  }, []);
  const size = figureSizes.find(({ name }) => name === sizeName.value) ?? figureSizes[0];
  const panel = viewer.placeForFigure(plane.value);
  const slice = cursor[planes[plane.value].normal];
  const plan = panel && size ? planFigure(viewer.geometry, planes[plane.value], slice, panel, size) : null;

  const save = async (event: Event) => {
    event.preventDefault();
    if (!plan || progress.value) return;
    const controller = new AbortController();
    running.current = controller;
    problem.value = null;
    progress.value = 'Loading exact voxels …';
    try {
      const tiles = await viewer.exact.get(plan.tiles, controller.signal, (count) => {
        progress.value = `Loading exact voxels: ${count} of ${plan.tiles.length}`;
      });
      progress.value = 'Drawing …';
      const state = viewer.store.state;
      const content = {
        geometry: viewer.geometry,
        plane: planes[plane.value],
        slice,
        tone: viewer.tone,
        smooth: state.smooth,
        withScaleBar: withScaleBar.value,
        marks: withMarks.value ? state.marks : [],
        markText: (mark: Mark) => markText(mark, session),
      };
      const makeRenderer = (canvas: HTMLCanvasElement) => new WebglSliceRenderer(canvas, () => {});
      const blob = await renderFigure(plan, content, tiles, makeRenderer);
      download(blob, `${dataset.name}_${plane.value}_${planes[plane.value].normal}${slice}.png`);
      session.figureOpen.value = false;
    } catch (error) {
      if (controller.signal.aborted) return;
      problem.value = error instanceof ApiError || error instanceof Error ? error.message : String(error);
    } finally {
      progress.value = null;
    }
  };

  return (
    <dialog
      ref={dialog}
      class="figure-dialog"
      aria-labelledby="figure-title"
      onClose={() => {
        session.figureOpen.value = false;
      }}
    >
      <form onSubmit={save}>
        <h2 id="figure-title">Save a picture</h2>
        <label class="row">
          <span>Panel</span>
          <select
            value={plane.value}
            onChange={(event) => {
              const { value } = event.currentTarget as HTMLSelectElement;
              if (isPlaneName(value)) plane.value = value;
            }}
          >
            {planeNames.map((name) => (
              <option key={name} value={name} disabled={!viewer.placeForFigure(name)}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="row">
          <span>Size</span>
          <select
            value={sizeName.value}
            onChange={(event) => {
              sizeName.value = (event.currentTarget as HTMLSelectElement).value;
            }}
          >
            {figureSizes.map(({ name, label }) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <CheckBox label="Scale bar" on={withScaleBar} />
        <CheckBox label="Marks" on={withMarks} />
        <p class="muted figure-facts" role="status">
          {progress.value ?? (plan ? facts(plan, session) : 'This panel is not on the page.')}
        </p>
        {problem.value && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
        <div class="buttons">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={!plan || progress.value !== null}>
            Save PNG
          </button>
        </div>
      </form>
    </dialog>
  );
}

function CheckBox(props: { label: string; on: { value: boolean } }) {
  return (
    <label class="row check">
      <input
        type="checkbox"
        checked={props.on.value}
        onChange={(event) => {
          props.on.value = (event.currentTarget as HTMLInputElement).checked;
        }}
      />
      <span>{props.label}</span>
    </label>
  );
}

function facts(plan: FigurePlan, { viewer, dataset }: ViewerSession): string {
  const missing = { ...plan, tiles: plan.tiles.filter((tile) => !viewer.exact.loaded([tile])) };
  const bytes = figureBytes(missing, viewer.geometry, bytesPerVoxel(dataset.data_type));
  const data = bytes > 0 ? `, loads up to ${formatBytes(bytes)}` : '';
  const level = plan.level === 0 ? 'full resolution' : `level ${plan.level}`;
  return `${plan.widthPx} × ${plan.heightPx} pixels, exact voxels at ${level}${data}`;
}

function markText(mark: Mark, { viewer, dataset }: ViewerSession): string {
  if (mark.kind !== 'box') return pathText(mark, viewer.geometry);
  const { physical, voxels } = boxSizeTexts(mark, dataset.data_type, viewer.geometry);
  return `${mark.name} · ${physical ?? voxels}`;
}

function download(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name.replace(/[^\w.-]+/g, '_');
  link.click();
  // The browser reads it after this turn; a minute is plenty.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
