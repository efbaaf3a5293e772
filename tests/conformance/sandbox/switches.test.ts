// The switches of the sandbox: the README lists all of them, each changes an answer, and a reset turns it off.
import { readFileSync } from 'node:fs';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { type Employee, type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { Application, type Tokens } from './application.ts';

const phones = 'v1.0/me/authentication/phoneMethods';
const mobile = `${phones}/3179e48a-750b-4051-897c-87b9720928f7`;
const preferences = 'beta/me/authentication/signInPreferences';
const newPhone = { phoneNumber: '+44 7700900101', phoneType: 'mobile' };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ redirectUris: Object.values(redirectUris) });
});
beforeEach(() => sandbox.control.reset());
afterAll(() => sandbox.close());

const post = async (command: string, body: unknown = {}) => {
  const response = await sandbox.fetch(`https://control.contoso.example/${command}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect(await response.json(), command).toEqual({ done: true });
};

type Ask = (path: string, method?: string, body?: unknown) => Promise<Response>;

async function as(employee: Employee): Promise<Ask> {
  const application = new Application(sandbox);
  const { access_token: token } = await application.signIn(employee);
  return (path, method, body) => application.graph(token, path, method, body);
}

/** @returns answers to reads of an employee's phones */
const read =
  (who: keyof Sandbox['employees'], path = phones) =>
  async () => {
    const response = await (await as(sandbox.employees[who]))(path);
    // The time and the ids of an error differ each time.
    return response.ok ? response.json() : response.status;
  };
const status =
  (who: keyof Sandbox['employees'], ...[path, method, body]: Parameters<Ask>) =>
  async () =>
    (await (await as(sandbox.employees[who]))(path, method, body)).status;
const statesAfterEnable = async () => {
  const ask = await as(sandbox.employees.mobileNotEnabled);
  await ask(`${mobile}/enableSmsSignIn`, 'POST');
  const state = async () => ((await (await ask(mobile)).json()) as { smsSignInState: string }).smsSignInState;
  return [await state(), await state()];
};
const refreshed = async (fields: Record<string, string> = {}) => {
  const application = new Application(sandbox);
  const { refresh_token: token } = await application.signIn(sandbox.employees.mobileReady);
  return (await application.refresh(token, fields)).status;
};
const refreshedForContext = () =>
  refreshed({ claims: JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } }) });
const signInPage = async () => {
  const application = new Application(sandbox);
  const page = await application.visitor.open(application.authorizeUrl());
  const { text, url } = await application.visitor.signIn(page, sandbox.employees.mobileReady);
  return [url.origin, /<h1[^>]*>([^<]*)/.exec(text)?.[1], /AADSTS\d+/.exec(text)?.[0]];
};

const passwordAlone: Switch['after'] = [['set-second-factor-policy', { policy: 'on-demand' }]];

interface Switch {
  /** Other commands before it, for an answer that depends on them. */
  after?: [command: string, body: unknown][];
  body: unknown;
  answer(): Promise<unknown>;
}

const switches: Record<string, Switch> = {
  'show-phone-as': {
    body: { employee: 'mobileReady', type: 'mobile', phoneNumber: null },
    answer: read('mobileReady'),
  },
  'add-method': {
    body: { employee: 'mobileReady', lists: ['phoneMethods'], method: { id: 'later' } },
    answer: read('mobileReady'),
  },
  'set-page-size': { body: { entries: 1 }, answer: read('mobileAlternateAndOffice') },
  'fail-preferences': { body: { status: 503 }, answer: read('mobileReady', preferences) },
  'prefer-system-method': { body: { method: 'OneWaySms' }, answer: read('mobileReady', preferences) },
  'set-propagation': { body: { milliseconds: 30_000 }, answer: statesAfterEnable },
  'flip-reads': { body: { milliseconds: 30_000 }, answer: statesAfterEnable },
  'ignore-writes': { body: { count: 1 }, answer: statesAfterEnable },
  'set-state-of-new-numbers': {
    body: { state: 'notConfigured' },
    async answer() {
      await post('set-phone', { employee: 'noPhoneYet', type: 'mobile', number: newPhone.phoneNumber });
      return read('noPhoneYet')();
    },
  },
  'allow-self-write': { body: { allowed: true }, answer: status('noPhoneYet', phones, 'POST', newPhone) },
  'allow-self-default': {
    body: { allowed: true },
    answer: status('defaultIsMobileWithAuthenticator', preferences, 'PATCH', {
      userPreferredMethodForSecondaryAuthentication: 'push',
    }),
  },
  'block-by-access-policy': { body: { blocked: true }, answer: signInPage },
  'set-consent': { body: { consent: 'missing' }, answer: signInPage },
  'allow-consent-requests': {
    after: [['set-consent', { consent: 'missing' }]],
    body: { allowed: true },
    answer: signInPage,
  },
  'set-gateway-registration': {
    body: { tokenVersion: 2 },
    async answer() {
      const application = new Application(sandbox);
      const { refresh_token: token } = await application.signIn(sandbox.employees.mobileReady);
      const response = await application.refresh(token, { scope: sandbox.tenant.gateway.scope });
      return decodeJwt(((await response.json()) as Tokens).access_token).ver;
    },
  },
  'answer-silently-by-script': {
    body: { count: 1, milliseconds: 'never' },
    async answer() {
      const application = new Application(sandbox);
      await application.signIn(sandbox.employees.mobileReady);
      return (await application.authorizeSilently()).has('code');
    },
  },
  'demand-claims': {
    body: { demands: [{ where: 'graph-read', claims: { acrs: { essential: true, value: 'c1' } } }] },
    answer: read('mobileReady'),
  },
  'fail-sign-ins': { body: { where: 'refresh', family: 'throttled' }, answer: () => refreshed() },
  'set-second-factor-policy': {
    body: { policy: 'on-demand' },
    answer: status('mobileNotEnabled', `${mobile}/enableSmsSignIn`, 'POST'),
  },
  'set-context-policy': { after: passwordAlone, body: { state: 'none' }, answer: refreshedForContext },
  'exclude-from-contexts': {
    after: passwordAlone,
    body: { employee: 'mobileReady' },
    answer: refreshedForContext,
  },
  'describe-tenant-as': {
    body: { tenant_region_sub_scope: 'DODCON' },
    async answer() {
      const path = `${sandbox.tenant.id}/v2.0/.well-known/openid-configuration`;
      return (await sandbox.fetch(`https://login.microsoftonline.com/${path}`)).json();
    },
  },
};

