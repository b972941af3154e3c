// SPDX-License-Identifier: Apache-2.0
// A camera that turns around the volume. The volume lies with its centre at 0 and its longest side 1 long, in the axes of
// the panels: x right, y down, z away. At yaw 0, pitch 0 it looks as the xy panel does; yaw 90 as zy, pitch 90 as xz.

import type { PlaneName } from '../viewer/plane';
import { clamp, mapAxes, type Vec3 } from '../viewer/vec3';
import type { VolumeGeometry } from '../viewer/volume_geometry';

export interface Eye {
  /** Degrees. */
  readonly yaw: number;
  readonly pitch: number;
  /** From the point looked at, in longest sides. */
  readonly distance: number;
  /** The point looked at, in longest sides from the centre, along the camera's right and down. */
  readonly shift: { readonly right: number; readonly down: number };
}

export const openingEye: Eye = { yaw: 32, pitch: -24, distance: 2.9, shift: { right: 0, down: 0 } };

export const eyesOfPlanes: Readonly<Record<PlaneName, Pick<Eye, 'yaw' | 'pitch'>>> = {
  xy: { yaw: 0, pitch: 0 },
  zy: { yaw: 90, pitch: 0 },
  xz: { yaw: 0, pitch: 90 },
};

const distanceLimits = { nearest: 0.25, farthest: 8 };
/** Half the opening angle along the shorter side of the panel. */
const halfAngleTan = Math.tan((15 * Math.PI) / 180);

export function tidyEye(eye: Eye): Eye {
  const round = (value: number, digits: number) => Number(value.toFixed(digits));
  const side = (value: number) => round(clamp(value, -1.5, 1.5), 4);
  return {
    yaw: round((((eye.yaw % 360) + 540) % 360) - 180, 2),
    pitch: round(clamp(eye.pitch, -90, 90), 2),
    distance: round(clamp(eye.distance, distanceLimits.nearest, distanceLimits.farthest), 4),
    shift: { right: side(eye.shift.right), down: side(eye.shift.down) },
  };
}

/** The hand drags the near side of the volume along. */
export function orbit(eye: Eye, degreesRight: number, degreesDown: number): Eye {
  return tidyEye({ ...eye, yaw: eye.yaw - degreesRight, pitch: eye.pitch - degreesDown });
}

export function dolly(eye: Eye, factor: number): Eye {
  return tidyEye({ ...eye, distance: eye.distance / factor });
}

/** `moved` in parts of the panel's shorter side. */
export function slide(eye: Eye, moved: { readonly right: number; readonly down: number }): Eye {
  const span = 2 * halfAngleTan * eye.distance;
  const { right, down } = eye.shift;
  return tidyEye({ ...eye, shift: { right: right - moved.right * span, down: down - moved.down * span } });
}

export interface Camera {
  readonly position: Vec3;
  readonly right: Vec3;
  readonly down: Vec3;
  readonly forward: Vec3;
  /** Half the picture at distance 1. */
  readonly halfWidth: number;
  readonly halfHeight: number;
}

export function cameraOf(eye: Eye, widthPx: number, heightPx: number): Camera {
  const [yaw, pitch] = [(eye.yaw * Math.PI) / 180, (eye.pitch * Math.PI) / 180];
  const right = { x: Math.cos(yaw), y: 0, z: Math.sin(yaw) };
  const level = { x: -Math.sin(yaw), y: 0, z: Math.cos(yaw) };
  const down = mapAxes((axis) => level[axis] * Math.sin(pitch) + (axis === 'y' ? Math.cos(pitch) : 0));
  const forward = mapAxes((axis) => level[axis] * Math.cos(pitch) - (axis === 'y' ? Math.sin(pitch) : 0));
  const position = mapAxes(
    (axis) => right[axis] * eye.shift.right + down[axis] * eye.shift.down - forward[axis] * eye.distance,
  );
  const shorter = Math.min(widthPx, heightPx);
  return {
    position,
    right,
    down,
    forward,
    halfWidth: (halfAngleTan * widthPx) / shorter,
    halfHeight: (halfAngleTan * heightPx) / shorter,
  };
}

/** Where a point of the scene is seen, in parts of the picture from its top left; null behind the camera. */
export function project(camera: Camera, point: Vec3): { right: number; down: number } | null {
  const away = mapAxes((axis) => point[axis] - camera.position[axis]);
  const along = (direction: Vec3) => away.x * direction.x + away.y * direction.y + away.z * direction.z;
  const depth = along(camera.forward);
  if (depth <= 1e-6) return null;
  return {
    right: 0.5 + along(camera.right) / depth / camera.halfWidth / 2,
    down: 0.5 + along(camera.down) / depth / camera.halfHeight / 2,
  };
}

/** Sides of the volume in the scene: the longest is 1. */
export function sceneExtent(geometry: VolumeGeometry): Vec3 {
  const side = mapAxes((axis) => geometry.shape[axis] * geometry.voxelSizeUm[axis]);
  const longest = Math.max(side.x, side.y, side.z);
  return mapAxes((axis) => side[axis] / longest);
}

/** A place in level-0 corner coordinates as a point of the scene. */
export function scenePoint(geometry: VolumeGeometry, place: Vec3): Vec3 {
  const extent = sceneExtent(geometry);
  return mapAxes((axis) => (place[axis] / geometry.shape[axis] - 0.5) * extent[axis]);
}
