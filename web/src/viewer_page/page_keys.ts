// SPDX-License-Identifier: Apache-2.0
// Keys for what the page has around the panels. The same table runs the keys and writes the help page.

import type { ViewerSession } from './viewer_session';

export interface PageCommand {
  readonly key: string;
  readonly shown: string;
  readonly says: string;
  readonly run: (session: ViewerSession) => void;
}

export const pageCommands: readonly PageCommand[] = [
  {
    key: 'g',
    shown: 'G',
    says: 'Type a place to go to',
    run: (session) => {
      session.tab.value = 'places';
      // The field is on the page after the next drawing.
      requestAnimationFrame(() => document.getElementById('place-field')?.focus());
    },
  },
  {
    key: 'b',
    shown: 'B',
    says: 'Bookmark this view',
    run: (session) => session.bookmarkView(),
  },
  {
    key: 'p',
    shown: 'P',
    says: 'Save a picture',
    run: (session) => {
      session.figureOpen.value = true;
    },
  },
  {
    key: '?',
    shown: '?',
    says: 'This help',
    run: (session) => {
      session.helpOpen.value = true;
    },
  },
];

/** Runs the command of a key press; true when there was one. */
export function runPageKey(session: ViewerSession, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const command = pageCommands.find(({ key }) => key === event.key.toLowerCase());
  command?.run(session);
  return command !== undefined;
}
