import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { codeIn } from '../../../scripts/driver/code-in-text.ts';
import { type Employee, type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { Application } from './application.ts';
import type { Visit } from './visitor.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ redirectUris: Object.values(redirectUris) });
});
afterEach(() => sandbox.control.reset());
afterAll(() => sandbox.close());

async function begin(): Promise<{ application: Application; page: Visit }> {
  const application = new Application(sandbox);
  return { application, page: await application.visitor.open(application.authorizeUrl()) };
}

async function newestCode(employee: Employee): Promise<string> {
  const { body } = await sandbox.handsets.waitForText(employee.mobile);
  return codeIn(body);
}

const announced = (page: Visit) => /role="alert"[^>]*>([^<]*)</.exec(page.text)?.[1];

test('the sign-in page says that it is a sandbox', async () => {
  const { page } = await begin();
  expect(page.text).toContain('<strong>Sandbox.</strong>');
});

test('the list of requests names each purpose and the completed sign-in, and holds no secret', async () => {
  const application = new Application(sandbox);
  const code = (await application.authorize(sandbox.employees.mobileReady)).get('code') ?? '';
  await application.visitor.open(application.authorizeUrl({ prompt: 'none' }));
  await sandbox.fetch('https://graph.microsoft.com/v1.0/me');
  await sandbox.fetch('https://graph.microsoft.com/v1.0/me/authentication/phoneMethods', { method: 'POST' });
  await sandbox.fetch('https://login.microsoftonline.com/common/oauth2/v2.0/token', { method: 'POST' });
  const named = sandbox.requests.flatMap(({ purpose, completesSignIn }) => [
    ...(purpose ? [purpose] : []),
    ...(completesSignIn ? ['signed in'] : []),
  ]);
  const silently = ['authorize silently', 'signed in'];
  expect(named).toEqual(['authorize', 'signed in', ...silently, 'read', 'write', 'token']);
  expect(sandbox.requests.filter(({ purpose }) => purpose === 'read')).toMatchObject([{ status: 401 }]);
  expect(JSON.stringify(sandbox.requests)).not.toContain(code);
});

test('Cancel on any step returns to the application with error_subcode=cancel and no number', async () => {
  const { mobileReady } = sandbox.employees;
  for (const typed of [undefined, mobileReady.userName, mobileReady.mobile]) {
    const { application, page } = await begin();
    const step = typed === undefined ? page : await application.visitor.submit(page, { userName: typed });
    const { url } = await application.visitor.submit(step, { cancel: '' });
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      error: 'access_denied',
      error_subcode: 'cancel',
      error_description: 'the user canceled the authentication',
      state: 'a-state',
    });
  }
});

test('declined consent returns to the application with AADSTS65004 and error_subcode=cancel', async () => {
  const application = new Application(sandbox);
  await application.authorize(sandbox.employees.mobileReady);
  const page = await application.visitor.open(application.authorizeUrl({ prompt: 'consent' }));
  const { url } = await application.visitor.submit(page, { cancel: '' });
  expect(url.searchParams.get('error_subcode')).toBe('cancel');
  expect(url.searchParams.get('error_description')).toMatch(/^AADSTS65004: /);
});

describe('user name and password', () => {
  test('a wrong password shows an error, and the right one signs in', async () => {
    const { application, page } = await begin();
    const { mobileReady } = sandbox.employees;
    const password = await application.visitor.submit(page, { userName: `  ${mobileReady.userName.toUpperCase()} ` });
    expect(announced(password)).toBe('');
    const refused = await application.visitor.submit(password, { password: 'wrong' });
    expect(announced(refused)).toMatch(/password is incorrect/);
    expect(refused.text).toContain('aria-invalid="true"');
    const second = await application.visitor.submit(refused, { password: mobileReady.password });
    const done = await application.visitor.approve(second, mobileReady);
    expect(done.url.searchParams.get('code')).toBeTruthy();
  });

  test('an unknown user name shows an error and stays in the field, escaped', async () => {
    const { application, page } = await begin();
    const refused = await application.visitor.submit(page, { userName: '"><b>nobody@contoso.example' });
    expect(announced(refused)).toMatch(/could not find/);
    expect(refused.text).toContain('value="&quot;&gt;&lt;b&gt;nobody@contoso.example"');
  });

  test('a login hint opens the password step, which leads back to the user name', async () => {
    const application = new Application(sandbox);
    const page = await application.visitor.open(
      application.authorizeUrl({ login_hint: sandbox.employees.mobileReady.userName }),
    );
    expect(page.text).toContain('name="password"');
    expect((await application.visitor.submit(page, { back: '' })).text).toContain('name="userName"');
  });

  test('select_account offers the signed-in user and another account', async () => {
    const application = new Application(sandbox);
    await application.authorize(sandbox.employees.mobileReady);
    const pick = await application.visitor.open(application.authorizeUrl({ prompt: 'select_account' }));
    expect(pick.text).toContain(`Continue as ${sandbox.employees.mobileReady.userName}`);
    const same = await application.visitor.submit(pick, { this: '' });
    expect(same.url.searchParams.get('code')).toBeTruthy();
    const pickAgain = await application.visitor.open(application.authorizeUrl({ prompt: 'select_account' }));
    const other = await application.visitor.submit(pickAgain, { other: '' });
    expect(other.text).toContain('name="userName"');
  });
});

