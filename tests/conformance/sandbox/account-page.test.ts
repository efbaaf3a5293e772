import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { codeIn } from '../../../scripts/driver/code-in-text.ts';
import { type Employee, type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { Visitor } from './visitor.ts';

const accountPage = 'https://mysignins.microsoft.com/security-info';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ redirectUris: Object.values(redirectUris) });
});
afterEach(() => sandbox.control.reset());
afterAll(() => sandbox.close());

async function signedIn(employee: Employee) {
  const visitor = new Visitor(sandbox);
  const page = await visitor.signIn(await visitor.open(accountPage), employee);
  const ask = async (method: string, path: string, body?: unknown) => {
    const visit = await visitor.open(`https://mysignins.microsoft.com/api/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: visit.status, body: JSON.parse(visit.text) };
  };
  return { visitor, page, ask };
}

describe('the account page', () => {
  test('the account page redirects to the sign-in service and shows the user after the sign-in', async () => {
    const { page } = await signedIn(sandbox.employees.noPhoneYet);
    expect(page.url.href).toBe(accountPage);
    expect(page.text).toContain(sandbox.employees.noPhoneYet.userName);
    expect(page.text).toContain('<strong>Sandbox.</strong>');
  });

  test('the account page returns to the requested sub-page after the sign-in', async () => {
    const visitor = new Visitor(sandbox);
    const page = await visitor.signIn(
      await visitor.open(`${accountPage}/add?tenantId=${sandbox.tenant.id}`),
      sandbox.employees.noPhoneYet,
    );
    expect(page.url.pathname).toBe('/security-info/add');
  });

  test('the account page registers a phone with a texted code, once, and refuses a wrong one', async () => {
    const { noPhoneYet } = sandbox.employees;
    const { ask } = await signedIn(noPhoneYet);
    const begun = await ask('POST', 'phones', { number: '07700 900101', type: 'mobile' });
    expect(begun.body).toEqual({ number: '+44 7700900101' });
    const { body } = await sandbox.handsets.waitForText(noPhoneYet.mobile);
    const code = codeIn(body);
    expect((await ask('POST', 'phones/code', { code: `x${code}` })).status).toBe(400);
    expect((await ask('POST', 'phones/code', { code })).body).toEqual({ done: true });
    expect((await ask('POST', 'phones/code', { code })).status).toBe(400);
    expect((await ask('GET', 'methods')).body).toMatchObject({
      phones: [{ type: 'mobile', number: '+44 7700900101', smsSignInState: 'ready' }],
    });
  });

  test('the account page changes a number with a code texted to the new number', async () => {
    const { mobileReady } = sandbox.employees;
    const { ask } = await signedIn(mobileReady);
    const change = { number: '07700 900180', purpose: 'change' };
    expect((await ask('POST', 'phones', { ...change, type: 'office' })).status).toBe(409);
    expect((await ask('POST', 'phones', { ...change, type: 'mobile' })).body).toEqual({ number: '+44 7700900180' });
    const { body } = await sandbox.handsets.waitForText('+447700900180');
    expect((await ask('GET', 'methods')).body).toMatchObject({ phones: [{ number: mobileReady.mobile }] });
    expect((await ask('POST', 'phones/code', { code: codeIn(body) })).body).toEqual({ done: true });
    expect((await ask('GET', 'methods')).body).toMatchObject({
      phones: [{ type: 'mobile', number: '+44 7700900180' }],
    });
  });

  test('the account page refuses to delete the default method while there is another method', async () => {
    const { ask } = await signedIn(sandbox.employees.defaultIsMobileWithAuthenticator);
    const refused = await ask('DELETE', 'phones/mobile');
    expect(refused.status).toBe(409);
    expect(refused.body.problem).toMatch(/default sign-in method/);
    const only = await signedIn(sandbox.employees.mobileIsOnlyMethod);
    expect((await only.ask('DELETE', 'phones/mobile')).status).toBe(200);
  });

  test('the account page answers 401 without a session and after the sessions ended', async () => {
    expect((await sandbox.fetch('https://mysignins.microsoft.com/api/methods')).status).toBe(401);
    const { ask } = await signedIn(sandbox.employees.mobileReady);
    sandbox.control.endSessions(sandbox.employees.mobileReady);
    expect((await ask('GET', 'methods')).status).toBe(401);
  });
});

describe('handsets', () => {
  test('a handset page shows texts as plain text, newest first', async () => {
    sandbox.handsets.deliver({ to: '+44 7700 900101', body: 'the older one' });
    sandbox.handsets.deliver({ to: '07700 900101', body: '<b>the newer one</b>', from: 'Contoso' });
    const { text } = await new Visitor(sandbox).open('https://handsets.contoso.example/+447700900101');
    expect(text.indexOf('&lt;b&gt;the newer one')).toBeGreaterThan(0);
    expect(text.indexOf('the older one')).toBeGreaterThan(text.indexOf('the newer one'));
    expect(sandbox.handsets.texts('+447700900101').map((each) => each.from)).toEqual(['Contoso', 'Sandbox']);
  });

  test('waitForText resolves with the next text and rejects after its timeout', async () => {
    sandbox.handsets.deliver({ to: '+447700900101', body: 'first' });
    const first = await sandbox.handsets.waitForText('+447700900101');
    const next = sandbox.handsets.waitForText('+447700900101', { after: first });
    sandbox.handsets.deliver({ to: '+447700900101', body: 'second' });
    expect((await next).body).toBe('second');
    await expect(sandbox.handsets.waitForText('+447700900102', { timeout: 20 })).rejects.toThrow(
      /No text within 20 ms/,
    );
  });

  test('the index lists the handsets of employees and of other numbers with texts', async () => {
    sandbox.handsets.deliver({ to: '+44 7700 900199', body: 'hello' });
    const { text } = await new Visitor(sandbox).open('https://handsets.contoso.example/');
    expect(text).toContain('+44 7700900199');
    expect(text).toContain(sandbox.employees.mobileReady.name);
  });
});
