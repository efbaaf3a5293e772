import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test, vi } from 'vitest';
import { alice, type GatewayUnderTest, gatewayUnderTest, newId } from './testing/gateway-under-test.ts';

let under: GatewayUnderTest;
afterEach(async () => {
  await under.end();
  vi.useRealTimers();
});

const forgetEveryMs = 5 * 60_000;

test('case 46: rows of the rate limits are deleted after a day, but not just after the clock jumped forward', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  under = await gatewayUnderTest();
  const tick = (elapsedMs: number) => {
    under.advance(elapsedMs);
    vi.advanceTimersByTime(forgetEveryMs);
  };
  await under.start(alice, newId());
  const other = new DatabaseSync(under.configuration.database, { readOnly: true });
  const rows = () => other.prepare('SELECT count(*) AS n FROM sends').get();
  const day = 24 * 60 * 60_000;
  tick(forgetEveryMs);
  tick(25 * 60 * 60_000);
  await under.restart();
  expect(rows()).toEqual({ n: 1 });
  tick(forgetEveryMs - day - 60 * 60_000);
  expect(rows()).toEqual({ n: 1 });
  tick(2 * forgetEveryMs + day);
  tick(2 * forgetEveryMs);
  expect(rows()).toEqual({ n: 1 });
  tick(2 * forgetEveryMs - 1);
  expect(rows()).toEqual({ n: 0 });
  other.close();
});

test('case 79: a cleanup that fails is logged and tried again after five minutes', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  under = await gatewayUnderTest();
  const id = newId();
  await under.start(alice, id);
  under.advance(41 * 60_000);
  const other = new DatabaseSync(under.configuration.database);
  const state = () => other.prepare('SELECT state FROM challenges WHERE id = ?').get(id);
  other.exec('ALTER TABLE wrong_codes RENAME TO hidden');
  vi.advanceTimersByTime(forgetEveryMs);
  expect(under.logs).toContainEqual(expect.objectContaining({ level: 'error', event: 'cleanup-failed' }));
  expect(state()).toEqual({ state: 'sent' });
  other.exec('ALTER TABLE hidden RENAME TO wrong_codes');
  vi.advanceTimersByTime(forgetEveryMs);
  expect(state()).toEqual({ state: 'failed' });
  other.close();
});
