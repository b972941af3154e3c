// SPDX-License-Identifier: Apache-2.0
// Views that the reader wants to find again, kept in this browser per dataset. A bookmark is a name and the hash of a
// view link, so it brings back all that a link does.

import type { TextStore } from '../app/local_store';

export interface Bookmark {
  readonly id: string;
  readonly name: string;
  /** As in the address: "#at=…". */
  readonly hash: string;
}

export const bookmarkLimits = { count: 200, name: 80, hash: 32_000 };

export class BookmarkList {
  private list: readonly Bookmark[];
  private readonly key: string;

  constructor(
    datasetId: string,
    private readonly store: TextStore,
    private readonly changed: (list: readonly Bookmark[], kept: boolean) => void,
  ) {
    this.key = `beamport.bookmarks.${datasetId}`;
    this.list = readBookmarks(store.read(this.key));
  }

  get bookmarks(): readonly Bookmark[] {
    return this.list;
  }

  get full(): boolean {
    return this.list.length >= bookmarkLimits.count;
  }

  add(name: string, hash: string): void {
    if (this.full || hash.length > bookmarkLimits.hash) return;
    const number = 1 + Math.max(0, ...this.list.map(({ id }) => Number(id)));
    this.replace([...this.list, { id: String(number), name: tidyName(name) || `View ${number}`, hash }]);
  }

  rename(id: string, name: string): void {
    const tidied = tidyName(name);
    if (!tidied) return;
    this.replace(
      this.list.map((bookmark) => (bookmark.id === id ? { ...bookmark, name: tidied } : bookmark)),
    );
  }

  remove(id: string): void {
    this.replace(this.list.filter((bookmark) => bookmark.id !== id));
  }

  /** Another tab of this browser has written. */
  readAgain(): void {
    this.list = readBookmarks(this.store.read(this.key));
    this.changed(this.list, true);
  }

  private replace(list: readonly Bookmark[]): void {
    this.list = list;
    this.changed(list, this.store.write(this.key, JSON.stringify(list)));
  }
}

function tidyName(name: string): string {
  return name.trim().replace(/\s+/g, ' ').slice(0, bookmarkLimits.name);
}

/** Whatever another version or another page has left there: what is no bookmark is left out. */
function readBookmarks(text: string | null): Bookmark[] {
  let found: unknown;
  try {
    found = JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(found)) return [];
  const ids = new Set<string>();
  return found
    .filter(
      (entry): entry is Bookmark => isBookmark(entry) && !ids.has(entry.id) && ids.add(entry.id) !== null,
    )
    .slice(0, bookmarkLimits.count)
    .map(({ id, name, hash }) => ({ id, name: tidyName(name), hash }));
}

function isBookmark(entry: unknown): entry is Bookmark {
  if (typeof entry !== 'object' || entry === null) return false;
  const { id, name, hash } = entry as Record<string, unknown>;
  return (
    typeof id === 'string' &&
    /^\d{1,9}$/.test(id) &&
    typeof name === 'string' &&
    typeof hash === 'string' &&
    hash.startsWith('#') &&
    hash.length <= bookmarkLimits.hash
  );
}
