import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import {
  checkTransition,
  commandTransitions,
  illegalTransition,
  type Transitions,
  verificationTransitions,
} from './state-machines.ts';

const architecture = readFileSync('docs/architecture.md', 'utf8');
const { report } = illegalTransition;
afterEach(() => {
  illegalTransition.report = report;
});

/** Every arrow of the mermaid diagram under a heading, with its first state, as `from → to`. */
function drawn(heading: string): string[] {
  const [, diagram = ''] = architecture.split(`\n### ${heading}\n`)[1]?.split('```') ?? [];
  const names = new Map([...diagram.matchAll(/state "(.+)" as (\w+)/g)].map(([, name, alias]) => [alias, name]));
  const nameOf = (state = '') => names.get(state) ?? state;
  return [...diagram.matchAll(/^ +(\S+) --> (\S+)$/gm)].map(([, from, to]) => `${nameOf(from)} → ${nameOf(to)}`);
}

function tabled(transitions: Transitions): string[] {
  return Object.entries(transitions).flatMap(([from, states]) => states.map((to) => `${from} → ${to}`));
}

test.each([
  ['Command', commandTransitions, 'accepted'],
  ['Verification', verificationTransitions, 'sending'],
] as const)(
  'the diagram "%s" in docs/architecture.md shows exactly the transition table',
  (name, transitions, first) => {
    expect(drawn(name).toSorted()).toEqual([`[*] → ${first}`, ...tabled(transitions)].toSorted());
  },
);

test('an illegal transition is reported, and a legal one or the same state is not', () => {
  illegalTransition.report = vi.fn();
  checkTransition(commandTransitions, 'accepted', 'requested');
  checkTransition(commandTransitions, 'done', 'done');
  expect(illegalTransition.report).not.toHaveBeenCalled();
  checkTransition(commandTransitions, 'done', 'requested');
  checkTransition(verificationTransitions, 'unknown', 'done');
  expect(vi.mocked(illegalTransition.report).mock.calls).toEqual([
    ['done', 'requested'],
    ['unknown', 'done'],
  ]);
});

test('every state is reachable, and every target is a state', () => {
  for (const [transitions, first] of [
    [commandTransitions, 'accepted'],
    [verificationTransitions, 'sending'],
  ] as const) {
    const targets = Object.values(transitions as Transitions).flat();
    expect(new Set([first, ...targets])).toEqual(new Set(Object.keys(transitions)));
  }
});
