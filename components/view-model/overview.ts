// From the database's rows to what a page shows. Pure: knows neither the browser, nor the database, nor any words.

import { accountPagesInUse, patternsOf } from '../../lib/shared/model/account-pages.ts';
import { hasSmsSignIn } from '../../lib/shared/model/clouds.ts';
import type { Command, CommandKind } from '../../lib/shared/model/commands.ts';
import { isWrite, type Write } from '../../lib/shared/model/commands.ts';
import { defaultInTheWay } from '../../lib/shared/model/default-in-the-way.ts';
import type { ErrorDetails } from '../../lib/shared/model/errors.ts';
import { newestOf } from '../../lib/shared/model/journal-entry.ts';
import { isDueForReview } from '../../lib/shared/model/number-review.ts';
import { type Standing, standingsOf } from '../../lib/shared/model/offer.ts';
import { phoneTypeOfDefault } from '../../lib/shared/model/phone-method.ts';
import type {
  Account,
  CachedMethod,
  Connection,
  HostedRegistration,
  JournalEntry,
  Verification,
} from '../../lib/shared/model/rows.ts';
import { type Inert, inertnessOf } from '../../lib/shared/policy/overlay.ts';
import { settingsInEffect } from '../../lib/shared/policy/settings.ts';
import type { Rows } from '../../lib/shared/tables/page-rows.ts';
import type { Asked } from '../data/ask.ts';
import { type Removal, type RemovalSituation, removalOf } from './removal.ts';

/** How the newest command of a sort is getting on. `id` is what is dismissed once the person has seen an end. */
export type Progress =
  | { state: 'none' }
  /** `queued`: another change of the account has to end first. */
  | { state: 'running'; id: string; command: Command; queued: boolean; checking: boolean; defaultChanged: boolean }
  | {
      state: 'needs-step-up';
      id: string;
      command: Command;
      signedOut: boolean;
      signIn: Progress;
      defaultChanged: boolean;
    }
  | { state: 'cancelled'; id: string; command: Command; at: number }
  | { state: 'done'; id: string; command: Command; entry: JournalEntry }
  | { state: 'failed'; id: string; command: Command; error: ErrorDetails; defaultChanged: boolean }
  /** The background never took it. */
  | { state: 'lost'; id: string; command: Command };

const nothing: Progress = { state: 'none' };

/** How long an end that nobody closed is still news. A failure waits for the person to come back. */
const newsMs = { done: 10 * 60_000, cancelled: 10 * 60_000, failed: 24 * 3_600_000 };

/** Everything a page knows at one moment. */
export interface Known {
  rows: Rows;
  asked: readonly Asked[];
  now: number;
}

export function progressOf({ rows, asked, now }: Known, matches: (command: Command) => boolean): Progress {
  const known = new Set(rows.journal.map(({ id }) => id));
  const fresh = asked.findLast(({ id, command }) => !known.has(id) && matches(command));
  if (fresh) {
    const { id, command, lost } = fresh;
    return lost
      ? { state: 'lost', id, command }
      : { state: 'running', id, command, queued: false, checking: false, defaultChanged: false };
  }
  const entry = newestOf(rows.journal.filter(({ command }) => matches(command)));
  if (!entry || entry.dismissed) return nothing;
  const { id, command, state, error, updatedAt, defaultChanged = false } = entry;
  const isNews = state in newsMs ? now - updatedAt <= newsMs[state as keyof typeof newsMs] : true;
  if (!isNews) return nothing;
  switch (state) {
    case 'accepted':
    case 'requested':
    case 'settling': {
      const queued = state === 'accepted' && isBehindAnother(entry, rows.journal);
      return { state: 'running', id, command, queued, checking: state === 'settling', defaultChanged };
    }
    case 'needs-step-up': {
      const signIn = progressOf({ rows, asked, now }, (other) => other.kind === 'step-up' && other.commandId === id);
      return { state: 'needs-step-up', id, command, signedOut: error?.kind === 'signed-out', signIn, defaultChanged };
    }
    case 'cancelled':
      return { state: 'cancelled', id, command, at: updatedAt };
    case 'done':
      return { state: 'done', id, command, entry };
    case 'failed':
      return {
        state: 'failed',
        id,
        command,
        error: error ?? { kind: 'unexpected-answer', at: updatedAt },
        defaultChanged,
      };
  }
}

