import { describe, expect, test } from 'vitest';
import type { Command } from '../../lib/shared/model/commands.ts';
import type { Account, CommandRow, Connection, Verification } from '../../lib/shared/model/rows.ts';
import { receivedPolicy } from '../../lib/shared/policy/received.ts';
import type { Rows } from '../../lib/shared/tables/page-rows.ts';
import { overviewOf, withNames } from './accounts.ts';
import {
  account,
  connection,
  current,
  enable,
  entry,
  mobile,
  now,
  overviews,
  pageState,
} from './testing/page-state.ts';

function verification(accountId: string, state: Verification['state'], startedAt = now): Verification {
  const times = { startedAt, updatedAt: now };
  return {
    ...{ id: String(startedAt), accountId, type: 'mobile', purpose: 'add', state, commandIds: [], texts: 0 },
    ...times,
  };
}

test('an account whose names the service did not send has the fallback as its names (S15)', () => {
  const accounts = [{ ...account, name: '', userName: '' }, { ...account, userName: '' }, account];
  expect(withNames(pageState({ accounts }).rows, 'Your account').accounts).toEqual([
    { ...account, name: 'Your account', userName: 'Your account' },
    { ...account, userName: 'Your account' },
    account,
  ]);
});

describe('the screen', () => {
  test('without a connection is not-connected', () => {
    expect(overviewOf(pageState({ connections: [], accounts: [] }), undefined).screen).toBe('not-connected');
  });

  test('without an account is signed-out, with each organization', () => {
    const connections = [connection, { ...connection, id: 'other' }];
    expect(overviewOf(pageState({ accounts: [], connections }), undefined)).toMatchObject({
      screen: 'signed-out',
      organizations: [{ connection: { id: 'tenant' } }, { connection: { id: 'other' } }],
    });
  });

  test('under a policy that pauses the extension or is incomplete is the reason, also for a signed-in account', async () => {
    const policy = await receivedPolicy({ paused: true }, now);
    expect(overviewOf(pageState({ policy }), account.id)).toEqual({ screen: 'disabled', reason: { kind: 'paused' } });
    const half = await receivedPolicy({ tenantId: 'contoso', cloud: 'global' }, now);
    expect(overviewOf(pageState({ policy: half }), undefined)).toEqual({
      screen: 'disabled',
      reason: { kind: 'missing-keys', keys: ['tenantId', 'clientId'] },
    });
  });

  test('does not show an account whose organization was disconnected', () => {
    const stray = { ...account, id: 'gone.one', connectionId: 'gone' };
    expect(overviewOf(pageState({ accounts: [stray] }), stray.id).screen).toBe('signed-out');
  });
});

describe('the current account', () => {
  const other: Account = { ...account, id: 'tenant.two' };

  test('is the chosen account, or else a signed-in account', () => {
    const accounts = [{ ...other, session: 'signed-out' as const }, account];
    expect(current({ accounts }).account.id).toBe(account.id);
    expect(current({ accounts }, other.id).account.id).toBe(other.id);
    expect(current({ accounts }, 'tenant.forgotten').account.id).toBe(account.id);
  });

  test('is the account with an open verification if the user has chosen no account', () => {
    const accounts = [account, other];
    const verifications = [verification(other.id, 'awaiting-code')];
    expect(current({ accounts, verifications })).toMatchObject({
      account: { id: other.id },
      openVerification: { state: 'awaiting-code' },
    });
    expect(current({ accounts, verifications }, account.id)).toMatchObject({
      account: { id: account.id },
      openVerification: undefined,
    });
    const superseded = [verification(other.id, 'awaiting-code', now - 60_000), verification(other.id, 'cancelled')];
    expect(current({ accounts, verifications: superseded }).account.id).toBe(account.id);
  });
});

