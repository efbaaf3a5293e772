// When a known account whose tokens were lost is signed in silently: how often, and when never.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { IdentityError } from '../../lib/shared/model/errors.ts';
import { Extension, stopTime } from './extension.ts';
import { modelAccount, modelConnection, modelTenant, ServiceModel } from './service-model.ts';

const minute = 60_000;
const hour = 60 * minute;
let service: ServiceModel;
let extension: Extension;
/** The times of the silent sign-ins. */
let attempts: number[];
/** Replaces the answer to a silent sign-in. */
let silently: ((url: URL) => Promise<string>) | undefined;

beforeEach(async () => {
  stopTime(Date.UTC(2026, 7, 3, 9));
  attempts = [];
  silently = undefined;
  service = new ServiceModel();
  service.register('mobile', '+447700900102');
  extension = new Extension({
    fetch: (request) => service.fetch(request),
    async signIn(url, interactive) {
      if (interactive) return service.signIn(url, true);
      expect(url.searchParams.get('prompt')).toBe('none');
      attempts.push(Date.now());
      return silently ? silently(url) : service.signIn(url, false);
    },
  });
  await extension.ask({ kind: 'connect', connection: modelConnection });
  await extension.ask({ kind: 'sign-in', connectionId: modelTenant, from: 'popup' });
  expect(await account()).toMatchObject({ session: 'signed-in' });
  extension.isVisible = false;
});
afterEach(async () => {
  await extension.close();
  vi.useRealTimers();
});

const account = () => extension.database.accounts.get(modelAccount);
const tokens = () => [...extension.memory.keys()].filter((key) => key.startsWith('tokens:'));

/** An administrator revokes the sessions, or the user changes the password. */
function loseSession(): void {
  service.revokeTokens();
  service.endSession();
}

/** Opens a page of the extension when the last sync is long enough ago. */
async function lookLater(): Promise<void> {
  await extension.pass(61_000);
  await extension.look();
}

test('with a session at the service, the next page recovers the account, which is never shown as signed out', async () => {
  service.revokeTokens();
  const seen: unknown[] = [];
  silently = async (url) => {
    seen.push((await account())?.session);
    return service.signIn(url, false);
  };
  await lookLater();
  expect(attempts).toHaveLength(1);
  expect(seen).toEqual(['signed-in']);
  expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
  expect(await account(), 'the schedule is deleted').not.toHaveProperty('recovery');
});

test('without one, attempts follow after 15 minutes, 1 hour, 6 hours and then daily, and end when one succeeds', async () => {
  loseSession();
  await lookLater();
  expect(await account()).toMatchObject({ session: 'signed-out' });
  await extension.pass(4 * 24 * hour);
  const intervals = attempts.slice(1).map((time, index) => (time - (attempts[index] ?? 0)) / minute);
  // The middle of the jitter.
  expect(intervals.map(Math.round)).toEqual(
    [16.5, 66, 396, 1_584, 1_584, 1_584].map(Math.round).slice(0, intervals.length),
  );
  expect(intervals.length).toBeGreaterThanOrEqual(5);
  expect(await account()).toMatchObject({ recovery: { attempts: 4 } });
  service.startSession();
  await extension.pass(30 * hour);
  expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
  expect(await account()).not.toHaveProperty('recovery');
});

test('pages, alarms, commands and restarts cause no silent sign-in before the next one is due', async () => {
  loseSession();
  await lookLater();
  const { recovery } = (await account()) ?? {};
  for (let time = 0; time < 12; time += 1) {
    await Promise.all([lookLater(), extension.ask({ kind: 'sync', accountId: modelAccount })]);
    if (time === 4) await extension.restartBrowser();
    if (time === 8) extension.stop();
  }
  expect(attempts).toHaveLength(1);
  expect((await account())?.recovery).toEqual(recovery);
});

test('triggers at the same time make one attempt', async () => {
  loseSession();
  await extension.pass(61_000);
  const { background } = await extension.alive();
  void background.accountPageShown();
  void background.visible();
  void background.wake();
  await extension.ask({ kind: 'sync', accountId: modelAccount });
  await extension.settled();
  expect(attempts).toHaveLength(1);
});

