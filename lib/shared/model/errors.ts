// The one closed list of what can go wrong, with whether trying again helps. The words of each kind are in the locales
// (`error.<kind>`); a service's own message is never shown.

/**
 * Every kind of error a person can meet. The value says whether the same action may work when it is tried again:
 * `now`, `later` (after a wait, see {@link ErrorDetails.retryAt}), or `no` (something else has to change first).
 */
export const errorKinds = {
  'invalid-number': 'no',
  'cannot-receive-texts': 'no',
  'country-refused': 'no',
  'number-in-use': 'now',
  'already-registered': 'no',
  'too-many-phones': 'no',
  'wrong-code': 'now',
  'code-expired': 'no',
  'code-used': 'no',
  /** An older code than the one texted last. */
  'code-replaced': 'now',
  'too-many-attempts': 'later',
  'send-throttled': 'later',
  'send-failed': 'now',
  'not-available': 'no',
  'is-default-method': 'no',
  'needs-other-removed-first': 'no',
  'needs-step-up': 'now',
  'not-permitted': 'no',
  'consent-required': 'no',
  'blocked-by-access-policy': 'no',
  'account-not-allowed': 'no',
  'signed-out': 'now',
  'not-configured': 'no',
  /** Managed policy lets nobody work: it says so, or a key it needs is missing. */
  paused: 'no',
  'host-permission-withheld': 'now',
  'storage-unavailable': 'no',
  /** The database is not upgraded yet: a page of an older version may hold it. */
  'storage-waits': 'no',
  /** What is stored keeps a page from being drawn. */
  'storage-damaged': 'no',
  offline: 'now',
  'service-unavailable': 'later',
  'unexpected-answer': 'later',
  /** The background was stopped and the service shows no effect: nobody did anything wrong, and nothing was lost. */
  interrupted: 'now',
  /** The service accepted the change, and after the wait for propagation it still does not show. */
  'not-effective': 'now',
} as const satisfies Record<string, 'now' | 'later' | 'no'>;

export type ErrorKind = keyof typeof errorKinds;

/** What is kept for the help desk and for the way out. Times are milliseconds since 1970. */
export interface ErrorDetails {
  kind: ErrorKind;
  at: number;
  /** HTTP status of the service's answer. */
  status?: number;
  /** The service's error code: Graph's `error.code`, or an `AADSTS` number. */
  code?: string;
  requestId?: string;
  correlationId?: string;
  /** Not before this time, when the service said so. */
  retryAt?: number;
  /** How many more codes may be tried. */
  attemptsLeft?: number;
}

/** An error of the closed list. Its message is for logs and holds neither numbers nor tokens. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
  readonly details: ErrorDetails;
  /** Claims challenge to pass to the next sign-in, as JSON text. */
  readonly claims: string | undefined;

  constructor(kind: ErrorKind, details: Partial<Omit<ErrorDetails, 'kind'>> = {}, claims?: string) {
    super(`${kind}${details.status ? ` (status ${details.status}${details.code ? `, ${details.code}` : ''})` : ''}`);
    this.details = { at: Date.now(), ...details, kind };
    this.claims = claims;
  }

  get kind(): ErrorKind {
    return this.details.kind;
  }
}

/** The details of anything that was thrown: what is not of the list is a defect of ours and reads as an unexpected answer. */
export function detailsOf(thrown: unknown): ErrorDetails {
  return thrown instanceof IdentityError ? thrown.details : { kind: 'unexpected-answer', at: Date.now() };
}

/**
 * Whether the service may have carried out the request although this error came back: the answer was lost or unreadable.
 * The truth is then found by reading again.
 */
export function isOutcomeUnknown({ kind, status }: ErrorDetails): boolean {
  if (kind === 'offline') return true;
  if (kind === 'service-unavailable') return status !== 429;
  // A status of 400 to 499 is a plain refusal, however odd its body.
  return kind === 'unexpected-answer' && !(status && status >= 400 && status < 500);
}
