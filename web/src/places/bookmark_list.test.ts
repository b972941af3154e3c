// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import type { TextStore } from '../app/local_store';
import { BookmarkList, bookmarkLimits } from './bookmark_list';

function memory(entries: Record<string, string> = {}): TextStore & { entries: Record<string, string> } {
  return {
    entries,
    read: (key) => entries[key] ?? null,
    write: (key, text) => {
      entries[key] = text;
      return true;
    },
  };
}

describe('bookmarks', () => {
  test('are kept per dataset', () => {
    const store = memory();
    const list = new BookmarkList('a', store, () => {});
    list.add('  Crack   tip ', '#at=1,2,3');
    list.add('', '#at=4,5,6');
    list.rename('2', 'Pore');
    const again = new BookmarkList('a', store, () => {});
    expect(again.bookmarks).toEqual([
      { id: '1', name: 'Crack tip', hash: '#at=1,2,3' },
      { id: '2', name: 'Pore', hash: '#at=4,5,6' },
    ]);
    expect(new BookmarkList('b', store, () => {}).bookmarks).toEqual([]);
  });

  test('an empty name changes nothing, a missing one gets a number', () => {
    const list = new BookmarkList('a', memory(), () => {});
    list.add(' ', '#at=1,2,3');
    list.rename('1', '  ');
    expect(list.bookmarks[0]?.name).toBe('View 1');
  });

  test('numbers of removed ones are not given to others that stay', () => {
    const list = new BookmarkList('a', memory(), () => {});
    for (const hash of ['#a', '#b', '#c']) list.add('', hash);
    list.remove('2');
    list.add('', '#d');
    expect(list.bookmarks.map(({ id }) => id)).toEqual(['1', '3', '4']);
  });

  test('the list says when the browser does not keep it', () => {
    const kept: boolean[] = [];
    const forgetful = { read: () => null, write: () => false };
    const list = new BookmarkList('a', forgetful, (_, wasKept) => kept.push(wasKept));
    list.add('x', '#at=1,2,3');
    expect([kept, list.bookmarks.length]).toEqual([[false], 1]);
  });

  test.each([
    '{',
    'null',
    '7',
    '{"a":1}',
    '[1,null,{"id":"x","name":"n","hash":"#"}]',
    '[{"id":"1","name":1}]',
    '[{"id":"1","name":"n","hash":"/elsewhere"}]',
  ])('foreign text is no bookmark: %s', (text) => {
    const store = memory({ 'beamport.bookmarks.a': text });
    expect(new BookmarkList('a', store, () => {}).bookmarks).toEqual([]);
  });

  test('there is an end to how many there are', () => {
    const list = new BookmarkList('a', memory(), () => {});
    for (let i = 0; i < bookmarkLimits.count + 3; i += 1) list.add('', '#a');
    expect([list.bookmarks.length, list.full]).toEqual([bookmarkLimits.count, true]);
  });
});
