import { isOver, isWrite } from '../../lib/shared/model/command-row.ts';
import { isDueForReview } from '../../lib/shared/model/number-review.ts';
import { phoneTypeOfDefault } from '../../lib/shared/model/phone-method.ts';
import type { Account, CachedMethod, Connection } from '../../lib/shared/model/rows.ts';
import { type SmsSignInOption, smsSignInOption } from '../../lib/shared/model/sms-sign-in.ts';
import { effectiveSettings } from '../../lib/shared/policy/effective-policy.ts';
import { noProgress, type PageState, type Progress, progressOf, progressOfKind } from './progress.ts';
import { type Removal, type RemovalSituation, removalOf, removalSituation } from './removal.ts';

export interface Tile extends SmsSignInOption {
  account: Account;
  connection: Connection;
  method: CachedMethod;
  isDefault: boolean;
  progress: Progress;
  removal: Removal;
  /** Ask whether the number still belongs to the user. */
  isDueForReview: boolean;
}

const typeOrder: CachedMethod['type'][] = ['mobile', 'alternateMobile', 'office', 'unknown'];

export function tilesOf(pageState: PageState, account: Account, connection: Connection): Tile[] {
  const methods = pageState.rows.methods
    .filter(({ accountId }) => accountId === account.id)
    .toSorted((one, other) => typeOrder.indexOf(one.type) - typeOrder.indexOf(other.type));
  const situation = removalSituation(pageState, account, methods);
  return methods.map((method) => tileOf(pageState, situation, method, connection));
}

function tileOf(pageState: PageState, situation: RemovalSituation, method: CachedMethod, connection: Connection): Tile {
  const tile: Tile = {
    account: situation.account,
    connection,
    method,
    isDefault: situation.isDefault(method),
    ...smsSignInOption(method, connection),
    progress: progressOfMethod(pageState, method),
    removal: removalOf(method, situation),
    isDueForReview: situation.account.session === 'signed-in' && shouldAskForReview(pageState, method),
  };
  return isOutdated(tile) || isAboutPreviousNumber(tile) ? { ...tile, progress: noProgress } : tile;
}

function shouldAskForReview(pageState: PageState, method: CachedMethod): boolean {
  const { rows, now } = pageState;
  const answer = progressOfKind(
    pageState,
    'confirm-number',
    ({ accountId, methodId }) => accountId === method.accountId && methodId === method.id,
  );
  const { numberReviewDays } = effectiveSettings(rows);
  return answer.state !== 'running' && isDueForReview(method, rows.confirmations, numberReviewDays, now);
}

/** The progress of the newest command about the method, which is a change or a trial sign-in. */
function progressOfMethod(pageState: PageState, { accountId, id, type }: CachedMethod): Progress {
  return progressOf(pageState, (command) => {
    if (!isWrite(command) && command.kind !== 'try-sign-in') return false;
    const isAboutMethod =
      command.kind === 'make-default' ? phoneTypeOfDefault(command.method) === type : command.methodId === id;
    return isAboutMethod && command.accountId === accountId;
  });
}

/** Whether the command was about a number that the method no longer has. */
function isAboutPreviousNumber({ method, progress }: Tile): boolean {
  if (!isOver(progress) || !('masked' in progress)) return false;
  return progress.masked !== undefined && progress.masked !== method.masked;
}

/** Whether the method has changed since the command ended, so that its result contradicts the method's state. */
function isOutdated({ progress, sms, isDefault }: Tile): boolean {
  if ('command' in progress && progress.command.kind === 'try-sign-in') {
    return progress.state !== 'running' && sms !== 'ready';
  }
  if (progress.state !== 'done' && progress.state !== 'failed') return false;
  const isDone = progress.state === 'done';
  if (progress.command.kind === 'make-default') return isDone !== isDefault;
  // A removed number has a tile only after it was registered again.
  if (progress.command.kind === 'remove') return isDone;
  const targetSms = progress.command.kind === 'enable' ? 'ready' : 'notEnabled';
  if (progress.state === 'failed') return sms === targetSms;
  return sms !== targetSms && !(progress.command.kind === 'enable' && sms === 'notConfigured');
}
