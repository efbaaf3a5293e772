// One request to Microsoft Graph: its token, its ids, its errors. Status and `error.code` decide, never the message.
import * as oauth from 'oauth4webapi';
import * as v from 'valibot';
import { type ErrorDetails, type ErrorKind, IdentityError } from '../../shared/model/errors.ts';
import { type Network, overNetwork } from '../network.ts';

/** @param renew a token that the service has just refused must not be handed out again */
export type AccessToken = (renew: boolean) => Promise<string>;

export type GraphRequest = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
) => Promise<unknown>;

const ErrorBodySchema = v.object({
  error: v.object({
    code: v.string(),
    innerError: v.optional(v.object({ 'request-id': v.optional(v.string()) })),
  }),
});

/** @returns a request that answers the parsed JSON body, or undefined where there is none */
export function createGraphRequest(dependencies: {
  origin: string;
  network: Network;
  accessToken: AccessToken;
  now: () => number;
  /** The service's id of a request that may have changed something, whatever its answer. */
  changed?: (requestId: string) => Promise<void>;
}): GraphRequest {
  const { origin, network, accessToken, now, changed } = dependencies;

  async function send(method: string, path: string, body: object | undefined, renew: boolean): Promise<unknown> {
    const correlationId = crypto.randomUUID();
    const headers = new Headers({ 'client-request-id': correlationId, accept: 'application/json' });
    if (body) headers.set('content-type', 'application/json');
    const token = await accessToken(renew);
    let response: Response;
    try {
      response = await oauth.protectedResourceRequest(
        token,
        method,
        new URL(path, origin),
        headers,
        body ? JSON.stringify(body) : undefined,
        overNetwork(network),
      );
    } catch (error) {
      if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error;
      const claims = claimsChallenge(error);
      if (claims) throw new IdentityError('needs-step-up', { status: error.status, correlationId, at: now() }, claims);
      response = error.response;
    }
    const requestId = response.headers.get('request-id');
    if (method !== 'GET' && requestId) await changed?.(requestId);
    if (response.ok) return readJson(response, correlationId, now());
    const failure = await readError(response, method, correlationId, now());
    if (response.status === 401 && !renew) return send(method, path, body, true);
    throw failure;
  }

  return (method, path, body) => send(method, path, body, false);
}

/** Several `WWW-Authenticate` headers may come; the one with claims asks for another sign-in (base64 JSON). */
function claimsChallenge(error: oauth.WWWAuthenticateChallengeError): string | undefined {
  const encoded = error.cause.map((challenge) => challenge.parameters.claims).find(Boolean);
  if (!encoded) return undefined;
  try {
    return atob(encoded);
  } catch {
    return '{}';
  }
}

async function readJson(response: Response, correlationId: string, at: number): Promise<unknown> {
  const text = await response.text();
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new IdentityError('unexpected-answer', { status: response.status, correlationId, at });
  }
}

async function readError(
  response: Response,
  method: string,
  correlationId: string,
  at: number,
): Promise<IdentityError> {
  const parsed = v.safeParse(ErrorBodySchema, await response.json().catch(() => undefined));
  const body = parsed.success ? parsed.output.error : undefined;
  const requestId = response.headers.get('request-id') ?? body?.innerError?.['request-id'];
  const retryAt = retryTime(response.headers.get('retry-after'), at);
  const details: Partial<ErrorDetails> = {
    at,
    status: response.status,
    correlationId,
    ...(body ? { code: body.code } : {}),
    ...(requestId ? { requestId } : {}),
    ...(retryAt ? { retryAt } : {}),
  };
  return new IdentityError(kindOf(response.status, body?.code, method), details);
}

function kindOf(status: number, code: string | undefined, method: string): ErrorKind {
  if (code === 'phoneNumberNotUnique') return 'number-in-use';
  if (status === 401) return 'signed-out';
  // A write also answers 403 when the sign-in is older than ten minutes, with no code of its own: the second 403, after
  // a fresh sign-in, is the one that means "not permitted".
  if (status === 403) return method === 'GET' ? 'not-permitted' : 'needs-step-up';
  if (status === 429 || status >= 500) return 'service-unavailable';
  return 'unexpected-answer';
}

/** A longer wait is a mistake of somebody's, and would keep the person out until then. */
const longestWaitMs = 3_600_000;

/** RFC 9110 §10.2.3: seconds, or a date. */
function retryTime(header: string | null, now: number): number | undefined {
  if (!header) return undefined;
  const time = /^\d+$/.test(header) ? now + Number(header) * 1000 : Date.parse(header);
  return Number.isFinite(time) ? Math.min(time, now + longestWaitMs) : undefined;
}
