import type { ErrorDetails } from './errors.ts';
import type { Verification } from './rows.ts';

/** A verification as the gateway reports it. */
export interface Challenge extends NonNullable<Verification['challenge']> {
  id: string;
  state: 'sent' | 'confirmed' | 'writing' | 'done' | 'failed';
  /** With `sent`: the text message may not have been sent, or the code has expired. With `failed`: the reason. */
  error?: ErrorDetails;
}

export type VerificationStep = NonNullable<Verification['request']>['step'];

const openStates = ['sending', 'awaiting-code', 'confirming', 'needs-step-up'] as const;

/** Whether the user, a sign-in or the gateway's answer can still move the verification on. */
export function isOpenVerification<Row extends { state: Verification['state'] }>(
  row: Row,
): row is Row & { state: (typeof openStates)[number] } {
  return (openStates as readonly Verification['state'][]).includes(row.state);
}
