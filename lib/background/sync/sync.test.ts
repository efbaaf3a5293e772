import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { waitFor } from '../../../scripts/driver/wait-for.ts';
import { IdentityError } from '../../shared/model/errors.ts';
import type { Account, HostedRegistration } from '../../shared/model/rows.ts';
import type { PhoneDirectory, Snapshot } from '../backend.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { securityInfoVerifier } from '../graph/security-info.ts';
import { createSync } from './sync.ts';

const minute = 60_000;
const accountId = 'account';
const number = '+44 7700900102';
const one: Snapshot = {
  methods: [{ id: 'mobile', type: 'mobile', number, smsSignIn: 'notEnabled' }],
  defaultMethod: { kind: 'sms', systemPreferred: false },
};
const none: Snapshot = { methods: [], defaultMethod: 'unknown' };
const account: Account = {
  id: accountId,
  connectionId: 'tenant',
  userName: 'not.enabled@contoso.example',
  name: 'Employee not enabled',
  loginHint: 'a hint',
  session: 'signed-in',
  defaultMethod: 'unknown',
  failures: 0,
};

let database: Database;
let time: number;
const snapshot = vi.fn<() => Promise<Snapshot>>();
const directoryOf = vi.fn<() => Promise<PhoneDirectory>>();
const scheduled = vi.fn<() => Promise<void>>();
let sync: ReturnType<typeof createSync>;

beforeEach(async () => {
  time = Date.UTC(2026, 7, 3, 9);
  database = openDatabase(`sync-${crypto.randomUUID()}`);
  await database.accounts.add(account);
  snapshot.mockImplementation(async () => one);
  directoryOf.mockImplementation(async () => ({
    capabilities: { maxPhones: 3, types: ['mobile'], smsSignIn: true, defaultMethod: 'read-write' },
    snapshot,
    enableSmsSignIn: () => Promise.reject(new Error('A sync writes nothing')),
    disableSmsSignIn: () => Promise.reject(new Error('A sync writes nothing')),
    remove: () => Promise.reject(new Error('A sync writes nothing')),
    setDefaultMethod: () => Promise.reject(new Error('A sync writes nothing')),
    otherMethods: () => Promise.reject(new Error('A sync asks for no more than it shows')),
  }));
  sync = createSync({
    database,
    directoryOf,
    verifierOf: async () => securityInfoVerifier('global'),
    afterRead: async () => {},
    scheduled,
    now: () => time,
    random: () => 0.5,
  });
});
afterEach(async () => {
  await database.delete();
});

const rowOf = () => database.accounts.get(accountId);
const fails = (error: unknown) => snapshot.mockImplementation(() => Promise.reject(error));

describe('a good read', () => {
  test('is the cache: what was there goes, what is there comes', async () => {
    await database.methods.add({ accountId, id: 'office', type: 'office', masked: '•••• 109', smsSignIn: 'unknown' });
    await sync.read(accountId);
    expect(await database.methods.toArray()).toEqual([
      { accountId, id: 'mobile', type: 'mobile', masked: '+44 •••• 102', smsSignIn: 'notEnabled' },
    ]);
    expect(await rowOf()).toEqual({
      ...account,
      defaultMethod: one.defaultMethod,
      syncedAt: time,
      nextSyncAt: time + 360 * minute,
    });
  });

  test("leaves another account's numbers alone", async () => {
    const other = { accountId: 'other', id: 'mobile', type: 'mobile', masked: '•••• 104', smsSignIn: 'ready' } as const;
    await database.methods.add(other);
    snapshot.mockImplementation(async () => none);
    await sync.read(accountId);
    expect(await database.methods.toArray()).toEqual([other]);
  });

  test('case 20: no full number is written down', async () => {
    await sync.read(accountId);
    const everything = await Promise.all(database.tables.map((table) => table.toArray()));
    expect(JSON.stringify(everything).replace(/\D/g, '')).not.toContain(number.replace(/\D/g, '').slice(-9));
  });

  test('ends what had failed before', async () => {
    fails(new IdentityError('service-unavailable', { status: 500 }));
    await sync.read(accountId).catch(() => {});
    snapshot.mockImplementation(async () => one);
    await sync.read(accountId);
    expect(await rowOf()).toMatchObject({ failures: 0, session: 'signed-in' });
    expect(await rowOf()).not.toHaveProperty('syncError');
  });
});

