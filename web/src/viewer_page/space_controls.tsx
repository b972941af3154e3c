// SPDX-License-Identifier: Apache-2.0
// What the 3-D panel draws, from where, and in what detail.

import { formatBytes } from '../format/numbers';
import { planeNames } from '../viewer/plane';
import { eyesOfPlanes, openingEye, tidyEye } from '../volume/orbit_camera';
import { densityLimits, isSpaceMode, type SpaceView, spaceModes } from '../volume/space_view';
import { details, isDetail, levelForDetail } from '../volume/volume_level';
import type { ViewerSession } from './viewer_session';

const modeWords = { maximum: 'Maximum', volume: 'Volume', slices: 'Slices' } as const;
const detailWords = { coarse: 'Coarse', medium: 'Medium', fine: 'Fine' } as const;

export function SpaceControls({ session }: { session: ViewerSession }) {
  const { store, geometry } = session.viewer;
  const { space } = session.view.value;
  const set = (change: Partial<SpaceView>) => store.update({ space: { ...store.state.space, ...change } });
  return (
    <div class="space-controls">
      <select
        aria-label="3-D drawing"
        title="Maximum: the brightest voxel of each ray. Volume: fog made by the contrast. Slices: the three planes"
        value={space.mode}
        onChange={(event) => {
          const { value } = event.currentTarget as HTMLSelectElement;
          if (isSpaceMode(value)) set({ mode: value });
        }}
      >
        {spaceModes.map((mode) => (
          <option key={mode} value={mode}>
            {modeWords[mode]}
          </option>
        ))}
      </select>
      {space.mode !== 'slices' && (
        <button
          type="button"
          class="button quiet small"
          aria-pressed={space.slices}
          title="Show the three planes within the volume"
          onClick={() => set({ slices: !space.slices })}
        >
          Planes
        </button>
      )}
      <select
        aria-label="3-D detail"
        title="How much is loaded"
        value={space.detail}
        onChange={(event) => {
          const { value } = event.currentTarget as HTMLSelectElement;
          if (isDetail(value)) set({ detail: value });
        }}
      >
        {details.map((detail) => {
          const level = levelForDetail(geometry, session.dataset.data_type, detail);
          return (
            <option key={detail} value={detail}>
              {`${detailWords[detail]}${level ? `, ${formatBytes(level.bytes)}` : ''}`}
            </option>
          );
        })}
      </select>
      {space.mode === 'volume' && (
        <input
          type="range"
          class="density"
          min={Math.log10(densityLimits.smallest)}
          max={Math.log10(densityLimits.largest)}
          step={0.05}
          value={Math.log10(space.density)}
          aria-label="Density"
          title="How soon the fog is opaque"
          onInput={(event) => {
            const power = Number((event.currentTarget as HTMLInputElement).value);
            set({ density: Number((10 ** power).toPrecision(3)) });
          }}
        />
      )}
      <span class="space-views">
        {planeNames.map((name) => (
          <button
            key={name}
            type="button"
            class="button quiet small"
            title={`Look as the ${name} panel does`}
            aria-label={`Look at ${name}`}
            onClick={() => set({ eye: tidyEye({ ...openingEye, ...eyesOfPlanes[name] }) })}
          >
            {name}
          </button>
        ))}
        <button
          type="button"
          class="button quiet small"
          title="Look as at first (0)"
          onClick={() => set({ eye: openingEye })}
        >
          Reset
        </button>
      </span>
    </div>
  );
}
