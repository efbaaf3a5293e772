// Registers a number through the gateway, with the sandbox around the service worker and the gateway.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { codeIn } from '../../../scripts/driver/code-in-text.ts';
import { waitFor } from '../../../scripts/driver/wait-for.ts';
import { gatewayHost } from '../../../services/sandbox/gateway.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import { Installation } from './installation.ts';

const number = '+447700900150';
let sandbox: Organization;
let installation: Installation;
let accountId: string;
let verificationId: string;

beforeEach(async () => {
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
  installation = new Installation(sandbox, sandbox.employees.noPhoneYet);
  accountId = await installation.signedIn();
  verificationId = crypto.randomUUID();
});

afterEach(async () => {
  installation.stop();
  await sandbox.close();
});

const textCode = () => ({ kind: 'text-code', accountId, verificationId, type: 'mobile', purpose: 'add' }) as const;
const verification = () => installation.database.verifications.get(verificationId);
const texts = () => sandbox.handsets.texts(number);
const code = () => codeIn(texts()[0]?.body);

async function reaches(state: string): Promise<void> {
  await waitFor(async () => expect((await verification())?.state).toBe(state));
}

test('a confirmed code registers the number, and the verification is done once the directory shows it', async () => {
  await installation.carryOut(textCode(), { phoneNumber: number });
  expect(await verification()).toMatchObject({
    state: 'awaiting-code',
    challenge: { sentTo: '+44 •••• 150', attemptsLeft: 5 },
  });
  await installation.carryOut({ kind: 'confirm-code', accountId, verificationId }, { code: code() });
  await waitFor(async () => expect((await verification())?.methodId).toBeTruthy());
  expect(await verification()).toMatchObject({ state: 'done' });
  expect(await installation.database.methods.toArray()).toMatchObject([{ type: 'mobile', masked: '+44 •••• 150' }]);
  expect(texts()).toHaveLength(1);
});

test('a number that the directory shows in another format is found by its type and its last digits (G5)', async () => {
  sandbox.control.showPhoneAs(sandbox.employees.noPhoneYet, 'mobile', { phoneNumber: '7700-900150' });
  await installation.carryOut(textCode(), { phoneNumber: number });
  await installation.carryOut({ kind: 'confirm-code', accountId, verificationId }, { code: code() });
  await waitFor(async () => expect((await verification())?.methodId).toBeTruthy());
  expect(await verification()).toMatchObject({ state: 'done' });
  expect(await installation.database.methods.toArray()).toMatchObject([{ type: 'mobile', masked: '•••• 150' }]);
});

test('case 20: the database holds neither the full number nor the code', async () => {
  await installation.carryOut(textCode(), { phoneNumber: number });
  const theCode = code();
  await installation.carryOut({ kind: 'confirm-code', accountId, verificationId }, { code: theCode });
  await reaches('done');
  const tables = await Promise.all(installation.database.tables.map((table) => table.toArray()));
  const atRest = JSON.stringify(tables);
  expect(atRest).not.toMatch(/7700\s?900150/);
  expect(atRest).not.toContain(theCode);
});

test('case 22: signing out also deletes a phone number from storage.session', async () => {
  installation.interfere = (request, send) => {
    if (request.url.includes(gatewayHost)) throw new TypeError('connection lost');
    return send();
  };
  await installation.carryOut(textCode(), { phoneNumber: number });
  expect(installation.remembered).toContain(number);
  await installation.carryOut({ kind: 'sign-out', accountId, atService: false });
  expect(installation.remembered).not.toContain(number);
  expect(await installation.database.verifications.count()).toBe(0);
});

test('case 35: after a wrong code the verification awaits the code again, with the attempts that are left', async () => {
  await installation.carryOut(textCode(), { phoneNumber: number });
  const wrong = code() === '000000' ? '000001' : '000000';
  await installation.carryOut({ kind: 'confirm-code', accountId, verificationId }, { code: wrong });
  expect(await verification()).toMatchObject({
    state: 'awaiting-code',
    error: { kind: 'wrong-code' },
    challenge: { attemptsLeft: 4 },
  });
  await installation.carryOut({ kind: 'confirm-code', accountId, verificationId }, { code: code() });
  await reaches('done');
});

