// A help desk finds a change by the request ids of the service, which are kept in the row.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { codeIn } from '../../../scripts/driver/code-in-text.ts';
import { gatewayHost } from '../../../services/sandbox/gateway.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import { Installation } from './installation.ts';

let sandbox: Organization;
let installation: Installation;
let accountId: string;
/** The ids of the requests that change something. */
let answered: (string | null)[];

beforeEach(async () => {
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
  installation = new Installation(sandbox, sandbox.employees.defaultIsMobileWithAuthenticator);
  accountId = await installation.signedIn();
  answered = [];
  installation.interfere = async (request, send) => {
    const response = await send();
    const hosts = ['graph.microsoft.com', gatewayHost];
    const isChange = hosts.includes(new URL(request.url).host) && request.method !== 'GET';
    if (isChange) answered.push(response.headers.get('request-id'));
    return response;
  };
});

afterEach(async () => {
  installation.stop();
  await sandbox.close();
});

const rowOf = async (kind: string) =>
  (await installation.database.outbox.toArray()).find(({ command }) => command.kind === kind);

test('a successful command keeps the id of each of its requests', async () => {
  sandbox.control.allowSelfDefault(true);
  await installation.background.visible();
  const [method] = await installation.database.methods.toArray();
  await installation.carryOut({ kind: 'remove', accountId, methodId: method?.id ?? '', defaultFirst: 'push' });
  const row = await rowOf('remove');
  expect(row?.state).toBe('done');
  expect(answered).toHaveLength(2);
  expect(row?.requestIds).toEqual(answered);
});

test('a refused command keeps the id of its request', async () => {
  const id = await installation.ask({ kind: 'make-default', accountId, method: 'push' });
  await expect.poll(async () => (await installation.database.outbox.get(id))?.state).not.toMatch(/accepted|requested/);
  expect(answered).toHaveLength(1);
  expect((await rowOf('make-default'))?.requestIds).toEqual(answered);
});

test('a verification keeps the ids of its requests to the gateway', async () => {
  const verificationId = crypto.randomUUID();
  const { mobile } = sandbox.employees.noPhoneYet;
  const about = { accountId, verificationId };
  await installation.carryOut(
    { kind: 'text-code', ...about, type: 'alternateMobile', purpose: 'add' },
    { phoneNumber: mobile },
  );
  const { body } = await sandbox.handsets.waitForText(mobile);
  await installation.carryOut({ kind: 'confirm-code', ...about }, { code: codeIn(body) });
  // The first request of a verification is refused with the demand for the authentication context.
  expect(answered).toHaveLength(3);
  expect((await installation.database.verifications.get(verificationId))?.requestIds).toEqual(answered);
});
