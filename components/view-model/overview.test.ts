import { describe, expect, test } from 'vitest';
import type { Command } from '../../lib/shared/model/commands.ts';
import type { Account, CachedMethod, Connection, JournalEntry, Verification } from '../../lib/shared/model/rows.ts';
import { receivedPolicy } from '../../lib/shared/policy/received.ts';
import type { Rows } from '../../lib/shared/tables/page-rows.ts';
import { fieldOf, type Known, overviewOf, progressOf } from './overview.ts';

const now = Date.UTC(2026, 0, 5, 12);
const connection: Connection = {
  id: 'tenant',
  cloud: 'global',
  tenant: 'contoso.example',
  clientId: 'client',
  connectedAt: 0,
};
const account: Account = {
  id: 'tenant.one',
  connectionId: 'tenant',
  userName: 'one@contoso.example',
  name: 'One',
  loginHint: 'one@contoso.example',
  session: 'signed-in',
  defaultMethod: 'unknown',
  syncedAt: now - 60_000,
  failures: 0,
};
const mobile: CachedMethod = {
  accountId: account.id,
  id: 'mobile',
  type: 'mobile',
  masked: '+44 •••• 982',
  smsSignIn: 'notEnabled',
};
const enable: Command = { kind: 'enable', accountId: account.id, methodId: mobile.id };

function known(rows: Partial<Rows> = {}, more: Partial<Known> = {}): Known {
  return {
    rows: {
      connections: [connection],
      accounts: [account],
      methods: [mobile],
      journal: [],
      registrations: [],
      verifications: [],
      answers: [],
      confirmations: [],
      ...rows,
    },
    asked: [],
    now,
    ...more,
  };
}

function entry(state: JournalEntry['state'], more: Partial<JournalEntry> = {}): JournalEntry {
  return { id: 'one', command: enable, state, createdAt: now - 5_000, updatedAt: now - 1_000, ...more };
}

function current(at: Known, chosen?: string) {
  const overview = overviewOf(at, chosen);
  if (overview.screen !== 'account') throw new Error(`The screen is ${overview.screen}.`);
  return overview.current;
}

const isEnable = (command: Command) => command.kind === 'enable';

describe('which screen', () => {
  test('without a connection: set up', () => {
    expect(overviewOf(known({ connections: [], accounts: [] }), undefined).screen).toBe('not-connected');
  });

  test('without an account: sign in, at each organization', () => {
    const overview = overviewOf(
      known({ accounts: [], connections: [connection, { ...connection, id: 'other' }] }),
      undefined,
    );
    expect(overview).toMatchObject({
      screen: 'signed-out',
      organizations: [{ connection: { id: 'tenant' } }, { connection: { id: 'other' } }],
    });
  });

  test('while policy lets nobody work: why, whoever is signed in', async () => {
    const policy = await receivedPolicy({ paused: true }, now);
    expect(overviewOf(known({ policy }), account.id)).toEqual({ screen: 'inert', inert: { why: 'paused' } });
    const half = await receivedPolicy({ tenantId: 'contoso', cloud: 'global' }, now);
    expect(overviewOf(known({ policy: half }), undefined)).toEqual({
      screen: 'inert',
      inert: { why: 'missing', keys: ['tenantId', 'clientId'] },
    });
  });

  test('an account whose organization was disconnected is not shown', () => {
    const stray = { ...account, id: 'gone.one', connectionId: 'gone' };
    expect(overviewOf(known({ accounts: [stray] }), stray.id).screen).toBe('signed-out');
  });

  test('the chosen account, else one that is signed in', () => {
    const accounts = [{ ...account, id: 'tenant.two', session: 'signed-out' as const }, account];
    expect(current(known({ accounts })).account.id).toBe('tenant.one');
    expect(current(known({ accounts }), 'tenant.two').account.id).toBe('tenant.two');
    expect(current(known({ accounts }), 'tenant.forgotten').account.id).toBe('tenant.one');
  });
});

