// People change their numbers and forget where the old one signs in. After some time they are asked whether a number is
// still theirs. Pure: from what the cache held before and after a read, and from the person's answers.
import type { CachedMethod, Confirmation } from './rows.ts';

const day = 24 * 3_600_000;

/**
 * Since when each number counts as the person's own, after a read of the service: when it was seen first, or switched on for
 * signing in, wherever that was done. A number that was changed is another one.
 */
export function updatedConfirmations(
  known: readonly Confirmation[],
  before: readonly CachedMethod[],
  after: readonly CachedMethod[],
  now: number,
): Confirmation[] {
  return after.map(({ accountId, id: methodId, masked, smsSignIn }) => {
    const kept = known.find((each) => each.methodId === methodId && each.masked === masked);
    const last = before.find(({ id }) => id === methodId);
    const isJustOn = smsSignIn === 'ready' && last !== undefined && last.smsSignIn !== 'ready';
    return kept && !isJustOn ? kept : { accountId, methodId, masked, confirmedAt: now };
  });
}

/** Office numbers are the organization's own, and who had one before is its business. */
export function isDueForReview(
  { accountId, id, type, masked }: CachedMethod,
  confirmations: readonly Confirmation[],
  reviewDays: number,
  now: number,
): boolean {
  if (reviewDays === 0 || (type !== 'mobile' && type !== 'alternateMobile')) return false;
  const confirmation = confirmations.find(
    (each) => each.accountId === accountId && each.methodId === id && each.masked === masked,
  );
  return confirmation !== undefined && now - confirmation.confirmedAt > reviewDays * day;
}
