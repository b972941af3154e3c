// SPDX-License-Identifier: Apache-2.0
// The list of what has been drawn: measurements with their values, boxes with their sizes.

import { type Mark, markColours, middleOf } from '../marks/mark';
import type { Tool } from '../marks/mark_editor';
import { pathText } from '../marks/measure';
import { mapAxes } from '../viewer/vec3';
import { BoxDetails } from './box_details';
import { NameField } from './name_field';
import { DeleteButton } from './row_icons';
import type { ViewerSession } from './viewer_session';
import './marks.css';

const hints: Readonly<Record<Tool, string>> = {
  move: 'Choose a tool at the left to measure or to draw a box. Click a mark to change it.',
  distance:
    'Click two points, in any panel; between them you may go to another slice. Enter places one at the cursor.',
  angle: 'Click three points; the angle is at the second. Enter places one at the cursor.',
  box: 'Drag a rectangle in any panel. With keys: Enter at one corner, then at the opposite one.',
};

export function MarksPanel({ session }: { session: ViewerSession }) {
  const { marks, tool, selected } = session.view.value;
  const { marks: editor } = session.viewer;
  return (
    <section class="marks-panel" aria-label="Marks">
      {(tool !== 'move' || marks.length === 0) && (
        <p class="muted hint" role="status">
          {editor.full ? 'There are 100 marks, which is the limit. Delete some to draw more.' : hints[tool]}
        </p>
      )}
      <ul class="rows" aria-label="Marks">
        {marks.map((mark) => (
          <li key={mark.id} class={mark.id === selected ? 'chosen' : ''}>
            <MarkRow session={session} mark={mark} selected={mark.id === selected} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function MarkRow({ session, mark, selected }: { session: ViewerSession; mark: Mark; selected: boolean }) {
  const { viewer } = session;
  const show = () => {
    viewer.marks.select(mark.id);
    const middle = middleOf(mark);
    viewer.jumpTo(mapAxes((axis) => middle[axis]));
  };
  return (
    <>
      <div class="mark-row">
        <button
          type="button"
          class={`button quiet go swatch mark-${mark.colour}`}
          aria-label={`Show ${mark.name}`}
          aria-pressed={selected}
          title="Show it in the middle of the panels"
          onClick={show}
        >
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d={kindPaths[mark.kind]} />
          </svg>
        </button>
        <NameField
          name={mark.name}
          label={`Name of ${mark.name}`}
          rename={(name) => viewer.marks.rename(mark.id, name)}
        />
        {mark.kind !== 'box' && <output class="mark-value">{pathText(mark, viewer.geometry)}</output>}
        <DeleteButton label={`Delete ${mark.name}`} press={() => viewer.marks.remove(mark.id)} />
      </div>
      {mark.kind === 'box' && <BoxDetails session={session} box={mark} open={selected} />}
      {selected && <ColourSelect session={session} mark={mark} />}
    </>
  );
}

export const kindPaths = {
  distance: 'M3 13L13 3M1.5 11.5l3 3M11.5 1.5l3 3',
  angle: 'M13 3L3 12.5h11M8.2 12.5a6 6 0 0 0-1.7-3.4',
  box: 'M2.5 5.5l6-3 5 2v7l-6 3-5-2zM2.5 5.5l5 2 6-3M7.5 7.5v7',
} as const;

function ColourSelect({ session, mark }: { session: ViewerSession; mark: Mark }) {
  return (
    <label class="colour-select">
      <span class="muted">Colour</span>
      <select
        aria-label={`Colour of ${mark.name}`}
        value={mark.colour}
        onChange={(event) => {
          const { value } = event.currentTarget as HTMLSelectElement;
          const colour = markColours.find((name) => name === value);
          if (colour) session.viewer.marks.recolour(mark.id, colour);
        }}
      >
        {markColours.map((colour) => (
          <option key={colour} value={colour}>
            {colour[0]?.toUpperCase()}
            {colour.slice(1)}
          </option>
        ))}
      </select>
    </label>
  );
}
