// A full disk, writes from two windows at once, and a database that an older page keeps open.
import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../../lib/background/db/database.ts';
import { Extension, stopTime } from './extension.ts';
import { modelAccount, modelConnection, modelTenant, ServiceModel } from './service-model.ts';

const accountId = modelAccount;
let service: ServiceModel;
let extension: Extension;

async function begin(): Promise<void> {
  stopTime(Date.UTC(2026, 7, 3, 9));
  service = new ServiceModel();
  service.register('mobile', '+447700900102');
  extension = new Extension(service);
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

describe('on a full disk', () => {
  beforeEach(() => begin());

  test('a command that cannot be stored sends no request, and works when there is room again', async () => {
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

  test('a request whose end could not be stored is settled by reading, not by sending it again', async () => {
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

  test('the phone methods stay as they were, and are synced when there is room again', async () => {
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

describe('two windows at once', () => {
  beforeEach(() => begin());

  /** The service worker accepts all of them before it carries out the first. */
  async function together(...messages: Parameters<Extension['ask']>[0][]): Promise<string[]> {
    const { background } = await extension.alive();
    const ids = messages.map(() => crypto.randomUUID());
    await Promise.all(messages.map((command, index) => background.outbox.accept({ id: ids[index] ?? '', command })));
    await extension.pass(5_000);
    return ids;
  }

  test('the same change in both is carried out once', async () => {
    const command = await enabling();
    const ids = await together(command, command);
    expect((await Promise.all(ids.map(stateOf))).toSorted()).toEqual(['cancelled', 'done']);
    expect(service.carriedOut).toHaveLength(1);
  });

  test('a different change in each is carried out one after the other', async () => {
    const command = await enabling();
    const ids = await together(command, { ...command, kind: 'disable' });
    expect(await Promise.all(ids.map(stateOf))).toEqual(['done', 'done']);
    expect(service.carriedOut).toHaveLength(2);
    const [method] = (await extension.rows()).methods;
    expect(service.carriedOut.at(-1), 'the page shows the last change').toMatch(`${method?.smsSignIn}`);
  });

  test('a different setting in each is stored', async () => {
    await together(
      { kind: 'change-settings', settings: { banner: false } },
      { kind: 'change-settings', settings: { numberReminder: false } },
    );
    expect(await extension.database.settings.toArray()).toEqual([
      { id: 'settings', banner: false, numberReminder: false },
    ]);
  });

  test('a sign-out in one and a change in the other leave no data of the account', async () => {
    await together(await enabling(), { kind: 'sign-out', accountId, atService: false });
    await extension.pass(60_000);
    const { accounts, methods, outbox } = await extension.rows();
    expect([accounts, methods]).toEqual([[], []]);
    expect(outbox.filter((entry) => entry.accountId === accountId && entry.command.kind !== 'sign-out')).toEqual([]);
  });
});

test('an older page closes its connection, and the upgrade runs', async () => {
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

test('an older page that does not close its connection delays the upgrade until the page is closed', async () => {
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
