// What was done with an account from this browser, told from the rows of the database. Pure.

import { isOver } from '../../lib/shared/model/command-row.ts';
import type { Command } from '../../lib/shared/model/commands.ts';
import { type ErrorDetails, isOutcomeUnknown } from '../../lib/shared/model/errors.ts';
import type { DefaultMethodChoice, PhoneType } from '../../lib/shared/model/phone-method.ts';
import type { CommandRow, HostedRegistration, Verification } from '../../lib/shared/model/rows.ts';
import type { Tile } from './tiles.ts';

/** Commands that are told as they are; the others only look, or are told by the number that is being proven. */
const told = [
  'enable',
  'disable',
  'make-default',
  'remove',
  'confirm-number',
  'try-sign-in',
  'sign-in',
  'step-up',
] as const;
type ActivityKind = (typeof told)[number] | 'add' | 'change';

export interface ActivityItem {
  id: string;
  kind: ActivityKind;
  /** When it was asked for, and when that ended. */
  at: number;
  endedAt?: number;
  state: 'running' | 'checking' | 'needs-sign-in' | 'done' | 'unfinished' | 'failed' | 'cancelled';
  /** Masked number, as it was then. */
  masked?: string;
  methodId?: string;
  /** What was to become the default method. */
  choice?: DefaultMethodChoice;
  type?: PhoneType;
  error?: ErrorDetails;
  /** The service's ids of the requests it took. */
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
    ...rows.verifications.map((verification) => ofVerification(verification, rows.outbox)),
    ...rows.registrations.map(ofRegistration),
  ].toSorted((one, other) => other.at - one.at);
}

function ofCommand(entry: CommandRow): ActivityItem | undefined {
  const { id, command, state, createdAt, updatedAt, masked, error } = entry;
  const kind = told.find((each) => each === command.kind);
  // The second click of a double click did nothing.
  const isTwin = state === 'cancelled' && entry.dismissed && createdAt === updatedAt;
  if (!kind || isTwin) return undefined;
  const choice = command.kind === 'make-default' ? command.method : undefined;
  return {
    id,
    kind,
    at: createdAt,
    state: stateOf(entry),
    ...(isOver(entry) ? { endedAt: updatedAt } : {}),
    ...(masked ? { masked } : {}),
    ...('methodId' in command && command.methodId ? { methodId: command.methodId } : {}),
    ...(choice ? { choice } : {}),
    ...(error && state === 'failed' ? { error } : {}),
    requestIds: requestIdsOf([entry]),
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
  failed: 'failed',
  cancelled: 'cancelled',
};

function ofVerification(verification: Verification, outbox: readonly CommandRow[]): ActivityItem {
  const { id, purpose, type, startedAt, updatedAt, challenge, methodId, error } = verification;
  const state = stateOfVerification[verification.state];
  return {
    id,
    kind: purpose,
    at: startedAt,
    state,
    type,
    ...(isOver({ state }) ? { endedAt: updatedAt } : {}),
    ...(challenge ? { masked: challenge.sentTo } : {}),
    ...(methodId ? { methodId } : {}),
    ...(error && state === 'failed' ? { error } : {}),
    requestIds: requestIdsOf(outbox.filter(({ command }) => isAbout(command, id)).toReversed()),
  };
}

function isAbout(command: Command, verificationId: string): boolean {
  return 'verificationId' in command && command.verificationId === verificationId;
}

function ofRegistration(registration: HostedRegistration): ActivityItem {
  const { id, state, startedAt, updatedAt, methodId, masked } = registration;
  return {
    id,
    kind: registration.changes ? 'change' : 'add',
    at: startedAt,
    state: state === 'waiting' ? 'running' : state === 'registered' ? 'done' : 'cancelled',
    ...(state === 'waiting' ? {} : { endedAt: updatedAt }),
    ...(masked ? { masked } : {}),
    ...(methodId ? { methodId } : {}),
    requestIds: [],
  };
}

function requestIdsOf(entries: readonly CommandRow[]): string[] {
  return [...new Set(entries.flatMap(({ requestIds = [], error }) => [requestIds, error?.requestId ?? []].flat()))];
}

/** What an action opened that somebody did not do themselves, and so is closed first. */
export interface Opened {
  /** The number that can now be used to sign in. */
  signIn?: Tile;
  /** The number that was put on the account. */
  number?: Tile;
}

export function openedBy({ kind, state, error, methodId }: ActivityItem, tiles: readonly Tile[]): Opened {
  const tile = tiles.find(({ method }) => method.id === methodId);
  const isNumber = kind === 'add' || kind === 'change';
  const didNothing = state === 'cancelled' || (state === 'failed' && !(error && isOutcomeUnknown(error)));
  if (!tile || didNothing || !(isNumber || kind === 'enable')) return {};
  return { ...(tile.sms === 'ready' ? { signIn: tile } : {}), ...(isNumber ? { number: tile } : {}) };
}

/** The days there are items of, newest first, by the calendar of this machine. */
export function byDay(items: readonly ActivityItem[]): { day: number; items: ActivityItem[] }[] {
  const days = new Map<number, ActivityItem[]>();
  for (const item of items) {
    const day = new Date(item.at).setHours(0, 0, 0, 0);
    days.set(day, [...(days.get(day) ?? []), item]);
  }
  return [...days].map(([day, ofDay]) => ({ day, items: ofDay }));
}