test('case 40: after a resend the earlier code is refused as code-replaced', async () => {
  await installation.carryOut(textCode(), { phoneNumber: number });
  const older = code();
  await installation.carryOut({ kind: 'resend-code', accountId, verificationId });
  expect(await verification()).toMatchObject({ state: 'awaiting-code', error: { kind: 'send-throttled' } });
  sandbox.control.clock.advance(31_000);
  await installation.carryOut({ kind: 'resend-code', accountId, verificationId });
  expect(texts()).toHaveLength(2);
  await installation.carryOut({ kind: 'confirm-code', accountId, verificationId }, { code: older });
  expect(await verification()).toMatchObject({ state: 'awaiting-code', error: { kind: 'code-replaced' } });
});

test.each(['before', 'after'] as const)(
  'case 54: after the answer to the text request was lost %s the gateway had received it, at most one text message is sent',
  async (when) => {
    installation.interfere = async (request, send) => {
      if (request.method !== 'PUT') return send();
      const answer = when === 'after' ? await send() : undefined;
      // The first answer demands the authentication context.
      if (answer?.status === 401) return answer;
      throw new TypeError('connection lost');
    };
    await installation.carryOut(textCode(), { phoneNumber: number });
    if (when === 'after') {
      await reaches('awaiting-code');
      expect(texts()).toHaveLength(1);
      return;
    }
    await reaches('failed');
    expect(await verification()).toMatchObject({ error: { kind: 'offline' } });
    expect(texts()).toHaveLength(0);
    installation.interfere = undefined;
    await installation.carryOut(textCode(), { phoneNumber: number });
    await reaches('awaiting-code');
    expect(texts()).toHaveLength(1);
  },
);

test.each(['PUT', 'POST'])(
  'case 54: a stop during %s continues with the same challenge, without a second text message',
  async (method) => {
    const arrived = Promise.withResolvers<void>();
    const stopHere = (name: string) => {
      installation.interfere = async (request, send) => {
        const response = await send();
        if (request.method === name && request.url.includes(gatewayHost) && response.ok) {
          arrived.resolve();
          installation.stop();
        }
        return response;
      };
    };
    if (method === 'PUT') stopHere(method);
    await installation.ask(textCode(), { phoneNumber: number });
    if (method === 'POST') {
      await reaches('awaiting-code');
      stopHere(method);
      await installation.ask({ kind: 'confirm-code', accountId, verificationId }, { code: code() });
    }
    await arrived.promise;
    installation.interfere = undefined;
    await installation.restart();
    await reaches(method === 'PUT' ? 'awaiting-code' : 'done');
    expect(texts()).toHaveLength(1);
  },
);

test('case 53: with an old sign-in the text message is sent after step-up', async () => {
  sandbox.control.ageSignIns(sandbox.employees.noPhoneYet, 11 * 60_000);
  await installation.ask(textCode(), { phoneNumber: number });
  await reaches('needs-step-up');
  expect(texts()).toHaveLength(0);
  await installation.carryOut({ kind: 'step-up', accountId, waitingId: verificationId, from: 'popup' });
  await reaches('awaiting-code');
  expect(texts()).toHaveLength(1);
});

test.each([
  ['+442079460150', 'cannot-receive-texts'],
  ['+4412', 'invalid-number'],
])('%s is refused without a text message: %s', async (refused, kind) => {
  await installation.carryOut(textCode(), { phoneNumber: refused });
  expect(await verification()).toMatchObject({ state: 'failed', error: { kind } });
});

test('a double click sends one text message', async () => {
  await Promise.all([
    installation.carryOut(textCode(), { phoneNumber: number }),
    installation.carryOut(textCode(), { phoneNumber: number }),
  ]);
  await reaches('awaiting-code');
  expect(texts()).toHaveLength(1);
});
