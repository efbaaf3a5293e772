// A database that fails while registrations are read and written.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Graph, Phone } from '../directory/graph.ts';
import { GraphError } from '../directory/graph-error.ts';
import type { LogEntry } from '../log.ts';
import { createRegistrations, databaseRetryMs } from './registration.ts';
import { openStore, type Store } from './store.ts';

const oid = '0a000000-0000-4000-8000-000000000001';
const id = '1d000000-0000-4000-8000-000000000001';
const phoneNumber = '+44 7700900101';

beforeEach(() => vi.useFakeTimers({ now: Date.UTC(2026, 8, 1) }));
afterEach(() => vi.useRealTimers());

/** A proven number whose write is due; the functions in `failing` throw. */
function provenNumber() {
  const clock = { now: () => Date.now() };
  const logs: LogEntry[] = [];
  const log = (entry: LogEntry) => void logs.push(entry);
  const real = openStore({ database: ':memory:', codeKey: new Uint8Array(32).fill(7), oldCodeKeys: [] }, log);
  real.insertChallenge({
    ...{ oid, id, phone_number: phoneNumber, number_mark: 'mark', masked: '+44 •••• 101' },
    ...{ type: 'mobile', purpose: 'add', state: 'confirmed', send: 1, tries_left: 5, created_at: clock.now() },
    ...{ client: null, session: null },
  });
  real.insertRegistration(oid, id, clock.now());
  const failing = new Set<keyof Store>();
  const store = new Proxy(real, {
    get: (target, name: keyof Store) => {
      if (failing.has(name)) throw Object.assign(new RangeError(phoneNumber), { errstr: 'disk I/O error' });
      return target[name];
    },
  });
  const phones: Phone[] = [];
  const events: string[] = [];
  const graph: Graph = {
    phones: async () => phones,
    writePhone: async (_oid, _id, phone) => void phones.push({ id: '1', smsSignInState: 'ready', ...phone }),
    account: async () => ({ userType: 'Member', userPrincipalName: 'one@contoso.example' }),
    conditionalAccessPolicies: async () => [],
    memberships: async () => ({ ids: new Set(), isAdministrator: false }),
  };
  const registrations = createRegistrations({
    configuration: {
      codeKey: new Uint8Array(32).fill(7),
      organization: 'Contoso',
      language: 'en',
      destinations: { allowedCountries: undefined, refusedCountries: [], additionalMobileRanges: [] },
    },
    ...{ store, graph, clock, log },
    permission: async () => {},
    sendText: async () => ({ kind: 'accepted' }),
    sendEvent: async ({ event }) => {
      events.push(event);
      return { kind: 'accepted' };
    },
  });
  return {
    events,
    store: real,
    registrations,
    failing,
    graph,
    logs,
    phones,
    state: () => real.challenge(oid, id)?.state,
  };
}

const failure = (event: string, ids = {}) =>
  expect.objectContaining({ level: 'error', event, error: 'RangeError', reason: 'disk I/O error', ...ids });

for (const failed of ['registrationsDue', 'nextRegistrationTry'] as const)
  test(`case 79: when ${failed} fails, it is logged and tried again after 5 s`, async () => {
    const { registrations, failing, logs, state } = provenNumber();
    failing.add(failed);
    failing.add('registration');
    await registrations.settleDue();
    expect(logs).toContainEqual(failure('registrations-not-read'));
    expect(JSON.stringify(logs)).not.toContain('7700');
    failing.clear();
    await vi.advanceTimersByTimeAsync(databaseRetryMs - 1);
    expect(state()).toBe('confirmed');
    await vi.advanceTimersByTimeAsync(1);
    expect(state()).toBe('done');
  });

