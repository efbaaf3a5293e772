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
const phoneNumber = '+44 7700900102';
const one: Snapshot = {
  methods: [{ id: 'mobile', type: 'mobile', phoneNumber, smsSignIn: 'notEnabled' }],
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
    snapshot,
    enableSmsSignIn: () => Promise.reject(new Error('A sync writes nothing')),
    disableSmsSignIn: () => Promise.reject(new Error('A sync writes nothing')),
    remove: () => Promise.reject(new Error('A sync writes nothing')),
    setDefaultMethod: () => Promise.reject(new Error('A sync writes nothing')),
    otherMethods: () => Promise.reject(new Error('A sync does not read other methods')),
  }));
  sync = createSync({
    database,
    directoryOf,
    verifierOf: async () => securityInfoVerifier('global'),
    contradicts: async () => false,
    afterRead: async () => {},
    isRepeated: async () => false,
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

describe('a successful sync', () => {
  test('replaces the cached methods', async () => {
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

  test('does not change the methods of another account', async () => {
    const other = { accountId: 'other', id: 'mobile', type: 'mobile', masked: '•••• 104', smsSignIn: 'ready' } as const;
    await database.methods.add(other);
    snapshot.mockImplementation(async () => none);
    await sync.read(accountId);
    expect(await database.methods.toArray()).toEqual([other]);
  });

  test('case 20: stores no full number', async () => {
    await sync.read(accountId);
    const everything = await Promise.all(database.tables.map((table) => table.toArray()));
    expect(JSON.stringify(everything).replace(/\D/g, '')).not.toContain(phoneNumber.replace(/\D/g, '').slice(-9));
  });

  test('removes the previous error', async () => {
    fails(new IdentityError('service-unavailable', { status: 500 }));
    await sync.read(accountId).catch(() => {});
    snapshot.mockImplementation(async () => one);
    await sync.read(accountId);
    expect(await rowOf()).toMatchObject({ failures: 0, session: 'signed-in' });
    expect(await rowOf()).not.toHaveProperty('syncError');
  });
});

describe('case 56: a failed sync', () => {
  test('keeps the cached methods and schedules the next sync', async () => {
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

  test('case 45: schedules the next sync after the retry time of the service', async () => {
    fails(new IdentityError('service-unavailable', { at: time, status: 429, retryAt: time + 90 * minute }));
    await sync.read(accountId).catch(() => {});
    expect((await rowOf())?.nextSyncAt).toBeGreaterThanOrEqual(time + 90 * minute);
    for (const reason of ['user', 'page', 'start', 'alarm', 'registration'] as const) {
      await sync.when(accountId, reason);
    }
    expect(snapshot).toHaveBeenCalledTimes(1);
  });

  test.each(['signed-out', 'needs-step-up'] as const)(
    'with %s signs the account out and keeps the cached methods',
    async (kind) => {
      await sync.read(accountId);
      fails(new IdentityError(kind, { status: 401 }));
      await sync.read(accountId).catch(() => {});
      expect(await rowOf()).toMatchObject({ session: 'signed-out', syncError: { kind } });
      expect(await database.methods.count()).toBe(1);
    },
  );

  test('an exception in the extension is stored as an internal error, without its text', async () => {
    fails(new TypeError(`cannot read ${phoneNumber}`));
    await expect(sync.read(accountId)).rejects.toMatchObject({ kind: 'internal-error' });
    expect(JSON.stringify(await rowOf())).not.toContain(phoneNumber);
  });

  test('includes a failure to get a token', async () => {
    directoryOf.mockRejectedValue(new IdentityError('signed-out'));
    await sync.when(accountId, 'page');
    expect(await rowOf()).toMatchObject({ session: 'signed-out', failures: 1 });
  });
});

describe('syncs of an account', () => {
  /** Reads that wait for a release. */
  function heldReads() {
    const held: (() => void)[] = [];
    snapshot.mockImplementation(() => new Promise((resolve) => held.push(() => resolve(one))));
    return held;
  }

  test('case 58: share a running read', async () => {
    const held = heldReads();
    const syncs = [sync.when(accountId, 'page'), sync.when(accountId, 'start'), sync.when(accountId, 'user')];
    await waitFor(() => expect(held).toHaveLength(1));
    held[0]?.();
    await Promise.all(syncs);
    expect(snapshot).toHaveBeenCalledTimes(1);
  });

  test('start a new read after a write', async () => {
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

  test('continue after a failed read', async () => {
    snapshot.mockImplementationOnce(() => Promise.reject(new IdentityError('offline')));
    const [first, next] = await Promise.allSettled([sync.read(accountId), sync.read(accountId)]);
    expect([first.status, next.status]).toEqual(['rejected', 'fulfilled']);
  });

  test('do not wait for those of other accounts', async () => {
    const held = heldReads();
    await database.accounts.add({ ...account, id: 'other' });
    const both = [sync.read(accountId), sync.read('other')];
    await waitFor(() => expect(held).toHaveLength(2));
    for (const release of held) release();
    await Promise.all(both);
  });

  test('keep the minimum interval', async () => {
    await sync.when(accountId, 'page');
    time += minute - 1;
    await sync.when(accountId, 'page');
    expect(snapshot).toHaveBeenCalledTimes(1);
    time += 1;
    await sync.when(accountId, 'page');
    expect(snapshot).toHaveBeenCalledTimes(2);
  });
});

describe('case 22: signing out', () => {
  async function signOut(): Promise<void> {
    await database.accounts.delete(accountId);
    await database.methods.where({ accountId }).delete();
    await database.registrations.where({ accountId }).delete();
  }

  test.each(['succeeds', 'fails'])('during a read that %s leaves no data', async (end) => {
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

  test('before a sync prevents its requests', async () => {
    await signOut();
    await sync.when(accountId, 'user');
    await expect(sync.read(accountId)).rejects.toMatchObject({ kind: 'signed-out' });
    expect(directoryOf).not.toHaveBeenCalled();
  });
});

describe('a hosted registration', () => {
  const waiting = (): HostedRegistration => ({
    id: 'registration',
    accountId,
    state: 'waiting',
    before: [],
    startedAt: time,
    updatedAt: time,
  });
  const registration = () => database.registrations.get('registration');

  test('ends when a sync finds the number', async () => {
    await database.registrations.add(waiting());
    snapshot.mockImplementation(async () => none);
    await sync.when(accountId, 'registration');
    expect(await registration()).toMatchObject({ state: 'waiting' });
    snapshot.mockImplementation(async () => one);
    time += 4_000;
    await sync.when(accountId, 'registration');
    expect(await registration()).toMatchObject({ state: 'registered', methodId: 'mobile', updatedAt: time });
  });

  test('ignores numbers that existed before', async () => {
    await database.registrations.add({ ...waiting(), before: [{ id: 'mobile', masked: '+44 •••• 102' }] });
    await sync.read(accountId);
    expect(await registration()).toMatchObject({ state: 'waiting' });
    const changed = { ...one, methods: one.methods.map((method) => ({ ...method, phoneNumber: '+44 7700900198' })) };
    snapshot.mockImplementation(async () => changed);
    await sync.read(accountId);
    expect(await registration()).toMatchObject({ state: 'registered', methodId: 'mobile' });
  });

  test('ignores a number whose format changed (G5)', async () => {
    await database.registrations.add({ ...waiting(), before: [{ id: 'mobile', masked: '•••• 102' }] });
    await sync.read(accountId);
    expect(await registration()).toMatchObject({ state: 'waiting' });
  });

  test('is abandoned after half an hour unless the number is found then', async () => {
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

  test('stays abandoned', async () => {
    await database.registrations.add({ ...waiting(), state: 'abandoned' });
    await sync.read(accountId);
    expect(await registration()).toMatchObject({ state: 'abandoned' });
  });
});