describe('several accounts', () => {
  const elsewhere: Connection = { ...connection, id: 'other', tenant: 'elsewhere.example' };
  const second: Account = { ...account, id: 'other.two', connectionId: 'other', loginHint: 'two@elsewhere.example' };
  const both = (rows: Partial<Rows> = {}) =>
    overviews(pageState({ connections: [connection, elsewhere], accounts: [account, second], ...rows }), second.id);

  test('each have their own organization, numbers and progress', () => {
    const outbox = [entry('done', { command: { ...enable, accountId: second.id } })];
    const { accounts, current } = both({ outbox });
    expect(current.account.id).toBe(second.id);
    expect(accounts.map(({ account, connection, tiles }) => [account.id, connection.tenant, tiles.length])).toEqual([
      [account.id, 'contoso.example', 1],
      [second.id, 'elsewhere.example', 0],
    ]);
    expect(accounts[0]?.tiles[0]?.progress).toEqual({ state: 'none' });
  });

  test('each have the progress of their own sign-in only', () => {
    const signIn: Command = { kind: 'sign-in', connectionId: 'tenant', loginHint: account.loginHint, from: 'popup' };
    const third = { ...account, id: 'tenant.three', loginHint: 'three@contoso.example' };
    const { accounts } = both({
      accounts: [account, second, third],
      outbox: [entry('requested', { command: signIn })],
    });
    expect(accounts.map(({ signIn }) => signIn.state)).toEqual(['running', 'none', 'none']);
  });

  test('each count their tasks: numbers to enable, requested sign-ins, an ended session, a code', () => {
    const counts = (rows: Partial<Rows>) => both(rows).accounts.map(({ taskCount }) => taskCount);
    const methods = [{ ...mobile, smsSignIn: 'ready' as const }];
    expect(counts({})).toEqual([1, 0]);
    expect(counts({ methods })).toEqual([0, 0]);
    const answer = { accountId: account.id, methodId: mobile.id, masked: mobile.masked, never: true };
    expect(counts({ answers: [answer] })).toEqual([0, 0]);
    const waiting = entry('needs-step-up', { command: { ...enable, kind: 'disable' } });
    expect(counts({ methods, outbox: [waiting] })).toEqual([1, 0]);
    expect(counts({ methods, accounts: [account, { ...second, session: 'signed-out' }] })).toEqual([0, 1]);
    expect(counts({ methods, verifications: [verification(second.id, 'awaiting-code')] })).toEqual([0, 1]);
  });
});

describe('an account', () => {
  test('that was never synced is syncing until a sync fails', () => {
    const { syncedAt: _, ...neverSynced } = account;
    expect(current({ accounts: [neverSynced], methods: [] })).toMatchObject({ neverSynced: true, isSyncing: true });
    const failed = { ...neverSynced, syncError: { kind: 'offline', at: now } as const };
    expect(current({ accounts: [failed], methods: [] })).toMatchObject({ neverSynced: true, isSyncing: false });
  });

  test('that is signed out has no sync error', () => {
    const syncError = { kind: 'signed-out', at: now } as const;
    expect(current({ accounts: [{ ...account, session: 'signed-out', syncError }] }).syncError).toBeUndefined();
  });

  test('shows its newest hosted registration', () => {
    const registration = { accountId: account.id, before: [], updatedAt: now };
    const registrations = [
      { ...registration, id: 'old', state: 'registered' as const, startedAt: now - 60_000 },
      { ...registration, id: 'new', state: 'waiting' as const, startedAt: now - 1_000 },
    ];
    expect(current({ registrations }).registration?.id).toBe('new');
  });

  test('without a mobile number does not know whether SMS sign-in is available', () => {
    expect(current({ methods: [] }).availability).toBe('unknown');
    const availability = (method: Partial<typeof mobile>) =>
      current({ methods: [{ ...mobile, ...method }] }).availability;
    expect(availability({ type: 'office', smsSignIn: 'notSupported' })).toBe('unknown');
    expect(availability({ smsSignIn: 'notAllowedByPolicy' })).toBe('not-available');
    expect(availability({})).toBe('on-tiles');
  });

  test('needs access to the account pages only while the banner offers a number', () => {
    const pages = (rows: Partial<Rows> = {}) => current(rows).pagesToReach;
    const accountPages = ['https://account.contoso.example/profile'];
    expect(pages({ settings: { id: 'settings', accountPages } })).toEqual([
      'https://mysignins.microsoft.com/*',
      'https://myaccount.microsoft.com/*',
      'https://myprofile.microsoft.com/*',
      'https://account.contoso.example/*',
    ]);
    expect(pages({ settings: { id: 'settings', banner: false } })).toEqual([]);
    expect(pages({ methods: [{ ...mobile, smsSignIn: 'ready' }] })).toEqual([]);
  });
});

describe('a removed number', () => {
  const remove: Command = { kind: 'remove', accountId: account.id, methodId: mobile.id };
  const removed = (more: Partial<CommandRow> = {}) =>
    entry('done', { command: remove, masked: mobile.masked, ...more });

  test('is listed until the user dismisses it or ten minutes have passed', () => {
    const listed = (entry: CommandRow) => current({ methods: [], outbox: [entry] }).removed;
    expect(listed(removed())).toEqual([{ id: 'one', masked: mobile.masked }]);
    expect(listed(removed({ dismissed: true }))).toEqual([]);
    expect(listed(removed({ updatedAt: now - 3_600_000 }))).toEqual([]);
    expect(listed(removed({ command: { ...remove, accountId: 'tenant.two' } }))).toEqual([]);
  });

  test('is not listed if it was registered again', () => {
    const { removed: listed, tiles } = current({ outbox: [removed()] });
    expect(listed).toEqual([]);
    expect(tiles[0]?.progress.state).toBe('none');
  });
});