describe('case 56: a failed read', () => {
  test('leaves the cache, and the next one waits', async () => {
    await sync.read(accountId);
    fails(new IdentityError('offline', { at: time }));
    const waits: number[] = [];
    for (let count = 1; count <= 4; count += 1) {
      await expect(sync.read(accountId)).rejects.toMatchObject({ kind: 'offline' });
      const row = await rowOf();
      expect(row).toMatchObject({ failures: count, syncedAt: time, syncError: { kind: 'offline' } });
      waits.push((row?.nextSyncAt ?? 0) - time);
    }
    expect(waits).toEqual([60, 60, 60, 60].map((minutes) => minutes * minute));
    expect(await database.methods.count()).toBe(1);
    expect(await rowOf()).toMatchObject({ session: 'signed-in', defaultMethod: one.defaultMethod });
  });

  test('case 45: not before the time the service named', async () => {
    fails(new IdentityError('service-unavailable', { at: time, status: 429, retryAt: time + 90 * minute }));
    await sync.read(accountId).catch(() => {});
    expect((await rowOf())?.nextSyncAt).toBeGreaterThanOrEqual(time + 90 * minute);
    for (const reason of ['person', 'page', 'start', 'alarm', 'registration'] as const) {
      await sync.when(accountId, reason);
    }
    expect(snapshot).toHaveBeenCalledTimes(1);
  });

  test.each(['signed-out', 'needs-step-up'] as const)('%s: the session has ended, the cache has not', async (kind) => {
    await sync.read(accountId);
    fails(new IdentityError(kind, { status: 401 }));
    await sync.read(accountId).catch(() => {});
    expect(await rowOf()).toMatchObject({ session: 'signed-out', syncError: { kind } });
    expect(await database.methods.count()).toBe(1);
  });

  test('an exception in the extension is stored as an internal error, without its text', async () => {
    fails(new TypeError(`cannot read ${number}`));
    await expect(sync.read(accountId)).rejects.toMatchObject({ kind: 'internal-error' });
    expect(JSON.stringify(await rowOf())).not.toContain(number);
  });

  test('without a token is one as well', async () => {
    directoryOf.mockRejectedValue(new IdentityError('signed-out'));
    await sync.when(accountId, 'page');
    expect(await rowOf()).toMatchObject({ session: 'signed-out', failures: 1 });
  });
});

describe('one at a time', () => {
  /** Reads that wait until they are let go. */
  function heldReads() {
    const held: (() => void)[] = [];
    snapshot.mockImplementation(() => new Promise((resolve) => held.push(() => resolve(one))));
    return held;
  }

  test('case 58: who comes during a read follows it', async () => {
    const held = heldReads();
    const asked = [sync.when(accountId, 'page'), sync.when(accountId, 'start'), sync.when(accountId, 'person')];
    await waitFor(() => expect(held).toHaveLength(1));
    held[0]?.();
    await Promise.all(asked);
    expect(snapshot).toHaveBeenCalledTimes(1);
  });

  test('a re-read after a write is one that began after it', async () => {
    const held = heldReads();
    const first = sync.read(accountId);
    await waitFor(() => expect(held).toHaveLength(1));
    const reread = sync.read(accountId);
    held[0]?.();
    await first;
    await waitFor(() => expect(held).toHaveLength(2));
    held[1]?.();
    await reread;
    expect(snapshot).toHaveBeenCalledTimes(2);
  });

  test('a failed read does not fail the next', async () => {
    snapshot.mockImplementationOnce(() => Promise.reject(new IdentityError('offline')));
    const [first, next] = await Promise.allSettled([sync.read(accountId), sync.read(accountId)]);
    expect([first.status, next.status]).toEqual(['rejected', 'fulfilled']);
  });

  test('accounts do not wait for each other', async () => {
    const held = heldReads();
    await database.accounts.add({ ...account, id: 'other' });
    const both = [sync.read(accountId), sync.read('other')];
    await waitFor(() => expect(held).toHaveLength(2));
    for (const release of held) release();
    await Promise.all(both);
  });

  test('not sooner than its reason allows', async () => {
    await sync.when(accountId, 'page');
    time += minute - 1;
    await sync.when(accountId, 'page');
    expect(snapshot).toHaveBeenCalledTimes(1);
    time += 1;
    await sync.when(accountId, 'page');
    expect(snapshot).toHaveBeenCalledTimes(2);
  });
});