describe('several accounts', () => {
  const elsewhere: Connection = { ...connection, id: 'other', tenant: 'elsewhere.example' };
  const second: Account = { ...account, id: 'other.two', connectionId: 'other', loginHint: 'two@elsewhere.example' };
  const both = (rows: Partial<Rows> = {}) =>
    known({ connections: [connection, elsewhere], accounts: [account, second], ...rows });
  const overviews = (at: Known) => {
    const overview = overviewOf(at, second.id);
    if (overview.screen !== 'account') throw new Error(`The screen is ${overview.screen}.`);
    return overview;
  };

  test('each has its own organization, numbers and news', () => {
    const { accounts, current } = overviews(
      both({ journal: [entry('done', { command: { ...enable, accountId: second.id } })] }),
    );
    expect(current.account.id).toBe(second.id);
    expect(accounts.map(({ account, connection, tiles }) => [account.id, connection.tenant, tiles.length])).toEqual([
      [account.id, 'contoso.example', 1],
      [second.id, 'elsewhere.example', 0],
    ]);
    expect(accounts[0]?.tiles[0]?.progress).toEqual({ state: 'none' });
  });

  test('a sign-in is told of the account it is for', () => {
    const signIn: Command = { kind: 'sign-in', connectionId: 'tenant', loginHint: account.loginHint, from: 'popup' };
    const journal = [entry('requested', { command: signIn })];
    const third = { ...account, id: 'tenant.three', loginHint: 'three@contoso.example' };
    const { accounts } = overviews(both({ accounts: [account, second, third], journal }));
    expect(accounts.map(({ signIn }) => signIn.state)).toEqual(['running', 'none', 'none']);
  });

  test('what waits for the person: numbers to enable, a sign-in that is asked for, a session that ended, a code', () => {
    const waits = (rows: Partial<Rows>) => overviews(both(rows)).accounts.map((each) => each.waits);
    const ready = { ...mobile, smsSignIn: 'ready' as const };
    expect(waits({})).toEqual([1, 0]);
    expect(waits({ methods: [ready] })).toEqual([0, 0]);
    const answer = { accountId: account.id, methodId: mobile.id, masked: mobile.masked, never: true };
    expect(waits({ answers: [answer] })).toEqual([0, 0]);
    expect(
      waits({ methods: [ready], journal: [entry('needs-step-up', { command: { ...enable, kind: 'disable' } })] }),
    ).toEqual([1, 0]);
    expect(waits({ methods: [ready], accounts: [account, { ...second, session: 'signed-out' }] })).toEqual([0, 1]);
    const verification = {
      id: 'v',
      accountId: second.id,
      type: 'mobile',
      purpose: 'add',
      state: 'awaiting-code',
      startedAt: now,
      updatedAt: now,
    } as const;
    expect(waits({ methods: [ready], verifications: [verification] })).toEqual([0, 1]);
  });
});

