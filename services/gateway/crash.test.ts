// Kills the server process (SIGKILL) at random requests and restarts it. No verification may be lost or counted twice, no
// text sent twice and no cap exceeded.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Challenge } from './gateway.ts';
import { serveOnLoopback } from './testing/loopback.ts';
import { loopbackEnvironment, type ServerProcess, startServer } from './testing/server-process.ts';
import { createTenant } from './testing/tenant.ts';

const users = 16;
/** Users at the same time. */
const lanes = 4;
const textsPerUser = 3;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

const folder = mkdtempSync(join(tmpdir(), 'gateway-crash-'));
const closing = new AsyncDisposableStack();
afterAll(async () => {
  await closing.disposeAsync();
  rmSync(folder, { recursive: true });
});

/** mulberry32; the seed in the test's name repeats a run. */
function randomFrom(start: number): (exclusiveMaximum: number) => number {
  let state = start;
  return (exclusiveMaximum) => {
    state = (state + 0x6d2b79f5) | 0;
    let drawn = Math.imul(state ^ (state >>> 15), 1 | state);
    drawn = (drawn + Math.imul(drawn ^ (drawn >>> 7), 61 | drawn)) ^ drawn;
    return Math.floor((((drawn ^ (drawn >>> 14)) >>> 0) / 2 ** 32) * exclusiveMaximum);
  };
}