describe('case 22: signed out', () => {
  async function signOut(): Promise<void> {
    await database.accounts.delete(accountId);
    await database.methods.where({ accountId }).delete();
    await database.registrations.where({ accountId }).delete();
  }

  test.each(['succeeds', 'fails'])('during a read that %s: nothing comes back', async (end) => {
    const held = Promise.withResolvers<Snapshot>();
    snapshot.mockImplementation(() => held.promise);
    const read = sync.read(accountId).catch(() => {});
    await waitFor(() => expect(snapshot).toHaveBeenCalled());
    await signOut();
    if (end === 'succeeds') held.resolve(one);
    else held.reject(new IdentityError('offline'));
    await read;
    expect([await database.accounts.count(), await database.methods.count()]).toEqual([0, 0]);
  });

  test('before it: nobody is asked', async () => {
    await signOut();
    await sync.when(accountId, 'person');
    await expect(sync.read(accountId)).rejects.toMatchObject({ kind: 'signed-out' });
    expect(directoryOf).not.toHaveBeenCalled();
  });
});

describe('a number that is being added on a page of the service', () => {
  const waiting = (): HostedRegistration => ({
    id: 'registration',
    accountId,
    state: 'waiting',
    before: [],
    startedAt: time,
    updatedAt: time,
  });
  const registration = () => database.registrations.get('registration');

  test('is noticed when it is there', async () => {
    await database.registrations.add(waiting());
    snapshot.mockImplementation(async () => none);
    await sync.when(accountId, 'registration');
    expect(await registration()).toMatchObject({ state: 'waiting' });
    snapshot.mockImplementation(async () => one);
    time += 4_000;
    await sync.when(accountId, 'registration');
    expect(await registration()).toMatchObject({ state: 'registered', methodId: 'mobile', updatedAt: time });
  });

  test('is told from the numbers there were', async () => {
    await database.registrations.add({ ...waiting(), before: [{ id: 'mobile', masked: '+44 •••• 102' }] });
    await sync.read(accountId);
    expect(await registration()).toMatchObject({ state: 'waiting' });
    const changed = { ...one, methods: one.methods.map((method) => ({ ...method, number: '+44 7700900198' })) };
    snapshot.mockImplementation(async () => changed);
    await sync.read(accountId);
    expect(await registration()).toMatchObject({ state: 'registered', methodId: 'mobile' });
  });

  test('is no longer waited for after half an hour, unless it is there just then', async () => {
    await database.registrations.bulkAdd([waiting(), { ...waiting(), id: 'other', accountId: 'other' }]);
    snapshot.mockImplementation(async () => none);
    time += 30 * minute;
    await sync.read(accountId);
    expect(await registration()).toMatchObject({ state: 'waiting' });
    time += 1;
    await sync.read(accountId);
    expect(await registration()).toMatchObject({ state: 'abandoned' });
    expect(await database.registrations.get('other')).toMatchObject({ state: 'waiting' });
    await database.registrations.put({ ...waiting(), startedAt: time - 31 * minute });
    snapshot.mockImplementation(async () => one);
    await sync.read(accountId);
    expect(await registration()).toMatchObject({ state: 'registered' });
  });

  test('an abandoned one stays so', async () => {
    await database.registrations.add({ ...waiting(), state: 'abandoned' });
    await sync.read(accountId);
    expect(await registration()).toMatchObject({ state: 'abandoned' });
  });
});
