import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Database, openDatabase } from '../db/database.ts';
import { createPolicyReader } from './reader.ts';

let database: Database;
let answer: unknown;
let time: number;
const wakes: number[] = [];
const changed = vi.fn(async () => {});
const memory = new Map<string, unknown>();

beforeEach(() => {
  database = openDatabase(`policy-${crypto.randomUUID()}`);
  answer = undefined;
  time = 1_000_000;
  wakes.length = 0;
  memory.clear();
});
afterEach(() => database.delete());

const reader = () =>
  createPolicyReader({
    database,
    readManaged: async () => {
      if (answer instanceof Error) throw answer;
      return answer;
    },
    memory: {
      get: async (key) => (memory.has(key) ? { [key]: memory.get(key) } : {}),
      set: async (items) => {
        for (const [key, value] of Object.entries(items)) memory.set(key, value);
      },
      remove: async (key) => void memory.delete(key),
    },
    now: () => time,
    wakeAt: (at) => void wakes.push(at),
    changed,
  });
const stored = () => database.policy.get('managed');

test('without managed policy, nothing is stored, and an empty answer is confirmed once', async () => {
  await reader().refresh();
  expect(wakes).toEqual([]);
  answer = {};
  await reader().refresh();
  expect(await stored()).toBeUndefined();
  expect(changed).not.toHaveBeenCalled();
  expect(wakes).toEqual([time + 30_000]);
  time += 30_000;
  await reader().refresh();
  await reader().refresh();
  expect(wakes).toHaveLength(1);
});

test('a received policy is stored with its rejected keys, and an equal one changes nothing', async () => {
  answer = { snoozeDays: 3, paused: 'yes', extra: { deep: ['x'.repeat(1_000)] } };
  await reader().refresh();
  const policy = await stored();
  expect(policy).toMatchObject({
    values: { snoozeDays: 3 },
    rejected: [
      { key: 'paused', why: 'not-true-or-false' },
      { key: 'extra', why: 'unknown-key' },
    ],
    received: { snoozeDays: '3', paused: '"yes"' },
    receivedAt: time,
  });
  expect(policy?.received.extra?.length).toBeLessThan(310);
  answer = { paused: 'yes', extra: { deep: ['x'.repeat(1_000)] }, snoozeDays: 3 };
  time += 5_000;
  await reader().refresh();
  expect(await stored()).toEqual(policy);
  expect(changed).toHaveBeenCalledOnce();
  answer = { snoozeDays: 4 };
  await reader().refresh();
  expect(await stored()).toMatchObject({ values: { snoozeDays: 4 }, rejected: [] });
  expect((await stored())?.fingerprint).not.toBe(policy?.fingerprint);
});

test('an empty answer removes a stored policy only after 30 seconds of empty answers', async () => {
  answer = { snoozeDays: 3 };
  await reader().refresh();
  answer = {};
  await reader().refresh();
  expect(await stored()).toBeDefined();
  expect(wakes).toEqual([time + 30_000]);
  answer = { snoozeDays: 3 };
  await reader().refresh();
  // The time starts again after an answer with a policy.
  answer = {};
  time += 29_000;
  await reader().refresh();
  time += 29_000;
  await reader().refresh();
  expect(await stored()).toBeDefined();
  time += 1_000;
  await reader().refresh();
  expect(await stored()).toBeUndefined();
  expect(changed).toHaveBeenCalledTimes(2);
});

test('a stored policy is removed at once if the browser has none or reports a change', async () => {
  answer = { snoozeDays: 3 };
  await reader().refresh();
  answer = undefined;
  await reader().refresh();
  expect(await stored()).toBeUndefined();
  answer = { snoozeDays: 3 };
  await reader().refresh();
  answer = {};
  await reader().refresh(true);
  expect(await stored()).toBeUndefined();
});

test('a stored policy stays if the browser fails to answer', async () => {
  answer = { snoozeDays: 3 };
  await reader().refresh();
  answer = new Error('not now');
  await reader().refresh(true);
  expect(await stored()).toBeDefined();
});

test('the upgrade moves silent sign-ins from the connections to their own table', async () => {
  const { Dexie } = await import('dexie');
  const former = new Dexie('phone-sign-in-former');
  former.version(1).stores({ connections: 'id' });
  await former.table('connections').bulkAdd([
    { id: 'one', silentSignInAt: 5, noSilentSignIn: true, connectedAt: 1 },
    { id: 'two', connectedAt: 2 },
  ]);
  former.close();
  const upgraded = openDatabase('phone-sign-in-former');
  expect(await upgraded.connections.toArray()).toEqual([
    { id: 'one', connectedAt: 1 },
    { id: 'two', connectedAt: 2 },
  ]);
  expect(await upgraded.silentSignIns.toArray()).toEqual([{ connectionId: 'one', at: 5, never: true }]);
  await upgraded.delete();
});
