// The TLS server behind the proxy: chooses the host by name, records requests, applies the fault rules.
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Certificate } from './certificate.ts';
import type { Faults } from './faults.ts';
import type { Clock, RequestPurpose, SandboxRequest } from './types.ts';

export type NodeHost = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
export type FetchHost = (request: Request) => Response | Promise<Response>;

export interface Hosts {
  readonly port: number;
  readonly requests: SandboxRequest[];
  fetch(url: string | URL, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export function fetchHost(host: FetchHost): NodeHost {
  return getRequestListener(host, { overrideGlobalObjects: false });
}

export async function serveHosts(options: {
  certificate: Certificate;
  hosts: ReadonlyMap<string, NodeHost>;
  faults: Faults;
  clock: Clock;
  quiet: boolean;
}): Promise<Hosts> {
  const requests: SandboxRequest[] = [];

  const server = https.createServer(
    { cert: options.certificate.pem, key: options.certificate.keyPem },
    (request, response) => {
      const url = URL.parse(`https://${request.headers.host}${request.url}`);
      const host = url && options.hosts.get(url.hostname);
      if (!host) {
        response.writeHead(421, { 'content-type': 'text/plain' }).end('Not a host of the sandbox.\n');
        return;
      }
      const facts = { host: url.hostname, method: request.method ?? 'GET', path: url.pathname };
      const origin = request.headers.origin;
      const clientRequestId = request.headers['client-request-id'];
      const purpose = purposeOf(facts, url.searchParams);
      const recorded: SandboxRequest = {
        at: options.clock.now(),
        ...facts,
        ...(purpose === undefined ? {} : { purpose }),
        ...(purpose?.startsWith('authorize') ? { demand: demandOf(url.searchParams) } : {}),
        ...(origin === undefined ? {} : { origin }),
        ...(typeof clientRequestId === 'string' ? { clientRequestId } : {}),
        userAgentKind: userAgentKind(request.headers['user-agent']),
      };
      requests.push(recorded);
      response.once('finish', () => {
        recorded.status = response.statusCode;
        const location = URL.parse(String(response.getHeader('location') ?? ''));
        const answer = location && [location.searchParams, new URLSearchParams(location.hash.slice(1))];
        const isCode = answer?.some((each) => each.has('code') && each.has('state'));
        if (isCode && facts.host === loginHost) recorded.completesSignIn = true;
      });
      if (!options.quiet) console.log(`${facts.method} ${facts.host}${facts.path}`);
      void options.faults.run(facts, response, () => {
        Promise.resolve(host(request, response)).catch((error: unknown) => {
          console.error(`sandbox: ${facts.method} ${facts.host}${facts.path} failed:`, error);
          if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
          response.end('The sandbox failed; see its output.\n');
        });
      });
    },
  );
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  // Otherwise TLS handshakes take most of the time of tests in this process.
  server.keepAliveTimeout = 0;
  const agent = new https.Agent({ keepAlive: true, ca: options.certificate.pem });

  return {
    port,
    requests,
    fetch: (url, init) => fetchOverTls(port, agent, new Request(url, init)),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      agent.destroy();
      server.closeAllConnections();
      await closed;
    },
  };
}

const loginHost = 'login.microsoftonline.com';

function demandOf(query: URLSearchParams): string {
  const demand = ['client_id', 'login_hint', 'claims'].map((name) => query.get(name));
  return createHash('sha256').update(JSON.stringify(demand)).digest('hex').slice(0, 16);
}

function purposeOf(
  { host, method, path }: Pick<SandboxRequest, 'host' | 'method' | 'path'>,
  query: URLSearchParams,
): RequestPurpose | undefined {
  if (method === 'OPTIONS') return undefined;
  if (host === 'graph.microsoft.com') return method === 'GET' ? 'read' : 'write';
  if (host !== loginHost) return undefined;
  if (path.endsWith('/oauth2/v2.0/token')) return 'token';
  // oidc-provider continues a sign-in below this path.
  if (!path.endsWith('/oauth2/v2.0/authorize')) return undefined;
  // A page that continues by script asks again within the same sign-in.
  if (query.has('sso_reload')) return undefined;
  return query.get('prompt') === 'none' ? 'authorize silently' : 'authorize';
}

function userAgentKind(userAgent: string | undefined): SandboxRequest['userAgentKind'] {
  if (userAgent === undefined || /^node/i.test(userAgent)) return 'node';
  if (/Firefox\//.test(userAgent)) return 'firefox';
  return /Chrom(e|ium)\//.test(userAgent) ? 'chromium' : 'other';
}

/** Node's fetch supports neither another address nor another certificate authority. */
async function fetchOverTls(port: number, agent: https.Agent, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
  return new Promise((resolve, reject) => {
    const outgoing = https.request(
      {
        host: '127.0.0.1',
        port,
        servername: url.hostname,
        agent,
        method: request.method,
        path: `${url.pathname}${url.search}`,
        headers: {
          ...Object.fromEntries(request.headers),
          host: url.hostname,
          ...(body ? { 'content-length': body.byteLength } : {}),
        },
        signal: request.signal,
      },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const headers = new Headers();
          for (const [name, values] of Object.entries(incoming.headersDistinct)) {
            for (const value of values ?? []) headers.append(name, value);
          }
          const status = incoming.statusCode ?? 500;
          const bodyless = status === 204 || status === 205 || status === 304;
          resolve(new Response(bodyless ? null : Buffer.concat(parts), { status, headers }));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