test('a service worker that is stopped during an attempt does not repeat it at once, and the account is not shown as signed out', async () => {
  loseSession();
  await extension.pass(61_000);
  extension.stopAt = (point) => point === 'after the window of the sign-in';
  await extension.look();
  extension.stopAt = undefined;
  expect(attempts).toHaveLength(1);
  await extension.restartBrowser();
  await lookLater();
  expect(attempts).toHaveLength(1);
  expect(await account()).toMatchObject({ session: 'signed-in' });
  await extension.pass(4 * hour);
  expect(attempts.length).toBeGreaterThan(1);
  expect(await account()).toMatchObject({ session: 'signed-out' });
});

test.each(['offline', 'sign-in-window-open'] as const)('an attempt that fails with %s does not count', async (kind) => {
  service.revokeTokens();
  silently = async () => {
    throw new IdentityError(kind);
  };
  await lookLater();
  expect(await account()).toMatchObject({ session: 'signed-in', syncError: { kind } });
  expect(await account()).not.toHaveProperty('recovery');
  silently = undefined;
  await extension.ask({ kind: 'sync', accountId: modelAccount });
  expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
});

test('a code that cannot be redeemed offline is not replaced before the next attempt is due', async () => {
  service.revokeTokens();
  let isOffline = true;
  extension.interfere = async (request, send) => {
    const isCode = request.url.endsWith('/token') && (await request.clone().text()).includes('authorization_code');
    if (isOffline && isCode) throw new TypeError('Failed to fetch');
    return send();
  };
  extension.isVisible = true;
  await lookLater();
  await extension.pass(14 * minute);
  expect(attempts).toHaveLength(1);
  isOffline = false;
  await extension.pass(10 * minute);
  expect(attempts).toHaveLength(2);
  expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
});

test.each(['forgetting from memory tokens:…', 'writing silentSignIns', 'writing accounts'])(
  'a sign-out that was stopped before %s is finished at the next start, hours later too',
  async (at) => {
    service.revokeTokens();
    let isStopped = false;
    extension.stopAt = (point) => {
      const isThere = point === `before ${at}`;
      isStopped ||= isThere;
      return isThere;
    };
    const signOut = extension.ask({ kind: 'sign-out', accountId: modelAccount, atService: false });
    await vi.waitFor(() => expect(isStopped).toBe(true));
    extension.stopAt = undefined;
    await signOut;
    extension.stop();
    expect(await account()).toBeDefined();
    extension.setClock(Date.now() + 5 * hour);
    await extension.restartBrowser();
    await extension.pass(3 * 24 * hour);
    expect(attempts).toEqual([]);
    expect(await account()).toBeUndefined();
  },
);

test('after a sign-out nobody is signed in silently', async () => {
  service.revokeTokens();
  await extension.ask({ kind: 'sign-out', accountId: modelAccount, atService: false });
  await extension.pass(3 * 24 * hour);
  await extension.restartBrowser();
  await extension.pass(3 * 24 * hour);
  expect(attempts).toEqual([]);
  expect(await account()).toBeUndefined();
});

test('a sign-out during an attempt leaves nothing', async () => {
  service.revokeTokens();
  silently = async (url) => {
    void extension.ask({ kind: 'sign-out', accountId: modelAccount, atService: false });
    await vi.waitFor(async () => expect(await account()).toBeUndefined());
    return service.signIn(url, false);
  };
  await lookLater();
  await extension.settled();
  expect(attempts).toHaveLength(1);
  expect(await account()).toBeUndefined();
  expect(tokens()).toEqual([]);
});

test('while managed policy pauses the extension, no attempt is made', async () => {
  loseSession();
  extension.managed = { paused: true };
  await extension.restartBrowser();
  await lookLater();
  await extension.pass(3 * 24 * hour);
  expect(attempts).toEqual([]);
  expect(await account()).toMatchObject({ session: 'signed-in' });
});

test("another user's session is not stored: the account stays signed out with its data", async () => {
  service.revokeTokens();
  service.oid = '0e000000-0000-4000-8000-0000000000ff';
  await lookLater();
  expect(attempts).toHaveLength(1);
  expect(await extension.database.accounts.toArray()).toMatchObject([{ id: modelAccount, session: 'signed-out' }]);
  expect(await extension.database.methods.count()).toBe(1);
  expect(tokens().filter((key) => !key.endsWith(modelAccount))).toEqual([]);
});

test('a clock that is put back does not delay the next attempt', async () => {
  extension.setClock(Date.now() + 400 * 24 * hour);
  loseSession();
  await extension.look();
  await extension.pass(10 * hour);
  extension.setClock(Date.now() - 400 * 24 * hour);
  const before = attempts.length;
  await extension.restartBrowser();
  await extension.pass(48 * hour);
  expect(attempts.length).toBeGreaterThan(before);
});
