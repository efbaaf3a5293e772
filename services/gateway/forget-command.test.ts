// Runs the command `forget` beside the running server.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { alice, bob, newId } from './testing/gateway-under-test.ts';
import { startCommand } from './testing/server-process.ts';
import { serverWithTenant } from './testing/server-with-tenant.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function withDatabase() {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-forget-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const under = await serverWithTenant({ DATABASE: join(folder, 'gateway.sqlite') }, (close) => closing.push(close));
  const found = (word: string) =>
    readdirSync(folder).filter((name) => readFileSync(join(folder, name), 'latin1').includes(word));
  const forget = async (...command: string[]) => {
    const { ended, output, errors } = startCommand(under.environment, ...command);
    return { code: (await ended).code, output: output.map((line) => JSON.parse(line)), errors };
  };
  return { ...under, folder, found, forget };
}

const body = (number: string) => ({ number, type: 'mobile', channel: 'sms', purpose: 'add' });

test('case 71: forget deletes the rows of one person from all files while the server runs', async () => {
  const { request, found, forget, tenant, code } = await withDatabase();
  const [ofAlice, ofBob] = [newId(), newId()];
  expect(await request(alice, 'PUT', ofAlice, body('+44 7700 900101'))).toMatchObject({ state: 'sent' });
  expect(await request(alice, 'POST', `${ofAlice}/confirm`, { code: '000000' })).toBeTruthy();
  expect(await request(bob, 'PUT', ofBob, body('+44 7700 900102'))).toMatchObject({ state: 'sent' });
  expect(found(alice)).not.toEqual([]);

  const { code: exit, output } = await forget('forget', alice.toUpperCase());
  expect(exit).toBe(0);
  expect(output).toMatchObject([{ event: 'person-forgotten', oid: alice, challenges: 1, sends: 1, registrations: 0 }]);
  expect(found(alice)).toEqual([]);
  expect(found(bob)).not.toEqual([]);

  expect(await request(alice, 'GET', ofAlice)).toMatchObject({ type: 'urn:phone-sign-in:problem:not-found' });
  expect(await request(bob, 'POST', `${ofBob}/confirm`, { code: code() })).toMatchObject({ state: 'done' });
  expect(tenant.phoneNumber(alice)).toBeUndefined();
  expect((await forget('forget', alice)).output).toMatchObject([{ challenges: 0, sends: 0, wrong_codes: 0 }]);
});

test('forget drops a proven number that was not written yet', async () => {
  const { request, forget, tenant, code, delivered } = await withDatabase();
  const id = newId();
  await request(alice, 'PUT', id, body('+44 7700 900101'));
  tenant.faults.push({ method: 'POST', path: 'phoneMethods', times: 1, status: 429, retryAfter: 600 });
  expect(await request(alice, 'POST', `${id}/confirm`, { code: code() })).toMatchObject({ state: 'writing' });
  expect((await forget('forget', alice)).output).toMatchObject([{ registrations: 1 }]);
  expect(await request(alice, 'GET', id)).toMatchObject({ type: 'urn:phone-sign-in:problem:not-found' });
  expect(tenant.writes()).toHaveLength(1);
  expect(delivered).toHaveLength(1);
});

test('another command, a missing or a wrong object id end with 64 and the usage, and start no server', async () => {
  const { forget } = await withDatabase();
  for (const command of [['serve'], ['forget'], ['forget', 'alice'], ['forget', alice, bob]]) {
    const { code, output, errors } = await forget(...command);
    expect(code).toBe(64);
    expect(output).toEqual([]);
    expect(errors).toEqual(['Usage: node main.ts [forget <object id>]']);
  }
});

test('forget without a database ends with 1 and creates none', async () => {
  const { environment, folder } = await withDatabase();
  const { ended, output } = startCommand({ ...environment, DATABASE: join(folder, 'other.sqlite') }, 'forget', alice);
  expect((await ended).code).toBe(1);
  expect(JSON.parse(output[0] ?? '')).toMatchObject({ event: 'forget-failed' });
  expect(readdirSync(folder)).not.toContain('other.sqlite');
});
