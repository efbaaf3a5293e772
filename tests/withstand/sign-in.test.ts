// Sign-in with a wrong clock, with interrupted windows and with ended sessions.
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
/** Replaces the sign-in of the user in a window. */
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
  'case 57: with a clock that is %d hours off, sign-in, sync and Enable succeed',
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

test('two windows that sign in at once lead to one account, and both commands end', async () => {
  const { background } = await extension.alive();
  const message = () => ({ id: crypto.randomUUID(), command: { ...signIn, loginHint: crypto.randomUUID() } });
  await Promise.all([background.outbox.accept(message()), background.outbox.accept(message())]);
  await extension.settled();
  expect(await states('sign-in')).toEqual(['done', 'done']);
  expect(await extension.database.accounts.count()).toBe(1);
});

test('a sign-in whose window was open when the service worker stopped is cancelled, and can be repeated', async () => {
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

test('closing the window cancels the sign-in', async () => {
  inWindow = async () => {
    throw new SignInCancelled();
  };
  await extension.ask(signIn);
  expect(await states('sign-in')).toEqual(['cancelled']);
  expect(await account()).toBeUndefined();
});

test('after a password change a command waits for step-up with the numbers still shown, and resumes after it', async () => {
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

test('after 24 hours the account is signed in silently with a session at the service, and signed out without one', async () => {
  await extension.ask(signIn);
  extension.isVisible = false;
  await extension.pass(25 * hour);
  expect(await account()).toMatchObject({ session: 'signed-in' });
  service.endSession();
  await extension.pass(35 * hour);
  expect(await account()).toMatchObject({ session: 'signed-out' });
});
