// Every state of the interface by name, as the rows of the database that show it.

import type { Command, OutboxCommand } from '../../lib/shared/model/commands.ts';
import type { ErrorDetails, ErrorKind } from '../../lib/shared/model/errors.ts';
import type { LogLine } from '../../lib/shared/model/log-line.ts';
import type {
  Account,
  CachedMethod,
  CommandRow,
  Connection,
  HostedRegistration,
  Verification,
} from '../../lib/shared/model/rows.ts';
import type { ReceivedPolicy } from '../../lib/shared/policy/received.ts';
import type { PolicyValues } from '../../lib/shared/policy/setting-definitions.ts';
import type { Rows } from '../../lib/shared/tables/page-rows.ts';
import type { MessageKey, Values } from '../journey/text.ts';

export interface State {
  name: string;
  page: 'popup' | 'options';
  rows: Rows;
  log?: LogLine[];
  /** The browser refuses to open the database. */
  isStorageUnavailable?: true;
  /** Drafts in `storage.session`, by name. */
  drafts?: Record<string, object>;
  /** Buttons to click before the picture is taken. */
  clicks?: Click[];
}

/** Message of a button's accessible name; `*` in a value stands for any text. */
interface Click {
  key: MessageKey;
  values: Partial<Record<string, string>>;
}

function click<Key extends MessageKey>(key: Key, values: Partial<Values<Key>> = {}): Click {
  return { key, values };
}

const minute = 60_000;
const tenantId = '6f1c2a8e-2f5d-4c7b-9a53-0e8f5c1d7b11';
const otherTenantId = 'b2d4c6e8-1a3b-4c5d-8e7f-90a1b2c3d4e5';
const clientId = '3b9d7c1e-5f20-4a86-b1c4-7d2e9f0a6c35';
const mobileId = '3179e48a-750b-4051-897c-87b9720928f7';
const alternateId = 'b6332ec1-7057-4abe-9331-3d72feddfe41';
const officeId = 'e37fc753-ff3b-4958-9484-eaa9425c82bc';
const commandId = '5d8f1c7a-90b2-4e63-8a1d-2c4b6e8f0a13';
const verificationId = '9b7e2d41-6c35-4f80-a1d9-3e5f7a8b0c26';
const signInId = '0c3e5a79-1b4d-4f68-92a7-6d8e0f1b3c57';

