// Settings and the confirmations of numbers.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import { Installation } from './installation.ts';

let sandbox: Organization;
let installation: Installation;

beforeEach(async () => {
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
  installation = new Installation(sandbox, sandbox.employees.mobileNotEnabled);
});

afterEach(async () => {
  installation.stop();
  await sandbox.close();
});

test('a changed setting leaves the others as they are, also after a restart', async () => {
  const accountPages = ['https://account.contoso.example/profile'];
  await installation.carryOut({ kind: 'change-settings', settings: { banner: false } });
  await installation.carryOut({ kind: 'change-settings', settings: { accountPages } });
  await installation.restart();
  await installation.carryOut({ kind: 'change-settings', settings: { numberReminder: false, banner: true } });
  expect(await installation.database.settings.toArray()).toEqual([
    { id: 'settings', banner: true, numberReminder: false, accountPages },
  ]);
});

test('a number is confirmed when it is first synced, enabled or confirmed, until the account is removed', async () => {
  const { database } = installation;
  const accountId = await installation.signedIn();
  await installation.carryOut({ kind: 'sync', accountId });
  const [seen] = await database.confirmations.toArray();
  expect(seen).toMatchObject({ accountId, masked: '+44 •••• 102' });
  const methodId = seen?.methodId ?? '';
  const longAgo = () => database.confirmations.update([accountId, methodId], { confirmedAt: 1 });
  const confirmedAt = async () => (await database.confirmations.get([accountId, methodId]))?.confirmedAt ?? 0;

  await longAgo();
  await installation.carryOut({ kind: 'sync', accountId });
  expect(await confirmedAt()).toBe(1);
  await installation.carryOut({ kind: 'confirm-number', accountId, methodId });
  expect(await confirmedAt()).toBeGreaterThan(1);

  await longAgo();
  await installation.carryOut({ kind: 'enable', accountId, methodId });
  expect(await confirmedAt()).toBeGreaterThan(1);

  await installation.carryOut({ kind: 'sign-out', accountId, atService: false });
  expect(await database.confirmations.count()).toBe(0);
});
