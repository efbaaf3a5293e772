import { describe, expect, test } from 'vitest';
import { type BannerRows, bannerStateForPage, bannerStates, needsBannerScript } from './banner-visibility.ts';
import type { Command } from './commands.ts';
import type { CommandRow } from './rows.ts';

const now = 1_700_000_000_000;
const minute = 60_000;
const tenantId = '6f1c2a8e-2f5d-4c7b-9a53-0e8f5c1d7b11';
const otherTenantId = 'b2d4c6e8-1a3b-4c5d-8e7f-90a1b2c3d4e5';

function signedIn(tenant: string, change: Partial<BannerRows> = {}): BannerRows {
  const accountId = `${tenant}.1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9`;
  return {
    connections: [{ id: tenant, cloud: 'global', tenant: `t${tenant[0]}.example`, clientId: tenant, connectedAt: 0 }],
    accounts: [
      {
        id: accountId,
        connectionId: tenant,
        userName: 'one@contoso.example',
        name: 'One',
        loginHint: 'one',
        session: 'signed-in',
        defaultMethod: 'unknown',
        failures: 0,
      },
    ],
    methods: [{ accountId, id: 'mobile-id', type: 'mobile', masked: '+44 •••• 982', smsSignIn: 'notEnabled' }],
    outbox: [],
    answers: [],
    settings: { bannerMode: 'until-enabled' },
    ...change,
  };
}

const one = signedIn(tenantId);
const accountId = one.accounts[0]?.id as string;
const about = { accountId, methodId: 'mobile-id' };
const enable: Command = { kind: 'enable', ...about };
const entry = (state: CommandRow['state'], more: Partial<CommandRow> = {}): CommandRow => ({
  id: crypto.randomUUID(),
  command: enable,
  accountId,
  state,
  createdAt: now - minute,
  updatedAt: now - 1_000,
  ...more,
});
const together = (...all: BannerRows[]): BannerRows => ({
  connections: all.flatMap(({ connections }) => connections),
  accounts: all.flatMap(({ accounts }) => accounts),
  methods: all.flatMap(({ methods }) => methods),
  outbox: all.flatMap(({ outbox }) => outbox),
  answers: all.flatMap(({ answers }) => answers),
  settings: { bannerMode: 'until-enabled' },
});
const withMethod = (change: object) => ({ ...one, methods: one.methods.map((method) => ({ ...method, ...change })) });
const phasesOf = (rows: BannerRows) => bannerStates(rows, now).map(({ phase }) => phase);

describe('the banner offers', () => {
  test.each(['notEnabled', 'notConfigured'] as const)('a mobile number in state %s', (smsSignIn) => {
    const [state] = bannerStates(withMethod({ smsSignIn }), now);
    expect(state).toMatchObject({ ...about, phase: 'offer', lastDigits: '82' });
  });

  test.each(['ready', 'phoneNumberNotUnique', 'notAllowedByPolicy', 'notSupported', 'unknown'] as const)(
    'nothing for a number in state %s',
    (smsSignIn) => expect(phasesOf(withMethod({ smsSignIn }))).toEqual([]),
  );

  test('a declined number never again in mode once, and nothing in mode off', () => {
    const asked = { ...one, answers: [{ ...about, masked: '+44 •••• 982', snoozedUntil: now - minute }] };
    expect(phasesOf(asked)).toEqual(['offer']);
    expect(phasesOf({ ...asked, settings: { bannerMode: 'once' } })).toEqual([]);
    expect(phasesOf({ ...one, settings: { bannerMode: 'once' } })).toEqual(['offer']);
    expect(phasesOf({ ...one, settings: { bannerMode: 'off' } })).toEqual([]);
  });

  test('nothing after the answer never, even while the number is being enabled elsewhere', () => {
    const never = { ...one, answers: [{ ...about, masked: '+44 •••• 982', never: true }] };
    expect(phasesOf({ ...never, outbox: [entry('requested')] })).toEqual([]);
  });

  test.each(['alternateMobile', 'office', 'unknown'] as const)('nothing for a number of type %s', (type) => {
    expect(phasesOf(withMethod({ type }))).toEqual([]);
  });

  test('nothing in a cloud without SMS sign-in or for a signed-out account', () => {
    expect(phasesOf({ ...one, connections: one.connections.map((each) => ({ ...each, cloud: 'china' })) })).toEqual([]);
    expect(phasesOf({ ...one, accounts: one.accounts.map((each) => ({ ...each, session: 'signed-out' })) })).toEqual(
      [],
    );
  });

  test('no mobile number that the directory does not tell (G1)', () => {
    expect(phasesOf(withMethod({ masked: '••••' }))).toEqual([]);
  });

  test('a number of which the state contains only two digits', () => {
    expect(JSON.stringify(bannerStates(one, now))).not.toContain('982');
  });
});

