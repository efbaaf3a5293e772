// Who never opened the popup but has a session at the service is taken in at the start of the browser; nobody else is.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { redirectUris } from '../../../scripts/extension-ids.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import { Installation } from './installation.ts';

let sandbox: Organization;
let installation: Installation;

beforeEach(async () => {
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
  installation = new Installation(sandbox, sandbox.employees.mobileNotEnabled);
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

test('a session at the service is enough: the phones are known at once', async () => {
  await signInAtAccountPage();
  await installation.background.browserStarted();
  expect(await accounts()).toMatchObject([
    { userName: sandbox.employees.mobileNotEnabled.userName, session: 'signed-in' },
  ]);
  expect(await installation.database.methods.toArray()).toMatchObject([{ type: 'mobile', smsSignIn: 'notEnabled' }]);
});

test('without a session nothing is to be seen of it, and it is tried once a day', async () => {
  await installation.background.browserStarted();
  expect(attempts()).toBe(1);
  expect(await accounts()).toEqual([]);
  expect((await installation.database.journal.toArray()).map(({ command }) => command.kind)).toEqual(['connect']);

  await signInAtAccountPage();
  const before = attempts();
  await installation.background.browserStarted();
  await installation.background.wake();
  expect(attempts()).toBe(before);
  await installation.database.silentSignIns.toCollection().modify((former) => {
    former.at = (former.at ?? 0) - 24 * 3_600_000;
  });
  await installation.background.wake();
  await vi.waitFor(async () => expect(await accounts()).toHaveLength(1));
});

test('who signed out is not taken in again', async () => {
  await signInAtAccountPage();
  await installation.background.browserStarted();
  const [account] = await accounts();
  await installation.carryOut({ kind: 'sign-out', accountId: account?.id ?? '', atService: false });
  await installation.database.silentSignIns.toCollection().modify((former) => {
    delete former.at;
  });
  const before = attempts();
  await installation.background.browserStarted();
  expect(attempts()).toBe(before);
  expect(await accounts()).toEqual([]);
});
