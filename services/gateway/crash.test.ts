// Killed (SIGKILL) at random points under a bounded load: whatever Graph, the adapter or a person sees of the server, the
// next thing may be that it is gone. Afterwards no verification is lost, none counts twice, no text went out twice, and
// the caps held.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Challenge } from './gateway.ts';
import { serveOnLoopback } from './testing/loopback.ts';
import { type ServerProcess, serverEnvironment, startServer } from './testing/server-process.ts';
import { createTenant, gatewayCertificate } from './testing/tenant.ts';

const people = 16;
/** At the same time; one kill interrupts what these are at. */
const lanes = 4;
const textsPerPerson = 3;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

const folder = mkdtempSync(join(tmpdir(), 'gateway-crash-'));
const closing = new AsyncDisposableStack();
afterAll(async () => {
  await closing.disposeAsync();
  rmSync(folder, { recursive: true });
});

/** mulberry32: small, and the seed in a failure's name repeats its draws. */
function randomFrom(start: number): (exclusiveMaximum: number) => number {
  let state = start;
  return (exclusiveMaximum) => {
    state = (state + 0x6d2b79f5) | 0;
    let drawn = Math.imul(state ^ (state >>> 15), 1 | state);
    drawn = (drawn + Math.imul(drawn ^ (drawn >>> 7), 61 | drawn)) ^ drawn;
    return Math.floor((((drawn ^ (drawn >>> 14)) >>> 0) / 2 ** 32) * exclusiveMaximum);
  };
}

test(`killed at random, seed ${seed}`, async () => {
  const random = randomFrom(seed);

  // What stands around the server. Each request it makes may be the one it is killed at: reads are many, texts and writes
  // few, and it is those that count.
  let server: ServerProcess | undefined;
  const killsLeft = { text: 6, write: 4, read: 3 };
  const oneIn = { text: 6, write: 2, read: 60 };
  /** @returns whether it was killed right now */
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
      // Before it takes effect, so that it never does, or after.
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
      texts.push((await request.json()) as (typeof texts)[number]);
      maybeKill('text');
      return new Response(null, { status: 202 });
    }),
  );

  const { certificatePem, privateKeyPem } = await gatewayCertificate();
  const environment = {
    ...serverEnvironment,
    CLIENT_SECRET: '',
    CERTIFICATE: certificatePem,
    PRIVATE_KEY: privateKeyPem,
    WEBHOOK_URL: `${adapter}/texts`,
    DATABASE: join(folder, 'gateway.sqlite'),
    ADDITIONAL_MOBILE_RANGES: '+447700900xxx',
    CAPS_USER: `${textsPerPerson}/1h`,
    ALLOW_INSECURE_LOOPBACK: 'true',
    LOGIN_ORIGIN: origin,
    GRAPH_ORIGIN: origin,
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

  /** One request to whichever process runs; undefined: no answer came, and what became of it is unknown. */
  async function once(oid: string, method: string, path: string, body?: unknown) {
    const authorization = `Bearer ${await tenant?.token(oid)}`;
    // A process killed before it listens is followed by another.
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
  /** Asked again until there is an answer: for requests that may be repeated. */
  async function surely(oid: string, method: string, path: string, body?: unknown) {
    for (;;) {
      const answer = await once(oid, method, path, body);
      if (answer && answer.problem !== 'service-unavailable') return answer;
      // Turns of the event loop, until the next process is there.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  const codeOf = (id: string) => /#(\d{6})$/.exec(texts.find((text) => text.id === `${id}-1`)?.body ?? '')?.[1];

  async function person(index: number) {
    const oid = `0f000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    const idOf = (nth: number) => `1f000000-0000-4000-8000-${String(index * 10 + nth).padStart(12, '0')}`;
    const begin = (nth: number) =>
      surely(oid, 'PUT', idOf(nth), {
        number: `+44 7700 900${500 + index * 10 + nth}`,
        type: 'mobile',
        channel: 'sms',
        purpose: 'add',
      });

    // Three numbers, the first two given up: three texts at most, none refused, since each id counts once.
    for (let nth = 1; nth <= textsPerPerson; nth++) expect((await begin(nth)).problem).toBeUndefined();
    const last = idOf(textsPerPerson);
    const numberOf = () => tenant?.number(oid)?.replace(' ', '');
    expect((await begin(9)).problem).toBe('send-throttled');

    // One wrong code, whose answer may be lost.
    const code = codeOf(last);
    const wrong = code === '000000' ? '000001' : '000000';
    const answered = await once(oid, 'POST', `${last}/confirm`, { code: wrong });
    if (answered) expect(answered.problem).toBe('wrong-code');
    const { attemptsLeft } = (await surely(oid, 'GET', last)).body;
    expect(attemptsLeft).toBeGreaterThanOrEqual(4);
    if (answered) expect(attemptsLeft).toBe(4);

    // Killed before the text left: the challenge is there and says so; the person would ask for another later.
    if (code === undefined) {
      expect((await surely(oid, 'GET', last)).body).toMatchObject({ state: 'sent', error: { kind: 'send-failed' } });
      return 'unsure';
    }

    // The right code: one answer wins, or it was lost and the state tells.
    for (;;) {
      const confirmation = await once(oid, 'POST', `${last}/confirm`, { code });
      if (confirmation) expect([undefined, 'code-used']).toContain(confirmation.problem);
      if (confirmation || (await surely(oid, 'GET', last)).body.state !== 'sent') break;
    }
    await expect
      .poll(async () => (await surely(oid, 'GET', last)).body.state, { timeout: 30_000, interval: 100 })
      .toBe('done');
    expect(numberOf()).toBe(`+447700900${500 + index * 10 + textsPerPerson}`);

    // Nothing is lost: every verification answers, and the older ones say what became of them.
    for (let nth = 1; nth < textsPerPerson; nth++)
      expect((await surely(oid, 'GET', idOf(nth))).body).toMatchObject({
        state: 'failed',
        error: { kind: 'code-replaced' },
      });
    return 'done';
  }

  const outcomes: string[] = [];
  const lane = async (first: number) => {
    for (let index = first; index < people; index += lanes) outcomes.push(await person(index));
  };
  await Promise.all(Array.from({ length: lanes }, (_, first) => lane(first)));
  // Not every random number leads to all of them; without these the test would prove little.
  expect(killsLeft.text).toBeLessThanOrEqual(3);
  expect(killsLeft.write).toBeLessThanOrEqual(2);
  expect(outcomes.filter((outcome) => outcome === 'done').length).toBeGreaterThanOrEqual(people / 4);

  // No text twice, and no more than the cap.
  const ids = texts.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(texts.length).toBeLessThanOrEqual(people * textsPerPerson);
}, 60_000);
