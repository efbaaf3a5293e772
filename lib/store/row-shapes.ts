// What a row has to be like so that everything that reads it can. A damaged one is told by this, not by what breaks of it: only
// what the code goes by is checked, and a row of a version to come may hold more.
import * as v from 'valibot';
import { errorKinds } from '../identity/errors.ts';
import type { TableName } from './tables.ts';

const text = v.string();
const time = v.pipe(v.number(), v.finite());
const maybe = v.optional;
const oneOf = (...values: string[]) => v.picklist(values);

const smsSignIn = oneOf(
  ...['ready', 'notEnabled', 'notConfigured', 'phoneNumberNotUnique', 'notAllowedByPolicy', 'notSupported', 'unknown'],
);
const phoneType = oneOf('mobile', 'alternateMobile', 'office', 'unknown');
const error = v.object({ kind: oneOf(...Object.keys(errorKinds)), at: time, retryAt: maybe(time) });
const ofMethod = { accountId: text, methodId: text, masked: text };
const known = v.object({ id: text, masked: text });

export const rowShapes: Record<TableName, v.GenericSchema> = {
  connections: v.object({
    id: text,
    cloud: oneOf('global', 'usgov', 'usgovdod', 'china'),
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
    session: oneOf('signed-in', 'signed-out'),
    defaultMethod: v.union([v.literal('unknown'), v.object({ kind: text, systemPreferred: v.boolean() })]),
    otherMethods: maybe(v.array(text)),
    syncedAt: maybe(time),
    nextSyncAt: maybe(time),
    failures: v.number(),
    syncError: maybe(error),
  }),
  methods: v.object({ accountId: text, id: text, type: phoneType, masked: text, smsSignIn }),
  journal: v.object({
    id: text,
    command: v.looseObject({ kind: text }),
    accountId: maybe(text),
    masked: maybe(text),
    state: oneOf('accepted', 'requested', 'settling', 'needs-step-up', 'done', 'failed', 'cancelled'),
    error: maybe(error),
    stepUp: maybe(v.object({ claims: maybe(text), resume: oneOf('accepted', 'settling'), done: v.boolean() })),
    requestIds: maybe(v.array(text)),
    createdAt: time,
    updatedAt: time,
  }),
  registrations: v.object({
    id: text,
    accountId: text,
    state: oneOf('waiting', 'registered', 'abandoned'),
    before: v.array(known),
    startedAt: time,
    updatedAt: time,
  }),
  verifications: v.object({
    id: text,
    accountId: text,
    type: phoneType,
    purpose: oneOf('add', 'change'),
    state: oneOf('sending', 'needs-step-up', 'awaiting-code', 'confirming', 'registered', 'failed', 'cancelled'),
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
  farewells: v.object({ id: text, at: time }),
};
