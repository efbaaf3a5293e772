import { isOpenVerification } from '../../lib/shared/model/phone-verification.ts';
import type { Verification } from '../../lib/shared/model/rows.ts';
import type { PageState } from './progress.ts';

export function newestVerification({ rows }: PageState, accountId: string): Verification | undefined {
  return rows.verifications
    .filter((verification) => verification.accountId === accountId)
    .toSorted((one, other) => other.startedAt - one.startedAt)[0];
}

/** The newest verification, if it waits for a text, a code or the gateway's answer. */
export function openVerificationOf(pageState: PageState, accountId: string): Verification | undefined {
  const newest = newestVerification(pageState, accountId);
  return newest && isOpenVerification(newest) ? newest : undefined;
}
