// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type LoadState, VolumeLoader } from './volume_loader';

/** 3 × 3 × 3 bricks: more than one request takes. */
const level = { level: 2, shape: { x: 130, y: 130, z: 130 }, bytes: 130 ** 3 };
const dataset = { id: 'a', version: 'b', data_type: 'uint8' };

function frames(places: readonly string[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(places.length * 33);
  const view = new DataView(out.buffer);
  for (const [order, place] of places.entries()) {
    const numbers = [...place.split('.').map(Number), 1, 1, 1];
    for (const [index, number] of numbers.entries()) view.setUint32(order * 33 + index * 4, number, true);
    view.setBigUint64(order * 33 + 24, 1n, true);
    out[order * 33 + 32] = 7;
  }
  return out;
}

type Answer = (places: string[]) => Response;
const all: Answer = (places) => new Response(frames(places));

async function load(answers: Answer[]) {
  const asked: string[][] = [];
  vi.stubGlobal('fetch', async (address: string) => {
    const places = (new URL(address, 'http://a').searchParams.get('at') ?? '').split(',');
    asked.push(places);
    expect(address).toContain('/datasets/a/v/b/bricks/2?at=');
    return (answers.shift() ?? all)(places);
  });
  const arrived: string[] = [];
  const states: LoadState[] = [];
  const loader = new VolumeLoader({
    dataset,
    level,
    arrived: ({ z, y, x }) => arrived.push(`${z}.${y}.${x}`),
    changed: (state) => states.push(state),
    pauseMs: () => 0,
  });
  await loader.run();
  return { asked, arrived, states };
}

afterEach(() => vi.unstubAllGlobals());

describe('loading a level', () => {
  test('asks for every brick once, from the middle outwards', async () => {
    const { asked, arrived, states } = await load([]);
    expect(asked.map(({ length }) => length)).toEqual([16, 11]);
    expect([arrived.length, new Set(arrived).size, arrived[0]]).toEqual([27, 27, '1.1.1']);
    expect(states.at(-1)).toEqual({ done: 27, total: 27, problem: null });
  });

  test('goes on after a failure with what is missing', async () => {
    const broken: Answer = () => {
      throw new TypeError('no network');
    };
    const partly: Answer = (places) => new Response(frames(places.slice(0, 5)));
    const cut: Answer = (places) => new Response(frames(places).slice(0, 40));
    const { arrived, states } = await load([broken, partly, cut]);
    expect([arrived.length, new Set(arrived).size]).toEqual([27, 27]);
    const problems = states.flatMap(({ problem }) => (problem ? [problem] : []));
    expect(problems).toHaveLength(3);
    expect(problems[0]).toContain('did not answer');
    expect(states.at(-1)?.problem).toBeNull();
  });

  test('ends where asking again cannot help', async () => {
    const gone: Answer = () =>
      Response.json({ code: 'version_gone', detail: 'It was replaced.' }, { status: 410 });
    const { asked, states } = await load([gone]);
    expect([asked.length, states.at(-1)?.problem]).toEqual([1, 'It was replaced.']);
  });
});
