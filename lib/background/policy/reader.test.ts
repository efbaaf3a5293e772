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
const kept = () => database.policy.get('managed');

test('no policy leaves no trace', async () => {
  await reader().refresh();
  expect(wakes).toEqual([]);
  answer = {};
  await reader().refresh();
  expect(await kept()).toBeUndefined();
  expect(changed).not.toHaveBeenCalled();
  // It may only not be there yet: one more look, and then no more.
  expect(wakes).toEqual([time + 30_000]);
  time += 30_000;
  await reader().refresh();
  await reader().refresh();
  expect(wakes).toHaveLength(1);
});

test('what was received is kept, with what is wrong with it; the same again changes nothing', async () => {
  answer = { snoozeDays: 3, paused: 'yes', extra: { deep: ['x'.repeat(1_000)] } };
  await reader().refresh();
  const policy = await kept();
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
  expect(await kept()).toEqual(policy);
  expect(changed).toHaveBeenCalledOnce();
  answer = { snoozeDays: 4 };
  await reader().refresh();
  expect(await kept()).toMatchObject({ values: { snoozeDays: 4 }, rejected: [] });
  expect((await kept())?.fingerprint).not.toBe(policy?.fingerprint);
});

test('an empty answer after the start of the browser is not believed for a while; the policy is', async () => {
  answer = { snoozeDays: 3 };
  await reader().refresh();
  answer = {};
  await reader().refresh();
  expect(await kept()).toBeDefined();
  expect(wakes).toEqual([time + 30_000]);
  answer = { snoozeDays: 3 };
  await reader().refresh();
  // Doubt begins anew.
  answer = {};
  time += 29_000;
  await reader().refresh();
  time += 29_000;
  await reader().refresh();
  expect(await kept()).toBeDefined();
  time += 1_000;
  await reader().refresh();
  expect(await kept()).toBeUndefined();
  expect(changed).toHaveBeenCalledTimes(2);
});

test('that there is no policy any more is believed at once where the browser says so', async () => {
  answer = { snoozeDays: 3 };
  await reader().refresh();
  answer = undefined;
  await reader().refresh();
  expect(await kept()).toBeUndefined();
  answer = { snoozeDays: 3 };
  await reader().refresh();
  answer = {};
  await reader().refresh(true);
  expect(await kept()).toBeUndefined();
});

test('a browser that fails to answer leaves what was known', async () => {
  answer = { snoozeDays: 3 };
  await reader().refresh();
  answer = new Error('not now');
  await reader().refresh(true);
  expect(await kept()).toBeDefined();
});

test('what was stored of the visits with the connections is kept by the upgrade', async () => {
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
