// Answers every request of the extension in every wrong way. expected-outcomes.md lists what the user sees and when the extension
// retries; -u updates it.
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { overviewOf } from '../../components/view-model/accounts.ts';
import { emptyAdding, registrationStep } from '../../components/view-model/registration.ts';
import { isWrite } from '../../lib/shared/model/command-row.ts';
import { type Command, isVerificationCommand, type TypedInput } from '../../lib/shared/model/commands.ts';
import { type ErrorDetails, errorKinds } from '../../lib/shared/model/errors.ts';
import { redirectUris } from '../../lib/shared/model/extension-ids.ts';
import type { Verification } from '../../lib/shared/model/rows.ts';
import { codeIn } from '../../scripts/driver/code-in-text.ts';
import { readLocale } from '../../scripts/locales.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { type Organization, startOrganization } from '../../services/sandbox/organization.ts';
import type { Employee, Interference } from '../../services/sandbox/sandbox.ts';
import { atSandbox } from '../browser-in-memory.ts';
import { Visitor } from '../conformance/sandbox/visitor.ts';
import { describeOutcomes, expectedOutcomesFile, type Outcome } from './expected-outcomes.ts';
import { type Copy, Extension, stopTime } from './extension.ts';
import { type FaultClass, faultClasses } from './fault-classes.ts';

const minute = 60_000;
const english = await readLocale('en');
const words = (key: string): string => {
  const text = english.get(key);
  if (!text) throw new Error(`No words for ${key}`);
  return text;
};

interface Situation {
  extension: Extension;
  sandbox: Organization;
  employee: Employee;
  accountId: string;
  verificationId: string;
  number: string;
  methodOf(type: string): Promise<string>;
}

interface Call {
  name: string;
  employee: keyof Organization['employees'];
  matches(request: Request): boolean;
  /** Called before every fault. */
  prepare?(at: Situation): Promise<void>;
  command(at: Situation): Command | Promise<Command>;
  input?(at: Situation): TypedInput;
  /** The user is not signed in. */
  isSignedOut?: boolean;
}

const at = (method: string, host: string, path: RegExp) => (request: Request) => {
  const url = new URL(request.url);
  return request.method === method && url.host === host && path.test(url.pathname);
};
const login = 'login.microsoftonline.com';
const graph = 'graph.microsoft.com';
const connection = ({ sandbox: { tenant } }: Situation) => ({
  cloud: 'global' as const,
  tenant: tenant.id,
  clientId: tenant.clientId,
  gateway: { url: `https://${gatewayHost}`, scope: tenant.gateway.scope },
});
const textCode = ({ accountId, verificationId }: Situation): Command => ({
  kind: 'text-code',
  accountId,
  verificationId,
  type: 'mobile',
  purpose: 'add',
});
const texted = async (situation: Situation) => {
  await situation.extension.ask(textCode(situation), typed(situation));
};
const typed = ({ number }: Situation) => ({ phoneNumber: number });
const code = ({ sandbox, number }: Situation) => ({ code: codeIn(sandbox.handsets.texts(number)[0]?.body) });

