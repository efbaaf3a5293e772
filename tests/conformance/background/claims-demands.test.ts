// The service worker meets the claims challenges of the sandbox, which ends them only after the right claims.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import { Installation } from './installation.ts';

const address = { xms_rp_ipaddr: { value: '203.0.113.7' } };
const acrs = (value: string) => ({ acrs: { essential: true, value } });
const notBefore = { nbf: { essential: true, value: '1785747600' } };

let sandbox: Organization;
let installation: Installation;
let accountId: string;

beforeEach(async () => {
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
  installation = new Installation(sandbox, sandbox.employees.mobileNotEnabled, { isMoved: true });
  accountId = await installation.signedIn();
  await sync();
});

afterEach(async () => {
  installation.stop();
  await sandbox.close();
});

const sync = () => installation.carryOut({ kind: 'sync', accountId });
const account = () => installation.database.accounts.get(accountId);
const entry = (id: string) => installation.database.outbox.get(id);
/** The claims of the sign-in windows and silent sign-ins after the first. */
const asked = () => installation.signInAddresses.slice(1).map((url) => url.searchParams.get('claims'));

test('a demand on reads that only the user can meet ends with the next sign-in (S2)', async () => {
  sandbox.control.demandClaims([{ where: 'graph-read', claims: address }]);
  await sync();
  expect(await account()).toMatchObject({ session: 'signed-out' });
  const { loginHint = '' } = (await account()) ?? {};
  await installation.carryOut({ kind: 'sign-in', connectionId: sandbox.tenant.id, loginHint, from: 'popup' });
  await sync();
  expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
  expect(asked()).toEqual([expect.stringContaining('xms_rp_ipaddr'), expect.stringContaining('xms_rp_ipaddr')]);
});

test('a demand that a refresh meets opens no window (S3)', async () => {
  sandbox.control.demandClaims([{ where: 'graph-read', claims: notBefore, isMetSilently: true }]);
  await sync();
  expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
  expect(asked()).toEqual([]);
});

test.each(['several-headers', 'one-header', 'other-scheme-first'] as const)(
  'two demands on a write, in the layout %s, get a sign-in each (S5)',
  async (layout) => {
    const [method] = await installation.database.methods.toArray();
    sandbox.control.demandClaims(
      [acrs('c1'), address].map((claims) => ({ where: 'graph-write', claims, encoding: 'base64url', layout })),
    );
    const id = await installation.ask({ kind: 'enable', accountId, methodId: method?.id ?? '' });
    for (const signIns of [0, 1]) {
      await expect
        .poll(async () => {
          const { state, stepUp } = (await entry(id)) ?? {};
          return { state, signIns: stepUp?.signIns ?? 0 };
        })
        .toEqual({ state: 'needs-step-up', signIns });
      await installation.carryOut({ kind: 'step-up', accountId, waitingId: id, from: 'popup' });
    }
    await expect.poll(async () => (await entry(id))?.state).toBe('done');
    expect(asked().at(-1), 'the second sign-in keeps the first demand').toMatch(/acrs.*xms_rp_ipaddr/);
  },
);

test('a demand on signInPreferences alone neither signs the user out nor hides a number', async () => {
  sandbox.control.demandClaims([{ where: 'preferences', claims: acrs('c1') }]);
  await sync();
  expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
  expect(await account()).not.toHaveProperty('syncError');
  expect(await installation.database.methods.count()).toBe(1);
});
