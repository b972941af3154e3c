// SPDX-License-Identifier: Apache-2.0
// The tabs of the side panel. Arrow keys go from tab to tab, as the ARIA pattern for tabs has it.

import type { ComponentChildren } from 'preact';
import type { ViewerSession } from './viewer_session';

export const infoTabs = ['contrast', 'marks', 'places', 'dataset'] as const;
export type InfoTab = (typeof infoTabs)[number];

const words: Readonly<Record<InfoTab, string>> = {
  contrast: 'Contrast',
  marks: 'Marks',
  places: 'Places',
  dataset: 'Dataset',
};

export function InfoTabs(props: { session: ViewerSession; children: (tab: InfoTab) => ComponentChildren }) {
  const { tab } = props.session;
  const choose = (next: InfoTab) => {
    tab.value = next;
    document.getElementById(`tab-${next}`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const here = infoTabs.indexOf(tab.value);
    const last = infoTabs.length - 1;
    const places: Record<string, number> = {
      ArrowLeft: here === 0 ? last : here - 1,
      ArrowRight: here === last ? 0 : here + 1,
      Home: 0,
      End: last,
    };
    const next = infoTabs[places[event.key] ?? -1];
    if (!next) return;
    event.preventDefault();
    choose(next);
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label="Side panel" onKeyDown={onKeyDown}>
        {infoTabs.map((name) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            class="tab"
            role="tab"
            aria-selected={tab.value === name}
            aria-controls="tab-panel"
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => {
              tab.value = name;
            }}
          >
            {words[name]}
          </button>
        ))}
      </div>
      <div id="tab-panel" class="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab.value}`}>
        {props.children(tab.value)}
      </div>
    </>
  );
}
