// Every change in every possible course: in the end the pages show the state of the service and the real outcome of the change.
// The clock is the sandbox's.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { overviewOf } from '../../../components/view-model/accounts.ts';
import { tablesOf } from '../../../lib/background/db/read-tables.ts';
import type { Command } from '../../../lib/shared/model/commands.ts';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { maskNumber } from '../../../lib/shared/phone/mask.ts';
import { readRows } from '../../../lib/shared/tables/page-rows.ts';
import { codeIn } from '../../../scripts/driver/code-in-text.ts';
import { waitFor } from '../../../scripts/driver/wait-for.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import type { Employee } from '../../../services/sandbox/sandbox.ts';
import { Application } from '../sandbox/application.ts';
import { Installation } from './installation.ts';

const mobile = '3179e48a-750b-4051-897c-87b9720928f7';
const office = 'e37fc753-ff3b-4958-9484-eaa9425c82bc';
const newNumber = '+447700900160';
const second = 1_000;
const graph = 'graph.microsoft.com';

type EmployeeName = keyof Organization['employees'];

/** The phones of the service or of a page, by type. */
type Picture = Record<string, { masked: string; sms: string; isDefault: boolean }>;

interface Change {
  who: EmployeeName;
  /** Missing for a change of the number with a one-time code. */
  command?: (accountId: string) => Command;
  request: { method: string; path: RegExp };
  /** Endings that differ from those of the other changes. */
  endsAs?: 'endsAtGateway' | 'endsInTwoSteps';
  isThere(picture: Picture): boolean;
}

const changes: Record<string, Change> = {
  Enable: {
    who: 'mobileNotEnabled',
    command: (accountId) => ({ kind: 'enable', accountId, methodId: mobile }),
    request: { method: 'POST', path: /\/enableSmsSignIn$/ },
    isThere: (picture) => picture.mobile?.sms === 'ready',
  },
  'Turn off': {
    who: 'mobileReady',
    command: (accountId) => ({ kind: 'disable', accountId, methodId: mobile }),
    request: { method: 'POST', path: /\/disableSmsSignIn$/ },
    isThere: (picture) => picture.mobile?.sms === 'notEnabled',
  },
  'Make default': {
    who: 'mobileAlternateAndOffice',
    command: (accountId) => ({ kind: 'make-default', accountId, method: 'voiceOffice' }),
    request: { method: 'PATCH', path: /\/signInPreferences$/ },
    isThere: (picture) => picture.office?.isDefault === true,
  },
  Remove: {
    who: 'mobileAlternateAndOffice',
    command: (accountId) => ({ kind: 'remove', accountId, methodId: office }),
    request: { method: 'DELETE', path: /\/phoneMethods\/[\w-]+$/ },
    isThere: (picture) => picture.office === undefined,
  },
  'Remove the default': {
    who: 'defaultIsMobileWithAuthenticator',
    command: (accountId) => ({ kind: 'remove', accountId, methodId: mobile, defaultFirst: 'push' }),
    request: { method: 'DELETE', path: /\/phoneMethods\/[\w-]+$/ },
    endsAs: 'endsInTwoSteps',
    isThere: (picture) => picture.mobile === undefined,
  },
  'Change number': {
    who: 'mobileReady',
    request: { method: 'PATCH', path: /\/phoneMethods\/[\w-]+$/ },
    endsAs: 'endsAtGateway',
    isThere: (picture) => picture.mobile?.masked === '+44 •••• 160',
  },
};

interface Course {
  prepare?(request: Change['request'], employee: Employee): void;
  /** Whether the change takes effect, and what is shown first; `later`: only the next sync shows it. */
  ends: 'there' | 'not there' | 'there, later';
  /** For a change that the gateway makes: it reads and writes again on its own. */
  endsAtGateway?: Course['ends'];
  /** For a removal that first makes another method the default. */
  endsInTwoSteps?: Course['ends'];
  asksForSignIn?: true;
}

const saved = { status: 409, body: { error: { code: 'phoneNumberNotUnique', message: 'In use.' } } };

