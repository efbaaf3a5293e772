// Databases that version 0.1.0 has written, opened by this version. storage.session is empty after an update.
import 'fake-indexeddb/auto';
import { readFileSync } from 'node:fs';
import { Dexie } from 'dexie';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { registrationStep } from '../../components/view-model/registration.ts';
import type { TypedInput } from '../../lib/shared/model/commands.ts';
import { Extension, stopTime } from './extension.ts';
import { modelAccount as accountId, ServiceModel } from './service-model.ts';

interface Recorded {
  scenario: string;
  at: number;
  tables: Record<string, { id: string }[]>;
  service: Parameters<ServiceModel['restore']>[0];
}

const recorded = readFileSync(`${import.meta.dirname}/recorded/version-0.1.0.jsonl`, 'utf8')
  .split('\n')
  .slice(1)
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Recorded);
const version3 = {
  connections: 'id',
  accounts: 'id, connectionId',
  methods: '[accountId+id], accountId',
  journal: 'id, accountId, state, updatedAt',
  registrations: 'id, accountId, [accountId+state]',
  verifications: 'id, accountId, state',
  answers: '[accountId+methodId], accountId',
  settings: 'id',
  confirmations: '[accountId+methodId], accountId',
  silentSignIns: 'connectionId',
  policy: 'id',
  farewells: 'id',
};
const verificationId = '8a000000-0000-4000-8000-000000000001';
const phoneNumber = '+447700900150';
let service: ServiceModel;
let extension: Extension;
let windows: URL[];

beforeEach(() => stopTime(Date.UTC(2026, 7, 3, 9)));
afterEach(async () => {
  await extension.close();
  vi.useRealTimers();
});

async function update(scenario: string): Promise<Recorded> {
  const before = recorded.find((each) => each.scenario === scenario);
  if (!before) throw new Error(`"${scenario}" is not recorded.`);
  vi.setSystemTime(before.at);
  const name = `update-${crypto.randomUUID()}`;
  const older = new Dexie(name);
  older.version(3).stores(version3);
  for (const [table, rows] of Object.entries(before.tables)) await older.table(table).bulkAdd(rows);
  older.close();
  service = new ServiceModel();
  service.restore(before.service);
  service.startSession();
  windows = [];
  extension = new Extension(
    {
      fetch: (request) => service.fetch(request),
      signIn(url, interactive) {
        if (interactive) windows.push(url);
        return service.signIn(url, interactive);
      },
    },
    name,
  );
  const [policy] = before.tables.policy ?? [];
  extension.managed = policy && (policy as unknown as { values: Record<string, unknown> }).values;
  await extension.pass(1_000);
  return before;
}

const verification = () => extension.database.verifications.get(verificationId);
const step = async () => {
  const rows = await extension.rows();
  return registrationStep({ rows, asked: [], now: Date.now() }, { accountId, phoneNumber: '', code: '' });
};
const newestCode = () => service.verifications.get(verificationId)?.code ?? '';
const confirm = (input: TypedInput = { code: newestCode() }) =>
  extension.ask({ kind: 'confirm-code', accountId, verificationId }, input);
const stepUp = () => extension.ask({ kind: 'step-up', accountId, waitingId: verificationId, from: 'popup' });
const textCode = () =>
  extension.ask({ kind: 'text-code', accountId, verificationId, type: 'mobile', purpose: 'add' }, { phoneNumber });

test.each(recorded)('every row of "$scenario" is kept, except the commands of verifications', async ({ scenario }) => {
  const { tables } = await update(scenario);
  const kept = await extension.database.outbox.toCollection().primaryKeys();
  const ofVerification = /^(text-code|resend-code|confirm-code|cancel-verification)$/;
  const commands = (tables.journal ?? []) as unknown as { id: string; command: { kind: string } }[];
  const others = commands.filter(({ command }) => !ofVerification.test(command.kind));
  expect(kept).toEqual(expect.arrayContaining(others.map(({ id }) => id)));
  expect(
    (await extension.database.outbox.toArray()).filter(({ command }) => ofVerification.test(command.kind)),
  ).toEqual([]);
  const { commandIds = [] } = (await verification()) ?? {};
  const folded = commands.filter(({ command }) => ofVerification.test(command.kind));
  expect(commandIds.toSorted()).toEqual(folded.map(({ id }) => id).toSorted());
});

