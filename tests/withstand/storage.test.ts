// A database that takes nothing more, and one that an older page holds open.
import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDatabase } from '../../lib/store/database.ts';
import { Extension, stopTime } from './extension.ts';
import { modelAccount, modelConnection, modelTenant, ServiceModel } from './service-model.ts';

const accountId = modelAccount;
let service: ServiceModel;
let extension: Extension;

beforeEach(async () => {
  stopTime(Date.UTC(2026, 7, 3, 9));
  service = new ServiceModel();
  service.register('mobile', '+447700900102');
  extension = new Extension(service);
  await extension.ask({ kind: 'connect', connection: modelConnection });
  await extension.ask({ kind: 'sign-in', connectionId: modelTenant, from: 'popup' });
});
afterEach(async () => {
  await extension.close();
  vi.useRealTimers();
});

test('full: nothing is asked of the service that could not be written down, and it goes on when there is room', async () => {
  const [method] = await extension.database.methods.toArray();
  const command = { kind: 'enable', accountId, methodId: method?.id ?? '' } as const;
  extension.isFull = true;
  await extension.ask(command);
  await extension.pass(5_000);
  expect(service.carriedOut).toEqual([]);
  extension.isFull = false;
  const id = await extension.ask(command);
  await extension.pass(5_000);
  expect((await extension.database.journal.get(id))?.state).toBe('done');
  expect(service.carriedOut).toHaveLength(1);
});

test('full between the request and its end: found out by reading, not by asking again', async () => {
  const [method] = await extension.database.methods.toArray();
  extension.interfere = async (request, send) => {
    const answer = await send();
    if (request.method === 'POST') extension.isFull = true;
    return answer;
  };
  const id = await extension.ask({ kind: 'enable', accountId, methodId: method?.id ?? '' });
  await extension.pass(5_000);
  extension.interfere = undefined;
  extension.isFull = false;
  await extension.pass(60_000);
  expect((await extension.database.journal.get(id))?.state).toBe('done');
  expect(service.carriedOut).toHaveLength(1);
});

test('an older page that holds the database open lets go of it', async () => {
  const name = `held-${crypto.randomUUID()}`;
  const older = new Dexie(name);
  older.version(1).stores({ connections: 'id' });
  await older.table('connections').add({ id: 'tenant' });
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const database = openDatabase(name);
  expect(await database.connections.count()).toBe(1);
  expect(warn).toHaveBeenCalledOnce();
  await database.delete();
});
