import { afterEach, beforeEach, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import { Installation } from './installation.ts';

let sandbox: Organization;
let installation: Installation;

beforeEach(async () => {
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
  installation = new Installation(sandbox, sandbox.employees.mobileNotEnabled, { isMoved: true });
  const { domain, clientId } = sandbox.tenant;
  await installation.carryOut({ kind: 'connect', connection: { cloud: 'global', tenant: domain, clientId } });
});

afterEach(async () => {
  installation.stop();
  await sandbox.close();
});

async function signInAtAccountPage(): Promise<void> {
  const page = await installation.visitor.open('https://mysignins.microsoft.com/security-info');
  await installation.visitor.signIn(page, sandbox.employees.mobileNotEnabled);
}

const accounts = () => installation.database.accounts.toArray();
const attempts = () =>
  sandbox.requests.filter(({ host, path }) => host === 'login.microsoftonline.com' && path.endsWith('/authorize'))
    .length;

const hour = 3_600_000;

/** Starts the browser two hours after the connection was made and runs it until the scheduled attempt. */
async function startBrowser(): Promise<void> {
  sandbox.control.clock.advance(2 * hour);
  await installation.background.browserStarted();
  const [{ nextAt = 0 } = {}] = await installation.database.silentSignIns.toArray();
  if (nextAt > 0) await installation.pass(nextAt - sandbox.control.clock.now());
}

test('a user with a session at the service is signed in within an hour after the start of the browser', async () => {
  await signInAtAccountPage();
  await startBrowser();
  expect(await accounts()).toMatchObject([
    { userName: sandbox.employees.mobileNotEnabled.userName, session: 'signed-in' },
  ]);
  expect(await installation.database.methods.toArray()).toMatchObject([{ type: 'mobile', smsSignIn: 'notEnabled' }]);
});

test('the start of the browser sends no request at once but schedules an attempt within an hour', async () => {
  await signInAtAccountPage();
  const before = sandbox.requests.length;
  sandbox.control.clock.advance(2 * hour);
  await installation.background.browserStarted();
  await installation.background.wake();
  expect(sandbox.requests.length).toBe(before);
  const [{ nextAt = 0 } = {}] = await installation.database.silentSignIns.toArray();
  expect(nextAt).toBeGreaterThan(sandbox.control.clock.now());
  expect(nextAt).toBeLessThanOrEqual(sandbox.control.clock.now() + hour);
});

test('without a session at the service a silent sign-in is tried once a day and leaves no command', async () => {
  await startBrowser();
  expect(attempts()).toBe(1);
  expect(await accounts()).toEqual([]);
  expect((await installation.database.outbox.toArray()).map(({ command }) => command.kind)).toEqual(['connect']);

  await signInAtAccountPage();
  const before = attempts();
  await startBrowser();
  expect(attempts()).toBe(before);
  sandbox.control.clock.advance(20 * hour);
  await startBrowser();
  expect(await accounts()).toHaveLength(1);
});

test('a user who signed out is not signed in silently', async () => {
  await signInAtAccountPage();
  await startBrowser();
  const [account] = await accounts();
  await installation.carryOut({ kind: 'sign-out', accountId: account?.id ?? '', atService: false });
  const before = attempts();
  sandbox.control.clock.advance(24 * hour);
  await startBrowser();
  expect(attempts()).toBe(before);
  expect(await accounts()).toEqual([]);
});
