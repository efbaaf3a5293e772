// The HTTP interface, described in openapi.json.
import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import * as v from 'valibot';
import type { Clock, GatewayConfiguration } from '../configuration.ts';
import { type Log, loggableError } from '../log.ts';
import { Problem } from '../problems.ts';
import type { Readiness } from '../readiness.ts';
import type { User } from '../verification/user.ts';
import type { Caller, Verifications } from '../verification/verifications.ts';
import { clientAddress, type RequestEnvironment, unknownAddress } from './client-address.ts';
import { problemResponse } from './problem-response.ts';

interface Environment {
  Bindings: RequestEnvironment;
  /** Without a caller the access token was not accepted. */
  Variables: { requestId: string; caller?: Caller };
}

const StartBody = v.pipe(
  v.strictObject({
    number: v.pipe(v.string(), v.maxLength(40)),
    type: v.picklist(['mobile', 'alternateMobile', 'office']),
    channel: v.literal('sms'),
    purpose: v.picklist(['add', 'change']),
  }),
  v.transform(({ number: phoneNumber, type, purpose }) => ({ phoneNumber, type, purpose })),
);
const ConfirmBody = v.strictObject({ code: v.pipe(v.string(), v.regex(/^\d{6}$/)) });
const VerificationId = v.pipe(v.string(), v.uuid(), v.toLowerCase());
const maximumBodyBytes = 4096;

export function createRoutes({
  configuration: { allowedOrigins, trustedProxies },
  verifications,
  checkAccessToken,
  readiness,
  clock,
  log,
}: {
  configuration: Pick<GatewayConfiguration, 'allowedOrigins' | 'trustedProxies'>;
  verifications: Verifications;
  checkAccessToken: (authorization: string | undefined) => Promise<User>;
  readiness: Readiness;
  clock: Clock;
  log: Log;
}): Hono<Environment> {
  const app = new Hono<Environment>();

  app.use(async (c, next) => {
    const startedAt = performance.now();
    const requestId = randomUUID();
    c.set('requestId', requestId);
    await next();
    c.header('request-id', requestId);
    c.header('cache-control', 'no-store');
    c.header('x-content-type-options', 'nosniff');
    // Health checks come every few seconds and would fill the log.
    if (c.req.path === '/health' || c.req.path === '/ready') return;
    log({
      level: 'info',
      event: 'request',
      requestId,
      method: c.req.method,
      path: loggablePath(c.req.path),
      status: c.res.status,
      ms: Math.round(performance.now() - startedAt),
    });
  });

  app.get('/health', (c) => c.json({ status: 'live' }));
  app.get('/ready', async (c) => {
    const report = await readiness.report();
    return c.json(report, report.status === 'ready' ? 200 : 503);
  });

  app.use(
    '/v1/*',
    cors({
      // CORS decides which pages may send requests; the access token alone decides what a request may do.
      origin: (origin) => (isAllowedOrigin(origin, allowedOrigins) ? origin : null),
      allowMethods: ['GET', 'PUT', 'POST', 'DELETE'],
      allowHeaders: ['authorization', 'content-type', 'client-request-id'],
      exposeHeaders: ['request-id', 'retry-after', 'www-authenticate'],
      maxAge: 3600,
    }),
    async (c, next) => {
      const user = await checkAccessToken(c.req.header('authorization'));
      const address = clientAddress(c.req.raw, c.env, trustedProxies);
      if (address.address === unknownAddress && trustedProxies > 0)
        log({ level: 'warn', event: 'client-address-unknown', requestId: c.get('requestId'), trustedProxies });
      c.set('caller', { ...user, ...address });
      await next();
    },
  );

  app.on(
    ['PUT', 'POST'],
    '/v1/*',
    bodyLimit({
      maxSize: maximumBodyBytes,
      onError: () => {
        throw new Problem('invalid-request', { status: 413 });
      },
    }),
  );

  const path = '/v1/verifications/:id';
  app.put(path, async (c) => {
    const start = await body(StartBody, c.req.raw);
    return c.json(await verifications.start(callerOf(c), parseId(c.req.param('id')), start));
  });
  app.get(path, async (c) => c.json(await verifications.get(callerOf(c), parseId(c.req.param('id')))));
  app.post(`${path}/resend`, async (c) => c.json(await verifications.resend(callerOf(c), parseId(c.req.param('id')))));
  app.post(`${path}/confirm`, async (c) => {
    const { code } = await body(ConfirmBody, c.req.raw);
    return c.json(await verifications.confirm(callerOf(c), parseId(c.req.param('id')), code));
  });
  app.delete(path, (c) => {
    verifications.cancel(callerOf(c), parseId(c.req.param('id')));
    return c.body(null, 204);
  });

  for (const [known, allow] of Object.entries({
    '/health': 'GET, HEAD',
    '/ready': 'GET, HEAD',
    [path]: 'GET, HEAD, PUT, DELETE',
    [`${path}/resend`]: 'POST',
    [`${path}/confirm`]: 'POST',
  }))
    app.all(known, () => {
      throw new Problem('invalid-request', { status: 405, allow });
    });

  app.notFound((c) => problemResponse(new Problem('not-found'), c.get('requestId'), clock.now()));
  app.onError((error, c) => {
    const requestId = c.get('requestId');
    if (error instanceof Problem) {
      const caller = c.get('caller');
      const who = caller ? { oid: caller.oid, client: caller.client, session: caller.session } : {};
      log({ level: 'info', event: 'request-refused', requestId, kind: error.kind, ...who });
      return problemResponse(error, requestId, clock.now());
    }
    log({ level: 'error', event: 'request-failed', requestId, ...loggableError(error) });
    return problemResponse(new Problem('service-unavailable'), requestId, clock.now());
  });
  return app;
}

function callerOf(c: Context<Environment>): Caller {
  const caller = c.get('caller');
  if (!caller) throw new Problem('signed-out');
  return caller;
}

/** An unknown path may contain a phone number or a code. */
function loggablePath(path: string): string {
  return /^\/v1\/verifications\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\/(resend|confirm))?$/i.test(path)
    ? path
    : 'other';
}

const anyFirefox = 'moz-extension://*';

/** Each Firefox installation has its own origin, so that only the scheme and the form can be checked. */
function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  const isFirefox = /^moz-extension:\/\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(origin);
  return (origin !== anyFirefox && allowed.includes(origin)) || (isFirefox && allowed.includes(anyFirefox));
}

function parseId(text: string): string {
  return parse(VerificationId, text);
}

function parse<Schema extends v.GenericSchema>(schema: Schema, input: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, input);
  if (!parsed.success) throw new Problem('invalid-request');
  return parsed.output;
}

async function body<Schema extends v.GenericSchema>(schema: Schema, request: Request): Promise<v.InferOutput<Schema>> {
  try {
    return parse(schema, await request.json());
  } catch (error) {
    // The body limit throws while the body is read.
    if (error instanceof Problem) throw error;
    throw new Problem('invalid-request');
  }
}
