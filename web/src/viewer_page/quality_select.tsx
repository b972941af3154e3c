// SPDX-License-Identifier: Apache-2.0
import { isQualityChoice, qualityChoices } from '../viewer/quality_choice';
import type { ViewerSession } from './viewer_session';

const words = { auto: 'Auto', low: 'Low', exact: 'Exact' } as const;

export function QualitySelect({ session }: { session: ViewerSession }) {
  const onChange = (event: Event) => {
    const { value } = event.currentTarget as HTMLSelectElement;
    if (isQualityChoice(value)) session.viewer.setQuality(value);
  };
  return (
    <label
      class="quality-select"
      title="Auto: a quick picture, then exact. Low: quick pictures only. Exact: no quick pictures. (Q)"
    >
      <span class="muted">Quality</span>
      <select value={session.view.value.quality} onChange={onChange}>
        {qualityChoices.map((choice) => (
          <option key={choice} value={choice}>
            {words[choice]}
          </option>
        ))}
      </select>
    </label>
  );
}
