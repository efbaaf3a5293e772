// A gateway in this process with a controllable clock, tenant and SMS sender. Every exchange is checked against
// openapi.json.
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Challenge,
  createGateway,
  type Gateway,
  type GatewayConfiguration,
  type NumberEvent,
  type SendOutcome,
  type Text,
} from '../gateway.ts';
import type { LogEntry } from '../log.ts';
import { checkExchange } from './contract.ts';
import { createLeakCheck } from './leak-check.ts';
import { clientId, createTenant, gatewayCertificate, tenantId } from './tenant.ts';

export const alice = '0a000000-0000-4000-8000-000000000001';
export const bob = '0b000000-0000-4000-8000-000000000002';
export const extensionOrigin = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop';

export interface Answer {
  status: number;
  headers: Headers;
  /** A challenge or a problem. */
  body: Challenge & { type: string; retryAt: number; attemptsLeft: number; claims: string; detail: string };
  /** The problem type without its prefix. */
  problem: string | undefined;
}

export interface RequestOptions {
  token?: string | undefined;
  address?: string;
  headers?: Record<string, string>;
}

export async function gatewayUnderTest(changes: Partial<GatewayConfiguration> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  const clock = { time: Date.UTC(2026, 8, 1, 10, 42), now: () => clock.time };
  const loginOrigin = 'https://login.microsoftonline.com';
  const graphOrigin = 'https://graph.microsoft.com';
  const tenant = await createTenant({ now: clock.now, loginOrigin, graphOrigin });
  const configuration: GatewayConfiguration = {
    publicOrigin: 'https://gateway.contoso.example',
    loginOrigin,
    graphOrigin,
    tenantId,
    clientId,
    credential: { kind: 'certificate', ...(await gatewayCertificate()) },
    allowedOrigins: [extensionOrigin, 'moz-extension://*'],
    codeKey: new Uint8Array(32).fill(7),
    oldCodeKeys: [],
    database: join(folder, 'gateway.sqlite'),
    organization: 'Contoso',
    language: 'en',
    destinations: { allowedCountries: undefined, refusedCountries: [], additionalMobileRanges: ['+447700900xxx'] },
    caps: {
      user: [{ limit: 1000, windowMs: 3_600_000 }],
      number: [{ limit: 1000, windowMs: 3_600_000 }],
      address: [{ limit: 1000, windowMs: 3_600_000 }],
      site: [{ limit: 1000, windowMs: 3_600_000 }],
      country: [{ limit: 1000, windowMs: 3_600_000 }],
      total: [{ limit: 10_000, windowMs: 3_600_000 }],
    },
    refuseAdministrators: true,
    allowedGroup: undefined,
    allowedClients: undefined,
    authenticationContext: 'c1',
    policyUnchecked: true,
    trustedProxies: 0,
    ...changes,
  };

  /** Sent texts, oldest first. */
  const texts: Text[] = [];
  /** The next outcomes of the SMS sender, default `accepted`; the promise of a function may stay pending. */
  const outcomes: (SendOutcome | (() => Promise<SendOutcome>))[] = [];
  /** Sent events, oldest first, and the next outcomes of their sender, default `accepted`. */
  const events: NumberEvent[] = [];
  const eventOutcomes: typeof outcomes = [];
  const logs: LogEntry[] = [];
  const secrets = createLeakCheck();
  /** Logs and answers with a phone number, a code or a token. */
  const leaks: string[] = [];
  const checkForLeaks = (text: string) => secrets.isIn(text) && leaks.push(text);
  let random: (exclusiveMaximum: number) => number = randomInt;
  let services = tenant.fetch;

  let held: { method: string; arrive: () => void } | undefined;
  /** After a crash, pending work of the old gateway must not continue. */
  let process = { isGone: false };

  function open(): Gateway {
    process = { isGone: false };
    const own = process;
    const whileAlive = <Result>(work: () => Promise<Result>): Promise<Result> =>
      new Promise((resolve, reject) => {
        if (own.isGone) return;
        work().then(
          (result) => own.isGone || resolve(result),
          (error) => own.isGone || reject(error),
        );
      });
    return createGateway(configuration, {
      clock,
      fetch: (input, init) =>
        whileAlive(async () => {
          const response = await services(input, init);
          if (!held || held.method !== init?.method || !String(input).includes('phoneMethods')) return response;
          held.arrive();
          held = undefined;
          return new Promise(() => {});
        }),
      log: (entry) => {
        logs.push(entry);
        checkForLeaks(JSON.stringify(entry));
      },
      random: (exclusiveMaximum) => random(exclusiveMaximum),
      sendEvent: (event) =>
        whileAlive(async () => {
          events.push(event);
          const outcome = eventOutcomes.shift() ?? { kind: 'accepted' };
          return typeof outcome === 'function' ? outcome() : outcome;
        }),
      sendText: (text) =>
        whileAlive(async () => {
          secrets.addNumber(text.to);
          if (codeIn(text.body)) secrets.addCode(codeIn(text.body));
          const outcome = outcomes.shift() ?? { kind: 'accepted' };
          if (typeof outcome !== 'function' && outcome.kind === 'refused') return outcome;
          texts.push(text);
          return typeof outcome === 'function' ? outcome() : outcome;
        }),
    });
  }
  let gateway = open();
  const tokens = new Map<string, string>();

  async function ask(
    oid: string,
    method: string,
    path: string,
    body?: unknown,
    options: RequestOptions = {},
  ): Promise<Answer> {
    const token = 'token' in options ? options.token : (tokens.get(oid) ?? (await tenant.token(oid)));
    if (token !== undefined) secrets.addToken(token);
    secrets.addNumber((body as { number?: unknown } | null | undefined)?.number);
    const response = await gateway.fetch(
      new Request(`${configuration.publicOrigin}${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...options.headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
      options.address === undefined ? {} : { address: options.address },
    );
    await checkExchange({ method, path, body }, response);
    const text = await response.text();
    checkForLeaks(text);
    const answer = text.startsWith('{') ? JSON.parse(text) : {};
    return {
      status: response.status,
      headers: response.headers,
      body: answer,
      problem: answer.type?.replace('urn:phone-sign-in:problem:', ''),
    };
  }

  const one = (id: string) => `/v1/verifications/${id}`;
  return {
    configuration,
    clock,
    tenant,
    texts,
    outcomes,
    events,
    eventOutcomes,
    logs,
    ask,
    get gateway() {
      return gateway;
    },
    advance(milliseconds: number) {
      clock.time += milliseconds;
    },
    /** Uses this token for the user from now on. */
    keepToken: (oid: string, token: string) => tokens.set(oid, token),
    start: (
      oid: string,
      id: string,
      request: { number?: string; type?: string; purpose?: string; channel?: string } = {},
      options?: RequestOptions,
    ) => {
      const body = { number: '+44 7700 900101', type: 'mobile', channel: 'sms', purpose: 'add', ...request };
      return ask(oid, 'PUT', one(id), body, options);
    },
    get: (oid: string, id: string, options?: RequestOptions) => ask(oid, 'GET', one(id), undefined, options),
    resend: (oid: string, id: string, options?: RequestOptions) =>
      ask(oid, 'POST', `${one(id)}/resend`, undefined, options),
    confirm: (oid: string, id: string, code: string, options?: RequestOptions) =>
      ask(oid, 'POST', `${one(id)}/confirm`, { code }, options),
    cancel: (oid: string, id: string, options?: RequestOptions) => ask(oid, 'DELETE', one(id), undefined, options),
    /** The code of a text, by default of the newest. */
    code: (index = -1) => codeIn(texts.at(index)?.body ?? ''),
    /** A code that was never sent. */
    wrongCode() {
      const sent = new Set(texts.map(({ body }) => /#(\d{6})$/.exec(body)?.[1]));
      for (let code = 100_000; ; code++) if (!sent.has(String(code))) return String(code);
    },
    /** The next write with this method takes effect without an answer. */
    holdGraph(method: string): { arrived: Promise<void> } {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = { method, arrive: resolve };
      return { arrived: promise };
    },
    useRandom(source: (exclusiveMaximum: number) => number) {
      random = source;
    },
    /** Stands for the sign-in service and Graph, and may ask `tenant.fetch`. */
    useFetch(source: typeof globalThis.fetch) {
      services = source;
    },
    /** Stops the gateway gracefully and starts it again. */
    async restart() {
      await gateway.close();
      gateway = open();
      await gateway.settle();
    },
    /** Drops the pending work of the gateway and starts another on the same database. */
    async crash() {
      process.isGone = true;
      gateway = open();
      await gateway.settle();
    },
    /** @throws when a log or an answer contained a phone number, a code or a token */
    async end() {
      await gateway.close();
      rmSync(folder, { recursive: true });
      if (leaks.length > 0) throw new Error(`leaked: ${leaks.join('\n')}`);
    },
  };
}

/** @returns '' for a notice */
function codeIn(text: string): string {
  return /#(\d{6})$/.exec(text)?.[1] ?? '';
}

export type GatewayUnderTest = Awaited<ReturnType<typeof gatewayUnderTest>>;

let lastId = 0;
export function newId(): string {
  return `1d000000-0000-4000-8000-${String(++lastId).padStart(12, '0')}`;
}
