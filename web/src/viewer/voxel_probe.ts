// SPDX-License-Identifier: Apache-2.0
// The exact value of one voxel: at once when an exact level-0 tile is here, otherwise asked from the server after the
// pointer has rested a moment. Lossy tiles are never read.

import { isAbort } from '../api/api_error';
import type { Vec3 } from './vec3';

export interface ProbeReading {
  readonly voxel: Vec3;
  /** Null while the value is on its way. */
  readonly text: string | null;
}

export interface VoxelProbeOptions {
  readonly local: (voxel: Vec3) => string | null;
  readonly remote: (voxel: Vec3, signal: AbortSignal) => Promise<string>;
  readonly changed: (reading: ProbeReading | null) => void;
  readonly debounceMs?: number;
}

export class VoxelProbe {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private request: AbortController | null = null;
  private asked: Vec3 | null = null;

  constructor(private readonly options: VoxelProbeOptions) {}

  ask(voxel: Vec3 | null): void {
    const last = this.asked;
    if (voxel && last && voxel.x === last.x && voxel.y === last.y && voxel.z === last.z) return;
    this.cancel();
    this.asked = voxel;
    if (!voxel) {
      this.options.changed(null);
      return;
    }
    const text = this.options.local(voxel);
    this.options.changed({ voxel, text });
    if (text === null) this.timer = setTimeout(() => void this.fetch(voxel), this.options.debounceMs ?? 120);
  }

  cancel(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.request?.abort();
    this.request = null;
    this.asked = null;
  }

  private async fetch(voxel: Vec3): Promise<void> {
    const request = new AbortController();
    this.request = request;
    let text: string;
    try {
      text = this.options.local(voxel) ?? (await this.options.remote(voxel, request.signal));
    } catch (error) {
      if (isAbort(error) || request.signal.aborted) return;
      text = 'not available';
    }
    if (!request.signal.aborted) this.options.changed({ voxel, text });
  }
}
