// A database that takes nothing more, that the browser does not open, that an older page holds, and two windows that write.
import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../../lib/background/db/database.ts';
import { Extension, stopTime } from './extension.ts';
import { modelAccount, modelConnection, modelTenant, ServiceModel } from './service-model.ts';

const accountId = modelAccount;
let service: ServiceModel;
let extension: Extension;

async function begin(options?: { isInMemory: boolean }): Promise<void> {
  stopTime(Date.UTC(2026, 7, 3, 9));
  service = new ServiceModel();
  service.register('mobile', '+447700900102');
  extension = new Extension(service, options);
  await extension.ask({ kind: 'connect', connection: modelConnection });
  await extension.ask({ kind: 'sign-in', connectionId: modelTenant, from: 'popup' });
}
afterEach(async () => {
  await extension.close();
  vi.useRealTimers();
});

async function enabling() {
  const [method] = await extension.database.methods.toArray();
  return { kind: 'enable', accountId, methodId: method?.id ?? '' } as const;
}
const stateOf = async (id: string) => (await extension.database.outbox.get(id))?.state;

describe('full', () => {
  beforeEach(() => begin());

  test('nothing is asked of the service that could not be written down, and it goes on when there is room', async () => {
    const command = await enabling();
    extension.isFull = true;
    const { background } = await extension.alive();
    await expect(background.outbox.accept({ id: crypto.randomUUID(), command })).rejects.toThrow();
    await extension.pass(5_000);
    expect(service.carriedOut).toEqual([]);
    extension.isFull = false;
    const id = await extension.ask(command);
    await extension.pass(5_000);
    expect(await stateOf(id)).toBe('done');
    expect(service.carriedOut).toHaveLength(1);
  });

  test('between the request and its end: found out by reading, not by asking again', async () => {
    extension.interfere = async (request, send) => {
      const answer = await send();
      if (request.method === 'POST') extension.isFull = true;
      return answer;
    };
    const id = await extension.ask(await enabling());
    await extension.pass(5_000);
    extension.interfere = undefined;
    extension.isFull = false;
    await extension.pass(60_000);
    expect(await stateOf(id)).toBe('done');
    expect(service.carriedOut).toHaveLength(1);
  });

  test('while a number is read: what was known stays, and is read when there is room', async () => {
    const before = await extension.rows();
    service.register('alternateMobile', '+447700900103');
    extension.isFull = true;
    await extension.pass(2 * 60_000);
    expect((await extension.rows()).methods).toEqual(before.methods);
    extension.isFull = false;
    await extension.pass(2 * 60_000);
    expect((await extension.rows()).methods).toHaveLength(2);
  });
});

describe('no database: in memory', () => {
  beforeEach(() => begin({ isInMemory: true }));

  test('sign-in, numbers and Enable are as ever', async () => {
    expect(await extension.database.methods.toArray()).toMatchObject([{ smsSignIn: 'notEnabled' }]);
    const id = await extension.ask(await enabling());
    await extension.pass(5_000);
    expect(await stateOf(id)).toBe('done');
    expect(await extension.database.methods.toArray()).toMatchObject([{ smsSignIn: 'ready' }]);
  });

  test.each(['before POST', 'after POST'])('stopped %s: nothing is done twice', async (point) => {
    const command = await enabling();
    extension.stopAt = (name) => name.startsWith(point);
    const id = await extension.ask(command);
    expect(extension.isStopped).toBe(true);
    extension.stopAt = undefined;
    await extension.pass(60_000);
    expect(service.carriedOut.length).toBe(point === 'after POST' ? 1 : 0);
    expect(await stateOf(id)).toBe(point === 'after POST' ? 'done' : 'failed');
  });

  test('the end of the browser takes it along, and nothing that was begun is begun again', async () => {
    const command = await enabling();
    extension.stopAt = (name) => name.startsWith('before POST');
    await extension.ask(command);
    extension.stopAt = undefined;
    await extension.restartBrowser();
    await extension.pass(60_000);
    expect(service.carriedOut).toEqual([]);
    expect(await extension.database.accounts.count()).toBe(0);
    expect(await extension.database.outbox.count()).toBe(0);
  });
});

describe('two windows', () => {
  beforeEach(() => begin());

  /** Two clicks in the same moment: the background takes both before it has carried out either. */
  async function together(...messages: Parameters<Extension['ask']>[0][]): Promise<string[]> {
    const { background } = await extension.alive();
    const ids = messages.map(() => crypto.randomUUID());
    await Promise.all(messages.map((command, index) => background.outbox.accept({ id: ids[index] ?? '', command })));
    await extension.pass(5_000);
    return ids;
  }

  test('the same change in both is made once', async () => {
    const command = await enabling();
    const ids = await together(command, command);
    expect((await Promise.all(ids.map(stateOf))).toSorted()).toEqual(['cancelled', 'done']);
    expect(service.carriedOut).toHaveLength(1);
  });

  test('a change in each: both are made, one after the other', async () => {
    const command = await enabling();
    const ids = await together(command, { ...command, kind: 'disable' });
    expect(await Promise.all(ids.map(stateOf))).toEqual(['done', 'done']);
    expect(service.carriedOut).toHaveLength(2);
    const [method] = (await extension.rows()).methods;
    expect(service.carriedOut.at(-1), 'what is shown is what was done last').toMatch(`${method?.smsSignIn}`);
  });

  test('a choice in each: both are kept', async () => {
    await together(
      { kind: 'change-settings', settings: { banner: false } },
      { kind: 'change-settings', settings: { numberReminder: false } },
    );
    expect(await extension.database.settings.toArray()).toEqual([
      { id: 'settings', banner: false, numberReminder: false },
    ]);
  });

  test('one signs out while the other changes something: nothing of the account comes back', async () => {
    await together(await enabling(), { kind: 'sign-out', accountId, atService: false });
    await extension.pass(60_000);
    const { accounts, methods, outbox } = await extension.rows();
    expect([accounts, methods]).toEqual([[], []]);
    expect(outbox.filter((entry) => entry.accountId === accountId && entry.command.kind !== 'sign-out')).toEqual([]);
  });
});

test('an older page that holds the database open lets go of it', async () => {
  await begin();
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

test('one that does not let go: the upgrade waits for it, and is done when the page is closed', async () => {
  await begin();
  const name = `kept-${crypto.randomUUID()}`;
  const older = new Dexie(name);
  older.version(1).stores({ connections: 'id' });
  await older.table('connections').add({ id: 'tenant' });
  older.on('versionchange', () => false);
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  const database = openDatabase(name);
  const blocked = new Promise((resolve) => database.on('blocked', resolve));
  const counted = database.connections.count();
  await blocked;
  expect(database.isOpen()).toBe(false);
  older.close();
  expect(await counted).toBe(1);
  await database.delete();
});
