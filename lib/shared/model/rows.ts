// Schemas and types of stored rows. Pages import the types only, so that their first load has no schemas.
import * as v from 'valibot';
import type { CloudName } from './clouds.ts';
import type { OutboxCommand } from './commands.ts';
import type { ErrorDetails } from './errors.ts';
import type { DefaultMethod, OtherMethod, PhoneType, SmsSignInState } from './phone-method.ts';
import type { CommandState, VerificationState } from './state-machines.ts';
import type { HostedState, NoticeId, SessionState, VerificationPurpose } from './stored-values.ts';

const text = v.string();
const flag = v.boolean();
const count = v.number();
/** Milliseconds since 1970. */
const time = v.pipe(v.number(), v.finite());
const method = { accountId: text, methodId: text, masked: text };

/** Checks less than the type says: other values and fields belong to a newer version. */
const typed = <Value>(schema: v.GenericSchema) => schema as v.GenericSchema<Value>;
/** Allows `undefined` in a stored field, although the type leaves the field out. */
const optional = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.optional(schema) as unknown as v.ExactOptionalSchema<Schema, undefined>;

const step = typed<'sending' | 'resending' | 'confirming'>(text);
const error = optional(typed<ErrorDetails>(v.object({ kind: text, at: time, retryAt: v.optional(time) })));

