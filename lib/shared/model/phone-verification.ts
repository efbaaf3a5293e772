// A verification as its verifier reports it.
import type { ErrorDetails } from './errors.ts';

/** A code on its way to a number, and what became of it. Times are milliseconds since 1970, by this machine's clock. */
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
  /** With `sent`: the text may not have gone out, or the code has expired. With `failed`: why. */
  error?: ErrorDetails;
}

/** A change keeps the old number until the new one is proven. */
export type VerificationPurpose = 'add' | 'change';
