// A user who has lost the sign-in window starts again or cancels (S14).
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Command } from '../../../lib/shared/model/commands.ts';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import { Visitor } from '../sandbox/visitor.ts';
import { Installation } from './installation.ts';

let sandbox: Organization;
let installation: Installation;
let signIn: Command;

beforeEach(async () => {
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
  installation = new Installation(sandbox, sandbox.employees.mobileNotEnabled);
  const { domain, id, clientId } = sandbox.tenant;
  await installation.carryOut({ kind: 'connect', connection: { cloud: 'global', tenant: domain, clientId } });
  signIn = { kind: 'sign-in', connectionId: id, from: 'popup' };
});

afterEach(async () => {
  installation.stop();
  await sandbox.close();
});

const row = (id: string) => installation.database.outbox.get(id);
const state = async (id: string) => (await row(id))?.state;
const accounts = () => installation.database.accounts.count();
const tokenRequests = () => sandbox.requests.filter(({ path }) => path.endsWith('/token')).length;

/** Keeps the answers of the next windows back, until they are released by their index. */
function hold() {
  const held: PromiseWithResolvers<void>[] = [];
  installation.holdWindow = () => {
    const window = Promise.withResolvers<void>();
    held.push(window);
    // The cookies of one window do not answer the next.
    installation.visitor = new Visitor(sandbox);
    return window.promise;
  };
  return { count: () => held.length, release: (index: number) => held[index]?.resolve() };
}

test('a cancelled sign-in ignores the late answer of its window', async () => {
  const logged = vi.spyOn(console, 'error');
  const windows = hold();
  const id = await installation.ask(signIn);
  await expect.poll(windows.count).toBe(1);
  await installation.background.dismiss(id);
  expect(await row(id)).toMatchObject({ state: 'cancelled', dismissed: true });
  const before = tokenRequests();
  windows.release(0);
  // A further sign-in ends after the late answer was handled.
  const next = await installation.ask(signIn);
  await expect.poll(windows.count).toBe(2);
  expect(await accounts()).toBe(0);
  windows.release(1);
  await expect.poll(() => state(next)).toBe('done');
  expect(tokenRequests() - before).toBe(1);
  expect(await row(id)).toMatchObject({ state: 'cancelled', dismissed: true });
  expect(await row(id)).not.toHaveProperty('error');
  expect(logged).not.toHaveBeenCalled();
});

test('a sign-in that is started again ends by its own window, in one session', async () => {
  const windows = hold();
  const first = await installation.ask(signIn);
  await expect.poll(windows.count).toBe(1);
  const second = await installation.ask(signIn, { replaces: first });
  await expect.poll(windows.count).toBe(2);
  expect(await state(first)).toBe('cancelled');
  expect(await state(second)).toBe('requested');
  const [one, other] = installation.signInAddresses.map(({ searchParams }) => searchParams);
  for (const name of ['state', 'nonce', 'code_challenge']) expect(one?.get(name)).not.toBe(other?.get(name));
  const before = tokenRequests();
  windows.release(1);
  await expect.poll(() => state(second)).toBe('done');
  windows.release(0);
  await installation.carryOut({ kind: 'sync', accountId: `${sandbox.tenant.id}.${installation.employee.oid}` });
  expect(await state(first)).toBe('cancelled');
  expect(await accounts()).toBe(1);
  expect(tokenRequests() - before).toBe(1);
});

test('a window without Start again stays the only one', async () => {
  const windows = hold();
  const first = await installation.ask(signIn);
  await expect.poll(windows.count).toBe(1);
  const second = await installation.ask(signIn);
  expect(await row(second)).toMatchObject({ state: 'cancelled', dismissed: true });
  expect(await state(first)).toBe('requested');
  expect(windows.count()).toBe(1);
});

test('a step-up that is cancelled or started again leaves the change waiting, and the new window resumes it', async () => {
  const accountId = await installation.signedIn();
  await installation.carryOut({ kind: 'sync', accountId });
  const [method] = await installation.database.methods.toArray();
  sandbox.control.ageSignIns(sandbox.employees.mobileNotEnabled, 11 * 60_000);
  const waitingId = await installation.ask({ kind: 'enable', accountId, methodId: method?.id ?? '' });
  await expect.poll(() => state(waitingId)).toBe('needs-step-up');
  const windows = hold();
  const stepUp: Command = { kind: 'step-up', accountId, waitingId, from: 'popup' };

  const first = await installation.ask(stepUp);
  await expect.poll(windows.count).toBe(1);
  await installation.background.dismiss(first);
  windows.release(0);
  const second = await installation.ask(stepUp);
  await expect.poll(windows.count).toBe(2);
  expect(await state(waitingId)).toBe('needs-step-up');

  const third = await installation.ask(stepUp, { replaces: second });
  await expect.poll(windows.count).toBe(3);
  windows.release(1);
  windows.release(2);
  await expect.poll(() => state(third)).toBe('done');
  await expect.poll(() => state(waitingId)).toBe('done');
  expect(await Promise.all([first, second].map(state))).toEqual(['cancelled', 'cancelled']);
});

test('after the service worker was stopped, no sign-in is running, and Start again opens a window', async () => {
  const windows = hold();
  const id = await installation.ask(signIn);
  await expect.poll(windows.count).toBe(1);
  await installation.restart();
  expect(await state(id)).toBe('cancelled');
  const next = await installation.ask(signIn, { replaces: id });
  await expect.poll(windows.count).toBe(2);
  windows.release(0);
  windows.release(1);
  await expect.poll(() => state(next)).toBe('done');
});

test('a step-up with the account of a colleague keeps the change, and lets the user choose another account', async () => {
  const accountId = await installation.signedIn();
  await installation.carryOut({ kind: 'sync', accountId });
  const [method] = await installation.database.methods.toArray();
  const { mobileNotEnabled: own, mobileReady: colleague } = sandbox.employees;
  sandbox.control.ageSignIns(own, 11 * 60_000);
  const waitingId = await installation.ask({ kind: 'enable', accountId, methodId: method?.id ?? '' });
  await expect.poll(() => state(waitingId)).toBe('needs-step-up');
  // A colleague's session answers the sign-in.
  const { loginHint } = (await installation.database.accounts.get(accountId)) ?? {};
  await installation.database.accounts.update(accountId, { loginHint: colleague.userName });
  installation.employee = colleague;
  installation.visitor = new Visitor(sandbox);
  const other = await installation.ask({ kind: 'step-up', accountId, waitingId, from: 'popup' });
  await expect.poll(() => state(other)).toBe('failed');
  expect(await row(other)).toMatchObject({ error: { kind: 'account-not-allowed' } });
  expect(await state(waitingId)).toBe('needs-step-up');
  expect(await accounts()).toBe(1);

  await installation.database.accounts.update(accountId, { loginHint: loginHint ?? '' });
  installation.employee = own;
  installation.visitor = new Visitor(sandbox);
  await installation.carryOut({ kind: 'step-up', accountId, waitingId, from: 'popup', chooseAccount: true });
  const last = installation.signInAddresses.at(-1)?.searchParams;
  expect(last?.get('prompt')).toBe('select_account');
  expect(last?.has('login_hint')).toBe(false);
  await expect.poll(() => state(waitingId)).toBe('done');
});
