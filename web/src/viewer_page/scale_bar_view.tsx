// SPDX-License-Identifier: Apache-2.0
import type { Plane } from '../viewer/plane';
import { scaleBar } from '../viewer/scale_bar';
import type { PanelSizeCss } from './panel_size';
import type { ViewerSession } from './viewer_session';

export function ScaleBarView(props: { session: ViewerSession; plane: Plane; size: PanelSizeCss }) {
  const { session, size } = props;
  const { voxelSizeUm, voxelSizeKnown } = session.viewer.geometry;
  if (size.widthPx === 0) return null;
  const finest = voxelSizeKnown ? Math.min(voxelSizeUm.x, voxelSizeUm.y, voxelSizeUm.z) : 1;
  const widest = Math.min(160, (size.widthPx / size.pixelRatio) * 0.35);
  const bar = scaleBar(finest / session.view.value.zoom, widest, voxelSizeKnown);
  return (
    <div class="scale-bar" data-scale={bar.label}>
      <span>{bar.label}</span>
      <div style={{ width: `${bar.lengthCssPx}px` }} />
    </div>
  );
}
