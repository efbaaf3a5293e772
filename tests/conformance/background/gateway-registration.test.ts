// The app registration of the gateway, and the authentication context that it may be set up with (S7).
import { afterEach, describe, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { codeIn } from '../../../scripts/driver/code-in-text.ts';
import { waitFor } from '../../../scripts/driver/wait-for.ts';
import type { LogEntry } from '../../../services/gateway/log.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import type { GatewayRegistration } from '../../../services/sandbox/types.ts';
import { Installation } from './installation.ts';

const number = '+447700900150';
let sandbox: Organization;
let installation: Installation;

afterEach(async () => {
  installation.stop();
  await sandbox.close();
});

test.each<[string, GatewayRegistration, LogEntry]>([
  [
    'a new registration',
    { tokenVersion: 1, authTime: false },
    { level: 'error', event: 'token-version-1', setting: expect.stringContaining('requestedAccessTokenVersion') },
  ],
  [
    'a registration for version 1 with auth_time',
    { tokenVersion: 1, authTime: true },
    { level: 'error', event: 'token-version-1', setting: expect.stringContaining('requestedAccessTokenVersion') },
  ],
  [
    'a registration for version 2 without auth_time',
    { tokenVersion: 2, authTime: false },
    { level: 'error', event: 'token-without-auth-time', setting: 'optionalClaims.accessToken' },
  ],
])(
  'with %s a text message fails after one sign-in, the gateway logs the setting, and once it is corrected the next click works',
  async (_, registration, entry) => {
    const logs: LogEntry[] = [];
    sandbox = await startOrganization(
      { redirectUris: Object.values(redirectUris), gatewayRegistration: registration },
      { authenticationContext: undefined },
      (logged) => logs.push(logged),
    );
    installation = new Installation(sandbox, sandbox.employees.noPhoneYet);
    const accountId = await installation.signedIn();
    const textCode = (verificationId: string) =>
      installation.carryOut(
        { kind: 'text-code', accountId, verificationId, type: 'mobile', purpose: 'add' },
        { phoneNumber: number },
      );
    const verificationId = crypto.randomUUID();
    await textCode(verificationId);
    expect(await installation.database.verifications.get(verificationId)).toMatchObject({
      state: 'failed',
      error: { kind: 'not-configured', status: 500 },
    });
    expect(await installation.database.accounts.get(accountId)).toMatchObject({ session: 'signed-in' });
    expect(installation.signInAddresses).toHaveLength(1);
    expect(sandbox.handsets.texts(number)).toEqual([]);
    expect(logs.filter(({ level }) => level === 'error')).toEqual([entry]);

    sandbox.control.setGatewayRegistration({ tokenVersion: 2, authTime: true });
    const next = crypto.randomUUID();
    await textCode(next);
    expect(await installation.database.verifications.get(next)).toMatchObject({ state: 'awaiting-code' });
    expect(installation.signInAddresses, 'the new settings need no sign-in').toHaveLength(1);
  },
);

describe('with an authentication context', () => {
  const verificationId = crypto.randomUUID();
  const verification = () => installation.database.verifications.get(verificationId);

  async function askForText(): Promise<string> {
    sandbox.control.setSecondFactorPolicy('on-demand');
    installation = new Installation(sandbox, sandbox.employees.noPhoneYet);
    const accountId = await installation.signedIn();
    await installation.ask(
      { kind: 'text-code', accountId, verificationId, type: 'mobile', purpose: 'add' },
      { phoneNumber: number },
    );
    return accountId;
  }

  test('a text message is sent after one sign-in with its second factor', async () => {
    sandbox = await startOrganization({ redirectUris: Object.values(redirectUris) });
    const accountId = await askForText();
    await waitFor(async () => expect((await verification())?.state).toBe('needs-step-up'));
    expect(sandbox.handsets.texts(number)).toEqual([]);
    await installation.carryOut({ kind: 'step-up', accountId, waitingId: verificationId, from: 'popup' });
    await waitFor(async () => expect((await verification())?.state).toBe('awaiting-code'));
    expect(sandbox.handsets.texts(number)).toHaveLength(1);
    const inWindow = installation.signInAddresses.filter(({ searchParams }) => searchParams.get('prompt') !== 'none');
    expect(inWindow).toHaveLength(2);
  });

  test('case 64: no text message is sent if no policy covers it', async () => {
    sandbox = await startOrganization({ redirectUris: Object.values(redirectUris) });
    sandbox.control.setContextPolicy('none');
    await askForText();
    await waitFor(async () =>
      expect(await verification()).toMatchObject({ state: 'failed', error: { kind: 'not-configured' } }),
    );
    expect(sandbox.handsets.texts(number)).toEqual([]);
  });
});

describe('case 64: a confirmation with a token that was renewed silently, without the authentication context', () => {
  const verificationId = crypto.randomUUID();
  /** Statuses of the confirmations. */
  const statuses: number[] = [];

  async function confirmWithRenewedToken(ageMs: number): Promise<string> {
    sandbox = await startOrganization({ redirectUris: Object.values(redirectUris) });
    installation = new Installation(sandbox, sandbox.employees.noPhoneYet);
    const accountId = await installation.signedIn();
    const about = { accountId, verificationId };
    await installation.carryOut(
      { kind: 'text-code', ...about, type: 'mobile', purpose: 'add' },
      { phoneNumber: number },
    );
    sandbox.control.ageSignIns(sandbox.employees.noPhoneYet, ageMs);
    installation.expireAccessTokens(accountId);
    statuses.length = 0;
    installation.interfere = async (request, send) => {
      const response = await send();
      if (request.url.endsWith('/confirm')) statuses.push(response.status);
      return response;
    };
    const [text] = sandbox.handsets.texts(number);
    await installation.ask({ kind: 'confirm-code', ...about }, { code: codeIn(text?.body) });
    return accountId;
  }
  const state = async () => (await installation.database.verifications.get(verificationId))?.state;

  test('succeeds after another silent renewal with the demand', async () => {
    await confirmWithRenewedToken(0);
    await waitFor(async () => expect(await state()).toBe('done'));
    expect(statuses).toEqual([401, 200]);
    expect(installation.signInAddresses).toHaveLength(1);
    expect(sandbox.handsets.texts(number)).toHaveLength(1);
  });

  test('keeps the typed code for a sign-in if the silent renewal is refused', async () => {
    const accountId = await confirmWithRenewedToken(6 * 60_000);
    await waitFor(async () => expect(await state()).toBe('needs-step-up'));
    expect(statuses).toEqual([401]);
    await installation.carryOut({ kind: 'step-up', accountId, waitingId: verificationId, from: 'popup' });
    await waitFor(async () => expect(await state()).toBe('done'));
    expect(sandbox.handsets.texts(number)).toHaveLength(1);
  });
});
