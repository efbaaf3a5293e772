// Reviews of phone numbers: users change numbers and forget where they use the old one to sign in.
import { hasDigits } from './phone-method.ts';
import type { CachedMethod, Confirmation } from './rows.ts';

const dayMs = 24 * 3_600_000;

/**
 * Updates the confirmations after a read of the directory. A confirmation starts when a number is first seen, and again
 * when SMS sign-in is turned on or the number is changed.
 */
export function updatedConfirmations(
  confirmations: readonly Confirmation[],
  before: readonly CachedMethod[],
  after: readonly CachedMethod[],
  now: number,
): Confirmation[] {
  return after.map(({ accountId, id: methodId, masked, smsSignIn }) => {
    const confirmation = confirmations.find((each) => each.methodId === methodId && each.masked === masked);
    const previous = before.find(({ id }) => id === methodId);
    const wasTurnedOn = smsSignIn === 'ready' && previous !== undefined && previous.smsSignIn !== 'ready';
    return confirmation && !wasTurnedOn ? confirmation : { accountId, methodId, masked, confirmedAt: now };
  });
}

/** Office numbers belong to the organization and are never reviewed. */
export function isDueForReview(
  { accountId, id, type, masked }: CachedMethod,
  confirmations: readonly Confirmation[],
  reviewDays: number,
  now: number,
): boolean {
  if (reviewDays === 0 || (type !== 'mobile' && type !== 'alternateMobile') || !hasDigits(masked)) return false;
  const confirmation = confirmations.find(
    (each) => each.accountId === accountId && each.methodId === id && each.masked === masked,
  );
  return confirmation !== undefined && now - confirmation.confirmedAt > reviewDays * dayMs;
}
