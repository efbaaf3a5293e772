import { accountPagesInUse, patternsOf } from '../../lib/shared/model/account-pages.ts';
import { bannerStates } from '../../lib/shared/model/banner-visibility.ts';
import { hasSmsSignIn } from '../../lib/shared/model/clouds.ts';
import { isWrite } from '../../lib/shared/model/command-row.ts';
import { isOpenVerification } from '../../lib/shared/model/phone-verification.ts';
import type { Account, Connection, Verification } from '../../lib/shared/model/rows.ts';
import { effectivePolicy, effectiveSettings } from '../../lib/shared/policy/effective-policy.ts';
import { type DisabledReason, disabledReason } from '../../lib/shared/policy/restrictions.ts';
import type { Rows } from '../../lib/shared/tables/page-rows.ts';
import { newestVerification, type PageState, type Progress, progressOfKind, signInProgress } from './progress.ts';
import { type Tile, tilesOf } from './tiles.ts';

export type AccountOverview = ReturnType<typeof accountOverview>;

export type Overview =
  | { screen: 'disabled'; reason: DisabledReason }
  | { screen: 'not-connected' }
  | { screen: 'signed-out'; organizations: { connection: Connection; signIn: Progress }[] }
  | { screen: 'account'; accounts: AccountOverview[]; current: AccountOverview };

/** @param fallback stands for the names that the service did not send */
export function withNames(rows: Rows, fallback: string): Rows {
  const accounts = rows.accounts.map((account) => {
    const { name, userName } = account;
    return { ...account, name: name || fallback, userName: userName || fallback };
  });
  return { ...rows, accounts };
}

export function overviewOf(pageState: PageState, chosenAccountId: string | undefined): Overview {
  const { connections, accounts, policy } = pageState.rows;
  const reason = disabledReason(effectivePolicy(policy));
  if (reason) return { screen: 'disabled', reason };
  if (connections.length === 0) return { screen: 'not-connected' };
  const overviews = accounts.flatMap((account) => {
    const connection = connections.find(({ id }) => id === account.connectionId);
    return connection ? accountOverview(pageState, account, connection) : [];
  });
  const current =
    overviews.find(({ account }) => account.id === chosenAccountId) ??
    overviews.find(({ openVerification }) => openVerification) ??
    overviews.find(({ account }) => account.session === 'signed-in') ??
    overviews[0];
  if (current) return { screen: 'account', accounts: overviews, current };
  const signInTo = (connection: Connection) => ({ connection, signIn: signInProgress(pageState, connection.id) });
  return { screen: 'signed-out', organizations: connections.map(signInTo) };
}

function accountOverview(pageState: PageState, account: Account, connection: Connection) {
  const { rows, now } = pageState;
  const isOfAccount = ({ accountId }: { accountId: string }) => accountId === account.id;
  const tiles = tilesOf(pageState, account, connection);
  const settings = effectiveSettings(rows);
  const offers = bannerStates({ ...rows, settings }, now).filter((offer) => isOfAccount(offer) && offer.isOfferable);
  const numbersToDo = new Set([
    ...offers.map(({ methodId }) => methodId),
    ...tiles.flatMap(({ method, isDueForReview }) => (isDueForReview ? method.id : [])),
  ]);
  const stepUps = rows.outbox.filter(
    ({ command, state }) => isWrite(command) && isOfAccount(command) && state === 'needs-step-up',
  );
  const newest = newestVerification(pageState, account.id);
  const openVerification: Verification | undefined = newest && isOpenVerification(newest) ? newest : undefined;
  const isSignedOut = account.session === 'signed-out';
  const neverSynced = account.syncedAt === undefined;
  return {
    account,
    connection,
    tiles,
    /** Numbers removed in this browser a moment ago. */
    removed: removedNumbers(pageState, account, tiles),
    availability: availabilityOf(connection, tiles),
    neverSynced,
    isSyncing:
      progressOfKind(pageState, 'sync', isOfAccount).state === 'running' ||
      (neverSynced && !account.syncError && !isSignedOut),
    /** Why the last sync failed; not set if the account is signed out. */
    syncError: isSignedOut ? undefined : account.syncError,
    signIn: signInProgress(pageState, connection.id, account),
    adding: progressOfKind(pageState, 'add-hosted', isOfAccount),
    registration: rows.registrations.filter(isOfAccount).toSorted((one, other) => other.startedAt - one.startedAt)[0],
    /** The newest verification, if it waits for a text, a code or the gateway's answer. */
    openVerification,
    /** Number of tasks for the user: numbers to enable or review, requested sign-ins, a code to enter. */
    taskCount: numbersToDo.size + stepUps.length + Number(isSignedOut) + Number(openVerification !== undefined),
    /** Match patterns of the account pages on which the banner would offer a number of this account. */
    pagesToReach: offers.length > 0 ? patternsOf(accountPagesInUse([connection], settings)) : [],
  };
}

function removedNumbers(pageState: PageState, { id }: Account, tiles: readonly Tile[]) {
  const removals = pageState.rows.outbox.flatMap(({ command }) =>
    command.kind === 'remove' && command.accountId === id ? command.methodId : [],
  );
  return [...new Set(removals)].flatMap((methodId) => {
    if (tiles.some(({ method }) => method.id === methodId)) return [];
    const progress = progressOfKind(
      pageState,
      'remove',
      (command) => command.accountId === id && command.methodId === methodId,
    );
    return progress.state === 'done' && progress.masked ? { id: progress.id, masked: progress.masked } : [];
  });
}

/**
 * Whether SMS sign-in is available; a user cannot read the organization's policy, but sees the state of the mobile number.
 * @returns `on-tiles`: each tile says whether its number can sign in
 */
function availabilityOf(connection: Connection, tiles: readonly Tile[]): 'on-tiles' | 'not-available' | 'unknown' {
  if (!hasSmsSignIn(connection)) return connection.smsSignIn === 'off' ? 'not-available' : 'on-tiles';
  const mobiles = tiles.filter(({ method }) => method.type === 'mobile');
  if (mobiles.length === 0) return 'unknown';
  return mobiles.every(({ method }) => method.smsSignIn === 'notAllowedByPolicy') ? 'not-available' : 'on-tiles';
}