describe('phone number and code', () => {
  test.each(['+44 7700 900104', '07700 900104', '0044 7700-900104', '(07700) 900 104'])(
    'a ready number in the form %s signs in with a code',
    async (typed) => {
      const { application, page } = await begin();
      const code = await application.visitor.submit(page, { userName: typed });
      expect(code.text).toContain('autocomplete="one-time-code"');
      expect(code.text).not.toContain('7700900104');
      const text = await newestCode(sandbox.employees.mobileReady);
      const done = await application.visitor.submit(code, { code: `${text.slice(0, 3)}-${text.slice(3)}` });
      const response = await application.redeem(done.url.searchParams);
      expect(await response.json()).toHaveProperty('access_token');
    },
  );

  test('a wrong code shows an error, and a new code replaces the older one', async () => {
    const { application, page } = await begin();
    const step = await application.visitor.submit(page, { userName: sandbox.employees.mobileReady.mobile });
    const older = await newestCode(sandbox.employees.mobileReady);
    const wrong = await application.visitor.submit(step, { code: older === '000000' ? '000001' : '000000' });
    expect(announced(wrong)).toMatch(/did not work/);
    const again = await application.visitor.submit(wrong, { resend: '' });
    const newer = await newestCode(sandbox.employees.mobileReady);
    if (newer !== older) {
      expect(announced(await application.visitor.submit(again, { code: older }))).toMatch(/did not work/);
    }
    expect((await application.visitor.submit(again, { code: newer })).url.searchParams.get('code')).toBeTruthy();
    expect(sandbox.handsets.texts(sandbox.employees.mobileReady.mobile)).toHaveLength(2);
  });

  test('after five wrong codes the right code is refused', async () => {
    const { application, page } = await begin();
    let step = await application.visitor.submit(page, { userName: sandbox.employees.mobileReady.mobile });
    const right = await newestCode(sandbox.employees.mobileReady);
    for (let attempt = 0; attempt < 5; attempt += 1) step = await application.visitor.submit(step, { code: 'no' });
    expect(announced(await application.visitor.submit(step, { code: right }))).toMatch(/Too many/);
  });

  test('a number that is not configured signs in, prompts to register and is ready afterwards', async () => {
    const { mobileNotConfigured } = sandbox.employees;
    const { application, page } = await begin();
    const step = await application.visitor.submit(page, { userName: mobileNotConfigured.mobile });
    const prompt = await application.visitor.submit(step, { code: await newestCode(mobileNotConfigured) });
    expect(prompt.text).toContain('Register this number');
    const done = await application.visitor.submit(prompt, {});
    const tokens = (await (await application.redeem(done.url.searchParams)).json()) as { access_token: string };
    const phones = await application.graph(tokens.access_token, 'v1.0/me/authentication/phoneMethods');
    expect(await phones.json()).toMatchObject({ value: [{ smsSignInState: 'ready' }] });
  });

  test.each([
    ['not enabled', () => sandbox.employees.mobileNotEnabled.mobile],
    ['not available by policy', () => sandbox.employees.notAvailableByPolicy.mobile],
    ['unknown', () => '+44 7700 900999'],
  ])('a number that is %s is refused with an error and without a text', async (_case, numberOf) => {
    const { application, page } = await begin();
    const refused = await application.visitor.submit(page, { userName: numberOf() });
    expect(announced(refused)).toMatch(/not enabled for SMS sign-in/);
    expect(sandbox.handsets.texts(numberOf())).toHaveLength(0);
  });

  test('a number signs in while it is enabled through Graph', async () => {
    const { mobileNotEnabled } = sandbox.employees;
    const owner = new Application(sandbox);
    const { access_token: accessToken } = await owner.signIn(mobileNotEnabled);
    const phone = 'v1.0/me/authentication/phoneMethods/3179e48a-750b-4051-897c-87b9720928f7';
    expect((await owner.graph(accessToken, `${phone}/enableSmsSignIn`, 'POST')).status).toBe(204);
    const { application, page } = await begin();
    const step = await application.visitor.submit(page, { userName: mobileNotEnabled.mobile });
    const done = await application.visitor.submit(step, { code: await newestCode(mobileNotEnabled) });
    expect(done.url.searchParams.get('code')).toBeTruthy();
    await owner.graph(accessToken, `${phone}/disableSmsSignIn`, 'POST');
    const later = await begin();
    const refused = await later.application.visitor.submit(later.page, { userName: mobileNotEnabled.mobile });
    expect(announced(refused)).toMatch(/not enabled/);
  });
});

