// Changes a number through the gateway or on the account page: the old number stays until the new one is verified.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { codeIn } from '../../../scripts/driver/code-in-text.ts';
import { waitFor } from '../../../scripts/driver/wait-for.ts';
import { gatewayHost } from '../../../services/sandbox/gateway.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import { Installation } from './installation.ts';

const number = '+447700900160';
const masked = '+44 •••• 160';
let sandbox: Organization;
let installation: Installation;
let accountId: string;
let verificationId: string;

beforeEach(async () => {
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
  installation = new Installation(sandbox, sandbox.employees.mobileNotEnabled);
  verificationId = crypto.randomUUID();
});

afterEach(async () => {
  installation.stop();
  await sandbox.close();
});

const methods = () => installation.database.methods.toArray();
const texts = (to = number) => sandbox.handsets.texts(to);

describe('a change with a one-time code', () => {
  beforeEach(async () => {
    accountId = await installation.signedIn();
    await waitFor(async () => expect(await methods()).toHaveLength(1));
  });

  const textCode = () => ({ kind: 'text-code', accountId, verificationId, type: 'mobile', purpose: 'change' }) as const;
  const confirm = () => ({ kind: 'confirm-code', accountId, verificationId }) as const;
  const verification = () => installation.database.verifications.get(verificationId);

  async function reaches(state: string): Promise<void> {
    await waitFor(async () => expect((await verification())?.state).toBe(state));
  }

  async function isFound(): Promise<void> {
    await waitFor(async () => expect((await verification())?.methodId).toBeTruthy());
  }

  test('case 50: keeps the old number until the code is confirmed, and notifies the old number then', async () => {
    sandbox.control.setStateOfNewNumbers('notEnabled');
    await installation.carryOut(textCode(), { phoneNumber: number });
    await reaches('awaiting-code');
    await installation.carryOut({ kind: 'sync', accountId });
    expect(await methods()).toMatchObject([{ type: 'mobile', masked: '+44 •••• 102' }]);
    const [before] = await methods();

    await installation.carryOut(confirm(), { code: codeIn(texts()[0]?.body) });
    await isFound();
    expect(await methods()).toMatchObject([{ id: before?.id, masked, smsSignIn: 'notEnabled' }]);
    expect(await verification()).toMatchObject({ state: 'done', purpose: 'change', methodId: before?.id });
    expect(texts()).toHaveLength(1);
    expect(texts(sandbox.employees.mobileNotEnabled.mobile)[0]?.body).toContain('was changed to another number');
  });

  test('waits for a directory that shows the new number late', async () => {
    sandbox.control.setPropagation(1_500);
    await installation.carryOut(textCode(), { phoneNumber: number });
    await installation.carryOut(confirm(), { code: codeIn(texts()[0]?.body) });
    await waitFor(async () => expect((await verification())?.methodId).toBeTruthy());
    expect(await methods()).toMatchObject([{ masked }]);
  });

  test.each(['PUT', 'POST'])(
    'case 54: continues with the same challenge, without a second text message, after a stop during %s',
    async (method) => {
      const arrived = Promise.withResolvers<void>();
      const stopHere = () => {
        installation.interfere = async (request, send) => {
          const response = await send();
          // The first answer to a start demands the authentication context.
          if (request.method === method && request.url.includes(gatewayHost) && response.ok) {
            arrived.resolve();
            installation.stop();
          }
          return response;
        };
      };
      if (method === 'PUT') stopHere();
      await installation.ask(textCode(), { phoneNumber: number });
      if (method === 'POST') {
        await reaches('awaiting-code');
        stopHere();
        await installation.ask(confirm(), { code: codeIn(texts()[0]?.body) });
      }
      await arrived.promise;
      installation.interfere = undefined;
      await installation.restart();
      await reaches(method === 'PUT' ? 'awaiting-code' : 'done');
      expect(texts()).toHaveLength(1);
      if (method === 'POST') await isFound();
    },
  );

  test('case 53: sends the text message after step-up if the sign-in was too old', async () => {
    sandbox.control.ageSignIns(sandbox.employees.mobileNotEnabled, 11 * 60_000);
    await installation.ask(textCode(), { phoneNumber: number });
    await reaches('needs-step-up');
    expect(texts()).toHaveLength(0);
    await installation.carryOut({ kind: 'step-up', accountId, waitingId: verificationId, from: 'popup' });
    await reaches('awaiting-code');
    expect(texts()).toHaveLength(1);
  });

  test('to a number that a colleague uses changes the number and leaves SMS sign-in off ("409 but saved")', async () => {
    const { mobile } = sandbox.employees.mobileReady;
    await installation.carryOut(textCode(), { phoneNumber: mobile });
    await installation.carryOut(confirm(), { code: codeIn(texts(mobile)[0]?.body) });
    await isFound();
    expect(await methods()).toMatchObject([{ masked: '+44 •••• 104', smsSignIn: 'phoneNumberNotUnique' }]);
  });

  test.each([
    ['+442079460150', 'cannot-receive-texts'],
    ['+4412', 'invalid-number'],
    ['+447700900102', 'already-registered'],
  ])('to %s is refused as %s, and keeps the old number', async (refused, kind) => {
    await installation.carryOut(textCode(), { phoneNumber: refused });
    expect(await verification()).toMatchObject({ state: 'failed', error: { kind } });
    await installation.carryOut({ kind: 'sync', accountId });
    expect(await methods()).toMatchObject([{ masked: '+44 •••• 102' }]);
  });

  test('of a number that was removed elsewhere fails, and the number is no longer shown', async () => {
    sandbox.control.removePhone(sandbox.employees.mobileNotEnabled, 'mobile');
    await installation.carryOut(textCode(), { phoneNumber: number });
    expect(await verification()).toMatchObject({ state: 'failed', error: { kind: 'unexpected-answer' } });
    await waitFor(async () => expect(await methods()).toEqual([]));
    expect(texts()).toHaveLength(0);
  });
});

describe('a change on the account page', () => {
  beforeEach(async () => {
    accountId = await installation.signedIn({ gateway: false });
    await waitFor(async () => expect(await methods()).toHaveLength(1));
  });

  test('is detected by another number of the same method, not by a number that is added meanwhile', async () => {
    const { mobileNotEnabled: employee } = sandbox.employees;
    const [mobile] = await methods();
    await installation.carryOut({ kind: 'add-hosted', accountId, methodId: mobile?.id ?? '' });
    const registration = async () => (await installation.database.registrations.toArray())[0];
    expect(await registration()).toMatchObject({ state: 'waiting', changes: mobile?.id });

    sandbox.control.setPhone(employee, 'alternateMobile', '+44 7700 900161');
    await installation.carryOut({ kind: 'sync', accountId });
    expect(await methods()).toHaveLength(2);
    expect(await registration()).toMatchObject({ state: 'waiting' });

    sandbox.control.setPhone(employee, 'mobile', number);
    await installation.carryOut({ kind: 'sync', accountId });
    expect(await registration()).toMatchObject({ state: 'registered', methodId: mobile?.id });
  });
});
