// Counts the requests of a day on which the browser runs and no page of the extension is opened.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { waitFor } from '../../../scripts/driver/wait-for.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import { Installation } from './installation.ts';

const hour = 3_600_000;
let sandbox: Organization;

beforeEach(async () => {
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
});

afterEach(() => sandbox.close());

test('an idle day sends at most ten requests and keeps the account in sync', async () => {
  const installation = new Installation(sandbox, sandbox.employees.mobileNotEnabled, { isMoved: true });
  const accountId = await installation.signedIn();
  const account = async () =>
    (await installation.database.accounts.get(accountId)) as { nextSyncAt: number; syncedAt?: number };
  const now = () => sandbox.control.clock.now();

  await waitFor(async () => expect((await account()).syncedAt).toBeDefined());
  // The next morning, with the same storage.session.
  await installation.pass(15 * hour);
  const before = sandbox.requests.length;
  const evening = now() + 9 * hour;
  const synced: number[] = [];
  await installation.background.browserStarted();
  for (let { nextSyncAt } = await account(); nextSyncAt < evening; { nextSyncAt } = await account()) {
    await installation.pass(nextSyncAt - now());
    synced.push(nextSyncAt);
  }
  const requests = sandbox.requests.slice(before);
  expect(synced.length).toBeGreaterThanOrEqual(2);
  expect(synced.length).toBeLessThanOrEqual(3);
  expect(requests.filter(({ host }) => host === 'graph.microsoft.com')).toHaveLength(2 * synced.length);
  expect(requests.length).toBeLessThanOrEqual(10);
  installation.stop();
});
