// What was done with an account in this browser.
import { isOver } from '../../lib/shared/model/command-row.ts';
import { type ErrorDetails, isOutcomeUnknown } from '../../lib/shared/model/errors.ts';
import type { DefaultMethodChoice, PhoneType } from '../../lib/shared/model/phone-method.ts';
import type { CommandRow, HostedRegistration, Verification } from '../../lib/shared/model/rows.ts';
import type { AccountRows } from '../data/account-rows.ts';
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

const states = {
  accepted: 'running',
  requested: 'running',
  sending: 'running',
  'awaiting-code': 'running',
  waiting: 'running',
  settling: 'checking',
  confirming: 'checking',
  'needs-step-up': 'needs-sign-in',
  done: 'done',
  registered: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  abandoned: 'cancelled',
} as const satisfies Record<(CommandRow | Verification | HostedRegistration)['state'], string>;

export interface ActivityItem {
  id: string;
  kind: (typeof listedKinds)[number] | Verification['purpose'];
  /** Milliseconds since 1970, as `endedAt`. */
  at: number;
  endedAt?: number | undefined;
  state: (typeof states)[keyof typeof states] | 'unfinished';
  /** Masked number at that time. */
  masked?: string | undefined;
  methodId?: string | undefined;
  choice?: DefaultMethodChoice | undefined;
  type?: PhoneType;
  error?: ErrorDetails | undefined;
  requestIds: string[];
}

/** Newest first. */
export function activityOf(rows: Pick<AccountRows, 'outbox' | 'verifications' | 'registrations'>): ActivityItem[] {
  return [
    ...rows.outbox.flatMap((entry) => ofCommand(entry) ?? []),
    ...rows.verifications.map(ofVerification),
    ...rows.registrations.map(ofRegistration),
  ].toSorted((one, other) => other.at - one.at);
}

function ofCommand(entry: CommandRow): ActivityItem | undefined {
  const { id, command, createdAt, updatedAt, masked, smsSignIn } = entry;
  const kind = listedKinds.find((each) => each === command.kind);
  // The second click of a double click has no effect.
  const isDuplicate = entry.state === 'cancelled' && entry.dismissed && createdAt === updatedAt;
  if (!kind || isDuplicate) return undefined;
  const isUnfinished = kind === 'enable' && entry.state === 'done' && smsSignIn === 'notConfigured';
  return {
    id,
    kind,
    at: createdAt,
    ...outcomeOf(entry),
    ...(isUnfinished ? { state: 'unfinished' } : {}),
    masked,
    methodId: 'methodId' in command ? command.methodId : undefined,
    choice: command.kind === 'make-default' ? command.method : undefined,
  };
}

function ofVerification(verification: Verification): ActivityItem {
  const { id, purpose, type, startedAt, challenge, methodId } = verification;
  const masked = challenge?.sentTo;
  return { id, kind: purpose, at: startedAt, ...outcomeOf(verification), type, masked, methodId };
}

function ofRegistration(registration: HostedRegistration): ActivityItem {
  const { id, changes, startedAt, methodId, masked } = registration;
  return { id, kind: changes ? 'change' : 'add', at: startedAt, ...outcomeOf(registration), masked, methodId };
}

function outcomeOf(row: Pick<CommandRow, 'updatedAt' | 'error' | 'requestIds'> & { state: keyof typeof states }) {
  const { updatedAt, error, requestIds = [] } = row;
  const state = states[row.state];
  return {
    state,
    endedAt: isOver({ state }) ? updatedAt : undefined,
    error: state === 'failed' ? error : undefined,
    requestIds: [...new Set([...requestIds, ...(error?.requestId ? [error.requestId] : [])])],
  };
}

/** @returns the tiles of the numbers that another person could use if the user did not do this: to sign in, or as an added number */
export function openedBy(
  { kind, state, error, methodId }: ActivityItem,
  tiles: readonly Tile[],
): { signIn?: Tile; number?: Tile } {
  const tile = tiles.find(({ method }) => method.id === methodId);
  const isNumber = kind === 'add' || kind === 'change';
  const didNothing = state === 'cancelled' || (state === 'failed' && !(error && isOutcomeUnknown(error)));
  if (!tile || didNothing || !(isNumber || kind === 'enable')) return {};
  return { ...(tile.sms === 'ready' ? { signIn: tile } : {}), ...(isNumber ? { number: tile } : {}) };
}

/** Days with items, newest first, in the local time zone. */
export function byDay(items: readonly ActivityItem[]): { day: number; items: ActivityItem[] }[] {
  const days = Map.groupBy(items, ({ at }) => new Date(at).setHours(0, 0, 0, 0));
  return [...days].map(([day, ofDay]) => ({ day, items: ofDay }));
}