test(`a server that is killed at random loses no verification and repeats no text, seed ${seed}`, async () => {
  const random = randomFrom(seed);

  // Texts and writes are rarer than reads, so that they get more of the kills.
  let server: ServerProcess | undefined;
  const killsLeft = { text: 6, write: 4, read: 3 };
  const oneIn = { text: 6, write: 2, read: 60 };
  /** @returns whether the server was killed */
  function maybeKill(at: keyof typeof killsLeft): boolean {
    if (killsLeft[at] === 0 || random(oneIn[at]) > 0 || server?.child.exitCode !== null || server.child.killed)
      return false;
    killsLeft[at]--;
    return server.child.kill('SIGKILL');
  }
  let tenant: Awaited<ReturnType<typeof createTenant>> | undefined;
  const { origin } = closing.use(
    await serveOnLoopback(async (request) => {
      const kind = request.method === 'GET' || request.url.endsWith('/token') ? 'read' : 'write';
      // Kills before the request takes effect, or after it.
      if (maybeKill(kind)) return new Response(null, { status: 500 });
      const response = await tenant?.handle(request);
      maybeKill(kind);
      return response ?? new Response(null, { status: 500 });
    }),
  );
  tenant = await createTenant({ now: Date.now, loginOrigin: origin, graphOrigin: origin });
  const texts: { to: string; body: string; id: string }[] = [];
  const { origin: adapter } = closing.use(
    await serveOnLoopback(async (request) => {
      if (maybeKill('text')) return new Response(null, { status: 500 });
      const message = (await request.json()) as (typeof texts)[number];
      // Each first number is announced by an event, which is repeated until it is accepted.
      if (message.to) texts.push(message);
      maybeKill('text');
      return new Response(null, { status: 202 });
    }),
  );

  const environment = {
    ...(await loopbackEnvironment({ tenant: origin, adapter })),
    DATABASE: join(folder, 'gateway.sqlite'),
    CAPS_USER: `${textsPerUser}/1h`,
  };
  let address: Promise<string>;
  function start() {
    const started = startServer(environment);
    server = started;
    address = started.listening;
    void started.ended.then(({ signal }) => {
      if (signal === 'SIGKILL' && !isOver) start();
    });
  }
  let isOver = false;
  start();
  closing.defer(async () => {
    isOver = true;
    server?.child.kill('SIGKILL');
    await server?.ended;
  });

  /** Sends one request to the running process. @returns undefined without an answer, which leaves the effect unknown */
  async function request(oid: string, method: string, path: string, body?: unknown) {
    const authorization = `Bearer ${await tenant?.token(oid)}`;
    // A process that was killed before it listened is replaced.
    const base = await address.catch(() => undefined);
    if (base === undefined) return undefined;
    try {
      const response = await fetch(`${base}/v1/verifications/${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = (await response.json()) as Challenge & { type: string };
      return { status: response.status, body: answer, problem: answer.type?.split(':').at(-1) };
    } catch {
      return undefined;
    }
  }
  /** Repeats an idempotent request until there is an answer. */
  async function requestUntilAnswered(oid: string, method: string, path: string, body?: unknown) {
    for (;;) {
      const answer = await request(oid, method, path, body);
      if (answer && answer.problem !== 'service-unavailable') return answer;
      // The next process needs a moment to listen.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  const codeOf = (number: string) => /#(\d{6})$/.exec(texts.find(({ to }) => to === number)?.body ?? '')?.[1];

  async function userJourney(index: number) {
    const oid = `0f000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    const idOf = (nth: number) => `1f000000-0000-4000-8000-${String(index * 10 + nth).padStart(12, '0')}`;
    const begin = (nth: number) =>
      requestUntilAnswered(oid, 'PUT', idOf(nth), {
        number: `+44 7700 900${500 + index * 10 + nth}`,
        type: 'mobile',
        channel: 'sms',
        purpose: 'add',
      });

    // Three verifications are allowed, and a fourth exceeds the cap, because a repeated id does not count again.
    for (let nth = 1; nth <= textsPerUser; nth++) expect((await begin(nth)).problem).toBeUndefined();
    const last = idOf(textsPerUser);
    const numberOf = () => tenant?.phoneNumber(oid)?.replace(' ', '');
    expect((await begin(9)).problem).toBe('send-throttled');

    // The answer to the wrong code may be lost.
    const code = codeOf(`+447700900${500 + index * 10 + textsPerUser}`);
    const wrong = code === '000000' ? '000001' : '000000';
    const answered = await request(oid, 'POST', `${last}/confirm`, { code: wrong });
    if (answered) expect(answered.problem).toBe('wrong-code');
    const { attemptsLeft } = (await requestUntilAnswered(oid, 'GET', last)).body;
    expect(attemptsLeft).toBeGreaterThanOrEqual(4);
    if (answered) expect(attemptsLeft).toBe(4);

    // A kill before the text was handed over leaves a challenge that reports send-failed.
    if (code === undefined) {
      expect((await requestUntilAnswered(oid, 'GET', last)).body).toMatchObject({
        state: 'sent',
        error: { kind: 'send-failed' },
      });
      return 'send-failed';
    }

    // The answer to the right code may be lost; then the state tells.
    for (;;) {
      const confirmation = await request(oid, 'POST', `${last}/confirm`, { code });
      if (confirmation) expect([undefined, 'code-used']).toContain(confirmation.problem);
      if (confirmation || (await requestUntilAnswered(oid, 'GET', last)).body.state !== 'sent') break;
    }
    await expect
      .poll(async () => (await requestUntilAnswered(oid, 'GET', last)).body.state, { interval: 100 })
      .toBe('done');
    expect(numberOf()).toBe(`+447700900${500 + index * 10 + textsPerUser}`);

    // The older verifications still answer.
    for (let nth = 1; nth < textsPerUser; nth++)
      expect((await requestUntilAnswered(oid, 'GET', idOf(nth))).body).toMatchObject({
        state: 'failed',
        error: { kind: 'code-replaced' },
      });
    return 'done';
  }

  const outcomes: string[] = [];
  const lane = async (first: number) => {
    for (let index = first; index < users; index += lanes) outcomes.push(await userJourney(index));
  };
  await Promise.all(Array.from({ length: lanes }, (_, first) => lane(first)));
  // A run with fewer kills would prove little.
  expect(killsLeft.text).toBeLessThanOrEqual(3);
  expect(killsLeft.write).toBeLessThanOrEqual(2);
  expect(outcomes.filter((outcome) => outcome === 'done').length).toBeGreaterThanOrEqual(users / 4);

  const ids = texts.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(texts.length).toBeLessThanOrEqual(users * textsPerUser);
});