describe('tiles', () => {
  test.each([
    ['ready', 'ready'],
    ['notEnabled', 'notEnabled'],
    ['notConfigured', 'notConfigured'],
    ['phoneNumberNotUnique', 'inUse'],
    ['notAllowedByPolicy', 'none'],
    ['notSupported', 'none'],
    ['unknown', 'unknown'],
  ] as const)('a mobile number that is %s shows %s', (smsSignIn, sms) => {
    expect(current(known({ methods: [{ ...mobile, smsSignIn }] })).tiles[0]?.sms).toBe(sms);
  });

  test('no option for SMS sign-in in a cloud that has none', () => {
    const { tiles, availability } = current(known({ connections: [{ ...connection, cloud: 'china' }] }));
    expect(tiles[0]?.sms).toBe('none');
    expect(availability).toBe('on-tiles');
  });

  test('no option where the organization has switched it off, and that is said', () => {
    const connections = [{ ...connection, smsSignIn: 'off' as const }];
    for (const smsSignIn of ['notEnabled', 'ready', 'phoneNumberNotUnique'] as const) {
      const { tiles, availability } = current(known({ connections, methods: [{ ...mobile, smsSignIn }] }));
      expect(tiles[0]?.sms).toBe('none');
      expect(availability).toBe('not-available');
    }
  });

  test('only those of the account, mobile first', () => {
    const methods: CachedMethod[] = [
      { ...mobile, id: 'office', type: 'office', smsSignIn: 'notSupported' },
      { ...mobile, accountId: 'tenant.two' },
      { ...mobile, id: 'alternate', type: 'alternateMobile', smsSignIn: 'notSupported' },
      mobile,
    ];
    expect(current(known({ methods })).tiles.map(({ method }) => method.id)).toEqual(['mobile', 'alternate', 'office']);
  });

  test.each([
    ['sms', 'mobile', true],
    ['voiceMobile', 'mobile', true],
    ['push', 'mobile', false],
    ['voiceOffice', 'office', true],
    ['voiceOffice', 'mobile', false],
    ['unknown', 'unknown', false],
  ] as const)('default %s means the %s phone: %s', (kind, type, isDefault) => {
    const accounts = [{ ...account, defaultMethod: { kind, systemPreferred: false } }];
    expect(current(known({ accounts, methods: [{ ...mobile, type }] })).tiles[0]?.isDefault).toBe(isDefault);
  });

  test('nobody can know whether SMS sign-in is available without a mobile number', () => {
    expect(current(known({ methods: [] })).availability).toBe('nobody-knows');
    expect(current(known({ methods: [{ ...mobile, type: 'office', smsSignIn: 'notSupported' }] })).availability).toBe(
      'nobody-knows',
    );
    expect(current(known({ methods: [{ ...mobile, smsSignIn: 'notAllowedByPolicy' }] })).availability).toBe(
      'not-available',
    );
    expect(current(known()).availability).toBe('on-tiles');
  });
});