describe('an answer to the offer', () => {
  const masked = '+44 •••• 982';
  test('hides the banner forever for never and until the snooze ends for not now', () => {
    expect(phasesOf({ ...one, answers: [{ ...about, masked, never: true }] })).toEqual([]);
    expect(phasesOf({ ...one, answers: [{ ...about, masked, snoozedUntil: now + 1 }] })).toEqual([]);
    expect(phasesOf({ ...one, answers: [{ ...about, masked, snoozedUntil: now }] })).toEqual(['offer']);
  });

  test('counts only for the same number of the same account', () => {
    expect(phasesOf({ ...one, answers: [{ ...about, masked: '+44 •••• 101', never: true }] })).toEqual(['offer']);
    expect(phasesOf({ ...one, answers: [{ ...about, accountId: 'another', masked, never: true }] })).toEqual(['offer']);
  });
});

describe('an account page', () => {
  const both = bannerStates(together(one, signedIn(otherTenantId)), now);

  test('shows the number of the tenant whose ID or domain is in its address', () => {
    expect(bannerStateForPage(both, { tenant: otherTenantId.toUpperCase() })?.connection.id).toBe(otherTenantId);
    expect(bannerStateForPage(both, { tenant: 't6.example' })?.connection.id).toBe(tenantId);
  });

  test('without a tenant shows the only number, and with another tenant shows none', () => {
    const single = bannerStates(one, now);
    expect(bannerStateForPage(single, {})).toMatchObject(about);
    expect(bannerStateForPage(single, { tenant: otherTenantId })).toBeUndefined();
  });

  test('shows nothing if two numbers could be meant', () => {
    expect(both).toHaveLength(2);
    expect(bannerStateForPage(both, {})).toBeUndefined();
    const colleague = { ...about, accountId: `${tenantId}.colleague` };
    const twoOfOneTenant = together(one, {
      ...one,
      connections: [],
      accounts: one.accounts.map((each) => ({ ...each, id: colleague.accountId })),
      methods: one.methods.map((each) => ({ ...each, accountId: colleague.accountId })),
    });
    expect(phasesOf(twoOfOneTenant)).toEqual(['offer', 'offer']);
    expect(bannerStateForPage(bannerStates(twoOfOneTenant, now), { tenant: tenantId })).toBeUndefined();
  });
});

describe('after Enable the banner', () => {
  test.each([
    ['accepted', 'working'],
    ['requested', 'working'],
    ['settling', 'working'],
    ['needs-step-up', 'sign-in'],
  ] as const)('shows a command in state %s as %s', (commandState, phase) => {
    const [state] = bannerStates({ ...one, outbox: [entry(commandState), entry('cancelled')] }, now);
    expect(state).toMatchObject({ phase });
    expect(state && needsBannerScript(state)).toBe(true);
  });

  test('shows done only on pages that already show the banner', () => {
    const [state, ...others] = bannerStates({ ...withMethod({ smsSignIn: 'ready' }), outbox: [entry('done')] }, now);
    expect(state).toMatchObject({ phase: 'done' });
    expect(others).toEqual([]);
    expect(state && needsBannerScript(state)).toBe(false);
    expect(bannerStateForPage(state ? [state] : [], {})).toBeUndefined();
    expect(bannerStateForPage(state ? [state] : [], { about })).toMatchObject({ phase: 'done' });
  });

  test('does not show a command that ended long ago or a number enabled elsewhere', () => {
    const ready = withMethod({ smsSignIn: 'ready' });
    expect(phasesOf({ ...ready, outbox: [entry('done', { updatedAt: now - 2 * minute })] })).toEqual([]);
    expect(phasesOf(ready)).toEqual([]);
    expect(phasesOf({ ...ready, outbox: [entry('failed')] })).toEqual([]);
  });

  test('does not offer a number again that still needs a sign-in', () => {
    const rows = withMethod({ smsSignIn: 'notConfigured' });
    const outbox = [entry('done', { smsSignIn: 'notConfigured' })];
    expect(phasesOf({ ...rows, outbox })).toEqual(['unfinished']);
    expect(bannerStates({ ...rows, outbox }, now + 5 * minute)).toEqual([]);
  });

  test('shows a failure until it is dismissed or old, then offers the number again', () => {
    const error = { kind: 'service-unavailable', at: now } as const;
    const failed = entry('failed', { error });
    expect(bannerStates({ ...one, outbox: [failed] }, now)).toMatchObject([{ phase: 'failed', error }]);
    expect(phasesOf({ ...one, outbox: [{ ...failed, dismissed: true }] })).toEqual(['offer']);
    expect(bannerStates({ ...one, outbox: [failed] }, now + 11 * minute)).toMatchObject([{ phase: 'offer' }]);
  });

  test('shows that a number is in use on pages that have it and is not registered for others', () => {
    const rows = { ...withMethod({ smsSignIn: 'phoneNumberNotUnique' }), outbox: [entry('failed')] };
    const [state] = bannerStates(rows, now);
    expect(state).toMatchObject({ phase: 'failed', isOfferable: false });
    expect(state && needsBannerScript(state)).toBe(false);
  });
});