/** Writes of an account are carried out one at a time; one that waits for a sign-in holds up none. */
function isBehindAnother({ id, command, createdAt }: JournalEntry, journal: readonly JournalEntry[]): boolean {
  if (!isWrite(command)) return false;
  return journal.some(
    (other) =>
      other.id !== id &&
      isWrite(other.command) &&
      other.command.accountId === command.accountId &&
      (other.state === 'requested' ||
        other.state === 'settling' ||
        (other.state === 'accepted' && other.createdAt < createdAt)),
  );
}

/** The newest command of a kind, where one at a time makes sense. */
export function progressOfKind<Kind extends CommandKind>(
  known: Known,
  kind: Kind,
  matches: (command: Extract<Command, { kind: Kind }>) => boolean = () => true,
): Progress {
  return progressOf(known, (command) => command.kind === kind && matches(command as Extract<Command, { kind: Kind }>));
}

export interface Tile {
  method: CachedMethod;
  isDefault: boolean;
  /** SMS sign-in in the order of what a person can do about it; `none` where there is no option for it at all. */
  sms: 'ready' | 'notEnabled' | 'notConfigured' | 'inUse' | 'unknown' | 'none';
  progress: Progress;
  removal: Removal;
  /** It is time to ask whether the number is still the person's. */
  isDueForReview: boolean;
}

/** What can be said about SMS sign-in beyond the tiles. */
type Availability = 'on-tiles' | 'not-available' | 'nobody-knows';

export interface AccountOverview {
  account: Account;
  connection: Connection;
  tiles: Tile[];
  /** Numbers that were just removed here. */
  removed: { id: string; masked: string }[];
  availability: Availability;
  /** Nothing was ever read: there is nothing to show yet. */
  neverRead: boolean;
  refreshing: boolean;
  /** Why the last refresh failed, where that is not a missing sign-in. */
  syncError: ErrorDetails | undefined;
  signIn: Progress;
  /** Leading to the page where a number is added, and the newest number added there. */
  adding: Progress;
  registration: HostedRegistration | undefined;
  /** A number that waits for its code, or for what becomes of it. */
  openVerification: Verification | undefined;
  /** How much waits for the person: numbers that can be enabled or may be another's by now, changes and sessions that ask for a sign-in, a code. */
  waits: number;
  /** Match patterns of the account pages on which a number of this account is to be offered; none while none is. */
  pagesToReach: string[];
}

export interface Organization {
  connection: Connection;
  signIn: Progress;
}

export type Overview =
  | { screen: 'inert'; inert: Inert }
  | { screen: 'not-connected' }
  | { screen: 'signed-out'; organizations: Organization[] }
  | { screen: 'account'; accounts: AccountOverview[]; current: AccountOverview };

export function overviewOf(known: Known, chosenAccountId: string | undefined): Overview {
  const { connections, accounts, policy } = known.rows;
  const inert = inertnessOf(policy?.values ?? {});
  if (inert) return { screen: 'inert', inert };
  if (connections.length === 0) return { screen: 'not-connected' };
  const connected = accounts.filter(({ connectionId }) => connections.some(({ id }) => id === connectionId));
  const account =
    connected.find(({ id }) => id === chosenAccountId) ??
    connected.find(({ id }) => openVerificationOf(known, id)) ??
    connected.find(({ session }) => session === 'signed-in') ??
    connected[0];
  const connection = connections.find(({ id }) => id === account?.connectionId);
  if (!account || !connection) {
    return {
      screen: 'signed-out',
      organizations: connections.map((connection) => ({ connection, signIn: signInOf(known, connection.id) })),
    };
  }
  const current = accountOverview(known, account, connection);
  const overviews = connected.map((other) => {
    const own = connections.find(({ id }) => id === other.connectionId);
    return own && other !== account ? accountOverview(known, other, own) : current;
  });
  return { screen: 'account', accounts: overviews, current };
}

/** Signing in somebody at an organization, or that one account again. */
export function signInOf(known: Known, connectionId: string, account?: Account): Progress {
  return progressOfKind(
    known,
    'sign-in',
    (command) => command.connectionId === connectionId && command.loginHint === account?.loginHint,
  );
}

