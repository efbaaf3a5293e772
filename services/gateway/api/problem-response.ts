import { type Problem, type ProblemKind, problemKinds, problemType } from '../problems.ts';

const retryOutageMs = 5_000;

/** An outage may end at any time. */
function defaultRetryAt(kind: ProblemKind, now: number): number | undefined {
  return kind === 'service-unavailable' ? now + retryOutageMs : undefined;
}

/** `Retry-After` is in whole seconds, rounded up so that a client that obeys it is not refused again. */
export function problemResponse({ kind, members }: Problem, requestId: string, now: number): Response {
  const { status: ownStatus, allow, retryAt = defaultRetryAt(kind, now), ...rest } = members;
  const status = ownStatus ?? problemKinds[kind].status;
  const headers = new Headers({ 'content-type': 'application/problem+json' });
  if (allow) headers.set('allow', allow);
  if (retryAt !== undefined) headers.set('retry-after', String(Math.max(1, Math.ceil((retryAt - now) / 1000))));
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
      retryAt,
      ...rest,
    }),
    { status, headers },
  );
}
