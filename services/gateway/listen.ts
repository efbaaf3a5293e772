import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import type { Gateway } from './gateway.ts';

/** In milliseconds. Slow clients (Slowloris) must not hold connections for minutes. */
const defaultTimeouts = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 2_000 };

/** In bytes; longer headers get 431. An access token with many claims has a few kilobytes. */
const maxHeaderSize = 16_384;

/** The server emits `listening` or `error`. Clients that exceed a timeout get 408. */
export function listen(
  gateway: Gateway,
  { host, port }: { host: string; port: number },
  timeouts = defaultTimeouts,
): Server {
  return serve({
    fetch: gateway.fetch,
    hostname: host,
    port,
    serverOptions: { ...timeouts, maxHeaderSize },
  }) as Server;
}
