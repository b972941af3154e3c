// SPDX-License-Identifier: Apache-2.0
// Ways to a place: type it, or take a bookmark.

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { readPlace } from '../viewer/place_text';
import { axes } from '../viewer/vec3';
import { fromHash } from '../viewer/view_link';
import { NameField } from './name_field';
import { DeleteButton } from './row_icons';
import type { ViewerSession } from './viewer_session';
import './places.css';

export const placeFieldId = 'place-field';

export function PlacesPanel({ session }: { session: ViewerSession }) {
  return (
    <section class="places" aria-label="Places">
      <JumpForm session={session} />
      <BookmarkRows session={session} />
    </section>
  );
}

function JumpForm({ session }: { session: ViewerSession }) {
  const { viewer } = session;
  const problem = useSignal<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const jump = (event: Event) => {
    event.preventDefault();
    if (!field.current) return;
    const reading = readPlace(field.current.value, viewer.geometry, viewer.store.state.cursor);
    problem.value = reading.problem;
    if (!reading.place) return;
    viewer.jumpTo(reading.place);
    const { cursor } = viewer.store.state;
    if (axes.some((axis) => cursor[axis] !== reading.place?.[axis])) {
      problem.value = 'That lies outside the volume; this is the nearest voxel.';
    }
  };
  return (
    <form class="jump" onSubmit={jump}>
      <label for={placeFieldId}>Go to</label>
      <input
        ref={field}
        id={placeFieldId}
        type="text"
        inputMode="text"
        autoComplete="off"
        spellcheck={false}
        placeholder={viewer.geometry.voxelSizeKnown ? '100, 80, 48 or 65 µm, 52 µm, 31 µm' : '100, 80, 48'}
        aria-describedby="place-problem"
        aria-invalid={problem.value !== null}
      />
      <button type="submit" class="button">
        Go
      </button>
      <p id="place-problem" class="problem" role="status">
        {problem.value}
      </p>
    </form>
  );
}

function BookmarkRows({ session }: { session: ViewerSession }) {
  const { bookmarks, bookmarkList } = session;
  return (
    <>
      <header class="list-head">
        <h2>Bookmarks</h2>
        <button
          type="button"
          class="button"
          title="Keep this view (B)"
          disabled={bookmarkList.full}
          onClick={() => session.bookmarkView()}
        >
          Bookmark view
        </button>
      </header>
      {bookmarks.value.length === 0 && (
        <p class="muted">Bookmarks keep a whole view in this browser. Press B to keep this one.</p>
      )}
      {!session.bookmarksKept.value && (
        <p class="problem" role="status">
          This browser keeps nothing: bookmarks last until the page is closed.
        </p>
      )}
      <ul class="rows" aria-label="Bookmarks">
        {bookmarks.value.map((bookmark) => (
          <li key={bookmark.id}>
            <button
              type="button"
              class="button quiet go"
              aria-label={`Go to ${bookmark.name}`}
              title={placeOf(session, bookmark.hash)}
              onClick={() => session.viewer.follow(bookmark.hash)}
            >
              Go
            </button>
            <NameField
              name={bookmark.name}
              label={`Name of bookmark ${bookmark.name}`}
              rename={(name) => bookmarkList.rename(bookmark.id, name)}
            />
            <span class="muted row-fact">{placeOf(session, bookmark.hash)}</span>
            <DeleteButton
              label={`Delete bookmark ${bookmark.name}`}
              press={() => bookmarkList.remove(bookmark.id)}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

function placeOf({ viewer }: ViewerSession, hash: string): string {
  const { cursor } = fromHash(hash, viewer.store.state, viewer.geometry.shape);
  return axes.map((axis) => cursor[axis]).join(', ');
}
