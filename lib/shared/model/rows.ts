import type { CloudName } from './clouds.ts';
import type { OutboxCommand } from './commands.ts';
import type { ErrorDetails } from './errors.ts';
import type { DefaultMethod, KnownMethod, OtherMethod, PhoneType, SmsSignInState } from './phone-method.ts';
import type { Challenge, VerificationPurpose, VerificationStep } from './phone-verification.ts';
import type { CommandState, VerificationState } from './state-machines.ts';

/** A connected organization, checked by discovery before it was saved. */
export interface Connection {
  /** The tenant's GUID. */
  id: string;
  cloud: CloudName;
  /** A domain or GUID as typed. */
  tenant: string;
  clientId: string;
  /** The organization's verification gateway. */
  gateway?: { url: string; scope: string };
  connectedAt: number;
  /** Set by managed policy (lib/shared/policy/effective-connections.ts), and never stored. */
  managed?: true;
  /** Graph permissions; undefined for the default. */
  scopes?: readonly string[];
  /** Turned off by managed policy. */
  smsSignIn?: 'off';
}

/** Stands for every connection in {@link SilentSignIn}, after sign-outs may have been lost. */
export const everyConnection = '*';

/** Silent sign-in attempts of a connection. After a sign-out the user is never signed in silently. */
export interface SilentSignIn {
  connectionId: string;
  at?: number;
  /** Time of a postponed attempt, and the number of postponements. */
  nextAt?: number;
  putOff?: number;
  never?: boolean;
}

export interface Account {
  /** `{tid}.{oid}` */
  id: string;
  connectionId: string;
  userName: string;
  name: string;
  loginHint: string;
  session: 'signed-in' | 'signed-out';
  defaultMethod: DefaultMethod | 'unknown';
  /** Undefined until the user opened a removal. */
  otherMethods?: OtherMethod[];
  /** Time of the last successful sync. */
  syncedAt?: number;
  /** Time of the next automatic sync. */
  nextSyncAt?: number;
  /** Number of postponements of the next sync. */
  putOff?: number;
  /** Number of consecutive failed syncs. */
  failures: number;
  syncError?: ErrorDetails;
}

/** A phone method as of the last sync. */
export interface CachedMethod {
  accountId: string;
  id: string;
  type: PhoneType;
  masked: string;
  smsSignIn: SmsSignInState;
}

/** A row of the outbox. Its states are in state-machines.ts. */
export interface CommandRow {
  /** Made by the page, so that a repeated message does not run the command twice. */
  id: string;
  command: OutboxCommand;
  accountId?: string;
  /** Masked number that the command is about. */
  masked?: string;
  state: CommandState;
  /** Of a write in `requested`: when its request was sent; missing while it can still be sent. */
  sentAt?: number;
  /** While settling: what the request was answered with. Otherwise why the command failed. */
  error?: ErrorDetails;
  /** The sign-in that the command waits for: its claims challenge (JSON), and the state it goes back to. After it is `done`, a second demand means `not-permitted`. */
  stepUp?: { claims?: string; resume: 'requested' | 'settling'; done: boolean };
  /** While settling: the next re-read, the number of re-reads so far, and the end of the wait. */
  readAt?: number;
  reads?: number;
  settleBy?: number;
  /** A removal has made another method the default. */
  defaultChanged?: boolean;
  /** The service's ids of the requests that may have changed something, in their order. */
  requestIds?: string[];
  /** SMS sign-in of the method when the command ended. */
  smsSignIn?: SmsSignInState;
  createdAt: number;
  updatedAt: number;
  /** The user has seen the result. */
  dismissed?: boolean;
}

/** A registration on a page of the service, which a sync notices. */
export interface HostedRegistration {
  id: string;
  accountId: string;
  /** The method whose number is changed; undefined for a new number. */
  changes?: string;
  state: 'waiting' | 'registered' | 'abandoned';
  before: KnownMethod[];
  /** The new or changed method and its masked number. */
  methodId?: string;
  masked?: string;
  startedAt: number;
  updatedAt: number;
}

/** A number that is registered or changed by a one-time code. Its states are in state-machines.ts. */
export interface Verification {
  /** The challenge's id at the gateway, made by the page. */
  id: string;
  accountId: string;
  type: PhoneType;
  purpose: VerificationPurpose;
  state: VerificationState;
  /** The ids of the commands that were accepted, so that a repeated message has no effect. */
  commandIds: string[];
  /** The request to the gateway whose outcome is not known yet: the click it came from, and whether it was sent. */
  request?: { id: string; step: VerificationStep; clickedAt: number; isSent: boolean };
  /** In `needs-step-up`: the step it goes back to, and the claims challenge of the sign-in (JSON). */
  stepUp?: { step: VerificationStep; claims?: string };
  /** The newest challenge; none before its first answer. */
  challenge?: Omit<Challenge, 'id' | 'state' | 'error'>;
  /** How many text messages are known to have been sent. */
  texts: number;
  /** Why it failed, or in `awaiting-code` what was wrong with the last request. */
  error?: ErrorDetails;
  /** The gateway's ids of the requests that may have changed something, in their order. */
  requestIds?: string[];
  /** The registered method, once the directory shows it. */
  methodId?: string;
  /** The next time to ask the gateway or the directory, and the end of the wait. */
  readAt?: number;
  settleBy?: number;
  startedAt: number;
  updatedAt: number;
}

/** The user's answer to an offer of the banner. */
export interface Answer {
  accountId: string;
  methodId: string;
  /** The masked number of the offer: the answer does not count for another number. */
  masked: string;
  snoozedUntil?: number;
  never?: boolean;
}

/** The user's choices, one row; `effectiveSettings()` fills in the others. */
export interface Settings {
  id: 'settings';
  banner?: boolean;
  numberReminder?: boolean;
  accountPages?: string[];
}

/** When the user last confirmed a number. */
export interface Confirmation {
  accountId: string;
  methodId: string;
  /** The masked number at that time. */
  masked: string;
  confirmedAt: number;
}

/** What a page says after data was deleted, until the user closes it, for at most a day. */
export interface Notice {
  id:
    | 'signed-out-by-policy'
    /** The database was rebuilt because rows were damaged. */
    | 'damaged'
    /** All rows are gone. */
    | 'lost';
  at: number;
}

/** Rows that were not changed for this many days are deleted. */
export const retentionDays = 90;