const calls: readonly Call[] = [
  {
    name: 'Connect: discovery',
    employee: 'mobileNotEnabled',
    matches: at('GET', login, /openid-configuration$/),
    command: (situation) => ({ kind: 'connect', connection: connection(situation) }),
  },
  {
    name: 'Connect: whether the gateway is one',
    employee: 'mobileNotEnabled',
    matches: at('GET', gatewayHost, /./),
    command: (situation) => ({ kind: 'connect', connection: connection(situation) }),
  },
  {
    name: 'Sign-in: tokens for the code',
    employee: 'mobileNotEnabled',
    matches: at('POST', login, /token$/),
    command: ({ sandbox }) => ({ kind: 'sign-in', connectionId: sandbox.tenant.id, from: 'popup' }),
    isSignedOut: true,
  },
  {
    name: 'Refresh: new tokens',
    employee: 'mobileNotEnabled',
    matches: at('POST', login, /token$/),
    prepare: async ({ extension }) => {
      for (const [key, value] of extension.memory) {
        if (key.startsWith('tokens:')) for (const each of Object.values(Object(value).access)) Object(each).renewAt = 0;
      }
    },
    command: ({ accountId }) => ({ kind: 'sync', accountId }),
  },
  {
    name: 'Refresh: phone numbers',
    employee: 'mobileAlternateAndOffice',
    matches: at('GET', graph, /phoneMethods$/),
    command: ({ accountId }) => ({ kind: 'sync', accountId }),
  },
  {
    name: 'Refresh: default sign-in method',
    employee: 'mobileAlternateAndOffice',
    matches: at('GET', graph, /signInPreferences$/),
    command: ({ accountId }) => ({ kind: 'sync', accountId }),
  },
  {
    name: 'Other methods, before a removal',
    employee: 'defaultIsMobileWithAuthenticator',
    matches: at('GET', graph, /methods$/),
    command: ({ accountId }) => ({ kind: 'list-methods', accountId }),
  },
  {
    name: 'Enable',
    employee: 'mobileNotEnabled',
    matches: at('POST', graph, /enableSmsSignIn$/),
    command: async ({ accountId, methodOf }) => ({ kind: 'enable', accountId, methodId: await methodOf('mobile') }),
  },
  {
    name: 'Turn off SMS sign-in',
    employee: 'mobileReady',
    matches: at('POST', graph, /disableSmsSignIn$/),
    command: async ({ accountId, methodOf }) => ({ kind: 'disable', accountId, methodId: await methodOf('mobile') }),
  },
  {
    name: 'Make default',
    employee: 'defaultIsMobileWithAuthenticator',
    matches: at('PATCH', graph, /signInPreferences$/),
    command: ({ accountId }) => ({ kind: 'make-default', accountId, method: 'push' }),
  },
  {
    name: 'Remove',
    employee: 'mobileAlternateAndOffice',
    matches: at('DELETE', graph, /phoneMethods/),
    command: async ({ accountId, methodOf }) => ({ kind: 'remove', accountId, methodId: await methodOf('office') }),
  },
  {
    name: 'Text me a code',
    employee: 'noPhoneYet',
    matches: at('PUT', gatewayHost, /./),
    command: textCode,
    input: typed,
  },
  {
    name: 'What became of a lost answer',
    employee: 'noPhoneYet',
    matches: at('GET', gatewayHost, /./),
    command: textCode,
    input: typed,
  },
  {
    name: 'Text me a new code',
    employee: 'noPhoneYet',
    matches: at('POST', gatewayHost, /resend$/),
    prepare: async (situation) => {
      await texted(situation);
      await situation.extension.pass(31_000);
    },
    command: ({ accountId, verificationId }) => ({ kind: 'resend-code', accountId, verificationId }),
  },
  {
    name: 'Next: the code',
    employee: 'noPhoneYet',
    matches: at('POST', gatewayHost, /confirm$/),
    prepare: texted,
    command: ({ accountId, verificationId }) => ({ kind: 'confirm-code', accountId, verificationId }),
    input: code,
  },
  {
    name: 'Give up a verification',
    employee: 'noPhoneYet',
    matches: at('DELETE', gatewayHost, /./),
    prepare: texted,
    command: ({ accountId, verificationId }) => ({ kind: 'cancel-verification', accountId, verificationId }),
  },
];

let sandbox: Organization;
const start = Date.UTC(2026, 7, 3, 9);
let numbers = 0;

beforeAll(async () => {
  stopTime(start);
  // A demand for an authentication context would put one more request before each call of the gateway.
  sandbox = await startOrganization(
    { redirectUris: Object.values(redirectUris), quiet: true },
    { authenticationContext: undefined },
  );
});
afterEach(() => {
  sandbox.control.reset();
  vi.setSystemTime(start);
});
afterAll(async () => {
  vi.useRealTimers();
  await sandbox.close();
});

