// SPDX-License-Identifier: Apache-2.0
import { ContrastPanel } from './contrast_panel';
import { CursorPanel } from './cursor_panel';
import { DatasetFacts } from './dataset_facts';
import { InfoTabs } from './info_tabs';
import { MarksPanel } from './marks_panel';
import { PlacesPanel } from './places_panel';
import type { ViewerSession } from './viewer_session';
import './info_panel.css';

export function InfoPanel({ session }: { session: ViewerSession }) {
  return (
    <aside class="panel panel-info" aria-label="Position, contrast and facts">
      <div class="info-body">
        <CursorPanel session={session} />
        <div class="info-tabs">
          <InfoTabs session={session}>
            {(tab) => {
              if (tab === 'contrast') return <ContrastPanel session={session} />;
              if (tab === 'marks') return <MarksPanel session={session} />;
              if (tab === 'places') return <PlacesPanel session={session} />;
              return <DatasetFacts dataset={session.dataset} />;
            }}
          </InfoTabs>
        </div>
      </div>
    </aside>
  );
}
