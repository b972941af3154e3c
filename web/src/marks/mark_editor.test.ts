// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { type PlaneName, planes } from '../viewer/plane';
import { pyramid } from '../viewer/test_volume';
import { initialViewState } from '../viewer/view_state';
import { ViewStore } from '../viewer/view_store';
import type { Mark } from './mark';
import { type Draft, MarkEditor, type PanelPlaceForMarks } from './mark_editor';

const contrast = { window: { low: 0, high: 1 }, gamma: 1, inverted: false, colours: 'grey' } as const;
const geometry = pyramid([96, 160, 200], [2, 1, 1], 2);

/** Two device pixels a voxel, so that a wrong scale shows. */
const panel = (name: PlaneName): PanelPlaceForMarks => ({
  plane: planes[name],
  transform: { origin: { right: 10, down: 20 }, scale: { right: 2, down: 2 } },
  pixelRatio: 1,
});
const at = (right: number, down: number) => ({ right: 10 + right * 2, down: 20 + down * 2 });

function setUp() {
  const store = new ViewStore(initialViewState(geometry.shape, contrast));
  const drafts: (Draft | null)[] = [];
  const editor = new MarkEditor(store, geometry, (draft) => drafts.push(draft));
  const only = () => {
    expect(store.state.marks).toHaveLength(1);
    return store.state.marks[0] as Mark;
  };
  return { store, editor, drafts, only };
}

describe('drawing', () => {
  test('two clicks in two panels make a distance in space', () => {
    const { store, editor, only } = setUp();
    editor.choose('distance');
    expect(editor.click(panel('xy'), at(30.25, 40), false)).toBe(true);
    editor.hover(panel('zy'), at(5, 6));
    expect(editor.draft?.next).toEqual({ x: 100.5, y: 6, z: 5 });
    store.update({ cursor: { x: 100, y: 80, z: 10 } });
    editor.click(panel('zy'), at(70, 90), false);
    expect(only()).toMatchObject({
      kind: 'distance',
      name: 'Distance 1',
      points: [
        { x: 30.25, y: 40, z: 48.5 },
        { x: 100.5, y: 90, z: 70 },
      ],
    });
    expect([editor.draft, store.state.selected]).toEqual([null, only().id]);
  });

  test('the same point twice is not a distance', () => {
    const { store, editor } = setUp();
    editor.choose('distance');
    editor.click(panel('xy'), at(30, 40), false);
    editor.click(panel('xy'), at(30, 40), false);
    expect([store.state.marks.length, editor.draft?.points.length]).toEqual([0, 1]);
  });

  test('keys place at the cursor: an angle, and a box that holds both voxels', () => {
    const { store, editor } = setUp();
    const go = (x: number, y: number, z: number) => {
      store.update({ cursor: { x, y, z } });
      editor.placeAtCursor();
    };
    editor.choose('angle');
    for (const x of [1, 2, 3]) go(x, x * x, 5);
    editor.choose('box');
    go(20, 30, 40);
    go(10, 35, 40);
    expect(store.state.marks.map(({ name }) => name)).toEqual(['Angle 1', 'Box 1']);
    expect(store.state.marks[0]).toMatchObject({ points: [{ x: 1.5 }, { y: 4.5 }, { z: 5.5 }] });
    expect(store.state.marks[1]).toMatchObject({
      low: { x: 10, y: 30, z: 40 },
      high: { x: 21, y: 36, z: 41 },
    });
  });

  test('a dragged rectangle is as deep as its shorter side is long', () => {
    const { editor, drafts, only } = setUp();
    editor.choose('box');
    const drag = editor.startDrag(panel('xy'), at(60, 50), false);
    drag?.move(at(20.2, 30));
    expect(drafts.at(-1)).toMatchObject({ kind: 'box' });
    drag?.end();
    // 20 voxels of 1 µm are 10 of 2 µm along z, around slice 48.
    expect(only()).toMatchObject({ low: { x: 20, y: 30, z: 43 }, high: { x: 60, y: 50, z: 54 } });
  });

  test('a drag that is cancelled, and a press without a drag, draw nothing', () => {
    const { store, editor } = setUp();
    editor.choose('box');
    const drag = editor.startDrag(panel('xy'), at(60, 50), false);
    drag?.move(at(20, 30));
    drag?.cancel();
    editor.startDrag(panel('xy'), at(60, 50), false)?.end();
    expect([store.state.marks.length, editor.draft]).toEqual([0, null]);
  });

  test('escape leaves the draft, then the selection, then the tool', () => {
    const { store, editor } = setUp();
    editor.choose('distance');
    for (const x of [10, 20, 30]) editor.click(panel('xy'), at(x, 5), false);
    expect(editor.draft?.points).toHaveLength(1);
    expect([editor.escape(), editor.draft]).toEqual([true, null]);
    expect([editor.escape(), store.state.selected]).toEqual([true, null]);
    expect([editor.escape(), store.state.tool]).toEqual([true, 'move']);
    expect(editor.escape()).toBe(false);
  });
});

