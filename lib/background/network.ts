// Sends every network request of the extension, only to allowed hosts, and an access token only to the host of its resource.
// The manifest cannot restrict the hosts, because some are configured after the installation.
import { customFetch } from 'oauth4webapi';
import { clouds } from '../shared/model/clouds.ts';
import { type ErrorKind, IdentityError } from '../shared/model/errors.ts';
import { isGatewayScope, isOfMicrosoft } from '../shared/model/gateway.ts';
import type { Connection } from '../shared/model/rows.ts';
import type { Claims } from './auth/claims.ts';

/** Chromium stops a service worker's fetch after 30 s. */
const timeoutMs = 25_000;
/** Expected answers of Microsoft have a few kB. */
const maxBytes = 1_000_000;
/** Expected answers of a gateway have a few hundred bytes, and a claims challenge of at most 4 kB. */
const maxGatewayBytes = 16_384;

export type Network = (url: string, init?: RequestInit) => Promise<Response>;

/** Access to the API of one service. */
export interface ApiAccess {
  origin: string;
  network: Network;
  accessToken(): Promise<string>;
  /**
   * Forgets a token that the service rejected, and keeps the claims challenge.
   * @returns whether a renewal without the user may help
   */
  rejected(token: string, claims: Claims | undefined): Promise<boolean>;
  now: () => number;
  /** Called with the request id of each response to a write. */
  changed?: (requestId: string) => Promise<void>;
}

/** Longer waits are treated as mistakes of the service. */
export const maxRetryAfterMs = 3_600_000;

/** @param header `Retry-After`: seconds or a date (RFC 9110 §10.2.3) */
export function retryTime(header: string | null, now: number): number | undefined {
  const text = header ?? '';
  const time = /^\d+$/.test(text) ? now + Number(text) * 1000 : Date.parse(text);
  return Number.isFinite(time) ? Math.min(time, now + maxRetryAfterMs) : undefined;
}

/** The error kind of a response that does not describe its error. */
export function kindOfStatus(status = 0): ErrorKind {
  return status >= 500 || status === 429 ? 'service-unavailable' : 'unexpected-answer';
}

type Fetch = typeof globalThis.fetch;

/**
 * For requests without an access token.
 * @param allowedHosts called for each request
 * @returns a fetch that reads the whole body. Rejects with IdentityError `offline` (connection failed or was lost),
 * `service-unavailable` (timeout), `unexpected-answer` (more than 1 MB) or `not-configured` (host not allowed, or a request
 * with an access token).
 */
export function createNetwork(fetch: Fetch, allowedHosts: () => Promise<ReadonlySet<string>>): Network {
  return async (url, init) => {
    if (new Headers(init?.headers).has('authorization')) throw new IdentityError('not-configured');
    return request(fetch, url, await allowedHosts(), maxBytes, init);
  };
}

/**
 * For requests with access tokens for one scope. Rejects as that of {@link createNetwork}.
 * @param connectionNow called for each request
 */
export function createTokenNetwork(
  fetch: Fetch,
  connectionNow: () => Promise<Pick<Connection, 'cloud' | 'gateway'>>,
  scope: string,
): Network {
  return async (url, init) => {
    const { host, maxBytes } = hostOfScope(await connectionNow(), scope);
    return request(fetch, url, new Set([host]), maxBytes, init);
  };
}

/**
 * @param scope permissions of one resource
 * @returns the one host that tokens for the scope are sent to, and the size limit of its answers
 * @throws IdentityError `not-configured` for a resource that the connection does not have
 */
export function hostOfScope(
  { cloud, gateway }: Pick<Connection, 'cloud' | 'gateway'>,
  scope: string,
): { host: string; maxBytes: number } {
  const { graph } = clouds[cloud];
  if (scope.split(' ').every((each) => each.startsWith(`https://${graph}/`))) return { host: graph, maxBytes };
  if (scope !== gateway?.scope) throw new IdentityError('not-configured');
  if (!isGatewayScope(scope)) throw new IdentityError('not-configured', { code: 'invalid-gateway-scope' });
  const { host, hostname } = new URL(gateway.url);
  if (isOfMicrosoft(hostname)) throw new IdentityError('not-configured', { code: 'invalid-gateway-url' });
  return { host, maxBytes: maxGatewayBytes };
}

async function request(
  fetch: Fetch,
  url: string,
  hosts: ReadonlySet<string>,
  maxBytes: number,
  init: RequestInit | undefined,
): Promise<Response> {
  const { protocol, host } = new URL(url);
  if (protocol !== 'https:' || !hosts.has(host)) throw new IdentityError('not-configured');
  try {
    const response = await fetch(url, {
      ...init,
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: init?.signal ?? AbortSignal.timeout(timeoutMs),
    });
    const body = await readAll(response, maxBytes);
    const { status, statusText, headers } = response;
    return new Response(body, { status, statusText, headers });
  } catch (error) {
    if (error instanceof IdentityError) throw error;
    if (error instanceof DOMException && error.name === 'TimeoutError') throw new IdentityError('service-unavailable');
    throw new IdentityError('offline');
  }
}

/** @returns null for a status that must not have a body */
async function readAll(response: Response, maxBytes: number): Promise<BodyInit | null> {
  if (!response.body || [204, 205, 304].includes(response.status)) return null;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks);
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      throw new IdentityError('unexpected-answer', { status: response.status });
    }
    chunks.push(value);
  }
}

/** @returns an option that makes oauth4webapi use the network */
export function overNetwork(network: Network) {
  return {
    [customFetch]: (url: string, options: { method: string; headers: HeadersInit; body?: unknown }) => {
      const { method, headers, body } = options;
      return network(url, { method, headers, ...(body === undefined ? {} : { body: body as BodyInit }) });
    },
  };
}