describe('the second factor', () => {
  const ngcmfa = JSON.stringify({ access_token: { amr: { essential: true, values: ['ngcmfa'] } } });

  async function enterPassword(employee: Employee, parameters: Record<string, string> = {}) {
    const application = new Application(sandbox);
    const url = application.authorizeUrl({ login_hint: employee.userName, ...parameters });
    const password = await application.visitor.open(url);
    return { application, page: await application.visitor.submit(password, { password: employee.password }) };
  }

  test('the page waits for the handset, and continues when the request is approved there', async () => {
    const { mobileReady } = sandbox.employees;
    const { application, page } = await enterPassword(mobileReady);
    expect(page.text).toContain('Approve sign-in request');
    const early = await application.visitor.submit(page, {});
    expect(announced(early)).toMatch(/not answered yet/);
    const isAnswered = async () => {
      const { text } = await application.visitor.open(page.url, { headers: { accept: 'application/json' } });
      return JSON.parse(text).isAnswered;
    };
    expect(await isAnswered()).toBe(false);
    const [prompt] = sandbox.handsets.approvals(mobileReady.mobile);
    const approved = await sandbox.fetch(`https://handsets.contoso.example/prompts/${prompt?.id}/approve`, {
      method: 'POST',
    });
    expect(approved.status).toBe(204);
    expect(await isAnswered()).toBe(true);
    const done = await application.visitor.submit(page, {});
    expect(done.url.searchParams.get('code')).toBeTruthy();
    expect(sandbox.handsets.answer(prompt?.id ?? '', 'deny')).toBe(false);
  });

  test.each(['deny', 'wait'] as const)('%s ends the sign-in with AADSTS500121', async (answer) => {
    const { mobileReady } = sandbox.employees;
    if (answer === 'deny') sandbox.control.answerSecondFactors('deny');
    const { application, page } = await enterPassword(mobileReady);
    if (answer === 'wait') sandbox.control.clock.advance(61_000);
    expect(sandbox.handsets.approvals(mobileReady.mobile)).toEqual([]);
    const { url } = await application.visitor.submit(page, {});
    expect(url.searchParams.get('error')).toBe('access_denied');
    expect(url.searchParams.get('error_description')).toMatch(/^AADSTS500121: /);
  });

  test('on demand, a password signs in alone, and the claims request prompts in spite of a session', async () => {
    const { mobileReady } = sandbox.employees;
    sandbox.control.setSecondFactorPolicy('on-demand');
    const { application, page } = await enterPassword(mobileReady);
    expect(page.url.searchParams.get('code')).toBeTruthy();
    const password = await application.visitor.open(application.authorizeUrl({ claims: ngcmfa }));
    const second = await application.visitor.submit(password, { password: mobileReady.password });
    expect(second.text).toContain('Approve sign-in request');
  });

  test('employees without a second factor sign in with the password, and are led to Security info on demand', async () => {
    const { mobileNotEnabled } = sandbox.employees;
    sandbox.control.removePhone(mobileNotEnabled, 'mobile');
    expect((await enterPassword(mobileNotEnabled)).page.url.searchParams.get('code')).toBeTruthy();
    const { application, page } = await enterPassword(mobileNotEnabled, { claims: ngcmfa });
    expect(page.text).toContain('More information required');
    expect(page.text).toContain('https://mysignins.microsoft.com/security-info');
    expect((await application.visitor.submit(page, {})).text).toContain('More information required');
    const { url } = await application.visitor.submit(page, { cancel: '' });
    expect(url.searchParams.get('error_subcode')).toBe('cancel');
  });

  test('a sign-in with a code by text is a single factor', async () => {
    const { mobileReady } = sandbox.employees;
    for (const claims of ['', ngcmfa]) {
      const application = new Application(sandbox);
      const page = await application.visitor.open(application.authorizeUrl(claims === '' ? {} : { claims }));
      const code = await application.visitor.submit(page, { userName: mobileReady.mobile });
      const after = await application.visitor.submit(code, { code: await newestCode(mobileReady) });
      expect(after.text.includes('Approve sign-in request')).toBe(claims === ngcmfa);
    }
  });
});
