// That the bench's profile counts each event without those inside it, and knows the thread that is meant.
import { expect, test } from 'vitest';
import { profileOfCategories, profileOfTrace } from './profile.ts';

const of = (name: string, tid: number, ts: number, dur: number) => ({ name, ph: 'X', pid: 1, tid, ts, dur });
const named = (tid: number, name: string) => ({ name: 'thread_name', ph: 'M', pid: 1, tid, ts: 0, args: { name } });

test('a trace of Chromium: the busiest main thread, each event without what is inside it; the worker by itself', () => {
  const trace = [
    named(1, 'CrRendererMain'),
    named(2, 'CrRendererMain'),
    named(3, 'ServiceWorker thread'),
    of('RunTask', 1, 0, 10_000),
    of('FunctionCall', 1, 1_000, 6_000),
    of('V8.CompileCode', 1, 2_000, 1_000),
    of('something of its own', 1, 3_500, 500),
    of('Layout', 1, 8_000, 1_500),
    of('RunTask', 2, 0, 3_000),
    of('FunctionCall', 3, 0, 90_000),
  ];
  expect(profileOfTrace(trace, 'worker')).toMatchObject({ 'running script': 90, 'the rest': 0 });
  expect(profileOfTrace(trace, 'page')).toEqual({
    'running script': 5,
    'compiling script': 1,
    'style and layout': 1.5,
    painting: 0,
    'collecting garbage': 0,
    'the rest': 2.5,
  });
});

test("Firefox's own categories", () => {
  const profile = profileOfCategories({
    'JavaScript: Parsing': 2,
    'JavaScript: Other': 3,
    'Layout: Reflow': 4,
    'DOM: Other': 1,
  });
  expect(profile).toMatchObject({ 'compiling script': 2, 'running script': 3, 'style and layout': 4, 'the rest': 1 });
});
