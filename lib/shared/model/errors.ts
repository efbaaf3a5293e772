// Every error kind of the extension, in one table. The words of each kind are in the locales (`error.<kind>`); the message of
// a service is never shown.

interface ErrorTraits {
  /** Whether the same action may work when it is tried again; `later`: after a wait, see {@link ErrorDetails.retryAt}. */
  retry: 'now' | 'later' | 'no';
  /** `code-end`: in place of the code field, because the code can no longer be used. */
  shownAt: 'number-field' | 'code-field' | 'code-end' | 'note';
  /** Who can resolve it. `admin-consent` and `security-info` also point to IT; the note links to that page as well. */
  ask: 'user' | 'sign-in' | 'it' | 'admin-consent' | 'security-info';
  /**
   * Whether the request may have taken effect. `unknown`: the answer was lost or unreadable, unless its status is a refusal.
   * `late`: no effect was seen, but it may still appear.
   */
  effect: 'none' | 'unknown' | 'late';
}

const traits = (
  retry: ErrorTraits['retry'],
  ask: ErrorTraits['ask'] = 'user',
  { shownAt = 'note', effect = 'none' }: Partial<Pick<ErrorTraits, 'shownAt' | 'effect'>> = {},
): ErrorTraits => ({ retry, ask, shownAt, effect });

export const errorKinds = {
  'invalid-number': traits('no', 'user', { shownAt: 'number-field' }),
  'cannot-receive-texts': traits('no', 'user', { shownAt: 'number-field' }),
  'country-refused': traits('no', 'it', { shownAt: 'number-field' }),
  'number-in-use': traits('now', 'it', { shownAt: 'number-field' }),
  'already-registered': traits('no', 'user', { shownAt: 'number-field' }),
  'too-many-phones': traits('no'),
  'wrong-code': traits('now', 'user', { shownAt: 'code-field' }),
  'code-expired': traits('no', 'user', { shownAt: 'code-end' }),
  'code-used': traits('no', 'user', { shownAt: 'code-end' }),
  /** The code of an earlier text message. */
  'code-replaced': traits('now', 'user', { shownAt: 'code-field' }),
  'too-many-attempts': traits('later', 'user', { shownAt: 'code-end' }),
  'send-throttled': traits('later'),
  'send-failed': traits('now'),
  'not-available': traits('no', 'it'),
  'is-default-method': traits('no'),
  'needs-other-removed-first': traits('no'),
  'needs-step-up': traits('now', 'sign-in'),
  /** After a sign-in that asked for it, the service demands the same again. */
  'step-up-repeated': traits('no', 'it', { effect: 'late' }),
  'not-permitted': traits('no', 'security-info'),
  'consent-required': traits('no', 'admin-consent'),
  /** The application or its token lacks the permission to read. */
  'permission-missing': traits('now', 'admin-consent'),
  'blocked-by-access-policy': traits('no', 'it'),
  'account-not-allowed': traits('no', 'sign-in'),
  'signed-out': traits('now', 'sign-in'),
  'sign-in-not-finished': traits('now', 'sign-in'),
  /** The browser could not load a page of the sign-in, although discovery answers. */
  'sign-in-page-not-loaded': traits('now', 'it'),
  /** The browser opens one sign-in window at a time. */
  'sign-in-window-open': traits('now'),
  /** The service demands a second factor, and the user has registered none. */
  'second-method-required': traits('now', 'security-info'),
  'not-configured': traits('no', 'it'),
  /** Managed policy pauses the extension, or lacks a key that the connection needs. */
  paused: traits('no', 'it'),
  'host-permission-withheld': traits('now'),
  'storage-unavailable': traits('no'),
  /** The database is not upgraded yet, because a page of an older version may keep it open. */
  'storage-waits': traits('no'),
  /** A page cannot be rendered from the stored rows. */
  'storage-damaged': traits('no'),
  offline: traits('now', 'user', { effect: 'unknown' }),
  'service-unavailable': traits('later', 'user', { effect: 'unknown' }),
  'unexpected-answer': traits('later', 'it', { effect: 'unknown' }),
  /** The service does not let the phone numbers be read. */
  'read-refused': traits('later', 'it'),
  /** An exception in the extension's own code. */
  'internal-error': traits('now', 'it', { effect: 'unknown' }),
  /** The service worker was stopped, and the service shows no effect. */
  interrupted: traits('now', 'user', { effect: 'late' }),
  /** The service accepted the change, but did not show it within the propagation time. */
  'not-effective': traits('now', 'user', { effect: 'late' }),
} satisfies Record<string, ErrorTraits>;

export type ErrorKind = keyof typeof errorKinds;

/** An error as it is stored and copied for a help desk. Times are milliseconds since 1970. */
export interface ErrorDetails {
  kind: ErrorKind;
  at: number;
  /** HTTP status of the service's answer. */
  status?: number;
  /** The service's error code: Graph's `error.code`, or an `AADSTS` number. */
  code?: string;
  /** The permissions that the sign-in service was asked for, if the answer is of that service. */
  scope?: string;
  requestId?: string;
  correlationId?: string;
  /** The earliest time of the next attempt, if the service names one. */
  retryAt?: number;
  /** How many more codes may be tried. */
  attemptsLeft?: number;
}

/** Its message is for logs and holds neither numbers nor tokens. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
  readonly details: ErrorDetails;
  /** Claims challenge to pass to the next sign-in, as JSON text. */
  readonly claims: string | undefined;

  constructor(
    kind: ErrorKind,
    details: Partial<Omit<ErrorDetails, 'kind'>> = {},
    claims?: string,
    options?: ErrorOptions,
  ) {
    const { status, code } = details;
    super(`${kind}${status ? ` (status ${status}${code ? `, ${code}` : ''})` : ''}`, options);
    this.details = { at: Date.now(), ...details, kind };
    this.claims = claims;
  }

  get kind(): ErrorKind {
    return this.details.kind;
  }
}

/** Any other exception is an `internal-error`, with the exception as its `cause`. */
export function identityErrorOf(thrown: unknown): IdentityError {
  return thrown instanceof IdentityError
    ? thrown
    : new IdentityError('internal-error', {}, undefined, { cause: thrown });
}

export function detailsOf(thrown: unknown): ErrorDetails {
  return identityErrorOf(thrown).details;
}

/** Whether the service may have carried out the request although it failed; reading again shows the outcome. */
export function isOutcomeUnknown({ kind, status = 0 }: ErrorDetails): boolean {
  const isRefusal = status >= 400 && status < 500;
  return errorKinds[kind].effect === 'unknown' && !isRefusal;
}

/** Whether the request may turn out to have taken effect, even if no effect was seen so far. */
export function mayHaveTakenEffect(error: ErrorDetails): boolean {
  return errorKinds[error.kind].effect === 'late' || isOutcomeUnknown(error);
}