describe('progress', () => {
  const asked = { id: 'one', command: enable, at: now, lost: false } as const;

  test('runs from the click on, before there is a row', () => {
    expect(progressOf(known({}, { asked: [asked] }), isEnable)).toMatchObject({ state: 'running', checking: false });
  });

  test('is told by the row as soon as there is one', () => {
    const at = known({ journal: [entry('settling')] }, { asked: [asked] });
    expect(progressOf(at, isEnable)).toMatchObject({ state: 'running', checking: true });
  });

  test('is lost when no row ever came', () => {
    expect(progressOf(known({}, { asked: [{ ...asked, lost: 'unanswered' }] }), isEnable).state).toBe('lost');
  });

  test('is that of the tile it is about', () => {
    const methods = [mobile, { ...mobile, id: 'office', type: 'office' as const }];
    const [first, second] = current(known({ methods, journal: [entry('requested')] })).tiles;
    expect(first?.progress.state).toBe('running');
    expect(second?.progress.state).toBe('none');
  });

  test.each([
    ['enable', 'done', 'ready', 'done'],
    ['enable', 'done', 'notConfigured', 'done'],
    ['enable', 'done', 'notEnabled', 'none'],
    ['enable', 'failed', 'notEnabled', 'failed'],
    ['enable', 'failed', 'phoneNumberNotUnique', 'failed'],
    ['enable', 'failed', 'ready', 'none'],
    ['disable', 'done', 'notEnabled', 'done'],
    ['disable', 'done', 'ready', 'none'],
    ['disable', 'failed', 'ready', 'failed'],
  ] as const)('%s that is %s, with the number %s by now, shows %s', (kind, state, smsSignIn, shown) => {
    const at = known({
      methods: [{ ...mobile, smsSignIn }],
      journal: [entry(state, { command: { kind, accountId: account.id, methodId: mobile.id } })],
    });
    expect(current(at).tiles[0]?.progress.state).toBe(shown);
  });

  test('an end is gone once it was seen, and is no news after a while', () => {
    const error = { kind: 'offline', at: now } as const;
    expect(progressOf(known({ journal: [entry('failed', { error })] }), isEnable).state).toBe('failed');
    expect(progressOf(known({ journal: [entry('failed', { error, dismissed: true })] }), isEnable).state).toBe('none');
    expect(progressOf(known({ journal: [entry('done', { updatedAt: now - 3_600_000 })] }), isEnable).state).toBe(
      'none',
    );
    expect(
      progressOf(known({ journal: [entry('failed', { error, updatedAt: now - 3_600_000 })] }), isEnable).state,
    ).toBe('failed');
  });

  test('what was asked for again counts, not what ended before', () => {
    const journal = [
      entry('failed', { createdAt: now - 60_000, updatedAt: now - 500 }),
      entry('done', { id: 'two', createdAt: now - 9_000, updatedAt: now - 8_000 }),
    ];
    expect(progressOf(known({ journal }), isEnable)).toMatchObject({ state: 'done', id: 'two' });
  });

  test('the second of two same clicks does not hide the first', () => {
    const journal = [entry('cancelled', { id: 'two', createdAt: now, dismissed: true }), entry('requested')];
    expect(progressOf(known({ journal }), isEnable)).toMatchObject({ state: 'running', id: 'one' });
  });

  test('a change waits visibly for another one of the account to end', () => {
    const turnOff: JournalEntry = { ...entry('accepted'), id: 'two', command: { ...enable, kind: 'disable' } };
    const queued = (first: JournalEntry, second = turnOff) => {
      const progress = progressOf(known({ journal: [second, first] }), ({ kind }) => kind === 'disable');
      return progress.state === 'running' && progress.queued;
    };
    expect(queued(entry('settling'))).toBe(true);
    expect(queued(entry('accepted', { createdAt: now - 6_000 }))).toBe(true);
    expect(queued(entry('accepted', { createdAt: now - 4_000 }))).toBe(false);
    expect(queued(entry('needs-step-up'))).toBe(false);
    expect(queued(entry('done'))).toBe(false);
    expect(queued(entry('settling', { command: { ...enable, accountId: 'tenant.two' } }))).toBe(false);
    expect(queued(entry('settling'), { ...turnOff, state: 'requested' })).toBe(false);
  });

  test('a fresh sign-in is followed by its own row', () => {
    const stepUp: Command = { kind: 'step-up', accountId: account.id, commandId: 'one', from: 'popup' };
    const waiting = entry('needs-step-up', { error: { kind: 'needs-step-up', at: now } });
    expect(progressOf(known({ journal: [waiting] }), isEnable)).toMatchObject({
      state: 'needs-step-up',
      signedOut: false,
      signIn: { state: 'none' },
    });
    const journal = [entry('cancelled', { id: 'two', command: stepUp }), waiting];
    expect(progressOf(known({ journal }), isEnable)).toMatchObject({ signIn: { state: 'cancelled', id: 'two' } });
  });
});

