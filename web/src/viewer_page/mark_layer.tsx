// SPDX-License-Identifier: Apache-2.0
// Draws the marks over a panel. It only draws: presses go to the canvas below, which asks marks/mark_outline.ts.

import { labelPlace, type MarkLabel, markLabels } from '../marks/label_places';
import { boxBetween, type Mark } from '../marks/mark';
import type { Draft } from '../marks/mark_editor';
import { type MarkOutline, outlines, pathLine } from '../marks/mark_outline';
import { angleText, boxSizeTexts, distanceText, pathText } from '../marks/measure';
import { type PanelPoint, panelTransform } from '../viewer/panel_transform';
import type { Plane } from '../viewer/plane';
import type { PanelSizeCss } from './panel_size';
import type { ViewerSession } from './viewer_session';

/** As in marks.css. */
const textPx = 13;

export function MarkLayer(props: { session: ViewerSession; plane: Plane; size: PanelSizeCss }) {
  const { session, plane, size } = props;
  const view = session.view.value;
  const draft = session.draft.value;
  if (size.widthPx === 0 || (view.marks.length === 0 && !draft)) return null;
  const { geometry } = session.viewer;
  const transform = panelTransform(plane, geometry, view, size, size.pixelRatio);
  const shown = outlines(view.marks, view.selected, plane, view.cursor[plane.normal], transform);
  const toCss = ({ right, down }: PanelPoint): PanelPoint => ({
    right: right / size.pixelRatio,
    down: down / size.pixelRatio,
  });
  const css = shown.map((outline) => ({ ...outline, line: outline.line.map(toCss) }));
  const labels = markLabels(css, (mark) => labelOf(mark, session), textPx);
  const drafted = draft && draftOutline(draft, session, plane, view.cursor[plane.normal], transform);
  return (
    <svg class="marks" width="100%" height="100%" aria-hidden="true">
      {css.map((outline, order) => (
        <MarkShape key={outline.mark.id} outline={outline} label={labels[order]} toCss={toCss} />
      ))}
      {drafted && (
        <g class="mark draft">
          <Line points={drafted.line.map(toCss)} closed={drafted.closed} />
          {!drafted.closed &&
            drafted.line.map(toCss).map((at) => <Dot key={`${at.right} ${at.down}`} at={at} />)}
          {drafted.text && (
            <Label at={labelPlace(drafted.line.map(toCss), drafted.closed, textPx)} text={drafted.text} />
          )}
        </g>
      )}
    </svg>
  );
}

function MarkShape(props: {
  outline: MarkOutline;
  label: MarkLabel | undefined;
  toCss: (point: PanelPoint) => PanelPoint;
}) {
  const { mark, selected, inSlice, line, handles } = props.outline;
  return (
    <g
      class={`mark mark-${mark.colour} ${selected ? 'selected' : ''} ${inSlice ? '' : 'elsewhere'}`}
      data-mark={mark.name}
    >
      <Line points={line} closed={mark.kind === 'box'} />
      {handles.map(({ at, part }) => {
        const place = props.toCss(at);
        const key = part.kind === 'point' ? part.index : `${part.right} ${part.down}`;
        if (part.kind === 'side' && part.right === 0 && part.down === 0) return <Grip key={key} at={place} />;
        return part.kind === 'side' ? <Knob key={key} at={place} /> : <Dot key={key} at={place} />;
      })}
      {props.label && <Label at={props.label.at} text={props.label.text} />}
    </g>
  );
}

function Line({ points, closed }: { points: readonly PanelPoint[]; closed: boolean }) {
  const path = `M${points.map(({ right, down }) => `${right} ${down}`).join('L')}${closed ? 'Z' : ''}`;
  return (
    <>
      <path class="halo" d={path} />
      <path class="line" d={path} />
    </>
  );
}

function Dot({ at }: { at: PanelPoint }) {
  return <circle class="knob" cx={at.right} cy={at.down} r={3.5} />;
}

function Knob({ at }: { at: PanelPoint }) {
  return <rect class="knob" x={at.right - 4} y={at.down - 4} width={8} height={8} rx={1.5} />;
}

/** Holds the whole box. */
function Grip({ at }: { at: PanelPoint }) {
  const { right: x, down: y } = at;
  return (
    <g class="grip">
      <circle class="knob" cx={x} cy={y} r={9} />
      <path class="line" d={`M${x - 5} ${y}h10M${x} ${y - 5}v10`} />
    </g>
  );
}

function Label({ at, text }: { at: PanelPoint; text: string }) {
  return (
    <text x={at.right} y={at.down}>
      {text}
    </text>
  );
}

function labelOf(mark: Mark, { viewer, dataset }: ViewerSession): string {
  if (mark.kind !== 'box') return pathText(mark, viewer.geometry);
  return `${mark.name} · ${boxSizeTexts(mark, dataset.data_type, viewer.geometry).bytes}`;
}

function draftOutline(
  draft: Draft,
  { viewer, dataset }: ViewerSession,
  plane: Plane,
  slice: number,
  transform: Parameters<typeof pathLine>[2],
) {
  const { geometry } = viewer;
  const points = draft.next ? [...draft.points, draft.next] : draft.points;
  const [a, b, c] = points;
  if (draft.kind === 'box') {
    if (!a || !b) return null;
    const box = {
      ...boxBetween(a, b, geometry.shape),
      kind: 'box',
      id: '',
      name: '',
      colour: 'white',
    } as const;
    const [outline] = outlines([box], '', plane, slice, transform);
    const { voxels, bytes } = boxSizeTexts(box, dataset.data_type, geometry);
    return outline ? { line: outline.line, closed: true, text: `${voxels} · ${bytes}` } : null;
  }
  const line = pathLine(points, plane, transform);
  if (draft.kind === 'distance')
    return { line, closed: false, text: a && b ? distanceText(a, b, geometry) : null };
  return { line, closed: false, text: a && b && c ? angleText(a, b, c, geometry) : null };
}
