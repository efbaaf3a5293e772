import { describe, expect, test } from 'vitest';
import { bannerStateForPage, bannerStates, needsBannerScript, type OfferRows } from './banner-visibility.ts';
import type { Command } from './commands.ts';
import type { CommandRow } from './rows.ts';

const now = 1_700_000_000_000;
const minute = 60_000;
const tenantId = '6f1c2a8e-2f5d-4c7b-9a53-0e8f5c1d7b11';
const otherTenantId = 'b2d4c6e8-1a3b-4c5d-8e7f-90a1b2c3d4e5';

function signedIn(tenant: string, change: Partial<OfferRows> = {}): OfferRows {
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
const together = (...all: OfferRows[]): OfferRows => ({
  connections: all.flatMap(({ connections }) => connections),
  accounts: all.flatMap(({ accounts }) => accounts),
  methods: all.flatMap(({ methods }) => methods),
  outbox: all.flatMap(({ outbox }) => outbox),
  answers: all.flatMap(({ answers }) => answers),
  settings: { bannerMode: 'until-enabled' },
});
const methodIs = (change: object) => ({ ...one, methods: one.methods.map((method) => ({ ...method, ...change })) });
const phasesOf = (rows: OfferRows) => bannerStates(rows, now).map(({ phase }) => phase);

describe('an offer', () => {
  test.each(['notEnabled', 'notConfigured'] as const)('is made for a mobile number that is %s', (smsSignIn) => {
    const [state] = bannerStates(methodIs({ smsSignIn }), now);
    expect(state).toMatchObject({ ...about, phase: 'offer', lastDigits: '82' });
  });

  test.each(['ready', 'phoneNumberNotUnique', 'notAllowedByPolicy', 'notSupported', 'unknown'] as const)(
    'is not made while the number is %s',
    (smsSignIn) => expect(phasesOf(methodIs({ smsSignIn }))).toEqual([]),
  );

  test('is made once, where the organization wants it so, and not at all where it is off', () => {
    const asked = { ...one, answers: [{ ...about, masked: '+44 •••• 982', snoozedUntil: now - minute }] };
    expect(phasesOf(asked)).toEqual(['offer']);
    expect(phasesOf({ ...asked, settings: { bannerMode: 'once' } })).toEqual([]);
    expect(phasesOf({ ...one, settings: { bannerMode: 'once' } })).toEqual(['offer']);
    expect(phasesOf({ ...one, settings: { bannerMode: 'off' } })).toEqual([]);
  });

  test('says nothing to whoever said no, also while they switch it on elsewhere', () => {
    const never = { ...one, answers: [{ ...about, masked: '+44 •••• 982', never: true }] };
    expect(phasesOf({ ...never, outbox: [entry('requested')] })).toEqual([]);
  });

  test.each(['alternateMobile', 'office', 'unknown'] as const)('is not made for a number of the kind %s', (type) => {
    expect(phasesOf(methodIs({ type }))).toEqual([]);
  });

  test('is not made in a cloud without SMS sign-in, nor from what an ended session last saw', () => {
    expect(phasesOf({ ...one, connections: one.connections.map((each) => ({ ...each, cloud: 'china' })) })).toEqual([]);
    expect(phasesOf({ ...one, accounts: one.accounts.map((each) => ({ ...each, session: 'signed-out' })) })).toEqual(
      [],
    );
  });

  test('holds no more of the number than two digits', () => {
    expect(JSON.stringify(bannerStates(one, now))).not.toContain('982');
  });
});

describe('the answer', () => {
  const masked = '+44 •••• 982';
  test('never stays never, and not now ends', () => {
    expect(phasesOf({ ...one, answers: [{ ...about, masked, never: true }] })).toEqual([]);
    expect(phasesOf({ ...one, answers: [{ ...about, masked, snoozedUntil: now + 1 }] })).toEqual([]);
    expect(phasesOf({ ...one, answers: [{ ...about, masked, snoozedUntil: now }] })).toEqual(['offer']);
  });

  test('was about that number and that account', () => {
    expect(phasesOf({ ...one, answers: [{ ...about, masked: '+44 •••• 101', never: true }] })).toEqual(['offer']);
    expect(phasesOf({ ...one, answers: [{ ...about, accountId: 'another', masked, never: true }] })).toEqual(['offer']);
  });
});

describe('whose page', () => {
  const both = bannerStates(together(one, signedIn(otherTenantId)), now);

  test('the tenant in the address says, by id or domain', () => {
    expect(bannerStateForPage(both, { tenant: otherTenantId.toUpperCase() })?.connection.id).toBe(otherTenantId);
    expect(bannerStateForPage(both, { tenant: 't6.example' })?.connection.id).toBe(tenantId);
  });

  test('a single number needs no tenant, but a page of another tenant is not its page', () => {
    const single = bannerStates(one, now);
    expect(bannerStateForPage(single, {})).toMatchObject(about);
    expect(bannerStateForPage(single, { tenant: otherTenantId })).toBeUndefined();
  });

  test('where nobody can say whose, nothing is offered', () => {
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

describe('an offer that was taken', () => {
  test.each([
    ['accepted', 'working'],
    ['requested', 'working'],
    ['settling', 'working'],
    ['needs-step-up', 'sign-in'],
  ] as const)('%s: %s', (commandState, phase) => {
    const [state] = bannerStates({ ...one, outbox: [entry(commandState), entry('cancelled')] }, now);
    expect(state).toMatchObject({ phase });
    expect(state && needsBannerScript(state)).toBe(true);
  });

  test('done is told where the banner was, and nowhere else', () => {
    const [state, ...others] = bannerStates({ ...methodIs({ smsSignIn: 'ready' }), outbox: [entry('done')] }, now);
    expect(state).toMatchObject({ phase: 'done' });
    expect(others).toEqual([]);
    if (!state) return;
    expect(needsBannerScript(state)).toBe(false);
    expect(bannerStateForPage([state], {})).toBeUndefined();
    expect(bannerStateForPage([state], { about })).toBe(state);
  });

  test('done long ago, or enabled elsewhere, is no news', () => {
    const ready = methodIs({ smsSignIn: 'ready' });
    expect(phasesOf({ ...ready, outbox: [entry('done', { updatedAt: now - 2 * minute })] })).toEqual([]);
    expect(phasesOf(ready)).toEqual([]);
    expect(phasesOf({ ...ready, outbox: [entry('failed')] })).toEqual([]);
  });

  test('that owes the sign-in which finishes it is not offered again', () => {
    const rows = methodIs({ smsSignIn: 'notConfigured' });
    const outbox = [entry('done', { smsSignIn: 'notConfigured' })];
    expect(phasesOf({ ...rows, outbox })).toEqual(['unfinished']);
    expect(bannerStates({ ...rows, outbox }, now + 5 * minute)).toEqual([]);
  });

  test('failed: the error, until it is seen or old; then it is offered again', () => {
    const error = { kind: 'service-unavailable', at: now } as const;
    const failed = entry('failed', { error });
    expect(bannerStates({ ...one, outbox: [failed] }, now)).toMatchObject([{ phase: 'failed', error }]);
    expect(phasesOf({ ...one, outbox: [{ ...failed, dismissed: true }] })).toEqual(['offer']);
    expect(bannerStates({ ...one, outbox: [failed] }, now + 11 * minute)).toMatchObject([{ phase: 'offer' }]);
  });

  test('failed because the number is in use: told, and no page is reached for it any more', () => {
    const rows = { ...methodIs({ smsSignIn: 'phoneNumberNotUnique' }), outbox: [entry('failed')] };
    const [state] = bannerStates(rows, now);
    expect(state).toMatchObject({ phase: 'failed', isOfferable: false });
    expect(state && needsBannerScript(state)).toBe(false);
  });
});
