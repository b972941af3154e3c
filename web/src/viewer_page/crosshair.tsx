// SPDX-License-Identifier: Apache-2.0
// The cursor in a panel. Each line has the colour of the axis it stands on: it shows where that axis is cut.

import { panelTransform, toPixel } from '../viewer/panel_transform';
import type { Plane } from '../viewer/plane';
import type { PanelSizeCss } from './panel_size';
import type { ViewerSession } from './viewer_session';

const gapPx = 12;

export function Crosshair(props: { session: ViewerSession; plane: Plane; size: PanelSizeCss }) {
  const { session, plane, size } = props;
  const view = session.view.value;
  if (!view.crosshair || size.widthPx === 0) return null;
  const transform = panelTransform(plane, session.viewer.geometry, view, size, size.pixelRatio);
  const middle = toPixel(transform, {
    right: view.cursor[plane.right] + 0.5,
    down: view.cursor[plane.down] + 0.5,
  });
  const x = middle.right / size.pixelRatio;
  const y = middle.down / size.pixelRatio;
  const width = size.widthPx / size.pixelRatio;
  const height = size.heightPx / size.pixelRatio;
  const gap = Math.max(gapPx, (transform.scale.right / size.pixelRatio) * 0.5 + 3);
  const across = `M${x} 0V${y - gap}M${x} ${y + gap}V${height}`;
  const along = `M0 ${y}H${x - gap}M${x + gap} ${y}H${width}`;
  return (
    <svg class="crosshair" width={width} height={height} aria-hidden="true">
      <path class="halo" d={`${across}${along}`} />
      <path class={`stroke-${plane.right}`} d={across} />
      <path class={`stroke-${plane.down}`} d={along} />
    </svg>
  );
}
