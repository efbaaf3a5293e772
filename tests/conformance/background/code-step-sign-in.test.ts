// Step-up in the code step: the verification waits for the sign-in with the demanded claims, and then resumes.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { codeIn } from '../../../scripts/driver/code-in-text.ts';
import { waitFor } from '../../../scripts/driver/wait-for.ts';
import { gatewayHost } from '../../../services/sandbox/gateway.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import { Installation } from './installation.ts';

const number = '+447700900150';
const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });
let sandbox: Organization;
let installation: Installation;
let accountId: string;
const verificationId = crypto.randomUUID();

beforeEach(async () => {
  // The tests themselves refuse, and a gateway with a context would demand it once more.
  sandbox = await startOrganization(
    { redirectUris: Object.values(redirectUris), quiet: true },
    { authenticationContext: undefined },
  );
  installation = new Installation(sandbox, sandbox.employees.noPhoneYet);
  accountId = await installation.signedIn();
  await installation.carryOut(
    { kind: 'text-code', accountId, verificationId, type: 'mobile', purpose: 'add' },
    { phoneNumber: number },
  );
});

afterEach(async () => {
  installation.stop();
  await sandbox.close();
});

const verification = () => installation.database.verifications.get(verificationId);
const texts = () => sandbox.handsets.texts(number);
const code = () => codeIn(texts()[0]?.body);

/** The gateway refuses every POST until `interfere` is removed. */
function refusePosts(kind: 'needs-step-up' | 'signed-out'): void {
  installation.interfere = async (request, send) => {
    if (request.method !== 'POST' || !request.url.includes(gatewayHost)) return send();
    const problem = { type: `urn:problem:${kind}`, now: Date.now(), ...(kind === 'needs-step-up' ? { claims } : {}) };
    return new Response(JSON.stringify(problem), { status: 401 });
  };
}

async function waits(): Promise<void> {
  await waitFor(async () => expect((await verification())?.state).toBe('needs-step-up'));
}

test.each(['needs-step-up', 'signed-out'] as const)(
  'a confirmation that is answered by %s resumes after the sign-in with the same code, without another click',
  async (kind) => {
    refusePosts(kind);
    await installation.ask({ kind: 'confirm-code', accountId, verificationId }, { code: code() });
    await waits();
    expect(await verification()).toMatchObject({ error: { kind }, stepUp: { step: 'confirming' } });
    installation.interfere = undefined;
    await installation.carryOut({ kind: 'step-up', accountId, waitingId: verificationId, from: 'popup' });
    await waitFor(async () => expect((await verification())?.state).toBe('done'));
    const asked = installation.signInAddresses.at(-1)?.searchParams.get('claims') ?? '';
    expect(asked.includes('acrs')).toBe(kind === 'needs-step-up');
    expect(installation.remembered.includes('code:'), 'a code that is kept').toBe(false);
  },
);

test('a resend that is answered by a demand for step-up sends one text message after the sign-in', async () => {
  sandbox.control.clock.advance(31_000);
  refusePosts('needs-step-up');
  await installation.ask({ kind: 'resend-code', accountId, verificationId });
  await waits();
  expect(texts()).toHaveLength(1);
  installation.interfere = undefined;
  await installation.carryOut({ kind: 'step-up', accountId, waitingId: verificationId, from: 'popup' });
  await waitFor(() => expect(texts()).toHaveLength(2));
  await waitFor(async () => expect((await verification())?.request).toBeUndefined());
  expect(await verification()).toMatchObject({ state: 'awaiting-code', texts: 2 });
  expect((await verification())?.error).toBeUndefined();
});

test('a confirmation that waits for step-up is dismissed: the code is forgotten, and can be entered again', async () => {
  refusePosts('needs-step-up');
  await installation.ask({ kind: 'confirm-code', accountId, verificationId }, { code: code() });
  await waits();
  expect(installation.remembered.includes('code:'), 'the code of the waiting request').toBe(true);
  await installation.background.dismiss(verificationId);
  expect(installation.remembered.includes('code:'), 'a code that is kept').toBe(false);
  expect(await verification()).toMatchObject({ state: 'awaiting-code' });
  installation.interfere = undefined;
  await installation.carryOut({ kind: 'confirm-code', accountId, verificationId }, { code: code() });
  await waitFor(async () => expect((await verification())?.state).toBe('done'));
});

test('an unrelated sign-in does not resume a confirmation that waits for step-up', async () => {
  refusePosts('needs-step-up');
  await installation.ask({ kind: 'confirm-code', accountId, verificationId }, { code: code() });
  await waits();
  installation.interfere = undefined;
  await installation.carryOut({ kind: 'sign-in', connectionId: sandbox.tenant.id, from: 'popup' });
  expect(await verification()).toMatchObject({ state: 'needs-step-up' });
});