/** They change the state of the organization or of one request, not a rule. */
const noSwitches = [
  ...['advance-clock', 'fault', 'hold', 'release', 'drop', 'age-sign-ins', 'end-sessions', 'revoke-tokens'],
  ...['set-sms-sign-in-state', 'set-default-method', 'set-phone', 'remove-phone', 'set-memberships', 'reset'],
  'answer-second-factors',
];

/** @returns the names in the first column of the tables below a heading of the README */
function named(heading: string, firstColumn: string): string[] {
  const readme = readFileSync('services/sandbox/README.md', 'utf8');
  const section = readme.split('\n## ').find((each) => each.startsWith(`${heading}\n`)) ?? '';
  const tables = section.split('\n\n').filter((each) => each.startsWith(`| ${firstColumn} `));
  const cells = tables.flatMap((table) => table.split('\n').slice(2)).map((row) => row.split('|')[1] ?? '');
  return cells.flatMap((cell) => [...(cell.split('→')[0] ?? '').matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name));
}

async function commands(): Promise<string[]> {
  const page = await (await sandbox.fetch('https://control.contoso.example/')).text();
  return [...page.matchAll(/<code>\/([\w-]+)<\/code>/g)].map(([, name = '']) => name);
}

test('the README lists every command', async () => {
  expect(named('By hand', 'Command').toSorted()).toEqual((await commands()).toSorted());
});

test('the README lists every switch', async () => {
  const all = (await commands()).filter((each) => !noSwitches.includes(each));
  expect(named('Departures and switches', 'Switch').toSorted()).toEqual(all.toSorted());
});

describe('each switch changes an answer, and reset turns it off', () => {
  test('and none is left out', async () => {
    expect(Object.keys(switches).toSorted()).toEqual(named('Departures and switches', 'Switch').toSorted());
  });

  test.each(Object.entries(switches))('%s', async (command, { after = [], body, answer }) => {
    const answered = async (...sent: [string, unknown][]) => {
      for (const [each, fields] of sent) await post(each, fields);
      const result = await answer();
      sandbox.control.reset();
      return result;
    };
    const usual = await answered(...after);
    expect(await answered(...after, [command, body])).not.toEqual(usual);
    expect(await answered(...after)).toEqual(usual);
  });
});
