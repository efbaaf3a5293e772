// Breaks, delays and holds requests by rule, on Node's own response, because oidc-provider writes to it directly.
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Fault, FaultRule, Held, Interference, RequestMatch } from './types.ts';

export interface RequestFacts {
  host: string;
  method: string;
  path: string;
}

/** The body of an error in the host's own format. */
export type ErrorBody = (host: string, status: number) => unknown;

type Outcome = 'release' | 'drop';

interface ActiveHold {
  match: RequestMatch & { when: 'before' | 'after' };
  arrive(response: ServerResponse): void;
  outcome: Promise<Outcome>;
  end(outcome: Outcome): void;
}

interface ActiveRule {
  rule: FaultRule;
  left: number;
  hits: number;
}

export class Faults {
  #rules: ActiveRule[] = [];
  /** Without a request yet. */
  #holds: ActiveHold[] = [];
  /** With a held request. */
  #holding = new Set<ActiveHold>();
  #latencies = new Set<() => void>();
  #errorBody: ErrorBody;

  constructor(errorBody: ErrorBody) {
    this.#errorBody = errorBody;
  }

  add(rule: FaultRule): Fault {
    const active: ActiveRule = { rule, left: rule.times ?? Number.POSITIVE_INFINITY, hits: 0 };
    this.#rules.push(active);
    return {
      get hits() {
        return active.hits;
      },
      remove: () => {
        this.#rules = this.#rules.filter((other) => other !== active);
      },
    };
  }

  hold(match: ActiveHold['match']): Held {
    const arrival = Promise.withResolvers<void>();
    const abandonment = Promise.withResolvers<void>();
    const outcome = Promise.withResolvers<Outcome>();
    const hold: ActiveHold = {
      match,
      arrive(response) {
        response.once('close', abandonment.resolve);
        arrival.resolve();
      },
      outcome: outcome.promise,
      end: (result) => {
        outcome.resolve(result);
        this.#holds = this.#holds.filter((other) => other !== hold);
        this.#holding.delete(hold);
      },
    };
    this.#holds.push(hold);
    const drop = () => hold.end('drop');
    const dropWhenAbandoned = () => abandonment.promise.then(drop);
    return { arrived: arrival.promise, release: () => hold.end('release'), drop, dropWhenAbandoned };
  }

  /** Releases held requests and removes all rules. */
  clear(): void {
    this.#rules = [];
    for (const hold of [...this.#holds, ...this.#holding]) hold.end('release');
    for (const finish of [...this.#latencies]) finish();
  }

  /** Runs `act`, which answers the request, within the rules. */
  async run(facts: RequestFacts, response: ServerResponse, act: () => void): Promise<void> {
    const rule = this.#takeRule(facts);
    const hold = this.#takeHold(facts);

    if (hold?.match.when === 'before') {
      hold.arrive(response);
      if ((await hold.outcome) === 'drop') return void response.destroy();
    }
    if (rule?.latency !== undefined) await this.#wait(rule.latency);

    if (rule?.interfere) return interfere(rule.interfere, facts, response, act);
    const effect = rule && this.#effect(rule, facts.host);
    if (effect && rule.when !== 'after') return effect(response);
    if (!effect && !rule?.truncate && hold?.match.when !== 'after') return act();

    const answer = await interceptAnswer(response, act);
    if (hold?.match.when === 'after') {
      hold.arrive(response);
      if ((await hold.outcome) === 'drop') return void response.destroy();
    }
    if (effect) return effect(response);
    sendAnswer(response, answer, rule?.truncate === true);
  }

  #takeRule(facts: RequestFacts): FaultRule | undefined {
    const active = this.#rules.find((candidate) => candidate.left > 0 && matches(candidate.rule, facts));
    if (!active) return undefined;
    active.left -= 1;
    active.hits += 1;
    return active.rule;
  }

  #takeHold(facts: RequestFacts): ActiveHold | undefined {
    const hold = this.#holds.find((candidate) => matches(candidate.match, facts));
    if (!hold) return undefined;
    this.#holds = this.#holds.filter((other) => other !== hold);
    this.#holding.add(hold);
    return hold;
  }

  #effect(rule: FaultRule, host: string): ((response: ServerResponse) => void) | undefined {
    if (rule.drop) return (response) => void response.destroy();
    const answer = rule.throttle
      ? {
          status: 429,
          headers: rule.throttle.retryAfter === undefined ? {} : { 'retry-after': String(rule.throttle.retryAfter) },
        }
      : rule.answer;
    if (!answer) return undefined;
    return (response) => {
      const body = 'body' in answer ? answer.body : this.#errorBody(host, answer.status);
      const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
      response
        .writeHead(answer.status, {
          'content-type': typeof body === 'string' ? 'text/plain' : 'application/json',
          ...(rule.unreadable ? {} : { 'access-control-allow-origin': '*' }),
          'content-length': Buffer.byteLength(text),
          ...answer.headers,
        })
        .end(text);
    };
  }

  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.#latencies.delete(finish);
        resolve();
      };
      const timer = setTimeout(finish, milliseconds);
      this.#latencies.add(finish);
    });
  }
}

