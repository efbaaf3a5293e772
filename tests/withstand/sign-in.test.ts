// Signing in when time, windows and sessions are not as they should be.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SignInCancelled } from '../../lib/background/auth/authorize.ts';
import { waitFor } from '../../scripts/driver/wait-for.ts';
import { Extension, stopTime } from './extension.ts';
import { modelAccount, modelConnection, modelTenant, ServiceModel } from './service-model.ts';

const accountId = modelAccount;
const hour = 3_600_000;
const signIn = { kind: 'sign-in', connectionId: modelTenant, from: 'popup' } as const;
let service: ServiceModel;
let extension: Extension;
/** What happens in the window of a sign-in; else the person signs in. */
let inWindow: ((url: URL) => Promise<string>) | undefined;

beforeEach(async () => {
  stopTime(Date.UTC(2026, 7, 3, 9));
  inWindow = undefined;
  service = new ServiceModel();
  service.register('mobile', '+447700900102');
  extension = new Extension({
    fetch: (request) => service.fetch(request),
    signIn: (url, interactive) => (interactive && inWindow ? inWindow(url) : service.signIn(url, interactive)),
  });
  await extension.ask({ kind: 'connect', connection: modelConnection });
});
afterEach(async () => {
  await extension.close();
  vi.useRealTimers();
});

const account = () => extension.database.accounts.get(accountId);
const states = async (kind: string) =>
  (await extension.database.outbox.toArray()).filter(({ command }) => command.kind === kind).map(({ state }) => state);

async function enable(): Promise<string> {
  const [method] = await extension.database.methods.toArray();
  return extension.ask({ kind: 'enable', accountId, methodId: method?.id ?? '' });
}

test.each([-25, -3, 3, 25])(
  'case 57: the machine is %d hours off: sign-in, refresh and Enable go through',
  async (hours) => {
    service.skew = hours * hour;
    await extension.ask(signIn);
    expect(await account()).toMatchObject({ session: 'signed-in' });
    await enable();
    await extension.pass(5_000);
    expect(await states('enable')).toEqual(['done']);
    expect(await extension.database.methods.toArray()).toMatchObject([{ smsSignIn: 'ready' }]);
  },
);

test('two windows sign in at once: one account, and neither waits for ever', async () => {
  const { background } = await extension.alive();
  const message = () => ({ id: crypto.randomUUID(), command: { ...signIn, loginHint: crypto.randomUUID() } });
  await Promise.all([background.outbox.accept(message()), background.outbox.accept(message())]);
  await extension.settled();
  expect(await states('sign-in')).toEqual(['done', 'done']);
  expect(await extension.database.accounts.count()).toBe(1);
});

test('an abandoned window: after the background stopped, a sign-in begins anew', async () => {
  inWindow = () => new Promise(() => {});
  const { background } = await extension.alive();
  void background.outbox.accept({ id: crypto.randomUUID(), command: signIn });
  await waitFor(async () => expect(await states('sign-in')).toEqual(['requested']));
  extension.stop();
  inWindow = undefined;
  await extension.alive();
  expect(await states('sign-in')).toEqual(['cancelled']);
  await extension.ask(signIn);
  expect(await account()).toMatchObject({ session: 'signed-in' });
});

test('a window that is closed says nothing worse than that, and nobody is signed in', async () => {
  inWindow = async () => {
    throw new SignInCancelled();
  };
  await extension.ask(signIn);
  expect(await states('sign-in')).toEqual(['cancelled']);
  expect(await account()).toBeUndefined();
});

test('the password was changed: signed out with the numbers still shown, and a sign-in goes on', async () => {
  await extension.ask(signIn);
  service.revokeTokens();
  service.endSession();
  const id = await enable();
  await extension.pass(5_000);
  expect(await account()).toMatchObject({ session: 'signed-in' });
  expect((await extension.database.outbox.get(id))?.state).toBe('needs-step-up');
  expect(await extension.database.methods.count()).toBe(1);
  await extension.ask({ kind: 'step-up', accountId, waitingId: id, from: 'popup' });
  await extension.pass(5_000);
  expect((await extension.database.outbox.get(id))?.state).toBe('done');
  expect(service.carriedOut).toEqual([expect.stringMatching(/^ready/)]);
});

test('after 24 hours the session at the service goes on in silence; without it the person is asked', async () => {
  await extension.ask(signIn);
  extension.isVisible = false;
  await extension.pass(25 * hour);
  expect(await account()).toMatchObject({ session: 'signed-in' });
  service.endSession();
  await extension.pass(35 * hour);
  expect(await account()).toMatchObject({ session: 'signed-out' });
});
