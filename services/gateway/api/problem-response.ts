import { type Problem, problemKinds, problemType } from '../problems.ts';

/** `Retry-After` is in whole seconds, rounded up so that a client that obeys it is not refused again. */
export function problemResponse({ kind, members }: Problem, requestId: string, now: number): Response {
  const { status: ownStatus, allow, ...rest } = members;
  const status = ownStatus ?? problemKinds[kind].status;
  const headers = new Headers({ 'content-type': 'application/problem+json' });
  if (allow) headers.set('allow', allow);
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