function matches(match: RequestMatch, facts: RequestFacts): boolean {
  if (match.host !== undefined && match.host !== facts.host) return false;
  if (match.method === undefined ? facts.method === 'OPTIONS' : match.method !== facts.method) return false;
  if (match.path === undefined) return true;
  return typeof match.path === 'string' ? match.path === facts.path : match.path.test(facts.path);
}

/** A complete answer that was not sent. */
interface KeptAnswer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

/**
 * Runs the host and buffers its answer, so that the answer can be replaced, truncated or dropped.
 */
function interceptAnswer(response: ServerResponse, act: () => void): Promise<KeptAnswer> {
  const { write, end, writeHead } = response;
  const parts: Buffer[] = [];
  let head: { status: number; headers: OutgoingHttpHeaders } | undefined;
  const keep = (chunk: unknown, encoding?: unknown) => {
    if (typeof chunk === 'string') {
      parts.push(Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'));
    } else if (chunk instanceof Uint8Array) parts.push(Buffer.from(chunk));
  };

  return new Promise((complete) => {
    response.writeHead = ((status: number, ...rest: unknown[]) => {
      const headers = rest.find((value) => typeof value === 'object' && value !== null);
      head = {
        status,
        headers: Array.isArray(headers) ? headersOf(headers) : ((headers ?? {}) as OutgoingHttpHeaders),
      };
      response.statusCode = status;
      return response;
    }) as typeof writeHead;
    response.write = ((chunk: unknown, encoding?: unknown) => {
      keep(chunk, encoding);
      return true;
    }) as typeof write;
    response.end = ((chunk?: unknown, encoding?: unknown) => {
      keep(chunk, encoding);
      Object.assign(response, { write, end, writeHead });
      const headers = { ...response.getHeaders(), ...head?.headers };
      const status = head?.status ?? response.statusCode;
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      complete({ status, headers, body: Buffer.concat(parts) });
      return response;
    }) as typeof end;
    act();
  });
}

function sendAnswer(response: ServerResponse, { status, headers, body }: KeptAnswer, truncate: boolean): void {
  response.writeHead(status, { ...headers, 'content-length': body.byteLength });
  if (!truncate) return void response.end(body);
  response.write(body.subarray(0, Math.floor(body.byteLength / 2)), () => response.destroy());
}

async function interfere(
  change: Interference,
  { host, method, path }: RequestFacts,
  response: ServerResponse,
  act: () => void,
): Promise<void> {
  const send = async () => {
    const { status, headers, body } = await interceptAnswer(response, act);
    const entries = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
    return new Response(status === 204 ? null : new Uint8Array(body), { status, headers: entries });
  };
  try {
    const answer = await change(new Request(`https://${host}${path}`, { method }), send);
    response.writeHead(answer.status, { 'access-control-allow-origin': '*', ...Object.fromEntries(answer.headers) });
    response.flushHeaders();
    for await (const chunk of answer.body ?? []) response.write(chunk);
    response.end();
  } catch (error) {
    const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
    if (!isTimeout) response.destroy();
  }
}

/** `writeHead` also accepts a flat list of names and values. */
function headersOf(list: readonly unknown[]): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (let index = 0; index + 1 < list.length; index += 2) headers[String(list[index])] = String(list[index + 1]);
  return headers;
}