function accountOverview(known: Known, account: Account, connection: Connection): AccountOverview {
  const isThere = hasSmsSignIn(connection);
  const methods = known.rows.methods
    .filter(({ accountId }) => accountId === account.id)
    .toSorted((one, other) => order.indexOf(one.type) - order.indexOf(other.type));
  const situation: RemovalSituation = {
    account,
    methods,
    isDefault: (method) => isDefault(account, method),
    isLooking: progressOfKind(known, 'list-methods', ({ accountId }) => accountId === account.id).state === 'running',
    defaultRefused: isDefaultRefused(known, account),
  };
  const settings = settingsInEffect(known.rows.settings, known.rows.policy?.values);
  const tiles = methods.map((method) => tileOf(known, situation, method, isThere));
  const offers = offersOf(known, account);
  const isSignedOut = account.session === 'signed-out';
  return {
    account,
    connection,
    tiles,
    removed: removedFrom(known, account, methods),
    availability: isThere ? availabilityOf(tiles) : connection.smsSignIn === 'off' ? 'not-available' : 'on-tiles',
    neverRead: account.syncedAt === undefined,
    refreshing:
      progressOfKind(known, 'sync', ({ accountId }) => accountId === account.id).state === 'running' ||
      (account.syncedAt === undefined && !account.syncError && !isSignedOut),
    syncError: isSignedOut ? undefined : account.syncError,
    signIn: signInOf(known, connection.id, account),
    adding: progressOfKind(known, 'add-hosted', ({ accountId }) => accountId === account.id),
    registration: known.rows.registrations
      .filter(({ accountId }) => accountId === account.id)
      .toSorted((one, other) => other.startedAt - one.startedAt)[0],
    openVerification: openVerificationOf(known, account.id),
    waits: waitsOf(known, account, tiles, offers),
    pagesToReach: offers.length > 0 ? patternsOf(accountPagesInUse([connection], settings)) : [],
  };
}

/** Numbers the person is offered to sign in with, on account pages as well. */
function offersOf({ rows, now }: Known, { id }: Account): Standing[] {
  const settings = settingsInEffect(rows.settings, rows.policy?.values);
  return standingsOf({ ...rows, settings }, now).filter((each) => each.accountId === id && each.isOfferable);
}

function waitsOf(known: Known, { id, session }: Account, tiles: readonly Tile[], offers: readonly Standing[]): number {
  const { journal } = known.rows;
  const numbers = new Set([
    ...offers.map(({ methodId }) => methodId),
    ...tiles.flatMap(({ method, isDueForReview }) => (isDueForReview ? method.id : [])),
  ]);
  const demands = journal.filter(
    ({ command, state }) => isWrite(command) && command.accountId === id && state === 'needs-step-up',
  );
  return numbers.size + demands.length + Number(session === 'signed-out') + Number(!!openVerificationOf(known, id));
}

/** The newest verification of an account, whatever became of it. */
export function newestVerification({ rows }: Known, accountId: string): Verification | undefined {
  return rows.verifications
    .filter((verification) => verification.accountId === accountId)
    .toSorted((one, other) => other.startedAt - one.startedAt)[0];
}

function openVerificationOf(known: Known, accountId: string): Verification | undefined {
  const newest = newestVerification(known, accountId);
  return newest && isVerifying(newest) ? newest : undefined;
}

const verifying: readonly Verification['state'][] = ['sending', 'needs-step-up', 'awaiting-code', 'confirming'];

export function isVerifying({ state }: Verification): boolean {
  return verifying.includes(state);
}

const order: CachedMethod['type'][] = ['mobile', 'alternateMobile', 'office', 'unknown'];

function tileOf(known: Known, situation: RemovalSituation, method: CachedMethod, isThere: boolean): Tile {
  const tile: Tile = {
    method,
    isDefault: situation.isDefault(method),
    sms: isThere ? smsOf(method) : 'none',
    progress: progressOfMethod(known, method),
    removal: removalOf(method, situation),
    isDueForReview: situation.account.session === 'signed-in' && isReviewed(known, method),
  };
  return isOvertaken(tile) || isOfOtherNumber(known, tile) ? { ...tile, progress: nothing } : tile;
}

/** Whether to ask now; not while the answer is on its way. */
function isReviewed(known: Known, method: CachedMethod): boolean {
  const { confirmations, settings, policy } = known.rows;
  const { numberReviewDays } = settingsInEffect(settings, policy?.values);
  const answering = progressOfKind(
    known,
    'confirm-number',
    ({ accountId, methodId }) => accountId === method.accountId && methodId === method.id,
  );
  return answering.state !== 'running' && isDueForReview(method, confirmations, numberReviewDays, known.now);
}

function isDefault({ defaultMethod }: Account, { type }: CachedMethod): boolean {
  return defaultMethod !== 'unknown' && type !== 'unknown' && phoneTypeOfDefault(defaultMethod.kind) === type;
}

type OfTile = Write | Extract<Command, { kind: 'try-sign-in' }>;

function progressOfMethod(known: Known, method: CachedMethod): Progress {
  const isOfTile = (command: Command): command is OfTile => isWrite(command) || command.kind === 'try-sign-in';
  return progressOf(
    known,
    (command) => isOfTile(command) && command.accountId === method.accountId && isAbout(command, method),
  );
}

