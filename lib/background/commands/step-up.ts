// A sign-in that a command turned out to need: it waits for that, and then goes on.

import type { CommandChange } from '../../shared/model/command-row.ts';
import { detailsOf, errorKinds, IdentityError } from '../../shared/model/errors.ts';
import { freshSignInClaims } from '../auth/claims.ts';

/** What the command's row becomes; undefined where it failed for another reason. */
export function demandOf(thrown: unknown): CommandChange | undefined {
  const error = detailsOf(thrown);
  if (errorKinds[error.kind].ask !== 'sign-in') return undefined;
  const claims =
    thrown instanceof IdentityError && error.kind === 'needs-step-up'
      ? (thrown.claims ?? freshSignInClaims)
      : undefined;
  return { state: 'needs-step-up', error, stepUp: { resume: 'accepted', done: false, ...(claims ? { claims } : {}) } };
}
