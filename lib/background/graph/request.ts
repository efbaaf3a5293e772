import * as oauth from 'oauth4webapi';
import * as v from 'valibot';
import { IdentityError } from '../../shared/model/errors.ts';
import { withToken } from '../auth/step-up.ts';
import { type ApiAccess, type Network, overNetwork } from '../network.ts';
import { claimsChallenge, errorOfResponse } from './errors.ts';

export type GraphRequest = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
) => Promise<unknown>;

export const PageSchema = v.object({
  value: v.array(v.unknown()),
  '@odata.nextLink': v.fallback(v.optional(v.string()), undefined),
});

/** Of reads of beta resources, without which everything else works. */
const betaTimeoutMs = 8_000;
/** An account has a dozen methods. */
const maxPages = 10;

/** @returns a function that returns the parsed JSON body, of a paged list with the items of all pages, or undefined for an empty body */
export function createGraphRequest(access: ApiAccess): GraphRequest {
  const { origin, network, accessToken, now, changed } = access;
  const briefly: Network = (url, init) => network(url, { ...init, signal: AbortSignal.timeout(betaTimeoutMs) });

  async function send(token: string, method: string, path: string, body?: object, over = network): Promise<unknown> {
    const correlationId = crypto.randomUUID();
    const headers = new Headers({ 'client-request-id': correlationId, accept: 'application/json' });
    if (body) headers.set('content-type', 'application/json');
    let response: Response;
    try {
      response = await oauth.protectedResourceRequest(
        token,
        method,
        new URL(path, origin),
        headers,
        body ? JSON.stringify(body) : undefined,
        overNetwork(over),
      );
    } catch (error) {
      if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error;
      const claims = claimsChallenge(error);
      if (claims !== undefined) {
        throw new IdentityError('needs-step-up', { status: error.status, correlationId, at: now() }, claims);
      }
      response = error.response;
    }
    const requestId = response.headers.get('request-id');
    if (method !== 'GET' && requestId) await changed?.(requestId);
    if (response.ok) return readJson(response, correlationId, now());
    throw await errorOfResponse(response, method, correlationId, now());
  }

  /** Reads up to ten pages. A link to another host ends the list, because the access token belongs to Graph. */
  async function withFurtherPages(first: unknown): Promise<unknown> {
    const value: unknown[] = [];
    for (let answer = first, page = 1; ; page++) {
      const parsed = v.safeParse(PageSchema, answer);
      if (!parsed.success) return answer;
      value.push(...parsed.output.value);
      const next = parsed.output['@odata.nextLink'];
      if (!next || page === maxPages || URL.parse(next, origin)?.origin !== origin) return { value };
      answer = await withToken(access, (token) => send(token, 'GET', next));
    }
  }

  return async (method, path, body) => {
    // A beta resource must neither cost the token that it refuses, nor delay the rest.
    if (method === 'GET' && path.startsWith('/beta/'))
      return send(await accessToken(), method, path, undefined, briefly);
    const answer = await withToken(access, (token) => send(token, method, path, body));
    return method === 'GET' ? withFurtherPages(answer) : answer;
  };
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
