// A directory whose answers are odd or incomplete, as Graph's documents allow, around the service worker.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { overviewOf } from '../../../components/view-model/accounts.ts';
import { tablesOf } from '../../../lib/background/db/read-tables.ts';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { readRows } from '../../../lib/shared/tables/page-rows.ts';
import { waitFor } from '../../../scripts/driver/wait-for.ts';
import { type Employee, type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { Installation } from './installation.ts';

const graph = 'graph.microsoft.com';
let sandbox: Sandbox;
let installation: Installation;

beforeEach(async () => {
  sandbox = await startSandbox({ redirectUris: Object.values(redirectUris) });
});
afterEach(async () => {
  installation.stop();
  await sandbox.close();
});

/** @returns the id of the account, after its first sync */
async function signIn(employee: Employee): Promise<string> {
  installation = new Installation(sandbox, employee);
  const accountId = await installation.signedIn({ gateway: false });
  await waitFor(async () => expect((await installation.database.accounts.get(accountId))?.syncedAt).toBeTruthy());
  return accountId;
}
const methods = () => installation.database.methods.toArray();
const newest = async (kind: string) =>
  (await installation.database.outbox.toArray()).filter(({ command }) => command.kind === kind).at(-1);

test('a number that is null and a method of another type hide no phone, and Enable works (G1)', async () => {
  const { mobileAlternateAndOffice: employee } = sandbox.employees;
  sandbox.control.showPhoneAs(employee, 'office', { phoneNumber: null, phoneType: null, smsSignInState: null });
  sandbox.control.showPhoneAs(employee, 'alternateMobile', { smsSignInState: 'unknownFutureValue' });
  const lists = ['phoneMethods', 'methods'] as const;
  const type = '#microsoft.graph.laterAuthenticationMethod';
  sandbox.control.addMethod(employee, { lists, method: { '@odata.type': type, id: 'later' } });
  const phone = { id: 'another', phoneType: 'satellite', phoneNumber: '+44 7700900177', smsSignInState: 'ready' };
  sandbox.control.addMethod(employee, { lists, method: { '@odata.type': type, ...phone } });
  const accountId = await signIn(employee);
  expect((await methods()).map(({ type, masked, smsSignIn }) => [type, masked, smsSignIn]).toSorted()).toEqual([
    ['alternateMobile', '+44 •••• 119', 'unknown'],
    ['mobile', '+44 •••• 109', 'notEnabled'],
    ['unknown', '+44 •••• 177', 'ready'],
    ['unknown', '••••', 'unknown'],
  ]);
  const mobile = (await methods()).find(({ type }) => type === 'mobile');
  await installation.carryOut({ kind: 'enable', accountId, methodId: mobile?.id ?? '' });
  expect(await newest('enable')).toMatchObject({ state: 'done', smsSignIn: 'ready' });
});

test.each([400, 401, 404, 429, 500, 503])(
  'sign-in preferences that answer %d all day change neither the first sync, nor Enable, nor Remove (G2)',
  async (status) => {
    sandbox.control.failPreferences(status);
    const accountId = await signIn(sandbox.employees.mobileNotEnabled);
    const account = () => installation.database.accounts.get(accountId);
    expect(await account()).toMatchObject({ session: 'signed-in', failures: 0, defaultMethod: 'unknown' });
    const [mobile] = await methods();
    const about = { accountId, methodId: mobile?.id ?? '' };
    const tokens = () => sandbox.requests.filter(({ path }) => path.endsWith('/token')).length;
    const before = tokens();
    await installation.carryOut({ kind: 'enable', ...about });
    expect(await newest('enable')).toMatchObject({ state: 'done', reads: 0 });
    await installation.carryOut({ kind: 'remove', ...about });
    expect(await newest('remove')).toMatchObject({ state: 'done' });
    expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
    expect(tokens()).toBe(before);
  },
);

test('a method that the system prefers is told beside the default of the user', async () => {
  sandbox.control.preferSystemMethod('PhoneAppNotification');
  const accountId = await signIn(sandbox.employees.defaultIsMobileWithAuthenticator);
  expect(await installation.database.accounts.get(accountId)).toMatchObject({
    failures: 0,
    defaultMethod: { kind: 'sms', systemPreferred: true },
  });
  const rows = await readRows(tablesOf(installation.database));
  const overview = overviewOf({ rows, asked: [], now: Date.now() }, accountId);
  if (overview.screen !== 'account') throw new Error(`The page shows ${overview.screen}`);
  expect(overview.current.tiles.map(({ isDefault }) => isDefault)).toEqual([true]);
});

test.each([400, 404])('a first sync that is refused with %d is told as a refused read (G4)', async (status) => {
  sandbox.control.fault({ host: graph, path: /phoneMethods$/, answer: { status } });
  installation = new Installation(sandbox, sandbox.employees.mobileNotEnabled);
  const accountId = await installation.signedIn({ gateway: false });
  await waitFor(async () =>
    expect(await installation.database.accounts.get(accountId)).toMatchObject({
      syncError: { kind: 'read-refused', status },
    }),
  );
});
