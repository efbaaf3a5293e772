// What a row has to be like so that everything that reads it can. A damaged one is told by this, not by what breaks of it: only
// what the code goes by is checked, and a row of a version to come may hold more.
import * as v from 'valibot';
import { cloudNames } from '../../shared/model/clouds.ts';
import { errorKinds } from '../../shared/model/errors.ts';
import type { PhoneType, SmsSignInState } from '../../shared/model/phone-method.ts';
import type { VerificationPurpose } from '../../shared/model/phone-verification.ts';
import type { Account, CommandRow, HostedRegistration, Verification } from '../../shared/model/rows.ts';
import type { TableName } from '../../shared/tables/tables.ts';

const text = v.string();
const time = v.pipe(v.number(), v.finite());
const maybe = v.optional;
/** A value of the type that is left out does not compile: its rows would be taken for damaged ones. */
const each = <Type extends string>(values: Record<Type, 1>) => v.picklist(Object.keys(values));

const smsSignIn = each<SmsSignInState>({
  ...{ ready: 1, notEnabled: 1, notConfigured: 1, phoneNumberNotUnique: 1 },
  ...{ notAllowedByPolicy: 1, notSupported: 1, unknown: 1 },
});
const phoneType = each<PhoneType>({ mobile: 1, alternateMobile: 1, office: 1, unknown: 1 });
const error = v.object({ kind: v.picklist(Object.keys(errorKinds)), at: time, retryAt: maybe(time) });
const ofMethod = { accountId: text, methodId: text, masked: text };
const known = v.object({ id: text, masked: text });

export const rowShapes: Record<TableName, v.GenericSchema> = {
  connections: v.object({
    id: text,
    cloud: v.picklist(cloudNames),
    tenant: text,
    clientId: text,
    gateway: maybe(v.object({ url: v.pipe(text, v.url()), scope: text })),
    connectedAt: time,
  }),
  accounts: v.object({
    id: text,
    connectionId: text,
    userName: text,
    name: text,
    loginHint: text,
    session: each<Account['session']>({ 'signed-in': 1, 'signed-out': 1 }),
    defaultMethod: v.union([v.literal('unknown'), v.object({ kind: text, systemPreferred: v.boolean() })]),
    otherMethods: maybe(v.array(text)),
    syncedAt: maybe(time),
    nextSyncAt: maybe(time),
    failures: v.number(),
    syncError: maybe(error),
  }),
  methods: v.object({ accountId: text, id: text, type: phoneType, masked: text, smsSignIn }),
  outbox: v.object({
    id: text,
    command: v.looseObject({ kind: text }),
    accountId: maybe(text),
    masked: maybe(text),
    state: each<CommandRow['state']>({
      ...{ accepted: 1, requested: 1, settling: 1, 'needs-step-up': 1 },
      ...{ done: 1, failed: 1, cancelled: 1 },
    }),
    error: maybe(error),
    stepUp: maybe(
      v.object({
        claims: maybe(text),
        resume: each<NonNullable<CommandRow['stepUp']>['resume']>({ accepted: 1, settling: 1 }),
        done: v.boolean(),
      }),
    ),
    requestIds: maybe(v.array(text)),
    createdAt: time,
    updatedAt: time,
  }),
  registrations: v.object({
    id: text,
    accountId: text,
    state: each<HostedRegistration['state']>({ waiting: 1, registered: 1, abandoned: 1 }),
    before: v.array(known),
    startedAt: time,
    updatedAt: time,
  }),
  verifications: v.object({
    id: text,
    accountId: text,
    type: phoneType,
    purpose: each<VerificationPurpose>({ add: 1, change: 1 }),
    state: each<Verification['state']>({
      ...{ sending: 1, 'needs-step-up': 1, 'awaiting-code': 1, confirming: 1 },
      ...{ registered: 1, failed: 1, cancelled: 1 },
    }),
    challenge: maybe(
      v.object({
        sentTo: text,
        codeLength: v.number(),
        sentAt: time,
        expiresAt: time,
        resendAt: time,
        attemptsLeft: v.number(),
      }),
    ),
    error: maybe(error),
    startedAt: time,
    updatedAt: time,
  }),
  answers: v.object({ ...ofMethod, snoozedUntil: maybe(time), never: maybe(v.boolean()) }),
  settings: v.object({
    id: text,
    banner: maybe(v.boolean()),
    numberReminder: maybe(v.boolean()),
    accountPages: maybe(v.array(text)),
  }),
  confirmations: v.object({ ...ofMethod, confirmedAt: time }),
  silentSignIns: v.object({ connectionId: text, at: maybe(time), nextAt: maybe(time), never: maybe(v.boolean()) }),
  policy: v.object({
    id: text,
    values: v.looseObject({}),
    rejected: v.array(v.object({ key: text, why: text })),
    received: v.record(text, text),
    fingerprint: text,
    receivedAt: time,
  }),
  notices: v.object({ id: text, at: time }),
};
