// SPDX-License-Identifier: Apache-2.0
// The drawing tools and the layouts; one of each is always chosen.

import type { Tool } from '../marks/mark_editor';
import type { Layout } from '../viewer/layout';
import { kindPaths } from './marks_panel';
import { IconButton } from './row_icons';
import type { ViewerSession } from './viewer_session';

const rows: readonly { tool: Tool; label: string; title: string; path: string }[] = [
  {
    tool: 'move',
    label: 'Look around',
    title: 'Look around: drag pans, click places the cursor (H)',
    path: 'M8 1.5v13M1.5 8h13M6 3.5l2-2 2 2M6 12.5l2 2 2-2M3.5 6l-2 2 2 2M12.5 6l2 2-2 2',
  },
  {
    tool: 'distance',
    label: 'Measure a distance',
    title: 'Measure a distance (D)',
    path: kindPaths.distance,
  },
  { tool: 'angle', label: 'Measure an angle', title: 'Measure an angle (E)', path: kindPaths.angle },
  { tool: 'box', label: 'Draw a box', title: 'Draw a box (O)', path: kindPaths.box },
];

const layoutRows: readonly { layout: Layout; label: string; path: string }[] = [
  { layout: 'planes', label: 'Three aligned planes', path: 'M1.5 2.5h13v11h-13zM8 2.5v11M1.5 8h13' },
  {
    layout: 'four',
    label: 'Three planes and the 3-D view',
    path: 'M1.5 2.5h13v11h-13zM8 2.5v11M1.5 8h13M9.8 10.2l1.6-.8 1.6.8v1.6l-1.6.8-1.6-.8z',
  },
  { layout: 'large', label: 'xy plane large', path: 'M1.5 2.5h13v11h-13zM10 2.5v11M10 8h4.5' },
  {
    layout: 'row',
    label: 'Planes side by side',
    path: 'M1.5 2.5h13v11h-13zM5.8 2.5v7M10.2 2.5v7M1.5 9.5h13',
  },
];

export function ToolRail({ session }: { session: ViewerSession }) {
  const { marks, store } = session.viewer;
  const { tool: chosen, layout: shown, maximised } = session.view.value;
  return (
    <nav class="tool-rail" aria-label="Tools">
      {rows.map(({ tool, label, title, path }) => (
        <IconButton
          key={tool}
          label={label}
          title={title}
          pressed={chosen === tool}
          press={() => marks.choose(tool)}
        >
          <path d={path} />
        </IconButton>
      ))}
      <hr />
      {layoutRows.map(({ layout, label, path }) => (
        <IconButton
          key={layout}
          label={label}
          title={`${label} (L)`}
          pressed={!maximised && shown === layout}
          press={() => store.update({ layout, maximised: null })}
        >
          <path d={path} />
        </IconButton>
      ))}
    </nav>
  );
}
