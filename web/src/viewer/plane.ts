// SPDX-License-Identifier: Apache-2.0
// The three orthogonal planes. A name says the axis running right, then the axis running down.

import type { Axis } from './vec3';

export type PlaneName = 'xy' | 'zy' | 'xz';

/** Also the 3-D panel, which cuts nothing. */
export type PanelName = PlaneName | 'space';

export interface Plane {
  readonly name: PlaneName;
  readonly right: Axis;
  readonly down: Axis;
  readonly normal: Axis;
}

export const planes: Readonly<Record<PlaneName, Plane>> = {
  xy: { name: 'xy', right: 'x', down: 'y', normal: 'z' },
  zy: { name: 'zy', right: 'z', down: 'y', normal: 'x' },
  xz: { name: 'xz', right: 'x', down: 'z', normal: 'y' },
};

export const planeNames: readonly PlaneName[] = ['xy', 'zy', 'xz'];

export function isPlaneName(text: string): text is PlaneName {
  return text === 'xy' || text === 'zy' || text === 'xz';
}

export function isPanelName(text: string): text is PanelName {
  return text === 'space' || isPlaneName(text);
}