/** What the user sees of a command after a minute. */
async function shown(
  { extension, accountId, verificationId }: Situation,
  id: string,
  command: Command,
): Promise<Shown> {
  const rows = await extension.rows();
  const known = { rows, asked: [], now: Date.now() };
  if (isVerificationCommand(command)) {
    const verification = rows.verifications.find((row) => row.id === verificationId);
    if (!verification) throw new Error('The verification has no row.');
    if (command.kind === 'cancel-verification')
      return { words: verification.state === 'cancelled' ? 'Given up.' : '?' };
    const step = registrationStep(known, {
      ...emptyAdding(accountId),
      sent: { id: verificationId, phoneNumber: '', type: 'mobile' },
    });
    if (step.step === 'number') return step.isSending ? { running: true } : ofError(step.error);
    if (step.step === 'step-up')
      return {
        words: words(
          step.signedOut ? (step.waiting === 'confirming' ? 'code.signed_out' : 'number.signed_out') : 'step_up.title',
        ),
        way: 'sign in',
      };
    if (step.step === 'registered') return { words: words('registered.verified'), running: step.isAppearing };
    if (step.isConfirming || step.isResending) return { running: true };
    if (step.error) return ofError(step.error.details);
    return { words: words(step.wasResent ? 'code.resent' : 'code.title') };
  }
  const entry = rows.outbox.find((row) => row.id === id);
  if (!entry) throw new Error('The command has no row.');
  if (command.kind === 'sync') {
    const overview = overviewOf(known, accountId);
    if (overview.screen !== 'account') throw new Error('There is no account.');
    const { account, syncError, isSyncing } = overview.current;
    if (account.session === 'signed-out') return { words: words('sign_in.again'), way: 'sign in' };
    if (syncError || isSyncing) return { ...ofError(syncError), running: isSyncing };
  }
  switch (entry.state) {
    case 'accepted':
    case 'requested':
    case 'settling':
      return { running: true };
    case 'needs-step-up':
      return {
        words: words(entry.error?.kind === 'signed-out' ? 'step_up.signed_out' : 'step_up.title'),
        way: 'sign in',
      };
    case 'failed':
      return ofError(entry.error);
    case 'cancelled':
      return { words: words('error.sign_in_not_finished.title') };
    case 'done': {
      const overview = overviewOf(known, accountId);
      if (overview.screen === 'account' && overview.current.account.defaultMethod === 'unknown')
        return { words: 'Done. The default sign-in method is not shown.' };
      return { words: 'Done.' };
    }
  }
}

interface Shown {
  words?: string;
  running?: boolean;
  way?: string;
}

function ofError(error: ErrorDetails | undefined): Shown {
  if (!error) return { words: 'Done.' };
  const key = `error.${error.kind.replaceAll('-', '_')}`;
  const wait = error.retryAt && error.retryAt > Date.now() ? error.retryAt - Date.now() : 0;
  const again = { now: 'Try again', later: 'Try again', no: undefined }[errorKinds[error.kind].retry];
  return {
    words: words(`${key}.title`),
    way:
      errorKinds[error.kind].ask === 'sign-in'
        ? 'sign in'
        : again && wait
          ? `${again}, ${inWords(wait)}`
          : (again ?? words(`${key}.help`)),
  };
}

function inWords(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 120
    ? `after ${seconds} s`
    : seconds < 7_200
      ? `after ${Math.round(seconds / 60)} min`
      : `after ${Math.round(seconds / 3_600)} h`;
}