export const rowSchemas = {
  /** Connected organizations, checked by discovery before they were saved. */
  connections: v.object({
    /** The tenant's GUID. */
    id: text,
    cloud: typed<CloudName>(text),
    /** A domain or GUID as typed. */
    tenant: text,
    clientId: text,
    gateway: optional(v.object({ url: v.pipe(text, v.url()), scope: text })),
    connectedAt: time,
  }),
  accounts: v.object({
    /** `{tid}.{oid}` */
    id: text,
    connectionId: text,
    userName: text,
    name: text,
    loginHint: text,
    session: typed<SessionState>(text),
    defaultMethod: typed<DefaultMethod | 'unknown'>(v.union([text, v.object({ kind: text, systemPreferred: flag })])),
    /** Undefined until the user opened a removal. */
    otherMethods: optional(v.array(typed<OtherMethod>(text))),
    /** Time of the last successful sync. */
    syncedAt: optional(time),
    /** Time of the next automatic sync. */
    nextSyncAt: optional(time),
    /** Number of postponements of the next sync. */
    putOff: optional(count),
    failures: count,
    syncError: error,
    /** Silent sign-ins since the tokens were lost: how many were tried, when the last one was, and the earliest time of the next. */
    recovery: optional(v.object({ attempts: count, at: time, nextAt: time })),
  }),
  /** Phone methods as of the last sync. */
  methods: v.object({
    accountId: text,
    id: text,
    type: typed<PhoneType>(text),
    masked: text,
    smsSignIn: typed<SmsSignInState>(text),
  }),
  /** Commands. Their states are in state-machines.ts. */
  outbox: v.object({
    /** Made by the page, so that a repeated message does not run the command twice. */
    id: text,
    command: typed<OutboxCommand>(v.looseObject({ kind: text })),
    accountId: optional(text),
    /** Masked number that the command is about. */
    masked: optional(text),
    state: typed<CommandState>(text),
    /** Of a write in `requested`: when its request was sent; missing while it can still be sent. */
    sentAt: optional(time),
    /** While settling: what the request was answered with. Otherwise why the command failed. */
    error,
    /** The last sign-in that was demanded: the state the command goes back to, and how many sign-ins were completed for it. */
    stepUp: optional(v.object({ resume: typed<'requested' | 'settling'>(text), signIns: count })),
    /** While settling: the next re-read, the number of re-reads so far, and the end of the wait. */
    readAt: optional(time),
    reads: optional(count),
    settleBy: optional(time),
    defaultChanged: optional(flag),
    /** The service's ids of the requests that may have changed something, in their order. */
    requestIds: optional(v.array(text)),
    /** SMS sign-in of the method when the command ended. */
    smsSignIn: optional(typed<SmsSignInState>(text)),
    createdAt: time,
    updatedAt: time,
    dismissed: optional(flag),
  }),
  /** Registrations on a page of the service, which a sync notices. */
  registrations: v.object({
    id: text,
    accountId: text,
    /** The method whose number is changed; undefined for a new number. */
    changes: optional(text),
    state: typed<HostedState>(text),
    before: v.array(v.object({ id: text, masked: text })),
    /** The new or changed method and its masked number. */
    methodId: optional(text),
    masked: optional(text),
    startedAt: time,
    updatedAt: time,
  }),
  /** Numbers that are registered or changed by a one-time code. Their states are in state-machines.ts. */
  verifications: v.object({
    /** The challenge's id at the gateway, made by the page. */
    id: text,
    accountId: text,
    type: typed<PhoneType>(text),
    purpose: typed<VerificationPurpose>(text),
    state: typed<VerificationState>(text),
    /** The ids of the commands that were accepted, so that a repeated message has no effect. */
    commandIds: v.array(text),
    /** The request to the gateway whose outcome is not known yet: the click it came from, whether it was sent, and how many sign-ins were completed for it. */
    request: optional(v.object({ id: text, step, clickedAt: time, isSent: flag, signIns: optional(count) })),
    /** In `needs-step-up`: the step it goes back to, and how many sign-ins were completed for it. */
    stepUp: optional(v.object({ step, signIns: optional(count) })),
    /** The newest challenge, by the clock of this machine; none before its first answer. */
    challenge: optional(
      v.object({
        /** Masked number. */
        sentTo: text,
        codeLength: count,
        sentAt: time,
        expiresAt: time,
        resendAt: time,
        attemptsLeft: count,
      }),
    ),
    /** How many text messages are known to have been sent. */
    texts: count,
    /** Why it failed, or in `awaiting-code` what was wrong with the last request. */
    error,
    /** The gateway's ids of the requests that may have changed something, in their order. */
    requestIds: optional(v.array(text)),
    /** The registered method, once the directory shows it. */
    methodId: optional(text),
    /** The next time to ask the gateway or the directory, and the end of the wait. */
    readAt: optional(time),
    settleBy: optional(time),
    startedAt: time,
    updatedAt: time,
  }),
  /** The user's answers to offers of the banner. An answer does not count for another masked number. */
  answers: v.object({ ...method, snoozedUntil: optional(time), never: optional(flag) }),
  /** The user's choices, one row; `effectiveSettings()` fills in the others. */
  settings: v.object({
    id: typed<'settings'>(text),
    banner: optional(flag),
    numberReminder: optional(flag),
    accountPages: optional(v.array(text)),
  }),
  /** When the user last confirmed a number, which was then masked as `masked`. */
  confirmations: v.object({ ...method, confirmedAt: time }),
  /** Silent sign-in attempts of a connection. After a sign-out the user is never signed in silently. */
  silentSignIns: v.object({
    connectionId: text,
    at: optional(time),
    /** Time of a postponed attempt, and the number of postponements. */
    nextAt: optional(time),
    putOff: optional(count),
    never: optional(flag),
  }),
  /** One row, the last received policy. */
  policy: v.object({
    id: text,
    values: v.looseObject({}),
    rejected: v.array(v.object({ key: text, why: text })),
    received: v.record(text, text),
    fingerprint: text,
    receivedAt: time,
  }),
  /** What a page says after data was deleted, until the user closes it, for at most a day. */
  notices: v.object({ id: typed<NoticeId>(text), at: time }),
};

/** Stands for every connection in {@link SilentSignIn}, after sign-outs may have been lost. */
export const everyConnection = '*';

export type TableName = keyof typeof rowSchemas;
export type Row<Name extends TableName> = v.InferOutput<(typeof rowSchemas)[Name]>;
export type RowsOf<Name extends TableName> = { [Each in Name]: Row<Each>[] };

/** With the fields of managed policy (lib/shared/policy/effective-connections.ts), which are never stored. */
export interface Connection extends Row<'connections'> {
  managed?: true;
  /** Graph permissions; undefined for the default. */
  scopes?: readonly string[];
  smsSignIn?: 'off';
}
export type Account = Row<'accounts'>;
export type CachedMethod = Row<'methods'>;
export type CommandRow = Row<'outbox'>;
export type HostedRegistration = Row<'registrations'>;
export type Verification = Row<'verifications'>;
export type Answer = Row<'answers'>;
export type Settings = Row<'settings'>;
export type Confirmation = Row<'confirmations'>;
export type SilentSignIn = Row<'silentSignIns'>;
export type Notice = Row<'notices'>;
