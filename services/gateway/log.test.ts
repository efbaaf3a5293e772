import { globSync, readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { createLog, type LogEntry, logEvents, loggableError } from './log.ts';
import { alice, type GatewayUnderTest, gatewayUnderTest, newId } from './testing/gateway-under-test.ts';
import { createLeakCheck } from './testing/leak-check.ts';

const here = (name: string) => new URL(`./${name}`, import.meta.url);

test('the README explains exactly the events that the gateway logs', () => {
  const readme = readFileSync(here('README.md'), 'utf8');
  const [, table] = readme.split(/^### Log events$/m);
  const explained = [...(table?.split(/^#/m)[0]?.matchAll(/^\| `([a-z0-9-]+)` *\|/gm) ?? [])].map(([, name]) => name);
  expect(explained).toEqual([...logEvents].sort());
});

test('each event of the list is logged somewhere', () => {
  const folder = here('.').pathname;
  const sources = globSync('**/*.ts', {
    cwd: folder,
    exclude: ['node_modules', 'testing/**', '**/*.test.ts'],
  })
    .map((name) => readFileSync(here(name), 'utf8'))
    .join('\n')
    .replace(/export const logEvents = .*?;/s, '');
  const isUsed = (event: string) =>
    sources.includes(`'${event}'`) || (event.startsWith('text-') && sources.includes('event: `text-'));
  expect(logEvents.filter((event) => !isUsed(event))).toEqual([]);
});

let under: GatewayUnderTest | undefined;
afterEach(async () => {
  await under?.end();
  under = undefined;
});

const client = '0c000000-0000-4000-8000-00000000000c';
const session = '0d000000-0000-4000-8000-00000000000d';

async function begin() {
  under = await gatewayUnderTest();
  return under;
}

test('each step of a verification is logged with person, client, session, keyed address and keyed number', async () => {
  const gateway = await begin();
  gateway.keepToken(alice, await gateway.tenant.token(alice, { azp: client, sid: session }));
  const address = '2001:db8::1';
  const audited = (event: string): LogEntry[] => gateway.logs.filter((entry) => entry.event === event);
  const id = newId();
  await gateway.start(alice, id, {}, { address });
  const [started] = audited('verification-started');
  const mark = expect.stringMatching(/^[\w-]{43}$/);
  expect(started).toEqual({
    ...{ level: 'info', event: 'verification-started', oid: alice, id, client, session, address: mark, number: mark },
    ...{ type: 'mobile', purpose: 'add' },
  });
  const who = { ...started };
  for (const own of ['event', 'type', 'purpose']) delete who[own];
  gateway.advance(30_000);
  await gateway.resend(alice, id, { address });
  await gateway.confirm(alice, id, gateway.wrongCode(), { address });
  await gateway.confirm(alice, id, gateway.code(), { address });
  expect(audited('code-resent')).toEqual([{ ...who, event: 'code-resent', send: 2 }]);
  expect(audited('code-refused')).toEqual([{ ...who, event: 'code-refused', kind: 'wrong-code' }]);
  expect(audited('number-proven')).toEqual([{ ...who, event: 'number-proven' }]);
  expect(audited('phone-written')).toMatchObject([{ oid: alice, id, number: started?.number }]);

  // The same number of another verification has the same mark, and another address has another one.
  gateway.tenant.phonesOf(alice).clear();
  gateway.advance(30_000);
  const other = newId();
  await gateway.start(alice, other, {}, { address: '192.0.2.1' });
  await gateway.cancel(alice, other, { address: '192.0.2.1' });
  const [cancelled] = audited('verification-cancelled');
  expect(cancelled).toMatchObject({ oid: alice, id: other, client, session, number: started?.number });
  expect(cancelled?.address).not.toBe(started?.address);
});

test('a text that a rate limit refuses is logged with the keyed address and the keyed number of the request', async () => {
  const caps = [{ limit: 1000, windowMs: 3_600_000 }];
  const site = [{ limit: 1, windowMs: 3_600_000 }];
  under = await gatewayUnderTest({
    caps: { user: caps, number: caps, address: caps, site, country: caps, total: caps },
  });
  const address = '2001:db8::1';
  await under.start(alice, newId(), {}, { address });
  under.advance(30_000);
  const id = newId();
  await under.start(alice, id, {}, { address });
  const started = under.logs.find(({ event }) => event === 'verification-started');
  expect(under.logs.filter(({ event }) => event === 'cap-reached')).toEqual([
    {
      ...{ level: 'warn', event: 'cap-reached', cap: 'site', oid: alice, id, country: '+44' },
      ...{ address: started?.address, number: started?.number },
    },
  ]);
  expect(started?.address).toBeDefined();
});

test('a refused request is logged with the person, the client and the session of an accepted token', async () => {
  const gateway = await begin();
  const token = await gateway.tenant.token(alice, { azp: client, sid: session });
  await gateway.get(alice, newId(), { token });
  await gateway.get(alice, newId(), { token: undefined });
  expect(gateway.logs.filter(({ event }) => event === 'request-refused')).toEqual([
    {
      level: 'info',
      event: 'request-refused',
      kind: 'not-found',
      requestId: expect.any(String),
      oid: alice,
      client,
      session,
    },
    { level: 'info', event: 'request-refused', kind: 'signed-out', requestId: expect.any(String) },
  ]);
});

test('the leak check of the tests finds numbers, codes and tokens', () => {
  const check = createLeakCheck();
  check.addNumber('+44 7700 900101');
  check.addCode('482913');
  check.addToken('abc.def-ghi');
  for (const leak of ['+447700900101', '07700 900101', '7700-900-101', '"482913"', 'Bearer abc.def-ghi'])
    expect(check.isIn(`x ${leak} x`)).toBe(true);
  for (const fine of ['+44 •••• 101', 'f482913a', '1482913', 'abcXdef-ghi']) expect(check.isIn(fine)).toBe(false);
});

/** As process.stdout, it stays usable after an error. */
function outputOf(isFull: () => boolean) {
  const lines: { time: string; event: string; count?: number }[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      if (isFull()) return done(new Error('no space left on device'));
      lines.push(JSON.parse(String(chunk)));
      done();
    },
    destroy(error, done) {
      done(error);
      (this as unknown as { _undestroy(): void })._undestroy();
    },
  });
  return { stream, lines };
}
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test('case 79: log entries that cannot be written are counted, and the count is logged once it can be', async () => {
  let isFull = false;
  let fullFrom = Number.POSITIVE_INFINITY;
  const { stream, lines } = outputOf(() => isFull || lines.length >= fullFrom);
  const log = createLog(stream);
  const write = async (event: 'stopping' | 'stopped') => {
    log({ level: 'info', event });
    await nextTurn();
  };
  await write('stopping');
  isFull = true;
  for (let lost = 0; lost < 3; lost++) await write('stopping');
  isFull = false;
  // The report itself is lost: its count is kept.
  fullFrom = 2;
  await write('stopped');
  fullFrom = Number.POSITIVE_INFINITY;
  await write('stopped');
  await write('stopped');
  expect(lines.map(({ event, count }) => (count === undefined ? event : [event, count]))).toEqual([
    ...['stopping', 'stopped', 'stopped', ['log-entries-lost', 3], 'stopped'],
  ]);
  expect(lines[3]).toMatchObject({ level: 'error', time: expect.stringMatching(/^\d{4}-.*Z$/) });
});

test('of an unexpected error its name, its first stack frame and its code are logged, and not its message', () => {
  const error = (members: object) => Object.assign(new RangeError('+44 7700 900101'), members);
  const stack =
    'RangeError: +44 7700 900101\nlook at +44 7700 900101\n    at write (store.ts:1:2)\n    at start (main.ts:3:4)';
  const seen = { error: 'RangeError', where: 'at write (store.ts:1:2)' };
  expect(loggableError(error({ stack }))).toEqual(seen);
  expect(loggableError(error({ stack, code: 'EACCES' }))).toEqual({ ...seen, reason: 'EACCES' });
  expect(loggableError(error({ stack, code: 7 }))).toEqual(seen);
  const full = 'database or disk is full';
  expect(loggableError(error({ stack, code: 'ERR_SQLITE_ERROR', errstr: full }))).toEqual({ ...seen, reason: full });
  for (const none of [undefined, '', 'RangeError: +44 7700 900101'])
    expect(loggableError(error({ stack: none }))).toEqual({ error: 'RangeError' });
  expect(loggableError('+44 7700 900101')).toEqual({ error: 'string' });
});