async function meet(call: Call, fault: FaultClass, situation: Situation, trueBody: string): Promise<Outcome> {
  const { extension } = situation;
  if (fault.applies?.(trueBody) === false) {
    const why = trueBody === '' ? 'the answer has no body' : 'the answer has nothing of the kind';
    return { sees: `(${why})`, itself: '–', person: '–' };
  }
  await call.prepare?.(situation);
  await extension.settled();
  const times: number[] = [];
  const begun = Date.now();
  const interfere: Interference = async (request, send) => {
    if (call.name.startsWith('What became') && request.method === 'PUT') {
      await send();
      throw new TypeError('Failed to fetch');
    }
    if (!call.matches(request)) return send();
    times.push(Date.now() - begun);
    return times.length > (fault.times ?? Number.POSITIVE_INFINITY) ? send() : fault.answer(request, send);
  };
  extension.interfere = interfere;
  const command = await call.command(situation);
  const id = await extension.ask(command, call.input?.(situation));
  await extension.pass(minute);
  expect(times.length, 'the fault was met').toBeGreaterThan(0);
  let view = await shown(situation, id, command);
  let sees = view.words ?? '';
  expect(view.running, 'an end within a minute').toBeFalsy();
  const isChange = isWrite(command) || ['text-code', 'resend-code', 'confirm-code'].includes(command.kind);
  const asked = times.length;
  if (isChange && !call.name.startsWith('What became'))
    expect(asked, 'a write is sent once, or once more with a new token').toBeLessThanOrEqual(
      view.way === 'sign in' || fault.name.startsWith('401') ? 2 : 1,
    );

  if (command.kind === 'sync' && view.way?.startsWith('Try again, after')) {
    await extension.ask(command);
    await extension.settled();
    expect(times.length, 'no request before the demanded time').toBe(asked);
    expect(await shown(situation, id, command)).toEqual(view);
  }

  if (fault.times === 2 && view.way === 'sign in') {
    await meetStepUps(situation);
    view = await shown(situation, id, command);
    sees += ` Then: ${view.words}`;
  }

  // The user leaves, and the service recovers.
  const left = Date.now();
  extension.interfere = async (request, send) => {
    if (call.matches(request)) times.push(Date.now() - begun);
    return send();
  };
  extension.isVisible = false;
  await extension.pass(8 * 60 * minute);
  const isRenewed = fault.name.startsWith('401') && times[1] === times[0];
  const next = times.slice(isRenewed ? 2 : 1).find((time) => time > 0 && (time < minute || time >= left - begun));
  const itself =
    [isRenewed ? 'at once, with a new token' : '', next ? inWords(next) : ''].filter(Boolean).join('; then ') || 'no';

  // The user returns, signs in on demand, and repeats the command.
  extension.isVisible = true;
  await meetStepUps(situation);
  if (isWrite(command)) {
    await extension.ask(command);
    await extension.pass(minute);
    await meetStepUps(situation);
  }
  const { outbox, verifications } = await extension.rows();
  const waiting = outbox.filter(({ state }) => !['done', 'failed', 'cancelled'].includes(state));
  expect(waiting, 'no command waits without end').toEqual([]);
  const isUnfinished = ({ state, request }: Verification) => request || ['needs-step-up', 'registered'].includes(state);
  expect(verifications.filter(isUnfinished), 'no verification waits without end').toEqual([]);
  if (!call.isSignedOut) {
    await extension.ask({ kind: 'sign-in', connectionId: sandbox.tenant.id, from: 'popup' });
    await extension.ask({ kind: 'sync', accountId: situation.accountId });
    await extension.pass(minute);
    await expectTruth(situation);
  }
  return { sees, itself, person: view.way ?? '–' };
}

/** Signs in for everything that waits for step-up, at most twice each. */
async function meetStepUps({ extension, accountId }: Situation): Promise<void> {
  for (let round = 1; round <= 2; round += 1) {
    const { outbox, verifications } = await extension.rows();
    for (const { id, state } of [...outbox, ...verifications]) {
      if (state !== 'needs-step-up') continue;
      await extension.ask({ kind: 'step-up', accountId, waitingId: id, from: 'popup' });
      await extension.pass(minute);
    }
  }
}

