import * as oauth from 'oauth4webapi';
import { IdentityError } from '../../shared/model/errors.ts';
import { withToken } from '../auth/step-up.ts';
import { type ApiAccess, overNetwork } from '../network.ts';
import { claimsChallenge, errorOfResponse } from './errors.ts';

export type GraphRequest = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
) => Promise<unknown>;

/** @returns a function that returns the parsed JSON body, or undefined for an empty body */
export function createGraphRequest(access: ApiAccess): GraphRequest {
  const { origin, network, now, changed } = access;

  async function send(token: string, method: string, path: string, body: object | undefined): Promise<unknown> {
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
        overNetwork(network),
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

  return (method, path, body) => withToken(access, (token) => send(token, method, path, body));
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
