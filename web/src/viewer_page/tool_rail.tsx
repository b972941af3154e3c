// SPDX-License-Identifier: Apache-2.0
// The drawing tools, one of which is always chosen.

import type { Tool } from '../marks/mark_editor';
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

export function ToolRail({ session }: { session: ViewerSession }) {
  const { marks } = session.viewer;
  const { tool: chosen } = session.view.value;
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
    </nav>
  );
}
