// What was done with an account in this browser.

import { isOver } from '../../lib/shared/model/command-row.ts';
import { type ErrorDetails, isOutcomeUnknown } from '../../lib/shared/model/errors.ts';
import type { DefaultMethodChoice, PhoneType } from '../../lib/shared/model/phone-method.ts';
import type { CommandRow, HostedRegistration, Verification } from '../../lib/shared/model/rows.ts';
import type { Tile } from './tiles.ts';

/** Commands with an item of their own. The others only read, or belong to the item of a verification. */
const listedKinds = [
  'enable',
  'disable',
  'make-default',
  'remove',
  'confirm-number',
  'try-sign-in',
  'sign-in',
  'step-up',
] as const;
type ActivityKind = (typeof listedKinds)[number] | 'add' | 'change';

export interface ActivityItem {
  id: string;
  kind: ActivityKind;
  /** Milliseconds since 1970, as `endedAt`. */
  at: number;
  endedAt?: number | undefined;
  state: 'running' | 'checking' | 'needs-sign-in' | 'done' | 'unfinished' | 'failed' | 'cancelled';
  /** Masked number at that time. */
  masked?: string | undefined;
  methodId?: string | undefined;
  /** The method to make the default. */
  choice?: DefaultMethodChoice | undefined;
  type?: PhoneType;
  error?: ErrorDetails | undefined;
  /** Request ids of the service. */
  requestIds: string[];
}

/** The rows of one account. */
export interface ActivityRows {
  outbox: CommandRow[];
  verifications: Verification[];
  registrations: HostedRegistration[];
}

/** Newest first. */
export function activityOf(rows: ActivityRows): ActivityItem[] {
  return [
    ...rows.outbox.flatMap((entry) => ofCommand(entry) ?? []),
    ...rows.verifications.map(ofVerification),
    ...rows.registrations.map(ofRegistration),
  ].toSorted((one, other) => other.at - one.at);
}

function ofCommand(entry: CommandRow): ActivityItem | undefined {
  const { id, command, state, createdAt, updatedAt, masked, error } = entry;
  const kind = listedKinds.find((each) => each === command.kind);
  // The second click of a double click has no effect.
  const isDuplicate = state === 'cancelled' && entry.dismissed && createdAt === updatedAt;
  if (!kind || isDuplicate) return undefined;
  return {
    id,
    kind,
    at: createdAt,
    state: stateOf(entry),
    endedAt: isOver(entry) ? updatedAt : undefined,
    masked,
    methodId: 'methodId' in command ? command.methodId : undefined,
    choice: command.kind === 'make-default' ? command.method : undefined,
    error: state === 'failed' ? error : undefined,
    requestIds: requestIdsOf(entry),
  };
}

function stateOf({ state, command, smsSignIn }: CommandRow): ActivityItem['state'] {
  switch (state) {
    case 'accepted':
    case 'requested':
      return 'running';
    case 'settling':
      return 'checking';
    case 'needs-step-up':
      return 'needs-sign-in';
    case 'done':
      return command.kind === 'enable' && smsSignIn === 'notConfigured' ? 'unfinished' : 'done';
    default:
      return state;
  }
}

const stateOfVerification: Record<Verification['state'], ActivityItem['state']> = {
  sending: 'running',
  'needs-step-up': 'needs-sign-in',
  'awaiting-code': 'running',
  confirming: 'checking',
  registered: 'done',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

function ofVerification(verification: Verification): ActivityItem {
  const { id, purpose, type, startedAt, updatedAt, challenge, methodId, error } = verification;
  const state = stateOfVerification[verification.state];
  return {
    id,
    kind: purpose,
    at: startedAt,
    state,
    type,
    endedAt: isOver({ state }) ? updatedAt : undefined,
    masked: challenge?.sentTo,
    methodId,
    error: state === 'failed' ? error : undefined,
    requestIds: requestIdsOf(verification),
  };
}

function ofRegistration(registration: HostedRegistration): ActivityItem {
  const { id, state, startedAt, updatedAt, methodId, masked } = registration;
  return {
    id,
    kind: registration.changes ? 'change' : 'add',
    at: startedAt,
    state: state === 'waiting' ? 'running' : state === 'registered' ? 'done' : 'cancelled',
    endedAt: state === 'waiting' ? undefined : updatedAt,
    masked,
    methodId,
    requestIds: [],
  };
}

function requestIdsOf({ requestIds = [], error }: Pick<CommandRow, 'requestIds' | 'error'>): string[] {
  return [...new Set([...requestIds, ...(error?.requestId ? [error.requestId] : [])])];
}

/** What an action has opened to a stranger if it was not the user's. */
export interface Opened {
  /** The number that can sign in now. */
  signIn?: Tile;
  /** The number that was added to the account. */
  number?: Tile;
}

export function openedBy({ kind, state, error, methodId }: ActivityItem, tiles: readonly Tile[]): Opened {
  const tile = tiles.find(({ method }) => method.id === methodId);
  const isNumber = kind === 'add' || kind === 'change';
  const didNothing = state === 'cancelled' || (state === 'failed' && !(error && isOutcomeUnknown(error)));
  if (!tile || didNothing || !(isNumber || kind === 'enable')) return {};
  return { ...(tile.sms === 'ready' ? { signIn: tile } : {}), ...(isNumber ? { number: tile } : {}) };
}

/** Days with items, newest first, in the local time zone. */
export function byDay(items: readonly ActivityItem[]): { day: number; items: ActivityItem[] }[] {
  const days = new Map<number, ActivityItem[]>();
  for (const item of items) {
    const day = new Date(item.at).setHours(0, 0, 0, 0);
    days.set(day, [...(days.get(day) ?? []), item]);
  }
  return [...days].map(([day, ofDay]) => ({ day, items: ofDay }));
}