for (const failed of ['registration', 'challenge', 'setState', 'updateRegistration', 'transaction'] as const)
  test(`case 79: when ${failed} fails during a step, the step is logged and taken again after 5 s`, async () => {
    const { registrations, failing, logs, phones, state } = provenNumber();
    failing.add(failed);
    await registrations.settle(oid, id);
    expect(logs).toContainEqual(failure('registration-step-failed', { oid, id }));
    expect(state()).not.toBe('done');
    failing.clear();
    await vi.advanceTimersByTimeAsync(databaseRetryMs);
    expect(state()).toBe('done');
    expect(phones).toHaveLength(1);
  });

test('case 79: while the database fails, it is read every 5 s and not more often', async () => {
  const { registrations, failing, logs } = provenNumber();
  failing.add('registrationsDue');
  await registrations.settleDue();
  await vi.advanceTimersByTimeAsync(4 * databaseRetryMs);
  expect(logs.map(({ event }) => event)).toEqual(Array(5).fill('registrations-not-read'));
  await registrations.close();
  await vi.advanceTimersByTimeAsync(4 * databaseRetryMs);
  expect(logs).toHaveLength(5);
});

test('a registration is given up after an hour, also when Graph asked for a longer wait', async () => {
  const { registrations, graph, state } = provenNumber();
  graph.phones = () => Promise.reject(new GraphError({ status: 429, retryAfterMs: 3_600_000 }));
  await vi.advanceTimersByTimeAsync(30 * 60_000);
  await registrations.settle(oid, id);
  await vi.advanceTimersByTimeAsync(30 * 60_000 - 1);
  expect(state()).toBe('writing');
  await vi.advanceTimersByTimeAsync(1);
  expect(state()).toBe('failed');
});

const month = 30 * 24 * 3_600_000;

test('a registration that a clock a month ahead planned is tried within a minute after its correction', async () => {
  const { registrations, graph, store, state } = provenNumber();
  const { phones } = graph;
  const planned = store.registration(oid, id);
  if (!planned) throw new Error('no registration');
  vi.setSystemTime(Date.now() + month);
  store.updateRegistration({ ...planned, started_at: Date.now() });
  graph.phones = () => Promise.reject(new GraphError({ status: 503 }));
  await registrations.settle(oid, id);
  vi.setSystemTime(Date.now() - month);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(store.registration(oid, id)?.started_at).toBeLessThanOrEqual(Date.now());
  expect(state()).toBe('writing');
  graph.phones = phones;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state()).toBe('done');
});

test('times of a registration that lie in the future become the present, and its try is due', () => {
  const { store } = provenNumber();
  const now = Date.now();
  const limit = now + 3_600_000;
  const known = store.registration(oid, id);
  if (!known) throw new Error('no registration');
  for (const [changes, expected] of [
    [{ started_at: now + 1 }, { started_at: now, next_try_at: now }],
    [{ written_at: now + 1 }, { written_at: now, next_try_at: now }],
    [{ attempted_at: now + 1 }, { attempted_at: now, next_try_at: now }],
    [{ next_try_at: limit + 1 }, { next_try_at: now }],
    [{ next_try_at: limit }, { next_try_at: limit }],
    [{ started_at: now - 5, written_at: now - 4, attempted_at: now - 3, next_try_at: limit }, {}],
  ]) {
    const row = { ...known, ...changes };
    store.updateRegistration(row);
    store.clampRegistrations(now, limit);
    expect(store.registration(oid, id)).toEqual({ ...row, ...expected });
  }
});

test('a registration is given up an hour and a minute at most after the correction of a clock that was ahead', async () => {
  const { registrations, graph, store, state } = provenNumber();
  const planned = store.registration(oid, id);
  if (!planned) throw new Error('no registration');
  store.updateRegistration({ ...planned, started_at: Date.now() + month, next_try_at: Date.now() + month });
  graph.phones = () => Promise.reject(new GraphError({ status: 503 }));
  await registrations.settleDue();
  expect(state()).toBe('writing');
  await vi.advanceTimersByTimeAsync(3_600_000 + 60_000);
  expect(state()).toBe('failed');
});

