import type { ErrorDetails } from './errors.ts';
import type { VerificationState } from './state-machines.ts';

/** A verification as the gateway reports it. Times are in milliseconds since 1970, by this machine's clock. */
export interface Challenge {
  id: string;
  state: 'sent' | 'confirmed' | 'writing' | 'done' | 'failed';
  /** Masked number. */
  sentTo: string;
  codeLength: number;
  sentAt: number;
  expiresAt: number;
  resendAt: number;
  attemptsLeft: number;
  /** With `sent`: the text message may not have been sent, or the code has expired. With `failed`: the reason. */
  error?: ErrorDetails;
}

/** A change keeps the old number until the new one is verified. */
export type VerificationPurpose = 'add' | 'change';

/** What the gateway is asked to do. */
export type VerificationStep = 'sending' | 'resending' | 'confirming';

const openStates = ['sending', 'awaiting-code', 'confirming', 'needs-step-up'] as const;

/** Whether the user, a sign-in or the gateway's answer can still move the verification on. */
export function isOpenVerification<Row extends { state: VerificationState }>(
  row: Row,
): row is Row & { state: (typeof openStates)[number] } {
  return (openStates as readonly VerificationState[]).includes(row.state);
}
