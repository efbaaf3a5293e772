import { type ErrorDetails, errorKinds, identityErrorOf } from '../../shared/model/errors.ts';
import { freshSignInClaims } from './claims.ts';

/** A sign-in that a request turned out to need. `claims`: JSON text for the authorization request. */
export interface StepUpDemand {
  error: ErrorDetails;
  claims?: string;
}

/** @returns `undefined` if the request failed for another reason */
export function stepUpDemandOf(thrown: unknown): StepUpDemand | undefined {
  const { details: error, claims = freshSignInClaims } = identityErrorOf(thrown);
  if (errorKinds[error.kind].ask !== 'sign-in') return undefined;
  return { error, ...(error.kind === 'needs-step-up' ? { claims } : {}) };
}