const courses: Record<string, Course> = {
  'goes through': { ends: 'there' },
  'needs a fresh sign-in': {
    prepare: (_, employee) => sandbox.control.ageSignIns(employee, 11 * 60 * second),
    ends: 'there',
    asksForSignIn: true,
  },
  'takes half a minute to show': { prepare: () => sandbox.control.setPropagation(30 * second), ends: 'there' },
  'is answered 409 but saved': {
    prepare: (request) => sandbox.control.fault({ host: graph, ...request, when: 'after', answer: saved, times: 1 }),
    ends: 'there',
  },
  'is answered 409 but saved, and takes half a minute to show': {
    prepare: (request) => {
      sandbox.control.setPropagation(30 * second);
      sandbox.control.fault({ host: graph, ...request, when: 'after', answer: saved, times: 1 });
    },
    ends: 'there, later',
    endsAtGateway: 'there',
  },
  'is answered 204 without effect': {
    prepare: () => sandbox.control.ignoreWrites(1),
    ends: 'not there',
    endsAtGateway: 'there',
  },
  'is refused': {
    prepare: (request) => sandbox.control.fault({ host: graph, ...request, answer: { status: 400 } }),
    ends: 'not there',
  },
  'is refused, also after a fresh sign-in': {
    prepare: (request) => sandbox.control.fault({ host: graph, ...request, answer: { status: 403 } }),
    ends: 'not there',
    asksForSignIn: true,
  },
  'is throttled': {
    prepare: (request) => sandbox.control.fault({ host: graph, ...request, throttle: { retryAfter: 5 }, times: 1 }),
    ends: 'not there',
    endsAtGateway: 'there',
  },
  'arrives, and the answer is lost': {
    prepare: (request) => cut(request, 'after'),
    ends: 'there',
  },
  'arrives, the answer is lost, and it takes half a minute to show': {
    prepare: (request) => {
      sandbox.control.setPropagation(30 * second);
      cut(request, 'after');
    },
    ends: 'there',
  },
  'arrives, the answer is lost, and it takes longer than anybody waits': {
    prepare: (request) => {
      sandbox.control.setPropagation(50 * second);
      cut(request, 'after');
    },
    ends: 'there, later',
    endsAtGateway: 'there',
    // Nothing is removed before the new default shows.
    endsInTwoSteps: 'not there',
  },
  'never arrives': {
    prepare: (request) => cut(request, 'before'),
    ends: 'not there',
    endsAtGateway: 'there',
  },
};

let sandbox: Organization;
let installation: Installation;
let accountId: string;

beforeEach(async () => {
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
});
afterEach(async () => {
  installation.stop();
  await sandbox.close();
});

/** The connection breaks once. The test does not repeat idempotent requests as a browser does. */
function cut(request: Change['request'], when: 'before' | 'after'): void {
  sandbox.control.fault({ host: graph, ...request, when, drop: true, times: 1 });
}

describe.each(Object.entries(changes))('%s', (_, change) => {
  test.each(Object.entries(courses))('%s', async (__, course) => {
    const employee = sandbox.employees[change.who];
    installation = new Installation(sandbox, employee, { isMoved: true });
    accountId = await installation.signedIn();
    await waitFor(async () => expect(await shown()).toEqual(await truth(employee)));
    const before = await shown();
    expect(change.isThere(before)).toBe(false);
    const { ends = course.ends } = { ends: change.endsAs && course[change.endsAs] };

    const told = await carryOut(change, course, employee);
    expect(told).toBe(ends === 'there' ? 'done' : 'failed');
    if (ends !== 'there, later') expect(await shown()).toEqual(await truth(employee));
    // Some time later the shown outcome must still be true.
    await installation.pass(61 * second);
    const after = await truth(employee);
    expect(await shown()).toEqual(after);
    expect(change.isThere(after)).toBe(ends !== 'not there');
    if (ends !== 'there, later') return;
    // The refused command stays failed in the outbox, but no page shows it any more.
    const { current } = await overview();
    expect(current.tiles.map(({ progress }) => progress.state)).not.toContain('failed');
  });
});

test.each(Object.entries(changes).filter(([, { command }]) => command))(
  '%s is done and stays shown while reads alternate between old and new for 45 s',
  async (_, change) => {
    installation = new Installation(sandbox, sandbox.employees[change.who], { isMoved: true });
    accountId = await installation.signedIn();
    sandbox.control.allowSelfDefault(true);
    sandbox.control.flipReads(45 * second);
    const id = await installation.ask(change.command?.(accountId) as Command);
    expect(await end(id)).toBe('done');
    for (let passed = 0; passed <= 50; passed += 5) {
      expect(change.isThere(await shown()), `after ${passed} s`).toBe(true);
      await installation.carryOut({ kind: 'sync', accountId });
      await installation.pass(5 * second);
    }
  },
);

test('a change of another client is shown within 45 s of an own change', async () => {
  const { mobileNotEnabled: employee } = sandbox.employees;
  installation = new Installation(sandbox, employee, { isMoved: true });
  accountId = await installation.signedIn();
  const id = await installation.ask({ kind: 'enable', accountId, methodId: mobile });
  expect(await end(id)).toBe('done');
  sandbox.control.setSmsSignInState(employee, 'notEnabled');
  await installation.carryOut({ kind: 'sync', accountId });
  expect(await shown()).toEqual(await truth(employee));
});

test('Enable for a number that a colleague signs in with is refused, and the number is shown as in use', async () => {
  const { numberInUse } = sandbox.employees;
  installation = new Installation(sandbox, numberInUse, { isMoved: true });
  accountId = await installation.signedIn();
  const id = await installation.ask({ kind: 'enable', accountId, methodId: mobile });
  expect(await end(id)).toBe('failed');
  expect(await installation.database.outbox.get(id)).toMatchObject({ error: { kind: 'number-in-use', status: 409 } });
  expect((await shown()).mobile).toMatchObject({ sms: 'inUse' });
  expect(await shown()).toEqual(await truth(numberInUse));
});