/** The cache equals the state of the service. */
async function expectTruth({ extension, employee, accountId }: Situation): Promise<void> {
  const kept = await extension.database.methods.where({ accountId }).toArray();
  const { phones, smsSignInState } = sandbox.methodsOf(employee);
  const registered = Object.keys(phones).filter((type) => phones[type as keyof typeof phones]);
  expect(kept.map(({ type }) => type).toSorted()).toEqual(registered.toSorted());
  expect(kept.find(({ type }) => type === 'mobile')?.smsSignIn).toBe(smsSignInState);
  expect((await extension.database.accounts.get(accountId))?.syncError).toBeUndefined();
}

const seen = new Map<string, Map<string, Outcome>>();

test.each(calls)(
  '[case 56] $name ends with a reason after each fault, and works again afterwards',
  async (call) => {
    const employee: Employee = sandbox.employees[call.employee];
    const person = { employee, visitor: new Visitor(sandbox) };
    const extension = new Extension(atSandbox(sandbox, person));
    const accountId = `${sandbox.tenant.id}.${employee.oid}`;
    const situation: Situation = {
      extension,
      sandbox,
      employee,
      accountId,
      verificationId: '',
      number: '',
      methodOf: async (type) => {
        const methods = await extension.database.methods.where({ accountId }).toArray();
        return methods.find((method) => method.type === type)?.id ?? '';
      },
    };
    await extension.ask({ kind: 'connect', connection: connection(situation) });
    if (!call.isSignedOut) {
      await extension.ask({ kind: 'sign-in', connectionId: sandbox.tenant.id, from: 'popup' });
      await extension.settled();
    }
    const copy: Copy = await extension.copy();

    // Otherwise every change of the default is refused, with and without a fault.
    sandbox.control.allowSelfDefault(true);
    const begin = async () => {
      await extension.restore(copy);
      if (call.isSignedOut) person.visitor = new Visitor(sandbox);
      for (const type of ['mobile', 'alternateMobile', 'office'] as const) {
        const number = employee.start.phones[type];
        if (number) sandbox.control.setPhone(employee, type, number);
        else sandbox.control.removePhone(employee, type);
      }
      sandbox.control.setDefaultMethod(employee, employee.start.defaultMethod);
      if (employee.start.smsSignInState) sandbox.control.setSmsSignInState(employee, employee.start.smsSignInState);
      numbers += 1;
      situation.number = `+447700900${200 + numbers}`;
      situation.verificationId = crypto.randomUUID();
      await extension.pass(1_000);
    };

    // The answer without a fault.
    await begin();
    await call.prepare?.(situation);
    let trueBody = '';
    extension.interfere = async (request, send) => {
      if (call.name.startsWith('What became') && request.method === 'PUT') {
        await send();
        throw new TypeError('Failed to fetch');
      }
      const answer = await send();
      if (call.matches(request)) trueBody = await answer.clone().text();
      return answer;
    };
    await extension.ask(await call.command(situation), call.input?.(situation));
    await extension.pass(minute);

    const cells = new Map<string, Outcome>();
    for (const fault of faultClasses) {
      await begin();
      const cell = await meet(call, fault, situation, trueBody).catch((error: unknown) => {
        throw new Error(`${call.name}, ${fault.name}: ${error}`, { cause: error });
      });
      expect(Object.values(cell).every(Boolean), `no empty cell: ${fault.name}`).toBe(true);
      cells.set(fault.name, cell);
    }
    seen.set(call.name, cells);
    await extension.close();
  },
  300_000,
);

test('what the user sees after each fault is as expected', async () => {
  expect([...seen.keys()]).toEqual(calls.map(({ name }) => name));
  await expect(describeOutcomes(seen)).toMatchFileSnapshot(expectedOutcomesFile);
});
