// The HTTP server around the gateway. It waits for a client only so long: who sends a byte now and then would otherwise hold
// a connection for minutes, and enough of them all there are.
import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import type { Gateway } from './gateway.ts';

/** In milliseconds. Requests are a few hundred bytes; people's browsers and proxies send them at once. */
const patience = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 2_000 };

/** Longer headers are answered by 431. A token with many claims is a few kilobytes. */
const maxHeaderSize = 16_384;

/** Bound when it emits `listening`; `error` where it cannot. A client that takes too long is answered by 408 and let go. */
export function listen(gateway: Gateway, { host, port }: { host: string; port: number }, wait = patience): Server {
  return serve({
    fetch: gateway.fetch,
    hostname: host,
    port,
    serverOptions: { ...wait, maxHeaderSize },
  }) as Server;
}
