import type { CloudName } from './clouds.ts';
import type { Command } from './commands.ts';
import type { ErrorDetails } from './errors.ts';
import type { DefaultMethod, KnownMethod, OtherMethod, PhoneType, SmsSignInState } from './phone-method.ts';
import type { Challenge, VerificationPurpose } from './phone-verification.ts';

/** An organization this extension is connected to, checked by discovery before it was saved. */
export interface Connection {
  /** The tenant's GUID. */
  id: string;
  cloud: CloudName;
  /** What the person typed: a domain or the GUID. */
  tenant: string;
  clientId: string;
  /** Address and scope of the organization's verification gateway, where it runs one. */
  gateway?: { url: string; scope: string };
  connectedAt: number;
  /** Set by managed policy (lib/shared/policy/effective-connections.ts), and never stored. */
  managed?: true;
  /** Permissions to ask of Graph; without them the usual ones. */
  scopes?: readonly string[];
  /** Switched off by the organization, whatever its directory allows. */
  smsSignIn?: 'off';
}

/** Stands for every connection in {@link SilentSignIn}, after sign-outs may have been lost. */
export const everyConnection = '*';

/** When somebody's session at an organization was last looked for unasked; never again after a person signed out here. */
export interface SilentSignIn {
  connectionId: string;
  at?: number;
  /** The next look, where it was overdue and got another time, and how often that happened. */
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
  /** What there is beside the phones, once it was asked for. */
  otherMethods?: OtherMethod[];
  /** When the cache was last known to be the service's state. */
  syncedAt?: number;
  /** When the cache is refreshed unasked: the slow interval with jitter, or the backoff after a failure. */
  nextSyncAt?: number;
  /** How often the next unasked refresh was overdue and got another time. */
  putOff?: number;
  /** Failed syncs in a row. */
  failures: number;
  syncError?: ErrorDetails;
}

/** A phone method as it was last read. */
export interface CachedMethod {
  accountId: string;
  id: string;
  type: PhoneType;
  masked: string;
  smsSignIn: SmsSignInState;
}

/**
 * One command of a person, from the click to its settled end.
 * accepted → requested → settling → done | failed; needs-step-up waits for a click; cancelled by the person.
 */
export interface CommandRow {
  /** Made by the page, so that a command whose answer was lost can be sent again without running twice. */
  id: string;
  command: Command;
  accountId?: string;
  /** Masked number the command was about. */
  masked?: string;
  state: 'accepted' | 'requested' | 'settling' | 'needs-step-up' | 'done' | 'failed' | 'cancelled';
  /** The outcome of a request whose effect is still being looked for, or why it failed. */
  error?: ErrorDetails;
  /** A sign-in this command waits for, with the claims to ask for (JSON text) and the state to go on in; once it is done, a second demand means "not permitted". */
  stepUp?: { claims?: string; resume: 'accepted' | 'settling'; done: boolean };
  /** While settling: the next re-read, how many there were, and when waiting for the effect ends. */
  readAt?: number;
  reads?: number;
  settleBy?: number;
  /** Of a removal that makes another method the default first: that is done. */
  defaultChanged?: boolean;
  /** The service's ids of the requests that may have changed something, in their order. */
  requestIds?: string[];
  /** SMS sign-in of the method when the command ended. */
  smsSignIn?: SmsSignInState;
  createdAt: number;
  updatedAt: number;
  /** The person has seen how it ended. */
  dismissed?: boolean;
}

/** A number being added or changed on a page of the service: noticed when it is there. */
export interface HostedRegistration {
  id: string;
  accountId: string;
  /** The method whose number is to be changed; none where one is added. */
  changes?: string;
  state: 'waiting' | 'registered' | 'abandoned';
  before: KnownMethod[];
  /** The method that appeared, or whose number did, and its masked number. */
  methodId?: string;
  masked?: string;
  startedAt: number;
  updatedAt: number;
}

/**
 * A number that is being proven by a code: sending → awaiting-code → confirming → registered, or failed, from where the
 * person goes back to the number. The number and the code are in memory only.
 */
export interface Verification {
  /** The challenge's id, made by the page; a number that is asked for again after a lost answer keeps it. */
  id: string;
  accountId: string;
  type: PhoneType;
  purpose: VerificationPurpose;
  state: 'sending' | 'needs-step-up' | 'awaiting-code' | 'confirming' | 'registered' | 'failed' | 'cancelled';
  /** The command that waits for a fresh sign-in. */
  commandId?: string;
  /** The newest challenge; none before its first answer. */
  challenge?: Omit<Challenge, 'id' | 'state' | 'error'>;
  /** Why it failed, or beside `awaiting-code` what is wrong with the last code, resend or text. */
  error?: ErrorDetails;
  /** The registered method, once the directory shows it. */
  methodId?: string;
  /** While an answer is looked for: the next time to ask, and when that ends. */
  readAt?: number;
  settleBy?: number;
  startedAt: number;
  updatedAt: number;
}

/** What a person said to the offer of a number on the account page: not now, or never. */
export interface Answer {
  accountId: string;
  methodId: string;
  /** The number as it was then: for another number the question is a new one. */
  masked: string;
  snoozedUntil?: number;
  never?: boolean;
}

/** The user's choices, one row; lib/shared/policy/effective-settings.ts fills in the others. */
export interface Settings {
  id: 'settings';
  banner?: boolean;
  numberReminder?: boolean;
  accountPages?: string[];
}

/** Since when a number counts as the person's own. */
export interface Confirmation {
  accountId: string;
  methodId: string;
  /** The number as it was then. */
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

/** Rows untouched for this many days are deleted. */
export const retentionDays = 90;
