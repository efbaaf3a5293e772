// What the gateway refuses, as problem details (RFC 9457): one closed list of types.

/** Every kind with its status and what it says. The words are for developers; the extension has its own for people. */
export const problemKinds = {
  'invalid-request': { status: 400, title: 'The request does not have the documented form.' },
  'signed-out': { status: 401, title: 'The access token is missing, has ended or is not for this gateway.' },
  'needs-step-up': { status: 401, title: 'The sign-in is older than ten minutes: sign in again with these claims.' },
  'not-permitted': { status: 403, title: 'The number of this account may not be written by the gateway.' },
  'not-available': { status: 403, title: 'The organization has not made this available.' },
  'not-found': { status: 404, title: 'There is no such verification.' },
  'already-registered': { status: 409, title: 'The number is registered for this account already.' },
  'too-many-phones': { status: 409, title: 'This account has a phone of this type already.' },
  'number-in-use': { status: 409, title: 'The number is the sign-in name of another account.' },
  'code-used': { status: 409, title: 'The code was accepted once already.' },
  'code-replaced': { status: 409, title: 'A newer code was sent: only the newest one counts.' },
  'code-expired': { status: 410, title: 'The code is older than ten minutes.' },
  'invalid-number': { status: 422, title: 'This is not a phone number.' },
  'cannot-receive-texts': { status: 422, title: 'A number of this kind cannot receive texts.' },
  'country-refused': { status: 422, title: 'The organization does not allow numbers of this country.' },
  'wrong-code': { status: 422, title: 'The code is wrong.' },
  'too-many-attempts': { status: 429, title: 'Too many wrong codes.' },
  'send-throttled': { status: 429, title: 'No further text before the given time.' },
  'send-failed': { status: 502, title: 'The text could not be sent.' },
  'service-unavailable': { status: 503, title: 'A service the gateway rests on does not answer.' },
} as const;

export type ProblemKind = keyof typeof problemKinds;

/** `type` of a problem: a name, not an address. */
export function problemType(kind: ProblemKind): string {
  return `urn:phone-sign-in:problem:${kind}`;
}

export interface ProblemMembers {
  /** Where the kind's own status does not fit. */
  status?: 409 | 413;
  detail?: string;
  /** Milliseconds since 1970. In the body too, since a browser may withhold the header. */
  retryAt?: number;
  attemptsLeft?: number;
  /** Claims to ask for at the next sign-in, as JSON text. */
  claims?: string;
}

/** A refusal on its way to the answer. Its message holds neither numbers nor codes. */
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

/** The answer to a refusal. `Retry-After` is in whole seconds, rounded up so that nobody comes too early. */
export function problemResponse({ kind, members }: Problem, requestId: string, now: number): Response {
  const { status: ownStatus, ...rest } = members;
  const status = ownStatus ?? problemKinds[kind].status;
  const headers = new Headers({ 'content-type': 'application/problem+json' });
  if (members.retryAt !== undefined)
    headers.set('retry-after', String(Math.max(1, Math.ceil((members.retryAt - now) / 1000))));
  if (kind === 'signed-out') headers.set('www-authenticate', 'Bearer error="invalid_token"');
  // Microsoft identity platform, "Claims challenges": the claims are Base64 in the header.
  if (members.claims)
    headers.set('www-authenticate', `Bearer error="insufficient_claims", claims="${btoa(members.claims)}"`);
  return new Response(
    JSON.stringify({
      type: problemType(kind),
      title: problemKinds[kind].title,
      status,
      instance: `urn:uuid:${requestId}`,
      now,
      ...rest,
    }),
    { status, headers },
  );
}