describe('changing', () => {
  function withBox() {
    const set = setUp();
    set.editor.choose('box');
    set.store.update({ cursor: { x: 20, y: 30, z: 40 } });
    set.editor.placeAtCursor();
    set.store.update({ cursor: { x: 39, y: 49, z: 59 } });
    set.editor.placeAtCursor();
    set.editor.choose('move');
    return set;
  }

  test.each([
    ['a corner', at(40, 50), at(45, 46), { low: { x: 20, y: 30, z: 40 }, high: { x: 45, y: 46, z: 60 } }],
    ['an edge', at(20, 40), at(12.4, 99), { low: { x: 12, y: 30, z: 40 }, high: { x: 40, y: 50, z: 60 } }],
    ['the middle', at(30, 40), at(33, 36), { low: { x: 23, y: 26, z: 40 }, high: { x: 43, y: 46, z: 60 } }],
    ['the line', at(25, 30), at(26, 30), { low: { x: 21, y: 30, z: 40 }, high: { x: 41, y: 50, z: 60 } }],
    [
      'no further than the faces',
      at(30, 40),
      at(-99, 999),
      { low: { x: 0, y: 140, z: 40 }, high: { x: 20, y: 160, z: 60 } },
    ],
    [
      'no smaller than a voxel',
      at(40, 50),
      at(0, 0),
      { low: { x: 20, y: 30, z: 40 }, high: { x: 21, y: 31, z: 60 } },
    ],
  ])('a box by %s', (_, press, release, expected) => {
    const { editor, only } = withBox();
    const drag = editor.startDrag(panel('xy'), press, false);
    drag?.move(at(0, 0));
    drag?.move(release);
    drag?.end();
    expect(only()).toMatchObject(expected);
  });

  test('a point of a distance keeps its place along the normal', () => {
    const { store, editor, only } = setUp();
    editor.choose('distance');
    editor.click(panel('xy'), at(30, 40), false);
    editor.click(panel('xy'), at(60, 40), false);
    editor.choose('move');
    store.update({ cursor: { ...store.state.cursor, z: 10 } });
    const drag = editor.startDrag(panel('xy'), at(60, 40), false);
    drag?.move(at(61, 45));
    expect(only()).toMatchObject({
      points: [
        { x: 30, y: 40, z: 48.5 },
        { x: 61, y: 45, z: 48.5 },
      ],
    });
    drag?.cancel();
    expect(only()).toMatchObject({ points: [{ x: 30 }, { x: 60, y: 40 }] });
  });

  test('what is in another slice cannot be taken hold of, unless it is selected', () => {
    const { store, editor } = withBox();
    store.update({ cursor: { x: 0, y: 0, z: 95 } });
    expect(editor.hit(panel('xy'), at(40, 50), false)).not.toBeNull();
    editor.select(null);
    expect(editor.hit(panel('xy'), at(40, 50), false)).toBeNull();
    expect(editor.startDrag(panel('xy'), at(40, 50), false)).toBeNull();
  });

  test('a finger reaches further than a mouse', () => {
    const { editor } = withBox();
    const near = { right: at(40, 50).right + 15, down: at(40, 50).down };
    expect([editor.hit(panel('xy'), near, false), editor.hit(panel('xy'), near, true) !== null]).toEqual([
      null,
      true,
    ]);
  });

  test('names, colours and deleting', () => {
    const { store, editor, only } = withBox();
    editor.rename(only().id, '  Left   lung ');
    editor.rename(only().id, ' ');
    editor.recolour(only().id, 'pink');
    expect(only()).toMatchObject({ name: 'Left lung', colour: 'pink' });
    editor.remove(only().id);
    expect([store.state.marks, store.state.selected]).toEqual([[], null]);
  });
});
