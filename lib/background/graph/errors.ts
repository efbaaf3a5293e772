// Interprets error responses of Microsoft Graph (401, 403, 409, 429 …) by status and `error.code`, never by message.
import type * as oauth from 'oauth4webapi';
import * as v from 'valibot';
import { type ErrorKind, IdentityError } from '../../shared/model/errors.ts';
import { decodeClaims, mergeClaims, parseClaims } from '../auth/claims.ts';
import { jsonOf } from '../json.ts';
import { kindOfStatus, retryTime } from '../network.ts';

const ErrorBodySchema = v.object({
  error: v.object({
    code: v.string(),
    innerError: v.optional(v.object({ 'request-id': v.optional(v.string()) })),
  }),
});

export async function errorOfResponse(
  response: Response,
  method: string,
  correlationId: string,
  at: number,
): Promise<IdentityError> {
  const parsed = v.safeParse(ErrorBodySchema, await jsonOf(response));
  const body = parsed.success ? parsed.output.error : undefined;
  const requestId = response.headers.get('request-id') ?? body?.innerError?.['request-id'];
  const retryAt = retryTime(response.headers.get('retry-after'), at);
  return new IdentityError(kindOf(response.status, body?.code, method), {
    at,
    status: response.status,
    correlationId,
    ...(body ? { code: body.code } : {}),
    ...(requestId ? { requestId } : {}),
    ...(retryAt ? { retryAt } : {}),
  });
}

function kindOf(status: number, code: string | undefined, method: string): ErrorKind {
  // Status 409.
  if (code === 'phoneNumberNotUnique') return 'number-in-use';
  if (status === 401) return 'signed-out';
  // A write without recent multifactor authentication is answered with 403, too, as is one that is not permitted.
  if (status === 403) return method === 'GET' ? 'permission-missing' : 'needs-step-up';
  const kind = kindOfStatus(status);
  return method === 'GET' && kind === 'unexpected-answer' ? 'read-refused' : kind;
}

/** @returns the claims challenges of a response as JSON text; text that is no JSON for one that cannot be decoded */
export function claimsChallenge(error: oauth.WWWAuthenticateChallengeError): string | undefined {
  const texts = error.cause.flatMap(({ parameters: { claims } }) => (claims ? decodeClaims(claims) : []));
  if (texts.length < 2) return texts[0];
  try {
    return JSON.stringify(mergeClaims(...texts.map((text) => parseClaims(text))));
  } catch {
    return '';
  }
}