describe('a verification', () => {
  test('that waits for a code goes on with it, without another text message', async () => {
    await update('a code is awaited, after a wrong one');
    expect(await step()).toMatchObject({ step: 'code', wasResent: false, error: { details: { kind: 'wrong-code' } } });
    expect(await verification()).toMatchObject({ state: 'awaiting-code', challenge: { attemptsLeft: 4 }, texts: 1 });
    await confirm();
    await extension.pass(60_000);
    expect(await verification()).toMatchObject({ state: 'done' });
    expect(service.carriedOut).toEqual([`register ${verificationId}`]);
  });

  test('whose text message was interrupted asks the gateway, and waits for the code', async () => {
    await update('a text message is interrupted after its request');
    expect(await step()).toMatchObject({ step: 'code', isResending: false });
    expect(await verification()).toMatchObject({ state: 'awaiting-code', texts: 1 });
    expect(service.carriedOut).toEqual([]);
  });

  test('that had no row yet is shown as interrupted, and sends one text message on the next click', async () => {
    await update('a text message is interrupted before its verification has a row');
    expect(await step()).toMatchObject({ step: 'number', isSending: false, error: { kind: 'interrupted' } });
    await textCode();
    await extension.pass(1_000);
    expect(await step()).toMatchObject({ step: 'code' });
    expect(service.carriedOut).toEqual([`text ${verificationId}`]);
  });

  test('whose confirmation was interrupted asks the gateway, and is done', async () => {
    await update('a confirmation is interrupted after its request');
    await extension.pass(60_000);
    expect(await verification()).toMatchObject({ state: 'done' });
    expect(service.carriedOut).toEqual([]);
  });

  test('whose resend was interrupted asks the gateway, and waits for the newer code', async () => {
    await update('a resend is interrupted after its request');
    expect(await step()).toMatchObject({ step: 'code', isResending: false, wasResent: true });
    expect((await verification())?.error).toBeUndefined();
    await confirm();
    await extension.pass(60_000);
    expect(await verification()).toMatchObject({ state: 'done' });
    expect(service.carriedOut).toEqual([`register ${verificationId}`]);
  });

  test('that waits for step-up before its text message asks for the number again after it', async () => {
    await update('a text message waits for a fresh sign-in');
    expect(await step()).toMatchObject({ step: 'step-up', waiting: 'sending' });
    await stepUp();
    await extension.pass(1_000);
    expect(await step()).toMatchObject({ step: 'number', error: { kind: 'interrupted' } });
    await textCode();
    await extension.pass(1_000);
    expect(await step()).toMatchObject({ step: 'code' });
    expect(service.carriedOut).toEqual([`text ${verificationId}`]);
  });

  test('that waits for step-up before its confirmation loses the claims, which do not belong in the database, and asks for the code again after it', async () => {
    await update('a confirmation waits for a fresh sign-in');
    expect(await step()).toMatchObject({ step: 'step-up', waiting: 'confirming' });
    await stepUp();
    await extension.pass(1_000);
    expect(JSON.stringify(await extension.database.verifications.toArray())).not.toContain('acrs');
    expect(windows).toHaveLength(1);
    expect(await step()).toMatchObject({ step: 'code', error: { details: { kind: 'interrupted' } } });
    await confirm();
    await extension.pass(60_000);
    expect(await verification()).toMatchObject({ state: 'done' });
  });

  test('whose number the directory does not show yet is done later', async () => {
    await update('a registered number is looked for in the directory');
    expect((await verification())?.state).toMatch(/registered|done/);
    await extension.pass(60_000);
    expect(await verification()).toMatchObject({ state: 'done' });
  });

  test('whose number the directory has shown is done', async () => {
    await update('a registered number was found in the directory');
    expect(await verification()).toMatchObject({ state: 'done' });
    expect(await step()).toMatchObject({ step: 'registered', isAppearing: false });
  });
});

test.each(['an Enable settles', 'an Enable is interrupted after its request'])(
  '%s, and is done without a second request',
  async (scenario) => {
    await update(scenario);
    await extension.pass(60_000);
    const rows = await extension.database.outbox.toArray();
    expect(rows.find(({ command }) => command.kind === 'enable')).toMatchObject({ state: 'done', smsSignIn: 'ready' });
    expect(service.carriedOut).toEqual([]);
  },
);

test('a snooze, a setting, a confirmed number and a managed policy stay as they were', async () => {
  const { tables } = await update('a snooze, a setting, a confirmed number and a managed policy');
  for (const name of ['answers', 'settings', 'confirmations', 'policy', 'connections', 'methods']) {
    expect(await extension.database.table(name).toArray(), name).toEqual(tables[name]);
  }
});
