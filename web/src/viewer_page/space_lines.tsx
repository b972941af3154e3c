// SPDX-License-Identifier: Apache-2.0
// Lines over the 3-D picture: the edges of the volume with their lengths, the planes of the cursor, and the boxes.

import { formatLength } from '../format/lengths';
import { type Axis, axes, mapAxes, type Vec3, withAxis } from '../viewer/vec3';
import { cameraOf, project, scenePoint } from '../volume/orbit_camera';
import type { PanelSizeCss } from './panel_size';
import type { ViewerSession } from './viewer_session';

type At = { right: number; down: number };

export function SpaceLines({ session, size }: { session: ViewerSession; size: PanelSizeCss }) {
  if (size.widthPx === 0) return null;
  const { geometry } = session.viewer;
  const { space, cursor, marks, selected } = session.view.value;
  const camera = cameraOf(space.eye, size.widthPx, size.heightPx);
  const width = size.widthPx / size.pixelRatio;
  const height = size.heightPx / size.pixelRatio;
  const see = (place: Vec3): At | null => {
    const at = project(camera, scenePoint(geometry, place));
    return at && { right: at.right * width, down: at.down * height };
  };
  const origin = mapAxes(() => 0);
  const planes = space.slices || space.mode === 'slices';
  return (
    <svg class="marks" width="100%" height="100%" aria-hidden="true">
      <path class="space-edge" d={boxPath(origin, geometry.shape, see)} />
      {planes &&
        axes.map((axis) => (
          <path
            key={axis}
            class={`space-plane stroke-${axis}`}
            d={planePath(axis, cursor[axis] + 0.5, geometry.shape, see)}
          />
        ))}
      {marks.map((mark) => {
        const style = `mark mark-${mark.colour} ${mark.id === selected ? 'selected' : ''}`;
        const path =
          mark.kind === 'box' ? boxPath(mark.low, mark.high, see) : polyline(mark.points.map(see), false);
        return (
          <g key={mark.id} class={style} data-mark={mark.name}>
            <path class="line" d={path} />
          </g>
        );
      })}
      {axes.map((axis) => {
        const end = see(withAxis(origin, axis, geometry.shape[axis]));
        const middle = see(withAxis(origin, axis, geometry.shape[axis] / 2));
        const corner = see(origin);
        if (!end || !middle || !corner) return null;
        const length = geometry.voxelSizeKnown
          ? formatLength(geometry.shape[axis] * geometry.voxelSizeUm[axis])
          : `${geometry.shape[axis]}`;
        return (
          <g key={axis} class={`space-axis ink-${axis}`}>
            <path class={`stroke-${axis}`} d={polyline([corner, end], false)} />
            <text x={middle.right + 6} y={middle.down - 6}>
              {`${axis} ${length}`}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function polyline(points: readonly (At | null)[], closed: boolean): string {
  const seen = points.filter((point) => point !== null);
  if (seen.length < points.length || seen.length === 0) return '';
  const text = seen.map(({ right, down }) => `${right.toFixed(1)} ${down.toFixed(1)}`).join('L');
  return `M${text}${closed ? 'Z' : ''}`;
}

function planePath(axis: Axis, at: number, shape: Vec3, see: (place: Vec3) => At | null): string {
  const [u = 'x', v = 'y'] = axes.filter((other) => other !== axis);
  const corner = (a: number, b: number) =>
    see(mapAxes((name) => (name === axis ? at : name === u ? a * shape[u] : b * shape[v])));
  return polyline([corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)], true);
}

/** The twelve edges. */
function boxPath(low: Vec3, high: Vec3, see: (place: Vec3) => At | null): string {
  const corner = (bits: number) =>
    mapAxes((axis) => (bits & (1 << axes.indexOf(axis)) ? high[axis] : low[axis]));
  const edges: string[] = [];
  for (let bits = 0; bits < 8; bits += 1) {
    for (const bit of [1, 2, 4]) {
      if (!(bits & bit)) edges.push(polyline([see(corner(bits)), see(corner(bits | bit))], false));
    }
  }
  return edges.join('');
}
