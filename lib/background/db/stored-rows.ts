// Schemas of stored rows. Only known fields are checked: unknown values belong to a newer version.
import * as v from 'valibot';
import type { TableName } from '../../shared/tables/tables.ts';

const text = v.string();
const time = v.pipe(v.number(), v.finite());
const error = v.object({ kind: text, at: time, retryAt: v.optional(time) });
const ofMethod = { accountId: text, methodId: text, masked: text };

export const rowSchemas: Record<TableName, v.GenericSchema> = {
  connections: v.object({
    id: text,
    cloud: text,
    tenant: text,
    clientId: text,
    gateway: v.optional(v.object({ url: v.pipe(text, v.url()), scope: text })),
    connectedAt: time,
  }),
  accounts: v.object({
    id: text,
    connectionId: text,
    userName: text,
    name: text,
    loginHint: text,
    session: text,
    defaultMethod: v.union([text, v.object({ kind: text, systemPreferred: v.boolean() })]),
    otherMethods: v.optional(v.array(text)),
    syncedAt: v.optional(time),
    nextSyncAt: v.optional(time),
    failures: v.number(),
    syncError: v.optional(error),
  }),
  methods: v.object({ accountId: text, id: text, type: text, masked: text, smsSignIn: text }),
  outbox: v.object({
    id: text,
    command: v.looseObject({ kind: text }),
    accountId: v.optional(text),
    masked: v.optional(text),
    state: text,
    error: v.optional(error),
    stepUp: v.optional(v.object({ claims: v.optional(text), resume: text, done: v.boolean() })),
    sentAt: v.optional(time),
    requestIds: v.optional(v.array(text)),
    createdAt: time,
    updatedAt: time,
  }),
  registrations: v.object({
    id: text,
    accountId: text,
    state: text,
    before: v.array(v.object({ id: text, masked: text })),
    startedAt: time,
    updatedAt: time,
  }),
  verifications: v.object({
    id: text,
    accountId: text,
    type: text,
    purpose: text,
    state: text,
    challenge: v.optional(
      v.object({
        sentTo: text,
        codeLength: v.number(),
        sentAt: time,
        expiresAt: time,
        resendAt: time,
        attemptsLeft: v.number(),
      }),
    ),
    commandIds: v.array(text),
    request: v.optional(v.object({ id: text, step: text, clickedAt: time, isSent: v.boolean() })),
    stepUp: v.optional(v.object({ step: text, claims: v.optional(text) })),
    texts: v.number(),
    error: v.optional(error),
    requestIds: v.optional(v.array(text)),
    startedAt: time,
    updatedAt: time,
  }),
  answers: v.object({ ...ofMethod, snoozedUntil: v.optional(time), never: v.optional(v.boolean()) }),
  settings: v.object({
    id: text,
    banner: v.optional(v.boolean()),
    numberReminder: v.optional(v.boolean()),
    accountPages: v.optional(v.array(text)),
  }),
  confirmations: v.object({ ...ofMethod, confirmedAt: time }),
  silentSignIns: v.object({
    connectionId: text,
    at: v.optional(time),
    nextAt: v.optional(time),
    never: v.optional(v.boolean()),
  }),
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
