// The server program with a tenant and an SMS adapter on loopback.
import { serveOnLoopback } from './loopback.ts';
import { loopbackEnvironment, startServer } from './server-process.ts';
import { createTenant } from './tenant.ts';

/** A request of the webhook as the adapter received it. */
export interface Delivered {
  headers: Headers;
  text: string;
  body: Record<string, string>;
}

/** @param defer takes what ends the server and its services */
export async function serverWithTenant(changes: Record<string, string>, defer: (close: () => unknown) => void) {
  let tenant: Awaited<ReturnType<typeof createTenant>> | undefined;
  const broken = () => new Response(null, { status: 500 });
  const service = await serveOnLoopback(async (request) => (await tenant?.handle(request)) ?? broken());
  defer(() => service[Symbol.asyncDispose]());
  tenant = await createTenant({ now: Date.now, loginOrigin: service.origin, graphOrigin: service.origin });
  const delivered: Delivered[] = [];
  const adapter = await serveOnLoopback(async (request) => {
    const text = await request.text();
    delivered.push({ headers: request.headers, text, body: JSON.parse(text) });
    return new Response(null, { status: 202 });
  });
  defer(() => adapter[Symbol.asyncDispose]());

  const environment = {
    ...(await loopbackEnvironment({ tenant: service.origin, adapter: adapter.origin })),
    ...changes,
  };
  const start = () => {
    const server = startServer(environment);
    defer(async () => {
      server.child.kill('SIGKILL');
      await server.ended;
    });
    return server;
  };
  const server = start();
  return {
    tenant,
    delivered,
    environment,
    server,
    /** Starts the program again with the same environment. */
    start,
    /** @returns the JSON of the answer */
    async request(oid: string, method: string, path: string, body?: unknown, to = server): Promise<unknown> {
      const response = await fetch(`${await to.listening}/v1/verifications/${path}`, {
        method,
        headers: { authorization: `Bearer ${await tenant.token(oid)}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return response.status === 204 ? undefined : response.json();
    },
    /** The code of the newest text. */
    code: () => delivered.map(({ body }) => /#(\d{6})$/.exec(body.body ?? '')?.[1]).findLast(Boolean) ?? '',
  };
}
