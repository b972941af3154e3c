// SPDX-License-Identifier: Apache-2.0
import { Brand } from '../app/brand';
import { formatShape, formatVoxelSize } from '../format/lengths';
import { CopyButton } from './copy_button';
import { QualitySelect } from './quality_select';
import { type ViewerSession, viewLink } from './viewer_session';

export function ViewerBar({ session }: { session: ViewerSession }) {
  const { dataset, viewer } = session;
  return (
    <header class="bar viewer-bar">
      <Brand />
      <div class="viewer-title">
        <span class="viewer-name" title={dataset.name}>
          {dataset.name}
        </span>
        <span class="muted viewer-facts">
          {formatShape(dataset.shape)} · {dataset.data_type}
          {dataset.voxel_size_known ? ` · ${formatVoxelSize(dataset.voxel_size_um, true)}` : ''}
        </span>
        {dataset.state === 'growing' && (
          <span
            class="badge growing"
            role="status"
            title="Slices are still coming; coarse levels only until then"
          >
            Coming in
          </span>
        )}
        {dataset.state === 'damaged' && (
          <span class="badge damaged" role="status" title={dataset.problem ?? undefined}>
            Damaged
          </span>
        )}
      </div>
      <nav class="viewer-tools" aria-label="View">
        <QualitySelect session={session} />
        <button type="button" class="button quiet" title="Fit the volume (F)" onClick={() => viewer.fit()}>
          Fit
        </button>
        <button
          type="button"
          class="button quiet"
          title="One voxel on one pixel (1)"
          onClick={() => viewer.oneToOne()}
        >
          1:1
        </button>
        <button
          type="button"
          class="button quiet"
          title="Save a picture with a scale bar (P)"
          onClick={() => {
            session.figureOpen.value = true;
          }}
        >
          Picture
        </button>
        <CopyButton label="Copy view link" text={() => viewLink(session)} />
        <button
          type="button"
          class="button quiet"
          title="Neuroglancer, napari, Python, the Zarr address"
          onClick={() => {
            session.openInOpen.value = true;
          }}
        >
          Open in …
        </button>
        <button
          type="button"
          class="button quiet icon"
          aria-label="Keyboard and mouse help"
          title="Help (?)"
          onClick={() => {
            session.helpOpen.value = true;
          }}
        >
          ?
        </button>
      </nav>
    </header>
  );
}
