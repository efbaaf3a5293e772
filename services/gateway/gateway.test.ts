import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test, vi } from 'vitest';
import { alice, type GatewayUnderTest, gatewayUnderTest, newId } from './testing/gateway-under-test.ts';

let under: GatewayUnderTest;
afterEach(async () => {
  await under.end();
  vi.useRealTimers();
});

const forgetEveryMs = 5 * 60_000;

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
