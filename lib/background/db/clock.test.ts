import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { freshnessMs } from '../../shared/model/command-row.ts';
import type { CommandRow, HostedRegistration, Verification } from '../../shared/model/rows.ts';
import { hasFutureRows, moveFutureRows, timedTables } from './clock.ts';
import { openDatabase } from './database.ts';
import { tablesOf } from './read-tables.ts';

const now = Date.UTC(2026, 6, 1);
const tomorrow = now + 24 * 60 * 60_000;

const command: CommandRow = {
  id: 'command',
  command: { kind: 'enable', accountId: 'account', methodId: 'method' },
  state: 'settling',
  createdAt: now,
  updatedAt: now,
};
const verification: Verification = {
  id: 'verification',
  accountId: 'account',
  type: 'mobile',
  purpose: 'add',
  state: 'sending',
  commandIds: [],
  texts: 0,
  startedAt: now,
  updatedAt: now,
};
const registration: HostedRegistration = {
  id: 'registration',
  accountId: 'account',
  state: 'waiting',
  before: [],
  startedAt: now,
  updatedAt: now,
};

test('a row that was changed after the clock was put back is moved to now by each of its times', async () => {
  const database = openDatabase('clock');
  const request = { id: 'request', step: 'sending' as const, clickedAt: tomorrow, isSent: false };
  await database.outbox.bulkAdd([
    { ...command, id: 'created', createdAt: tomorrow },
    { ...command, id: 'read', readAt: tomorrow, settleBy: tomorrow },
  ]);
  await database.verifications.bulkAdd([
    { ...verification, id: 'started', startedAt: tomorrow },
    { ...verification, id: 'read', readAt: tomorrow },
    { ...verification, id: 'clicked', request },
  ]);
  await database.registrations.add({ ...registration, startedAt: tomorrow });
  const accountOf = { connectionId: 'tenant', userName: '', name: '', loginHint: '', session: 'signed-out' } as const;
  await database.accounts.add({
    ...{ ...accountOf, id: 'account', defaultMethod: 'unknown', failures: 1 },
    recovery: { attempts: 4, at: tomorrow, nextAt: tomorrow + 5 },
  });
  await database.silentSignIns.add({ connectionId: 'tenant', at: tomorrow, nextAt: tomorrow + 5 });
  const isAhead = async () => hasFutureRows(await tablesOf(database)(timedTables), now);
  expect(await isAhead()).toBe(true);

  await moveFutureRows(database, now);

  expect(await isAhead()).toBe(false);
  expect(await database.accounts.get('account')).toMatchObject({ recovery: { attempts: 4, at: now, nextAt: now + 5 } });
  expect(await database.silentSignIns.get('tenant')).toMatchObject({ at: now, nextAt: now + 5 });
  expect(await database.outbox.get('created')).toMatchObject({ createdAt: now });
  expect(await database.outbox.get('read')).toMatchObject({ readAt: now, settleBy: now });
  expect(await database.verifications.get('started')).toMatchObject({ startedAt: now });
  expect(await database.verifications.get('read')).toMatchObject({ readAt: now });
  // The age of the click is unknown, so it expires.
  expect((await database.verifications.get('clicked'))?.request?.clickedAt).toBe(now - freshnessMs - 1);
  expect(await database.registrations.get('registration')).toMatchObject({ startedAt: now });
});

test('a recovery and an error that were written after the clock was put back keep their times', async () => {
  const database = openDatabase('clock-recovery');
  const syncError = { kind: 'service-unavailable', at: now - 5, retryAt: now + 60_000 } as const;
  const recovery = { attempts: 1, at: now - 5, nextAt: now + 15 * 60_000 };
  const accountOf = { connectionId: 'tenant', userName: '', name: '', loginHint: '', session: 'signed-out' } as const;
  await database.accounts.add({
    ...{ ...accountOf, id: 'account', defaultMethod: 'unknown', failures: 1 },
    ...{ syncedAt: tomorrow, syncError, recovery },
  });
  await moveFutureRows(database, now);
  expect(await database.accounts.get('account')).toMatchObject({ syncedAt: now, syncError, recovery });
});
