// SPDX-License-Identifier: Apache-2.0
// What a panel says when tiles do not arrive: calm, over the picture that is there, with a way on.

import type { PanelReport } from '../viewer/slice_view';
import type { TileTrouble } from '../viewer/tile_loader';
import type { Axis } from '../viewer/vec3';

export function TroubleNote(props: {
  report: PanelReport;
  axis: Axis;
  retry: () => void;
  reload: () => void;
}) {
  const { trouble, held } = props.report;
  if (!trouble) return null;
  const replaced = trouble.error.code === 'version_gone' || trouble.error.status === 410;
  return (
    <div class="trouble" role="status">
      <p>
        {replaced ? 'This dataset has been replaced by a newer version.' : sentence(trouble)}
        {held !== null && ` Still shown: ${props.axis} ${held}.`}
      </p>
      {replaced ? (
        <button type="button" class="button" onClick={props.reload}>
          Show the new one
        </button>
      ) : (
        <button type="button" class="button" onClick={props.retry}>
          Try now
        </button>
      )}
    </div>
  );
}

function sentence(trouble: TileTrouble): string {
  if (trouble.error.isDamage)
    return 'A part of this slice is damaged on the server and is not shown exactly. Please tell the facility.';
  if (!trouble.retrying) return `A part of this slice cannot be shown: ${trouble.error.message}`;
  if (trouble.error.status === 0) return 'The server does not answer. Trying again by itself.';
  return 'A part of this slice did not arrive. Trying again by itself.';
}