describe('removing, and the default', () => {
  const remove: Command = { kind: 'remove', accountId: account.id, methodId: mobile.id };
  const removed = (more: Partial<JournalEntry> = {}) =>
    entry('done', { command: remove, masked: mobile.masked, ...more });

  test('a number that was removed is named until that was seen', () => {
    expect(current(known({ methods: [], journal: [removed()] })).removed).toEqual([
      { id: 'one', masked: mobile.masked },
    ]);
    expect(current(known({ methods: [], journal: [removed({ dismissed: true })] })).removed).toEqual([]);
    expect(current(known({ methods: [], journal: [removed({ updatedAt: now - 3_600_000 })] })).removed).toEqual([]);
    const ofAnother: Command = { ...remove, accountId: 'tenant.two' };
    expect(current(known({ methods: [], journal: [removed({ command: ofAnother })] })).removed).toEqual([]);
  });

  test('a number that is there again was not removed', () => {
    const { removed: gone, tiles } = current(known({ journal: [removed()] }));
    expect(gone).toEqual([]);
    expect(tiles[0]?.progress.state).toBe('none');
  });

  test('both steps of a removal are told apart', () => {
    const command: Command = { ...remove, defaultFirst: 'push' };
    const progress = (more: Partial<JournalEntry>) =>
      current(known({ journal: [entry('requested', { command, ...more })] })).tiles[0]?.progress;
    expect(progress({})).toMatchObject({ state: 'running', defaultChanged: false });
    expect(progress({ defaultChanged: true })).toMatchObject({ state: 'running', defaultChanged: true });
  });

  test.each([
    ['done', 'sms', 'done'],
    ['done', 'push', 'none'],
    ['failed', 'push', 'failed'],
    ['failed', 'sms', 'none'],
  ] as const)('making the mobile the default %s, and it is %s by now: %s', (state, kind, shown) => {
    const accounts = [{ ...account, defaultMethod: { kind, systemPreferred: false } }];
    const command: Command = { kind: 'make-default', accountId: account.id, method: 'sms' };
    const methods: CachedMethod[] = [mobile, { ...mobile, id: 'office', type: 'office' }];
    const [first, second] = current(known({ accounts, methods, journal: [entry(state, { command })] })).tiles;
    expect(first?.progress.state).toBe(shown);
    expect(second?.progress.state).toBe('none');
  });

  test('a default that the service did not let be changed here is changed elsewhere, also once that was waved aside', () => {
    const accounts: Account[] = [
      { ...account, defaultMethod: { kind: 'sms', systemPreferred: false }, otherMethods: ['push'] },
    ];
    const command: Command = { ...remove, defaultFirst: 'push' };
    const refused = entry('failed', { command, error: { kind: 'not-permitted', at: now } });
    const removal = (...journal: JournalEntry[]) => current(known({ accounts, journal })).tiles[0]?.removal.kind;
    expect(removal(refused)).toBe('default-elsewhere');
    expect(removal({ ...refused, dismissed: true })).toBe('default-elsewhere');
    expect(removal({ ...refused, updatedAt: now - 25 * 3_600_000 })).toBe('is-default');
    expect(removal({ ...refused, error: { kind: 'offline', at: now } })).toBe('is-default');
    const makeDefault: Command = { kind: 'make-default', accountId: account.id, method: 'sms' };
    const since = entry('done', { id: 'since', command: makeDefault, createdAt: now - 2_000 });
    expect(removal(refused, since)).toBe('is-default');
    expect(removal({ ...refused, createdAt: now - 1_000 }, since)).toBe('default-elsewhere');
  });
});

describe('trying to sign in with a number', () => {
  const command: Command = { kind: 'try-sign-in', accountId: account.id, methodId: mobile.id, from: 'popup' };
  const shown = (state: JournalEntry['state'], smsSignIn: CachedMethod['smsSignIn'] = 'ready') =>
    current(known({ methods: [{ ...mobile, smsSignIn }], journal: [entry(state, { command })] })).tiles[0]?.progress;

  test.each(['done', 'failed', 'cancelled'] as const)(
    '%s is told on the tile, as long as the number signs in',
    (state) => {
      expect(shown(state)).toMatchObject({ state, command });
      expect(shown(state, 'notEnabled')).toEqual({ state: 'none' });
    },
  );

  test('keeps the tile busy', () => {
    expect(shown('requested')?.state).toBe('running');
  });
});

test('what became of a change to another number says nothing of the one that has taken its place', () => {
  const error = { kind: 'number-in-use', at: now } as const;
  const shown = (masked: string) =>
    current(known({ journal: [entry('failed', { masked, error })] })).tiles[0]?.progress.state;
  expect(shown(mobile.masked)).toBe('failed');
  expect(shown('+44 •••• 150')).toBe('none');
});

