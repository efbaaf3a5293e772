import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { LogEntry } from './log.ts';
import { cached, createReadiness } from './readiness.ts';
import { alice, gatewayUnderTest } from './testing/gateway-under-test.ts';

function readinessOf(isMet: () => Promise<boolean> | boolean) {
  const logs: LogEntry[] = [];
  const readiness = createReadiness([{ name: 'policy', words: 'No policy.', isMet }], (entry) => logs.push(entry));
  return { readiness, logs };
}
const running = { name: 'running', isMet: true };

test('case 78: the server is ready while every condition is met', async () => {
  for (const isMet of [() => true, async () => true]) {
    const { readiness, logs } = readinessOf(isMet);
    expect(await readiness.report()).toEqual({
      status: 'ready',
      conditions: [running, { name: 'policy', isMet: true }],
    });
    expect(logs).toEqual([]);
  }
});

test('case 78: one condition that is not met makes the server not ready, with words for the operator', async () => {
  const { readiness } = readinessOf(() => false);
  expect(await readiness.report()).toEqual({
    status: 'not-ready',
    conditions: [running, { name: 'policy', isMet: false, words: 'No policy.' }],
  });
});

test('case 78: a check that throws counts as not met, and only the name of its error is logged', async () => {
  const error = Object.assign(new RangeError('+44 7700 900101'), { errstr: 'database is locked' });
  for (const isMet of [() => Promise.reject(error), () => raise(error)]) {
    const { readiness, logs } = readinessOf(isMet);
    expect((await readiness.report()).status).toBe('not-ready');
    expect(logs).toEqual([
      expect.objectContaining({
        level: 'error',
        event: 'not-ready',
        condition: 'policy',
        error: 'RangeError',
        reason: 'database is locked',
      }),
    ]);
    expect(JSON.stringify(logs)).not.toContain('7700');
  }
});

test('a condition is logged when it changes, not at each check', async () => {
  let isMet = false;
  const { readiness, logs } = readinessOf(() => isMet);
  for (const met of [false, false, true, true, false]) {
    isMet = met;
    await readiness.report();
  }
  expect(logs).toEqual([
    { level: 'error', event: 'not-ready', condition: 'policy' },
    { level: 'info', event: 'ready-again', condition: 'policy' },
    { level: 'error', event: 'not-ready', condition: 'policy' },
  ]);
});

test('case 78: after fail() the server is never ready again', async () => {
  const { readiness } = readinessOf(() => true);
  readiness.fail();
  expect(await readiness.report()).toEqual({
    status: 'not-ready',
    conditions: [
      { name: 'running', isMet: false, words: 'The server is stopping.' },
      { name: 'policy', isMet: true },
    ],
  });
});

test('a cached check runs again as soon as its time is over, and when the clock was set back', async () => {
  const clock = { time: 10_000, now: () => clock.time };
  let runs = 0;
  const check = cached(2_000, clock, () => ++runs);
  expect(await check()).toBe(1);
  clock.time = 11_999;
  expect(await check()).toBe(1);
  clock.time = 12_000;
  expect(await check()).toBe(2);
  clock.time = 11_999;
  expect(await check()).toBe(3);
});

test('requests at the same time share one check, and a failed one is cached, too', async () => {
  const clock = { now: () => 0 };
  let runs = 0;
  const check = cached(2_000, clock, () => Promise.reject(new Error(String(++runs))));
  const results = await Promise.allSettled([check(), check(), check()]);
  expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(runs).toBe(1);
});

test('case 78: while the database is locked, /ready fails for at least 2 s and /health answers without waiting', async () => {
  const under = await gatewayUnderTest();
  const status = async (path: string) => (await under.ask(alice, 'GET', path)).status;
  const ready = async () => (await under.ask(alice, 'GET', '/ready')).body as unknown;
  const ofDatabase = (isMet: boolean) => ({
    status: isMet ? 'ready' : 'not-ready',
    conditions: [
      running,
      { name: 'database', isMet, ...(isMet ? {} : { words: 'The database cannot be written.' }) },
      { name: 'second-factor-policy', isMet: true },
    ],
    warnings: [expect.stringContaining('POLICY_UNCHECKED')],
  });
  expect(await ready()).toEqual(ofDatabase(true));
  const other = new DatabaseSync(under.configuration.database);
  other.exec('BEGIN IMMEDIATE');
  // The cached result still counts.
  expect(await status('/ready')).toBe(200);
  under.advance(2_000);
  expect(await ready()).toEqual(ofDatabase(false));
  expect(await status('/ready')).toBe(503);
  expect(await status('/health')).toBe(200);
  other.exec('ROLLBACK');
  expect(await status('/ready')).toBe(503);
  under.advance(2_000);
  expect(await ready()).toEqual(ofDatabase(true));
  other.close();
  await under.end();
});

test('case 78: a readiness check writes a row to the database', async () => {
  const under = await gatewayUnderTest();
  const other = new DatabaseSync(under.configuration.database, { readOnly: true });
  const rows = () => other.prepare('SELECT at FROM write_check').all();
  expect(rows()).toEqual([]);
  for (let check = 0; check < 2; check++) {
    under.advance(2_000);
    await under.ask(alice, 'GET', '/ready');
    expect(rows()).toEqual([{ at: under.clock.time }]);
  }
  other.close();
  await under.end();
});

function raise(error: Error): never {
  throw error;
}
