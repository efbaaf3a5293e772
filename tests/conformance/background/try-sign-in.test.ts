// **Try it** signs in with the number and changes nothing.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import { Installation } from './installation.ts';

let sandbox: Organization;
let installation: Installation;
let accountId: string;
let methodId: string;

beforeEach(async () => {
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
  installation = new Installation(sandbox, sandbox.employees.mobileReady);
  accountId = await installation.signedIn();
  await installation.carryOut({ kind: 'sync', accountId });
  methodId = (await installation.database.methods.toArray())[0]?.id ?? '';
});

afterEach(async () => {
  installation.stop();
  await sandbox.close();
});

const tryIt = () => ({ kind: 'try-sign-in', accountId, methodId, from: 'popup' }) as const;

/** Entries of `storage.session`, as text. */
const tokens = () => {
  const entries: [string, unknown][] = JSON.parse(installation.remembered);
  return JSON.stringify(entries.filter(([key]) => key.startsWith('tokens:')));
};

async function outcome() {
  const entries = await installation.database.outbox.toArray();
  return entries.find(({ command }) => command.kind === 'try-sign-in');
}

test('a trial that leads to the same account succeeds, and keeps the tokens of the account', async () => {
  const before = tokens();
  await installation.carryOut(tryIt());
  expect(await outcome()).toMatchObject({ state: 'done', masked: '+44 •••• 104' });
  expect(tokens() === before, 'the tokens are the same').toBe(true);
  const asked = installation.signInAddresses.at(-1)?.searchParams;
  expect(Object.fromEntries(asked ?? [])).toMatchObject({
    login_hint: '+447700900104',
    prompt: 'login',
    scope: 'openid profile',
  });
});

test('case 20: the full number is in the address of the sign-in and nowhere else', async () => {
  await installation.carryOut(tryIt());
  const tables = await Promise.all(installation.database.tables.map((table) => table.toArray()));
  expect(JSON.stringify(tables)).not.toMatch(/7700\s?900104/);
  expect(installation.remembered).not.toMatch(/7700\s?900104/);
});

test('a trial that leads to another account fails, and stores nothing of it', async () => {
  const before = tokens();
  installation.employee = sandbox.employees.mobileNotEnabled;
  await installation.carryOut(tryIt());
  expect(await outcome()).toMatchObject({ state: 'failed', error: { kind: 'account-not-allowed' } });
  expect(tokens() === before, 'the tokens are the same').toBe(true);
  expect(await installation.database.accounts.toArray()).toMatchObject([{ id: accountId, session: 'signed-in' }]);
  const tables = await Promise.all(installation.database.tables.map((table) => table.toArray()));
  expect(JSON.stringify(tables)).not.toContain(sandbox.employees.mobileNotEnabled.oid);
});

test('a number that was disabled elsewhere is not tried', async () => {
  sandbox.control.setSmsSignInState(sandbox.employees.mobileReady, 'notEnabled');
  const before = installation.signInAddresses.length;
  await installation.carryOut(tryIt());
  expect(installation.signInAddresses).toHaveLength(before);
  expect(await installation.database.methods.toArray()).toMatchObject([{ smsSignIn: 'notEnabled' }]);
});

test('a trial whose service worker stops before the window opens is cancelled', async () => {
  installation.interfere = () => new Promise(() => {});
  await installation.ask(tryIt());
  installation.interfere = undefined;
  await installation.restart();
  expect(await outcome()).toMatchObject({ state: 'cancelled' });
});
