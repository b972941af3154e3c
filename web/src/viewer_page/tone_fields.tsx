// SPDX-License-Identifier: Apache-2.0
// Colour map, gamma and inversion, and what the hatching means.

import { formatShort } from '../format/numbers';
import { colourMapNames, isColourMapName } from '../viewer/colour_map';
import { gammaLimits } from '../viewer/tone';
import { clamp } from '../viewer/vec3';
import type { ViewerSession } from './viewer_session';

const mapWords = {
  grey: 'Grey',
  viridis: 'Viridis',
  cividis: 'Cividis',
  magma: 'Magma',
  inferno: 'Inferno',
  plasma: 'Plasma',
} as const;

export function ToneFields({ session }: { session: ViewerSession }) {
  const { store } = session.viewer;
  const { colours, inverted } = session.view.value;
  const nans = session.dataset.statistics?.nan_count ?? 0;
  return (
    <div class="tone-fields">
      <label class="tone-field">
        <span>Colours</span>
        <select
          value={colours}
          onChange={(event) => {
            const { value } = event.currentTarget as HTMLSelectElement;
            if (isColourMapName(value)) store.update({ colours: value });
          }}
        >
          {colourMapNames.map((name) => (
            <option key={name} value={name}>
              {mapWords[name]}
            </option>
          ))}
        </select>
      </label>
      <GammaField session={session} />
      <button
        type="button"
        class="button"
        aria-pressed={inverted}
        title="Dark becomes bright (N)"
        onClick={() => store.update({ inverted: !inverted })}
      >
        Invert
      </button>
      {nans > 0 && (
        <p class="no-data muted">
          <span class="hatch" aria-hidden="true" /> not a number
        </p>
      )}
    </div>
  );
}

/** The slider runs evenly over powers: its middle is 1. */
function GammaField({ session }: { session: ViewerSession }) {
  const { store } = session.viewer;
  const { gamma } = session.view.value;
  const reach = Math.log10(gammaLimits.largest);
  const set = (value: number) => {
    const { smallest, largest } = gammaLimits;
    if (value > 0) store.update({ gamma: Number(clamp(value, smallest, largest).toPrecision(3)) });
  };
  return (
    <div class="tone-field gamma">
      <span id="gamma-label">Gamma</span>
      <input
        type="range"
        min={-reach}
        max={reach}
        step={0.02}
        value={Math.log10(gamma)}
        aria-labelledby="gamma-label"
        aria-valuetext={formatShort(gamma, 3)}
        title="Below 1 brightens the dark parts; double-click for 1"
        onInput={(event) => {
          const power = Number((event.currentTarget as HTMLInputElement).value);
          set(Math.abs(power) < 0.011 ? 1 : 10 ** power);
        }}
        onDblClick={() => set(1)}
      />
      <input
        type="number"
        min={gammaLimits.smallest}
        max={gammaLimits.largest}
        step={0.05}
        value={formatShort(gamma, 3)}
        aria-label="Gamma as a number"
        onChange={(event) => {
          const field = event.currentTarget as HTMLInputElement;
          set(Number(field.value));
          field.value = formatShort(store.state.gamma, 3);
        }}
      />
    </div>
  );
}
