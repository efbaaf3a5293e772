// Makes a test fail in which the state of a command or a verification changes in a way that the transition tables do not allow.
import { afterEach, expect } from 'vitest';
import { illegalTransition } from '../lib/shared/model/state-machines.ts';

const seen: string[] = [];

illegalTransition.report = (from, to) => {
  seen.push(`${from} → ${to}`);
  throw new Error(`Illegal state transition: ${from} → ${to}`);
};

afterEach(() => {
  expect(seen.splice(0), 'illegal state transitions').toEqual([]);
});