test('case 66: a write is recorded before Graph gets it', async () => {
  const { registrations, graph, store } = provenNumber();
  const { writePhone } = graph;
  const recorded: unknown[] = [];
  graph.writePhone = async (...write) => {
    recorded.push(store.registration(oid, id)?.attempted_at);
    await writePhone(...write);
  };
  await registrations.settle(oid, id);
  expect(recorded).toEqual([Date.now()]);
});

test('a person who is forgotten during the write is not announced', async () => {
  const { registrations, graph, store, events, logs } = provenNumber();
  const { writePhone } = graph;
  graph.writePhone = async (...write) => {
    store.deletePerson(oid);
    await writePhone(...write);
  };
  await registrations.settle(oid, id);
  expect(logs.map(({ event }) => event)).toEqual(['phone-written']);
  expect(events).toEqual([]);
});

test('a person who is forgotten while Graph does not answer is not written any more', async () => {
  const { registrations, graph, store, logs } = provenNumber();
  graph.phones = async () => {
    store.deletePerson(oid);
    throw new GraphError({ status: 503 });
  };
  await registrations.settle(oid, id);
  expect(logs).toEqual([{ level: 'warn', event: 'graph-refused', oid, id, status: 503 }]);
  expect(vi.getTimerCount()).toBe(0);
});

test('a registration without its verification is left alone', async () => {
  const { registrations, store, logs } = provenNumber();
  const other = '1d000000-0000-4000-8000-000000000002';
  store.insertRegistration(oid, other, Date.now());
  await registrations.settle(oid, other);
  expect(logs).toEqual([]);
  expect(store.registration(oid, other)?.tries).toBe(0);
});

test('no timer is set while no registration is left', async () => {
  const { registrations, state } = provenNumber();
  await registrations.settleDue();
  expect([state(), vi.getTimerCount()]).toEqual(['done', 0]);
});

/** Graph answers reads when `answer` is called. */
function heldReads(graph: Graph) {
  const reads: string[] = [];
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  const { phones } = graph;
  graph.phones = async (of) => {
    reads.push(of);
    await promise;
    return phones(of);
  };
  return { reads, answer };
}

test('steps of one user run in sequence, and steps of two users at the same time', async () => {
  const { registrations, graph, store } = provenNumber();
  const other = '0b000000-0000-4000-8000-000000000002';
  store.insertChallenge({
    ...{ oid: other, id, phone_number: '+44 7700900102', number_mark: 'mark', masked: '+44 •••• 102' },
    ...{ type: 'mobile', purpose: 'add', state: 'confirmed', send: 1, tries_left: 5, created_at: Date.now() },
    ...{ client: null, session: null },
  });
  store.insertRegistration(other, id, Date.now());
  const { reads, answer } = heldReads(graph);
  const steps = [registrations.settle(oid, id), registrations.settle(oid, id), registrations.settle(other, id)];
  await vi.advanceTimersByTimeAsync(0);
  expect(reads).toEqual([oid, other]);
  answer();
  await Promise.all(steps);
});

test('closing waits for the running step, takes no other and sets no timer', async () => {
  const { registrations, graph, store, failing, logs } = provenNumber();
  const { reads, answer } = heldReads(graph);
  const { writePhone } = graph;
  const writes: string[] = [];
  graph.writePhone = async (...write) => {
    writes.push(write[0]);
    await writePhone(...write);
    throw new GraphError({ status: 503 });
  };
  const step = registrations.settle(oid, id);
  const queued = registrations.settle(oid, id);
  await vi.advanceTimersByTimeAsync(0);
  let isClosed = false;
  const closed = registrations.close().then(() => {
    isClosed = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  expect([isClosed, reads]).toEqual([false, [oid]]);
  answer();
  await closed;
  expect(writes).toEqual([oid]);
  // As the closed database of the gateway.
  for (const name of ['registration', 'registrationsDue', 'nextRegistrationTry'] as const) failing.add(name);
  await Promise.all([step, queued, registrations.settle(oid, id)]);
  expect(logs.map(({ event }) => event)).toEqual(['graph-refused']);
  expect(store.registration(oid, id)?.tries).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});