test('a failed change becomes done once a sync shows it', async () => {
  const { mobileNotEnabled } = sandbox.employees;
  installation = new Installation(sandbox, mobileNotEnabled, { isMoved: true });
  accountId = await installation.signedIn();
  sandbox.control.setPropagation(50 * second);
  const id = await installation.ask({ kind: 'enable', accountId, methodId: mobile });
  expect(await end(id)).toBe('failed');
  expect(await installation.database.outbox.get(id)).toMatchObject({ error: { kind: 'not-effective' } });
  await installation.pass(61 * second);
  expect(await installation.database.outbox.get(id)).toMatchObject({ state: 'done', smsSignIn: 'ready' });
});

/** Sends the command, signs in on demand, and returns the outcome. */
async function carryOut(change: Change, course: Course, employee: Employee): Promise<'done' | 'failed'> {
  sandbox.control.allowSelfDefault(true);
  if (!change.command) return changeNumber(change, course, employee);
  course.prepare?.(change.request, employee);
  const id = await installation.ask(change.command(accountId));
  if (course.asksForSignIn) {
    await reaches(id, /^needs-step-up$/);
    await installation.carryOut({ kind: 'step-up', accountId, waitingId: id, from: 'popup' });
  }
  return end(id);
}

async function reaches(id: string, state: RegExp): Promise<void> {
  await waitFor(async () => expect((await installation.database.outbox.get(id))?.state).toMatch(state));
}

/** Moves the clock until the command has ended. */
async function end(id: string): Promise<'done' | 'failed'> {
  for (;;) {
    const waits = await waitFor(async () => {
      const entry = await installation.database.outbox.get(id);
      if (entry?.state === 'done' || entry?.state === 'failed') return undefined;
      const wait = entry?.state === 'settling' ? (entry.readAt ?? 0) - sandbox.control.clock.now() : 0;
      expect(wait).toBeGreaterThan(0);
      return wait;
    });
    if (waits === undefined) break;
    await installation.pass(waits);
  }
  return (await installation.database.outbox.get(id))?.state === 'done' ? 'done' : 'failed';
}

async function changeNumber(change: Change, course: Course, employee: Employee): Promise<'done' | 'failed'> {
  const verificationId = crypto.randomUUID();
  const verification = () => installation.database.verifications.get(verificationId);
  const isFaulty = !course.asksForSignIn || course.ends === 'not there';
  // The gateway demands step-up before the text message; the directory is written after the code.
  if (!isFaulty) course.prepare?.(change.request, employee);
  const command = { kind: 'text-code', accountId, verificationId, type: 'mobile', purpose: 'change' } as const;
  await installation.ask(command, { phoneNumber: newNumber });
  if (!isFaulty) {
    await waitFor(async () => expect((await verification())?.state).toBe('needs-step-up'));
    await installation.carryOut({ kind: 'step-up', accountId, waitingId: verificationId, from: 'popup' });
  }
  await waitFor(async () => expect((await verification())?.state).toBe('awaiting-code'));
  if (isFaulty) course.prepare?.(change.request, employee);
  const text = await sandbox.handsets.waitForText(newNumber);
  const code = codeIn(text.body);
  await installation.carryOut({ kind: 'confirm-code', accountId, verificationId }, { code });
  for (;;) {
    const current = await verification();
    if (current?.state === 'failed') return 'failed';
    if (current?.state === 'done') return current.methodId ? 'done' : 'failed';
    await installation.pass(Math.max(0, (current?.readAt ?? 0) - sandbox.control.clock.now()));
  }
}

async function overview() {
  const rows = await readRows(tablesOf(installation.database));
  const known = overviewOf({ rows, asked: [], now: sandbox.control.clock.now() }, accountId);
  if (known.screen !== 'account') throw new Error(`The page shows ${known.screen}`);
  return known;
}

async function shown(): Promise<Picture> {
  const { current } = await overview();
  return Object.fromEntries(
    current.tiles.map(({ method, sms, isDefault }) => [method.type, { masked: method.masked, sms, isDefault }]),
  );
}

/** Read without the extension. */
async function truth(employee: Employee): Promise<Picture> {
  const application = new Application(sandbox);
  const { access_token: token } = await application.signIn(employee);
  const read = async (path: string) => (await application.graph(token, path)).json();
  const phones = await read('v1.0/me/authentication/phoneMethods');
  const preferences = await read(`beta/users/${employee.oid}/authentication/signInPreferences`);
  const typeOfDefault: Record<string, string> = {
    sms: 'mobile',
    voiceMobile: 'mobile',
    voiceAlternateMobile: 'alternateMobile',
    voiceOffice: 'office',
  };
  const isDefault = typeOfDefault[preferences.userPreferredMethodForSecondaryAuthentication];
  const sms: Record<string, string> = {
    phoneNumberNotUnique: 'inUse',
    notSupported: 'none',
    notAllowedByPolicy: 'none',
  };
  return Object.fromEntries(
    phones.value.map((phone: { phoneNumber: string; phoneType: string; smsSignInState: string }) => [
      phone.phoneType,
      {
        masked: maskNumber(phone.phoneNumber),
        sms: sms[phone.smsSignInState] ?? phone.smsSignInState,
        isDefault: phone.phoneType === isDefault,
      },
    ]),
  );
}