export function statesAt(now: number): State[] {
  const connection: Connection = {
    id: tenantId,
    cloud: 'global',
    tenant: 'contoso.example',
    clientId,
    connectedAt: now - 90 * minute,
  };
  const account: Account = {
    id: `${tenantId}.1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9`,
    connectionId: tenantId,
    userName: 'warehouse.one@contoso.example',
    name: 'Warehouse One',
    loginHint: 'warehouse.one@contoso.example',
    session: 'signed-in',
    defaultMethod: { kind: 'push', systemPreferred: false },
    syncedAt: now - 2 * minute,
    nextSyncAt: now + 300 * minute,
    failures: 0,
  };
  const accountId = account.id;
  const mobile: CachedMethod = {
    accountId,
    id: mobileId,
    type: 'mobile',
    masked: '+44 •••• 982',
    smsSignIn: 'notEnabled',
  };
  const alternate: CachedMethod = {
    accountId,
    id: alternateId,
    type: 'alternateMobile',
    masked: '+44 •••• 417',
    smsSignIn: 'notSupported',
  };
  const office: CachedMethod = {
    accountId,
    id: officeId,
    type: 'office',
    masked: '+1 •••• 142',
    smsSignIn: 'notSupported',
  };

  const none: Rows = {
    connections: [],
    accounts: [],
    methods: [],
    outbox: [],
    registrations: [],
    verifications: [],
    answers: [],
    confirmations: [],
  };
  const connected: Rows = { ...none, connections: [connection] };
  const signedIn: Rows = { ...connected, accounts: [account], methods: [mobile] };

  const error = (kind: ErrorKind, more: Partial<ErrorDetails> = {}): ErrorDetails => ({
    at: now - minute,
    status: 403,
    code: 'accessDenied',
    requestId: '7a4c9e10-3d5b-4f82-a6c1-8b0d2e4f6a79',
    ...more,
    kind,
  });
  const entry = (command: OutboxCommand, state: CommandRow['state'], more: Partial<CommandRow> = {}): CommandRow => ({
    id: commandId,
    command,
    accountId,
    state,
    createdAt: now - 8_000,
    updatedAt: now - 4_000,
    ...more,
  });
  const signIn: OutboxCommand = { kind: 'sign-in', connectionId: tenantId, from: 'popup' };
  const enable: OutboxCommand = { kind: 'enable', accountId, methodId: mobileId };
  const disable: OutboxCommand = { kind: 'disable', accountId, methodId: mobileId };
  const tryIt: OutboxCommand = { kind: 'try-sign-in', accountId, methodId: mobileId, from: 'popup' };
  const remove: OutboxCommand = { kind: 'remove', accountId, methodId: mobileId };
  const removeDefault: OutboxCommand = { ...remove, defaultFirst: 'push' };
  const makeDefault: OutboxCommand = { kind: 'make-default', accountId, method: 'voiceOffice' };
  const connect: Extract<Command, { kind: 'connect' }> = {
    kind: 'connect',
    connection: { cloud: 'global', tenant: 'contoso.exmaple', clientId },
  };
  const typed = { cloud: 'global', tenant: 'contoso.exmaple', clientId, gatewayUrl: '', gatewayScope: '' };

  const policy = (values: PolicyValues, rejected: ReceivedPolicy['rejected'] = []): ReceivedPolicy => ({
    id: 'managed',
    values,
    rejected,
    received: Object.fromEntries([
      ...Object.entries(values).map(([key, value]) => [key, JSON.stringify(value)]),
      ...rejected.map(({ key }) => [key, '"contoso"']),
    ]),
    fingerprint: '4f9c1b7d2e60a385',
    receivedAt: now - 40 * minute,
  });
  const help = {
    supportText: 'Ask the service desk on floor 3, or by phone.',
    supportUrl: 'https://help.contoso.example/phone',
    supportEmail: 'help@contoso.example',
    supportPhone: '+1 206 555 0100',
  };
  const managed = policy({ tenantId, clientId, organizationName: 'Contoso' });
  const under = (values: PolicyValues, rows = signedIn): Rows => ({ ...rows, policy: policy(values) });

  const mobileIs = (smsSignIn: CachedMethod['smsSignIn'], rows = signedIn): Rows => ({
    ...rows,
    methods: [{ ...mobile, smsSignIn }],
  });
  const accountIs = (change: Partial<Account>, rows = signedIn): Rows => ({
    ...rows,
    accounts: [{ ...account, ...change }],
  });
  const { syncedAt: _syncedAt, ...neverRead } = account;
  const withEntry = (row: CommandRow, rows = signedIn): Rows => ({ ...rows, outbox: [row, ...rows.outbox] });
  const registration = (
    state: HostedRegistration['state'],
    more: Partial<HostedRegistration> = {},
  ): HostedRegistration => ({
    id: commandId,
    accountId,
    state,
    before: [],
    startedAt: now - 3 * minute,
    updatedAt: now - 5_000,
    ...more,
  });
  const textIsDefault: Partial<Account> = {
    defaultMethod: { kind: 'sms', systemPreferred: false },
    otherMethods: ['push', 'oath'],
  };
  const mobileIsDefault: Rows = { ...accountIs(textIsDefault, mobileIs('ready')), methods: [mobile, office] };
  const refusedDefault = entry(removeDefault, 'failed', { error: error('not-permitted') });
  const openTile = [click('phones.more', { number: mobile.masked })];
  const askToRemove = [click('remove.action_for', { number: mobile.masked })];
  const noPhones: Rows = { ...signedIn, methods: [] };
  const adding = { popup: { route: { step: 'add-phone', askedAt: now - 4 * minute } } };
  const gateway = { url: 'https://gateway.contoso.example', scope: `api://${clientId}/PhoneVerification` };
  const withGateway = (rows: Rows): Rows => ({
    ...rows,
    connections: rows.connections.map((each) => ({ ...each, gateway })),
  });
  /** Drafts of a registration; with a number, a code was requested. */
  const typing = (phoneNumber: string, more: { sent?: boolean; country?: string; code?: string } = {}) => ({
    popup: {
      route: { step: 'add-phone' },
      adding: {
        accountId,
        phoneNumber,
        country: more.country ?? 'GB',
        code: more.code ?? '',
        ...(more.sent ? { sent: { id: verificationId, phoneNumber: '+447700900982', type: 'mobile' } } : {}),
      },
    },
  });
  const sent = typing('07700 900982', { sent: true });
  const changing = (phoneNumber = '', isSent = false) => ({
    popup: {
      route: { step: 'change', methodId: mobileId, askedAt: now - 4 * minute },
      adding: {
        accountId,
        changes: mobileId,
        phoneNumber,
        country: 'GB',
        code: '',
        ...(isSent ? { sent: { id: verificationId, phoneNumber: '+447700900982', type: 'mobile' } } : {}),
      },
    },
  });
  const verification = (state: Verification['state'], more: Partial<Verification> = {}): Verification => ({
    id: verificationId,
    accountId,
    type: 'mobile',
    purpose: 'add',
    state,
    commandIds: [commandId],
    texts: 1,
    startedAt: now - 15_000,
    updatedAt: now - 4_000,
    ...more,
  });
  const challenge = {
    sentTo: '+44 •••• 982',
    codeLength: 6,
    sentAt: now - 12_000,
    expiresAt: now + 588_000,
    resendAt: now + 24_000,
    attemptsLeft: 5,
  };
  const resending = { id: commandId, step: 'resending', clickedAt: now - 1_000, isSent: true } as const;
  const texted = (more: Partial<Verification> = {}) => verification('awaiting-code', { challenge, ...more });
  const verifying = (row: Verification, rows = noPhones): Rows => ({ ...withGateway(rows), verifications: [row] });
  const failing = (kind: ErrorKind, more: Partial<ErrorDetails> = {}) =>
    verifying(verification('failed', { error: error(kind, more) }));
  const refusing = (kind: ErrorKind, more: Partial<ErrorDetails> = {}) =>
    verifying(texted({ error: error(kind, more), challenge: { ...challenge, attemptsLeft: more.attemptsLeft ?? 5 } }));
  const freshSignIn = (state: CommandRow['state'], more: Partial<CommandRow> = {}): Rows => ({
    ...signedIn,
    outbox: [
      entry({ kind: 'step-up', accountId, waitingId: commandId, from: 'popup' }, state, { id: signInId, ...more }),
      entry(enable, 'needs-step-up', { error: error('needs-step-up'), stepUp: { resume: 'requested', signIns: 0 } }),
    ],
  });
  const stepUp: OutboxCommand = { kind: 'step-up', accountId, waitingId: verificationId, from: 'popup' };
  const demanded = verification('needs-step-up', { error: error('needs-step-up'), stepUp: { step: 'sending' } });
  const registered = (smsSignIn: CachedMethod['smsSignIn']): Rows =>
    verifying(verification('done', { challenge, methodId: mobileId }), mobileIs(smsSignIn));
  const longAccount: Partial<Account> = {
    name: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
    userName: 'rechtsschutzversicherungsgesellschaften.abteilung@sehr-lange-unterabteilung.contoso.example',
  };

  const askedByBanner = { step: 'confirm', methodId: mobileId, askedAt: now };
  const nothingWanted: Rows['settings'] = { id: 'settings', banner: false, numberReminder: false };
  const ownPages: Rows['settings'] = { id: 'settings', accountPages: ['https://account.contoso.example/profile'] };
  const longAgo = { accountId, methodId: mobileId, masked: mobile.masked, confirmedAt: now - 200 * 24 * 60 * minute };

  const popup: Omit<State, 'page'>[] = [
    { name: 'not connected', rows: none },
    { name: 'signed out', rows: connected },
    {
      name: 'signed out, two organizations',
      rows: {
        ...connected,
        connections: [connection, { ...connection, id: otherTenantId, tenant: 'elsewhere.example' }],
      },
    },
    { name: 'signing in', rows: withEntry(entry(signIn, 'requested'), connected) },
    {
      name: 'sign-in page not loaded',
      rows: withEntry(entry(signIn, 'failed', { error: { kind: 'sign-in-page-not-loaded', at: now } }), connected),
    },
    {
      name: 'sign-in with another window open',
      rows: withEntry(entry(signIn, 'failed', { error: { kind: 'sign-in-window-open', at: now } }), connected),
    },
    {
      name: 'sign-in without a second method',
      rows: withEntry(
        entry(signIn, 'failed', { error: error('second-method-required', { code: 'AADSTS50079' }) }),
        connected,
      ),
    },
    { name: 'sign-in cancelled', rows: withEntry(entry(signIn, 'cancelled'), connected) },
    {
      name: 'sign-in refused, consent missing',
      rows: withEntry(
        entry(signIn, 'failed', { error: error('consent-required', { code: 'AADSTS65001' }) }),
        connected,
      ),
    },
    {
      name: 'sign-in refused by the access policy',
      rows: withEntry(
        entry(signIn, 'failed', { error: error('blocked-by-access-policy', { code: 'AADSTS53003' }) }),
        connected,
      ),
    },
    {
      name: 'sign-in with an account of elsewhere',
      rows: withEntry(entry(signIn, 'failed', { error: error('account-not-allowed') }), connected),
    },
    {
      name: 'sign-in, service unavailable',
      rows: withEntry(
        entry(signIn, 'failed', { error: error('service-unavailable', { retryAt: now + 5 * minute + 20_000 }) }),
        connected,
      ),
    },
    { name: 'loading for the first time', rows: { ...connected, accounts: [neverRead] } },
    {
      name: 'first load failed',
      rows: { ...connected, accounts: [{ ...neverRead, failures: 1, syncError: error('service-unavailable') }] },
    },
    {
      name: 'first load refused, permission missing',
      rows: { ...connected, accounts: [{ ...neverRead, failures: 1, syncError: error('permission-missing') }] },
    },
    { name: 'account without names', rows: accountIs({ name: '', userName: '', loginHint: '' }) },
    { name: 'no phone yet', rows: noPhones },
    { name: 'not enabled', rows: mobileIs('notEnabled') },
    { name: 'not enabled, open', rows: mobileIs('notEnabled'), clicks: openTile },
    {
      name: 'asked to enable',
      rows: mobileIs('notEnabled'),
      clicks: [click('sms.enable_for', { number: mobile.masked })],
    },
    { name: 'turning on', rows: withEntry(entry(enable, 'requested')) },
    { name: 'checking', rows: withEntry(entry(enable, 'settling', { readAt: now + 2_000, settleBy: now + 30_000 })) },
    {
      name: 'two changes, one waits',
      rows: {
        ...signedIn,
        methods: [mobile, office],
        outbox: [
          entry(makeDefault, 'accepted', { id: 'second' }),
          entry(enable, 'requested', { createdAt: now - minute }),
        ],
      },
    },
    { name: 'enabled', rows: withEntry(entry(enable, 'done', { smsSignIn: 'ready' }), mobileIs('ready')) },
    {
      name: 'enabled, sign in once to finish',
      rows: withEntry(entry(enable, 'done', { smsSignIn: 'notConfigured' }), mobileIs('notConfigured')),
    },
    { name: 'asked by the banner to enable', rows: signedIn, drafts: { popup: { route: askedByBanner } } },
    { name: 'account page withheld', rows: { ...signedIn, settings: ownPages } },
    { name: 'number to be looked at', rows: { ...mobileIs('ready'), confirmations: [longAgo] } },
    { name: 'number to be looked at, not enabled', rows: { ...signedIn, confirmations: [longAgo] } },
    { name: 'not configured', rows: mobileIs('notConfigured') },
    { name: 'ready, open', rows: mobileIs('ready'), clicks: openTile },
    {
      name: 'asked to turn off',
      rows: mobileIs('ready'),
      clicks: [...openTile, click('sms.turn_off_for', { number: mobile.masked })],
    },
    { name: 'turned off', rows: withEntry(entry(disable, 'done', { smsSignIn: 'notEnabled' })) },
    { name: 'asked about a new phone', rows: mobileIs('ready'), clicks: [...openTile, click('new_phone.action')] },
    { name: 'trying to sign in', rows: withEntry(entry(tryIt, 'requested'), mobileIs('ready')) },
    { name: 'trying to sign in, it works', rows: withEntry(entry(tryIt, 'done'), mobileIs('ready')) },
    {
      name: 'trying to sign in, another account',
      rows: withEntry(entry(tryIt, 'failed', { error: error('account-not-allowed') }), mobileIs('ready')),
    },
    { name: 'trying to sign in, cancelled', rows: withEntry(entry(tryIt, 'cancelled'), mobileIs('ready')) },
    { name: 'number in use', rows: mobileIs('phoneNumberNotUnique') },
    {
      name: 'number in use, after enabling',
      rows: withEntry(
        entry(enable, 'failed', { error: error('number-in-use', { status: 409, code: 'phoneNumberNotUnique' }) }),
        mobileIs('phoneNumberNotUnique'),
      ),
    },
    { name: 'not available', rows: mobileIs('notAllowedByPolicy') },
    { name: 'state of the future', rows: mobileIs('unknown') },
    {
      name: 'three phones, default',
      rows: {
        ...accountIs({ defaultMethod: { kind: 'sms', systemPreferred: false } }),
        methods: [office, alternate, { ...mobile, smsSignIn: 'ready' }],
      },
    },
    { name: 'alternate and office only', rows: { ...signedIn, methods: [alternate, office] } },
    {
      name: 'fresh sign-in demanded',
      rows: withEntry(
        entry(enable, 'needs-step-up', { error: error('needs-step-up'), stepUp: { resume: 'requested', signIns: 0 } }),
      ),
    },
    { name: 'fresh sign-in under way', rows: freshSignIn('requested') },
    { name: 'fresh sign-in cancelled', rows: freshSignIn('cancelled') },
    {
      name: 'fresh sign-in with the account of a colleague',
      rows: freshSignIn('failed', { error: error('account-not-allowed') }),
    },
    {
      name: 'fresh sign-in with another window open',
      rows: freshSignIn('failed', { error: { kind: 'sign-in-window-open', at: now } }),
    },
    {
      name: 'fresh sign-in without a second method',
      rows: withEntry(entry(enable, 'failed', { error: error('second-method-required', { code: 'AADSTS50079' }) })),
    },
    {
      name: 'make default, open',
      rows: { ...signedIn, methods: [{ ...mobile, smsSignIn: 'ready' }, office] },
      clicks: [click('phones.more', { number: office.masked })],
    },
    {
      name: 'asked to make default, the service prefers',
      rows: { ...accountIs({ defaultMethod: { kind: 'sms', systemPreferred: true } }), methods: [mobile, office] },
      clicks: [
        ...openTile,
        click('phones.more', { number: office.masked }),
        click('make_default.action_for', { number: office.masked }),
      ],
    },
    { name: 'making default', rows: withEntry(entry(makeDefault, 'requested'), mobileIsDefault) },
    {
      name: 'made default',
      rows: withEntry(entry(makeDefault, 'done'), {
        ...accountIs({ defaultMethod: { kind: 'voiceOffice', systemPreferred: false } }),
        methods: [mobile, office],
      }),
    },
    {
      name: 'make default, not permitted',
      rows: withEntry(entry(makeDefault, 'failed', { error: error('not-permitted') }), mobileIsDefault),
    },
    { name: 'lost phone', rows: mobileIs('ready'), clicks: [...openTile, click('lost_phone.action')] },
    { name: 'asked to remove', rows: { ...mobileIs('ready') }, clicks: askToRemove },
    {
      name: 'asked to remove, last method',
      rows: accountIs({ ...textIsDefault, otherMethods: [] }, mobileIs('ready')),
      clicks: askToRemove,
    },
    {
      name: 'asked to remove, last phone',
      rows: accountIs({ defaultMethod: 'unknown' }, mobileIs('ready')),
      clicks: askToRemove,
    },
    {
      name: 'asked to remove, alternate first',
      rows: { ...signedIn, methods: [mobile, alternate] },
      clicks: askToRemove,
    },
    { name: 'asked to remove the default', rows: mobileIsDefault, clicks: askToRemove },
    {
      name: 'asked to remove the default, looking for others',
      rows: accountIs({ defaultMethod: { kind: 'sms', systemPreferred: false } }, mobileIs('ready')),
      clicks: askToRemove,
    },
    {
      name: 'asked to remove the default, which is changed elsewhere',
      rows: withEntry(refusedDefault, mobileIsDefault),
      clicks: askToRemove,
    },
    { name: 'removing', rows: withEntry(entry(remove, 'requested'), mobileIs('ready')) },
    {
      name: 'removing, checking',
      rows: withEntry(entry(remove, 'settling', { readAt: now + 2_000, settleBy: now + 30_000 })),
    },
    { name: 'removing the default, first step', rows: withEntry(entry(removeDefault, 'requested'), mobileIsDefault) },
    {
      name: 'removing the default, second step',
      rows: withEntry(entry(removeDefault, 'requested', { defaultChanged: true }), {
        ...signedIn,
        methods: [mobile, office],
      }),
    },
    {
      name: 'removing the default, fresh sign-in demanded',
      rows: withEntry(
        entry(removeDefault, 'needs-step-up', {
          error: error('needs-step-up'),
          stepUp: { resume: 'requested', signIns: 0 },
        }),
        mobileIsDefault,
      ),
    },
    {
      name: 'removal refused, default',
      rows: withEntry(entry(remove, 'failed', { error: error('is-default-method') }), mobileIsDefault),
    },
    {
      name: 'removal refused, default unreadable',
      rows: withEntry(entry(remove, 'failed', { error: error('is-default-method') }), {
        ...accountIs({ defaultMethod: 'unknown' }, mobileIs('ready')),
      }),
    },
    { name: 'removal refused, default is changed elsewhere', rows: withEntry(refusedDefault, mobileIsDefault) },
    {
      name: 'removal refused, default was changed elsewhere',
      rows: withEntry(refusedDefault, accountIs({ syncedAt: now - 1_000 })),
    },
    {
      name: 'removal refused, alternate first',
      rows: withEntry(entry(remove, 'failed', { error: error('needs-other-removed-first') }), {
        ...signedIn,
        methods: [mobile, alternate],
      }),
    },
    {
      name: 'removal not effective, after the default was changed',
      rows: withEntry(entry(removeDefault, 'failed', { defaultChanged: true, error: error('not-effective') })),
    },
    { name: 'removed', rows: withEntry(entry(remove, 'done', { masked: mobile.masked }), noPhones) },
    {
      name: 'removed, others left',
      rows: withEntry(entry(remove, 'done', { masked: mobile.masked }), { ...signedIn, methods: [office] }),
    },
    { name: 'not permitted', rows: withEntry(entry(enable, 'failed', { error: error('not-permitted') })) },
    { name: 'not effective', rows: withEntry(entry(enable, 'failed', { error: error('not-effective') })) },
    { name: 'interrupted', rows: withEntry(entry(enable, 'failed', { error: error('interrupted') })) },
    { name: 'offline', rows: accountIs({ syncedAt: now - 130 * minute, failures: 2, syncError: error('offline') }) },
    {
      name: 'service unavailable',
      rows: accountIs({
        syncedAt: now - 26 * 60 * minute,
        failures: 3,
        syncError: error('service-unavailable', { retryAt: now + minute + 9_000 }),
      }),
    },
    {
      name: 'session ended',
      rows: accountIs({ session: 'signed-out', syncedAt: now - 26 * 60 * minute, syncError: error('signed-out') }),
    },
    { name: 'refreshing', rows: withEntry(entry({ kind: 'sync', accountId }, 'accepted')) },
    {
      name: 'several accounts',
      rows: {
        ...signedIn,
        connections: [connection, { ...connection, id: otherTenantId, tenant: 'elsewhere.example' }],
        accounts: [
          account,
          {
            ...account,
            id: `${otherTenantId}.0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f`,
            connectionId: otherTenantId,
            userName: 'w.one@elsewhere.example',
          },
        ],
      },
    },
    { name: 'long words', rows: { ...accountIs(longAccount), methods: [{ ...mobile, smsSignIn: 'ready' }, office] } },
    { name: 'add, choice', rows: noPhones, drafts: { popup: { route: { step: 'add' } } } },
    { name: 'add, introduction', rows: noPhones, drafts: { popup: { route: { step: 'add-phone' } } } },
    { name: 'add, waiting', rows: { ...noPhones, registrations: [registration('waiting')] }, drafts: adding },
    { name: 'add, waiting, at home', rows: { ...noPhones, registrations: [registration('waiting')] } },
    {
      name: 'add, registered',
      rows: { ...signedIn, registrations: [registration('registered', { methodId: mobileId })] },
      drafts: adding,
    },
    {
      name: 'add, registered and ready',
      rows: { ...mobileIs('ready'), registrations: [registration('registered', { methodId: mobileId })] },
      drafts: adding,
    },
    { name: 'add, given up', rows: { ...noPhones, registrations: [registration('abandoned')] }, drafts: adding },
    { name: 'number, empty', rows: withGateway(noPhones), drafts: typing('') },
    { name: 'number, typed', rows: withGateway(noPhones), drafts: typing('07700 900982') },
    { name: 'number, of another country', rows: withGateway(noPhones), drafts: typing('+1 (202) 555-0142') },
    { name: 'number, in other digits', rows: withGateway(noPhones), drafts: typing('٠٧٧٠٠ ٩٠٠٩٨٢') },
    { name: 'number, missing', rows: withGateway(noPhones), drafts: typing(''), clicks: [click('number.send')] },
    {
      name: 'number, incomplete',
      rows: withGateway(noPhones),
      drafts: typing('07700'),
      clicks: [click('number.send')],
    },
    { name: 'number, beside a mobile phone', rows: withGateway(signedIn), drafts: typing('07700 900417') },
    {
      name: 'number, no room',
      rows: withGateway({ ...signedIn, methods: [mobile, alternate, office] }),
      drafts: typing(''),
    },
    { name: 'number, sending', rows: verifying(verification('sending')), drafts: sent },
    { name: 'number, fresh sign-in demanded', rows: verifying(demanded), drafts: sent },
    {
      name: 'number, fresh sign-in under way',
      rows: withEntry(entry(stepUp, 'requested', { id: signInId }), verifying(demanded)),
      drafts: sent,
    },
    {
      name: 'number, fresh sign-in cancelled',
      rows: withEntry(entry(stepUp, 'cancelled', { id: signInId }), verifying(demanded)),
      drafts: sent,
    },
    {
      name: 'number, signed out',
      rows: verifying({ ...demanded, error: error('signed-out') }, accountIs({ session: 'signed-out' }, noPhones)),
      drafts: sent,
    },
    ...(
      [
        'invalid-number',
        'cannot-receive-texts',
        'country-refused',
        'already-registered',
        'number-in-use',
        'too-many-phones',
        'not-permitted',
        'not-available',
        'send-failed',
        'service-unavailable',
        'offline',
        'interrupted',
      ] as const
    ).map((kind) => ({ name: `number, refused, ${kind}`, rows: failing(kind), drafts: sent })),
    {
      name: 'number, refused, send-throttled',
      rows: failing('send-throttled', { retryAt: now + 14 * minute + 30_000 }),
      drafts: sent,
    },
    { name: 'code, awaited', rows: verifying(texted()), drafts: sent },
    {
      name: 'code, awaited, long since',
      rows: verifying(texted({ challenge: { ...challenge, resendAt: now - 1_000 } })),
      drafts: sent,
    },
    {
      name: 'code, awaited, at home',
      rows: verifying(texted()),
      drafts: { popup: { route: { step: 'home' }, left: verificationId } },
    },
    { name: 'code, after a restart of the browser', rows: verifying(texted()) },
    {
      name: 'code, incomplete',
      rows: verifying(texted()),
      drafts: typing('', { code: '12 34' }),
      clicks: [click('code.next')],
    },
    {
      name: 'code, checking',
      rows: verifying(verification('confirming', { challenge })),
      drafts: typing('', { code: '123-456' }),
    },
    { name: 'code, wrong', rows: refusing('wrong-code', { attemptsLeft: 3 }), drafts: typing('', { code: '123 457' }) },
    {
      name: 'code, wrong, last try',
      rows: refusing('wrong-code', { attemptsLeft: 1 }),
      drafts: typing('', { code: '123 457' }),
    },
    {
      name: 'code, replaced',
      rows: refusing('code-replaced', { attemptsLeft: 4 }),
      drafts: typing('', { code: '123 457' }),
    },
    { name: 'code, expired', rows: refusing('code-expired'), drafts: sent },
    { name: 'code, used', rows: refusing('code-used'), drafts: sent },
    { name: 'code, too many attempts', rows: refusing('too-many-attempts', { attemptsLeft: 0 }), drafts: sent },
    {
      name: 'code, too many codes',
      rows: refusing('send-throttled', { retryAt: now + 14 * minute + 30_000 }),
      drafts: sent,
    },
    { name: 'code, may not have gone out', rows: refusing('send-failed'), drafts: sent },
    {
      name: 'code, signed out',
      rows: verifying(texted({ error: error('signed-out') }), accountIs({ session: 'signed-out' }, noPhones)),
      drafts: typing('', { code: '123 456' }),
    },
    { name: 'code, offline', rows: refusing('offline'), drafts: typing('', { code: '123 456' }) },
    {
      name: 'code, texted again',
      rows: verifying(texted({ texts: 2 })),
      drafts: sent,
    },
    {
      name: 'code, being texted again',
      rows: verifying(texted({ challenge: { ...challenge, resendAt: now - 1_000 }, request: resending })),
      drafts: sent,
    },
    {
      name: 'registered, not there yet',
      rows: verifying(verification('registered', { challenge, readAt: now + 3_000, settleBy: now + 30_000 })),
      drafts: sent,
    },
    { name: 'registered, still not there', rows: verifying(verification('done', { challenge })), drafts: sent },
    { name: 'registered, ready', rows: registered('ready'), drafts: sent },
    { name: 'registered, not enabled', rows: registered('notEnabled'), drafts: sent },
    { name: 'registered, one step missing', rows: registered('notConfigured'), drafts: sent },
    { name: 'registered, in use', rows: registered('phoneNumberNotUnique'), drafts: sent },
    { name: 'registered, not available', rows: registered('notAllowedByPolicy'), drafts: sent },
    {
      name: 'registered, alternate mobile',
      rows: verifying(verification('done', { challenge, type: 'alternateMobile', methodId: alternateId }), {
        ...signedIn,
        methods: [mobile, alternate],
      }),
      drafts: sent,
    },
    {
      name: 'code, fresh sign-in demanded',
      rows: verifying({ ...demanded, challenge, stepUp: { step: 'confirming' } }),
      drafts: typing('', { code: '123 456' }),
    },
    { name: 'change, on the account page', rows: signedIn, drafts: changing() },
    {
      name: 'change, on the account page, waiting',
      rows: { ...signedIn, registrations: [registration('waiting', { changes: mobileId })] },
      drafts: changing(),
    },
    {
      name: 'change, on the account page, changed',
      rows: { ...signedIn, registrations: [registration('registered', { changes: mobileId, methodId: mobileId })] },
      drafts: changing(),
    },
    { name: 'change, number', rows: withGateway(mobileIs('ready')), drafts: changing('07700 900417') },
    {
      name: 'change, refused, number-in-use',
      rows: verifying(verification('failed', { purpose: 'change', error: error('number-in-use') }), mobileIs('ready')),
      drafts: changing('07700 900982', true),
    },
    {
      name: 'change, refused, already-registered',
      rows: verifying(
        verification('failed', { purpose: 'change', error: error('already-registered') }),
        mobileIs('ready'),
      ),
      drafts: changing('07700 900982', true),
    },
    { name: 'change, fresh sign-in demanded', rows: verifying({ ...demanded, purpose: 'change' }, signedIn) },
    {
      name: 'change, at home',
      rows: verifying(texted({ purpose: 'change' }), mobileIs('ready')),
      drafts: { popup: { route: { step: 'home' }, left: verificationId } },
    },
    {
      name: 'changed, not enabled',
      rows: verifying(verification('done', { purpose: 'change', challenge, methodId: mobileId }), signedIn),
      drafts: changing(),
    },
    {
      name: 'changed, in use',
      rows: verifying(
        verification('done', { purpose: 'change', challenge, methodId: mobileId }),
        mobileIs('phoneNumberNotUnique'),
      ),
      drafts: changing(),
    },
    { name: 'managed, not signed in', rows: { ...none, policy: managed } },
    { name: 'managed, signed out by it', rows: { ...none, notices: [{ id: 'signed-out-by-policy', at: now }] } },
    { name: 'storage, unavailable', rows: none, isStorageUnavailable: true },
    { name: 'storage, damaged', rows: { ...signedIn, notices: [{ id: 'damaged', at: now }] } },
    { name: 'storage, lost', rows: { ...none, notices: [{ id: 'lost', at: now }] } },
    { name: 'managed, paused', rows: under({ organizationName: 'Contoso', paused: true, ...help }) },
    { name: 'managed, not set up completely', rows: under({ cloud: 'global', allowManualSetup: false }) },
    { name: 'managed, number in use, with help', rows: under(help, mobileIs('phoneNumberNotUnique')) },
    { name: 'managed, SMS sign-in switched off', rows: under({ smsSignIn: 'off' }) },
    {
      name: 'managed, must not be removed',
      rows: under({ allowRemove: false }, mobileIs('ready')),
      clicks: [click('phones.more', { number: mobile.masked })],
    },
    {
      name: 'managed, add, choice, with stronger methods',
      rows: under(
        { strongerMethodsUrl: 'https://help.contoso.example/passkeys', learnMoreUrl: help.supportUrl },
        noPhones,
      ),
      drafts: { popup: { route: { step: 'add' } } },
    },
    {
      name: 'managed, number, of a country that is not allowed',
      rows: under({ allowedCountries: ['DE', 'FR'] }, withGateway(noPhones)),
      drafts: typing('+44 7700 900982'),
      clicks: [click('number.send')],
    },
    { name: 'no SMS sign-in in this cloud', rows: { ...signedIn, connections: [{ ...connection, cloud: 'china' }] } },
  ];

  const done = (id: number, command: OutboxCommand, ago: number, more: Partial<CommandRow> = {}) =>
    entry(command, 'done', {
      id: `0c3e5a79-1b4d-4f68-92a7-6d8e0f1b3c${id}`,
      createdAt: now - ago * minute,
      updatedAt: now - ago * minute + 4_000,
      masked: mobile.masked,
      requestIds: [`7a4c9e10-3d5b-4f82-a6c1-8b0d2e4f6a${id}`],
      ...more,
    });
  const busy: Rows = {
    ...mobileIs('ready'),
    outbox: [
      entry(makeDefault, 'settling'),
      done(11, enable, 12),
      done(12, enable, 14, { state: 'failed', error: error('not-permitted') }),
      entry(signIn, 'done', { id: signInId, createdAt: now - 15 * minute, updatedAt: now - 14 * minute }),
      done(14, disable, 24 * 60 + 3),
      done(15, { kind: 'remove', accountId, methodId: officeId }, 9 * 24 * 60, { masked: office.masked }),
    ],
    verifications: [
      verification('done', { challenge, methodId: mobileId, startedAt: now - 26 * 60 * minute }),
      verification('cancelled', { id: signInId, startedAt: now - 27 * 60 * minute }),
    ],
  };

  const logLines: LogLine[] = [
    {
      ...{ time: now - minute, name: 'TypeError', kind: 'internal-error' },
      ...{ frame: 'ue (background.js:2:41873)', text: 'The work for a visible page failed.' },
    },
    { time: now - 2_000, name: 'IdentityError', kind: 'offline', text: 'The account could not be read.' },
  ];
  const options: Omit<State, 'page'>[] = [
    { name: 'settings, not connected', rows: none },
    { name: 'settings, storage unavailable', rows: none, isStorageUnavailable: true },
    { name: 'settings, with a diagnostic log', rows: signedIn, log: logLines },
    {
      name: 'settings, not connected, nothing prepared',
      rows: none,
      clicks: [click('ask_it.title')],
    },
    {
      name: 'settings, checking',
      rows: withEntry(entry(connect, 'requested'), none),
      drafts: { connection: { typed } },
    },
    { name: 'settings, empty fields', rows: none, clicks: [click('connection.save')] },
    {
      name: 'settings, unknown organization',
      rows: withEntry(entry(connect, 'failed', { error: error('not-configured', { code: 'AADSTS90002' }) }), none),
      drafts: { connection: { typed } },
    },
    {
      name: 'settings, organization of another cloud',
      rows: withEntry(entry(connect, 'failed', { error: error('not-configured', { code: 'tenant-in-usgov' }) }), none),
      drafts: { connection: { typed } },
    },
    {
      name: 'settings, unreachable',
      rows: withEntry(entry(connect, 'failed', { error: error('offline') }), none),
      drafts: { connection: { typed } },
    },
    ...(
      [
        ['address invalid', 'invalid-gateway-url', 'http://gateway'],
        ['unknown', 'gateway-unknown', gateway.url],
        ['unreachable', 'gateway-unreachable', gateway.url],
        ['scope invalid', 'invalid-gateway-scope', gateway.url],
      ] as const
    ).map(([name, code, url]) => {
      const kind = code === 'gateway-unreachable' ? 'offline' : 'not-configured';
      const command = { ...connect, connection: { ...connect.connection, gateway: { ...gateway, url } } };
      return {
        name: `settings, gateway ${name}`,
        rows: withEntry(entry(command, 'failed', { error: error(kind, { code }) }), none),
        drafts: { connection: { typed: { ...typed, gatewayUrl: url, gatewayScope: gateway.scope } } },
      };
    }),
    { name: 'settings, signed in, with a gateway', rows: withGateway(signedIn) },
    {
      name: 'settings, connected',
      rows: withEntry(
        entry({ ...connect, connection: { cloud: 'global', tenant: 'contoso.example', clientId } }, 'done'),
        connected,
      ),
    },
    { name: 'settings, signing in', rows: withEntry(entry({ ...signIn, from: 'options' }, 'requested'), connected) },
    { name: 'settings, signed in', rows: signedIn },
    {
      name: 'settings, managed',
      rows: {
        ...signedIn,
        connections: [],
        policy: policy(
          {
            ...managed.values,
            ...help,
            ...{ bannerMode: 'once', numberReviewDays: 90, allowManualSetup: false },
            ...{
              accountPages: ['https://account.contoso.example/profile'],
              gatewayUrl: 'https://gateway.contoso.example',
            },
          },
          [
            { key: 'snoozeDays', why: 'not-a-whole-number' },
            { key: 'learnMore', why: 'unknown-key' },
          ],
        ),
      },
    },
    { name: 'settings, managed, paused', rows: under({ paused: true, ...help }) },
    {
      name: 'settings, managed, not set up completely',
      rows: { ...none, policy: policy({ clientId }, [{ key: 'tenantId', why: 'malformed' }]) },
    },
    {
      name: 'settings, two organizations',
      rows: {
        ...signedIn,
        connections: [connection, { ...connection, id: otherTenantId, tenant: 'elsewhere.example', cloud: 'usgov' }],
        accounts: [
          account,
          {
            ...account,
            ...longAccount,
            id: `${otherTenantId}.0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f`,
            connectionId: otherTenantId,
            session: 'signed-out',
          },
        ],
      },
    },
    {
      name: 'settings, adding a number',
      rows: withGateway(signedIn),
      drafts: { options: typing('07700 900417').popup },
    },
    {
      name: 'settings, code awaited',
      rows: verifying(texted(), signedIn),
      drafts: { options: { ...sent.popup, route: { step: 'add-phone' } } },
    },
    { name: 'settings, code awaited, from the popup', rows: verifying(texted()) },
    { name: 'settings, activity', rows: busy },
    {
      name: 'settings, activity, not mine',
      rows: busy,
      clicks: [
        click('activity.more_named', { what: `* ${mobile.masked}` }),
        click('activity.not_me_named', { what: `* ${mobile.masked}` }),
      ],
    },
    {
      name: 'settings, asked to forget',
      rows: busy,
      clicks: [click('stored.forget')],
    },
    { name: 'settings, tile open', rows: mobileIs('ready'), clicks: [click('phones.more', { number: mobile.masked })] },
    { name: 'settings, banner off, no reminder', rows: { ...signedIn, settings: nothingWanted } },
    { name: 'settings, account page withheld', rows: { ...signedIn, settings: ownPages } },
    {
      name: 'settings, asked to sign out',
      rows: signedIn,
      clicks: [click('options.sign_out_named', { user: account.userName })],
    },
    {
      name: 'settings, asked to disconnect',
      rows: signedIn,
      clicks: [click('options.disconnect_named', { tenant: connection.tenant })],
    },
  ];

  return [
    ...popup.map((state): State => ({ ...state, page: 'popup' })),
    ...options.map((state): State => ({ ...state, page: 'options' })),
  ];
}
