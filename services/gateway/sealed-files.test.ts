// Searches the database files for full phone numbers.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { alice, gatewayUnderTest, newId } from './testing/gateway-under-test.ts';
import { serverWithTenant } from './testing/server-with-tenant.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const newNumber = '+44 7700900101';
const oldNumber = '+44 7700900109';

/** Finds E.164, the same without +, and the national forms, also with one separator between digits. */
const spellings = (number: string) => new RegExp([...number.slice(4)].join('[^0-9]?'));

/** @returns the names of the searched files */
function expectNoNumber(folder: string): string[] {
  const names = readdirSync(folder);
  for (const name of names) {
    const content = readFileSync(join(folder, name), 'latin1');
    for (const number of [newNumber, oldNumber])
      expect(spellings(number).test(content), `${name} contains ${number}`).toBe(false);
    expect((statSync(join(folder, name)).mode & 0o777).toString(8), name).toBe('600');
  }
  return names.toSorted();
}
const files = ['gateway.sqlite', 'gateway.sqlite-shm', 'gateway.sqlite-wal'];

test('case 71: the search finds each spelling of a number', () => {
  for (const spelling of [
    '+447700900101',
    '447700900101',
    '07700900101',
    '07700 900101',
    '+44 7700 900 101',
    '7700-900-101',
  ])
    expect(spellings(newNumber).test(`x${spelling}x`)).toBe(true);
  expect(spellings(newNumber).test('+44 •••• 101')).toBe(false);
});

async function started() {
  const under = await gatewayUnderTest();
  closing.push(() => under.end());
  under.tenant.setPhone(alice, 'mobile', oldNumber);
  const id = newId();
  expect((await under.start(alice, id, { purpose: 'change' })).body.state).toBe('sent');
  const folder = dirname(under.configuration.database);
  expect(expectNoNumber(folder)).toEqual(files);
  return { under, id, folder };
}

test('case 71: no database file contains a number before and after the end of a verification', async () => {
  const { under, id, folder } = await started();
  // The number and the old number, which gets a notice, wait in the database.
  under.tenant.faults.push({ method: 'PATCH', times: 1, status: 503 });
  expect((await under.confirm(alice, id, under.code())).body.state).toBe('writing');
  expect(expectNoNumber(folder)).toEqual(files);
  under.advance(60_000);
  expect((await under.get(alice, id)).body.state).toBe('done');
  expect(expectNoNumber(folder)).toEqual(files);
  await under.restart();
  expect(expectNoNumber(folder)).toEqual(files);
});

test('case 71: no database file contains a number after a cancelled verification', async () => {
  const { under, id, folder } = await started();
  expect((await under.cancel(alice, id)).status).toBe(204);
  expect(expectNoNumber(folder)).toEqual(files);
});

test('case 71: no database file contains a number after an expired verification', async () => {
  const { under, id, folder } = await started();
  under.advance(41 * 60_000);
  await under.restart();
  expect((await under.get(alice, id)).body).toMatchObject({ state: 'failed', error: { kind: 'code-expired' } });
  expect(expectNoNumber(folder)).toEqual(files);
});

test('case 71: no database file of a killed server contains a number', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-sealed-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const { tenant, server, request, code } = await serverWithTenant(
    { DATABASE: join(folder, 'gateway.sqlite') },
    (close) => closing.push(close),
  );
  tenant.setPhone(alice, 'mobile', oldNumber);
  const id = newId();
  const body = { number: newNumber, type: 'mobile', channel: 'sms', purpose: 'change' };
  expect(await request(alice, 'PUT', id, body)).toMatchObject({ state: 'sent' });
  tenant.faults.push({ method: 'PATCH', times: 9, status: 503 });
  expect(await request(alice, 'POST', `${id}/confirm`, { code: code() })).toMatchObject({ state: 'writing' });
  server.child.kill('SIGKILL');
  expect((await server.ended).signal).toBe('SIGKILL');
  expect(expectNoNumber(folder)).toEqual(files);
});