describe('the account', () => {
  test('is being read while nothing was ever read and nothing failed', () => {
    const { syncedAt: _, ...neverRead } = account;
    expect(current(known({ accounts: [neverRead], methods: [] }))).toMatchObject({ neverRead: true, refreshing: true });
    const failed = { ...neverRead, syncError: { kind: 'offline', at: now } as const };
    expect(current(known({ accounts: [failed], methods: [] }))).toMatchObject({ neverRead: true, refreshing: false });
  });

  test('whose number waits for its code comes first, where nobody was chosen', () => {
    const other: Account = { ...account, id: 'tenant.two' };
    const verification = (state: Verification['state'], startedAt: number, id = String(startedAt)): Verification => ({
      id,
      accountId: other.id,
      type: 'mobile',
      purpose: 'add',
      state,
      startedAt,
      updatedAt: now,
    });
    const accounts = [account, other];
    const open = known({ accounts, verifications: [verification('awaiting-code', now)] });
    expect(current(open)).toMatchObject({ account: { id: other.id }, openVerification: { state: 'awaiting-code' } });
    expect(current(open, account.id)).toMatchObject({ account: { id: account.id }, openVerification: undefined });
    const over = [verification('awaiting-code', now - 60_000), verification('cancelled', now)];
    expect(current(known({ accounts, verifications: over })).account.id).toBe(account.id);
  });

  test('a missing sign-in is not shown as a failed refresh as well', () => {
    const syncError = { kind: 'signed-out', at: now } as const;
    const { syncError: shown } = current(known({ accounts: [{ ...account, session: 'signed-out', syncError }] }));
    expect(shown).toBeUndefined();
  });

  test('the newest registration counts', () => {
    const registration = { accountId: account.id, before: [], updatedAt: now };
    const { registration: shown } = current(
      known({
        registrations: [
          { ...registration, id: 'old', state: 'registered', startedAt: now - 60_000 },
          { ...registration, id: 'new', state: 'waiting', startedAt: now - 1_000 },
        ],
      }),
    );
    expect(shown?.id).toBe('new');
  });
});

test.each([
  ['invalid-tenant', 'tenant'],
  ['AADSTS90002', 'tenant'],
  ['AADSTS700016', 'clientId'],
  ['invalid-gateway-url', 'gatewayUrl'],
  ['gateway-unknown', 'gatewayUrl'],
  ['invalid-gateway-scope', 'gatewayScope'],
  ['AADSTS50011', undefined],
] as const)('%s is about the field %s', (code, field) => {
  expect(fieldOf({ kind: 'not-configured', at: now, code })).toBe(field);
});

test('a gateway that cannot be reached is about its address, whyever that is', () => {
  expect(fieldOf({ kind: 'offline', at: now, code: 'gateway-unreachable' })).toBe('gatewayUrl');
  expect(fieldOf({ kind: 'service-unavailable', at: now, code: 'gateway-unreachable' })).toBe('gatewayUrl');
  expect(fieldOf({ kind: 'offline', at: now })).toBeUndefined();
});

describe('whether a number is still the person’s', () => {
  const confirmation = { accountId: account.id, methodId: mobile.id, masked: mobile.masked, confirmedAt: 0 };
  const confirmations = [{ ...confirmation, confirmedAt: now - 181 * 24 * 3_600_000 }];
  const isAsked = (rows: Partial<Rows>) => current(known({ confirmations, ...rows })).tiles[0]?.isDueForReview;

  test('is asked after half a year, unless that was switched off', () => {
    expect(isAsked({})).toBe(true);
    expect(isAsked({ confirmations: [{ ...confirmation, confirmedAt: now }] })).toBe(false);
    expect(isAsked({ settings: { id: 'settings', numberReminder: false } })).toBe(false);
  });

  test('is not asked of somebody who is signed out, nor while the answer is on its way', () => {
    expect(isAsked({ accounts: [{ ...account, session: 'signed-out' }] })).toBe(false);
    const command: Command = { kind: 'confirm-number', accountId: account.id, methodId: mobile.id };
    expect(isAsked({ journal: [entry('accepted', { command })] })).toBe(false);
  });
});

test('account pages are to be reached only while a number is offered there', () => {
  const pagesOf = (rows: Partial<Rows> = {}) => current(known(rows)).pagesToReach;
  const accountPages = ['https://account.contoso.example/profile'];
  expect(pagesOf({ settings: { id: 'settings', accountPages } })).toEqual([
    'https://mysignins.microsoft.com/*',
    'https://myaccount.microsoft.com/*',
    'https://myprofile.microsoft.com/*',
    'https://account.contoso.example/*',
  ]);
  expect(pagesOf({ settings: { id: 'settings', banner: false } })).toEqual([]);
  expect(pagesOf({ methods: [{ ...mobile, smsSignIn: 'ready' }] })).toEqual([]);
});
