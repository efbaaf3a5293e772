// The problem types of the interface (RFC 9457).

/** Titles are for developers; the extension has its own sentences for users. */
export const problemKinds = {
  'invalid-request': { status: 400, title: 'The request does not have the documented form.' },
  'signed-out': { status: 401, title: 'The access token is missing, has expired or is not for this gateway.' },
  'needs-step-up': {
    status: 401,
    title: 'The access token does not prove what the request needs: sign in again with these claims.',
  },
  'not-permitted': { status: 403, title: 'The gateway may not write the phone number of this account.' },
  'not-available': { status: 403, title: 'The organization has not made this available.' },
  'not-found': { status: 404, title: 'There is no such verification.' },
  'already-registered': { status: 409, title: 'The phone number is already registered for this account.' },
  'too-many-phones': { status: 409, title: 'This account already has a phone of this type.' },
  'number-in-use': { status: 409, title: 'The phone number is the sign-in name of another account.' },
  'code-used': { status: 409, title: 'The code was already accepted.' },
  'code-replaced': { status: 409, title: 'A newer code was sent: only the newest one counts.' },
  'code-expired': { status: 410, title: 'The code is older than ten minutes.' },
  'invalid-number': { status: 422, title: 'This is not a phone number.' },
  'cannot-receive-texts': { status: 422, title: 'A phone number of this kind cannot receive texts.' },
  'country-refused': { status: 422, title: 'The organization does not allow phone numbers of this country.' },
  'wrong-code': { status: 422, title: 'The code is wrong.' },
  'too-many-attempts': { status: 429, title: 'Too many wrong codes.' },
  'send-throttled': { status: 429, title: 'No further text before the given time.' },
  'not-configured': {
    status: 500,
    title: 'The tenant is not set up for the gateway: its app registration or its Conditional Access policies.',
  },
  'send-failed': { status: 502, title: 'The text could not be sent.' },
  'service-unavailable': { status: 503, title: 'A service that the gateway depends on does not answer.' },
} as const;

export type ProblemKind = keyof typeof problemKinds;

/** The member `type` of a problem, a URN. */
export function problemType(kind: ProblemKind): string {
  return `urn:phone-sign-in:problem:${kind}`;
}

export interface ProblemMembers {
  /** Replaces the status of the kind. */
  status?: 405 | 409 | 413;
  /** The methods of the header `Allow`. */
  allow?: string;
  detail?: string;
  /** Milliseconds since 1970; in the body too, because browsers may withhold `Retry-After`. */
  retryAt?: number;
  attemptsLeft?: number;
  /** Claims for the next sign-in, as JSON text. */
  claims?: string;
}

/** Answers the request with a problem. Its message holds neither phone numbers nor codes. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  readonly members: ProblemMembers;

  constructor(kind: ProblemKind, members: ProblemMembers = {}) {
    super(kind);
    this.kind = kind;
    this.members = members;
  }
}