function isAbout(command: OfTile, { id, type }: CachedMethod): boolean {
  return command.kind === 'make-default' ? phoneTypeOfDefault(command.method) === type : command.methodId === id;
}

/** What the service last answered to a change of the default; a refusal is remembered also once it was waved aside. */
function isDefaultRefused({ rows, now }: Known, { id }: Account): boolean {
  const [last] = rows.journal
    .filter(({ command }) => isWrite(command) && command.accountId === id)
    .filter((entry) => isRefusalOfDefault(entry) || isChangeOfDefault(entry))
    .toSorted((one, other) => other.createdAt - one.createdAt);
  return last !== undefined && isRefusalOfDefault(last) && now - last.updatedAt <= newsMs.failed;
}

function isRefusalOfDefault(entry: JournalEntry): boolean {
  return entry.state === 'failed' && defaultInTheWay(entry) === 'refused';
}

function isChangeOfDefault({ command, state, defaultChanged }: JournalEntry): boolean {
  return defaultChanged === true || (command.kind === 'make-default' && state === 'done');
}

function removedFrom(known: Known, { id }: Account, methods: readonly CachedMethod[]): AccountOverview['removed'] {
  const removals = known.rows.journal.flatMap(({ command }) =>
    command.kind === 'remove' && command.accountId === id ? command.methodId : [],
  );
  return [...new Set(removals)].flatMap((methodId) => {
    if (methods.some((method) => method.id === methodId)) return [];
    const progress = progressOfKind(
      known,
      'remove',
      (command) => command.accountId === id && command.methodId === methodId,
    );
    return progress.state === 'done' && progress.entry.masked ? { id: progress.id, masked: progress.entry.masked } : [];
  });
}

/** How a command ended says nothing about the number that has taken its number's place. */
function isOfOtherNumber({ rows }: Known, { method, progress }: Tile): boolean {
  if (progress.state !== 'done' && progress.state !== 'failed' && progress.state !== 'cancelled') return false;
  const { masked = method.masked } = rows.journal.find(({ id }) => id === progress.id) ?? {};
  return masked !== method.masked;
}

/** Whether the number has changed since, here or elsewhere, so that how a command ended would contradict what is shown. */
function isOvertaken({ progress, sms, isDefault }: Tile): boolean {
  if ('command' in progress && progress.command.kind === 'try-sign-in') {
    return progress.state !== 'running' && sms !== 'ready';
  }
  if (progress.state !== 'done' && progress.state !== 'failed') return false;
  const isDone = progress.state === 'done';
  if (progress.command.kind === 'make-default') return isDone !== isDefault;
  // Of a number that is there again.
  if (progress.command.kind === 'remove') return isDone;
  const wanted = progress.command.kind === 'enable' ? 'ready' : 'notEnabled';
  if (progress.state === 'failed') return sms === wanted;
  return sms !== wanted && !(progress.command.kind === 'enable' && sms === 'notConfigured');
}

function smsOf({ type, smsSignIn }: CachedMethod): Tile['sms'] {
  switch (smsSignIn) {
    case 'notAllowedByPolicy':
    case 'notSupported':
      return 'none';
    case 'phoneNumberNotUnique':
      return 'inUse';
    case 'unknown':
      return type === 'mobile' ? 'unknown' : 'none';
    default:
      return smsSignIn;
  }
}

/** An employee cannot read the organization's policy: the state of the own mobile number is the only sign of it. */
function availabilityOf(tiles: Tile[]): Availability {
  const mobiles = tiles.filter(({ method }) => method.type === 'mobile');
  if (mobiles.length === 0) return 'nobody-knows';
  return mobiles.every(({ method }) => method.smsSignIn === 'notAllowedByPolicy') ? 'not-available' : 'on-tiles';
}

/** The field of the connection form an error of connecting belongs to; undefined where it is about none of them. */
export function fieldOf({
  kind,
  code,
}: ErrorDetails): 'tenant' | 'clientId' | 'gatewayUrl' | 'gatewayScope' | undefined {
  if (code === 'gateway-unreachable') return 'gatewayUrl';
  if (kind !== 'not-configured') return undefined;
  if (code === 'invalid-gateway-url' || code === 'gateway-unknown') return 'gatewayUrl';
  if (code === 'invalid-gateway-scope') return 'gatewayScope';
  if (code === 'invalid-tenant' || code === 'AADSTS90002') return 'tenant';
  return code === 'invalid-client-id' || code === 'AADSTS700016' ? 'clientId' : undefined;
}
