// The only way out: every request of the extension passes here. The manifest's connect-src has to be static and can only
// say `https:`; which hosts are really asked is decided by the configuration, here.
import { customFetch } from 'oauth4webapi';
import { IdentityError } from '../shared/model/errors.ts';

/** Chromium kills a worker's fetch after 30 s; giving up before that leaves an error to show. */
const timeOutMs = 25_000;
/** No answer of the services asked is larger than a few kB. */
const maximumBytes = 1_000_000;

export type Network = (url: string, init?: RequestInit) => Promise<Response>;

/**
 * @param allowedHosts asked at each request, since configuration changes while the background lives
 * @returns a fetch whose answer has been read to its end. It rejects with an IdentityError: `offline` (no connection, or
 * cut midway), `service-unavailable` (time-out), `unexpected-answer` (too large), `not-configured` (host not allowed).
 */
export function createNetwork(
  fetch: typeof globalThis.fetch,
  allowedHosts: () => Promise<ReadonlySet<string>>,
): Network {
  return async (url, init) => {
    const { protocol, host } = new URL(url);
    if (protocol !== 'https:' || !(await allowedHosts()).has(host)) throw new IdentityError('not-configured');
    try {
      const response = await fetch(url, {
        ...init,
        // The session at the service is the browser's affair; requests here stand on their token alone.
        credentials: 'omit',
        cache: 'no-store',
        redirect: 'error',
        referrerPolicy: 'no-referrer',
        signal: AbortSignal.timeout(timeOutMs),
      });
      const body = await readAll(response);
      const { status, statusText, headers } = response;
      return new Response(body, { status, statusText, headers });
    } catch (error) {
      if (error instanceof IdentityError) throw error;
      if (error instanceof DOMException && error.name === 'TimeoutError')
        throw new IdentityError('service-unavailable');
      throw new IdentityError('offline');
    }
  };
}

/** The body, or null for the answers that must not have one. */
async function readAll(response: Response): Promise<BodyInit | null> {
  if (!response.body || [204, 205, 304].includes(response.status)) return null;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks);
    size += value.byteLength;
    if (size > maximumBytes) {
      await reader.cancel();
      throw new IdentityError('unexpected-answer', { status: response.status });
    }
    chunks.push(value);
  }
}

/** The option that leads oauth4webapi's requests through the one way out. */
export function overNetwork(network: Network) {
  return {
    [customFetch]: (url: string, options: { method: string; headers: HeadersInit; body?: unknown }) =>
      network(url, {
        method: options.method,
        headers: options.headers,
        ...(options.body === undefined ? {} : { body: options.body as BodyInit }),
      }),
  };
}
