import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { type Employee, type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { Application, phoneScope } from './application.ts';
import { violations } from './graph-types.ts';

const minute = 60 * 1000;
const phones = 'v1.0/me/authentication/phoneMethods';
const mobile = `${phones}/3179e48a-750b-4051-897c-87b9720928f7`;
const alternate = `${phones}/b6332ec1-7057-4abe-9331-3d72feddfe41`;
const preferences = 'beta/me/authentication/signInPreferences';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ redirectUris: Object.values(redirectUris) });
});
afterEach(() => sandbox.control.reset());
afterAll(() => sandbox.close());

type Ask = (path: string, method?: string, body?: unknown) => Promise<Response>;

async function as(employee: Employee, parameters: Record<string, string> = {}): Promise<Ask> {
  const application = new Application(sandbox);
  const { access_token: accessToken } = await application.signIn(employee, parameters);
  return (path, method, body) => application.graph(accessToken, path, method, body);
}

const listOf = async (ask: Ask) =>
  (
    (await (await ask(phones)).json()) as {
      value: { phoneType: string; phoneNumber: string; smsSignInState: string }[];
    }
  ).value;
const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;

describe('reading', () => {
  test("phoneMethods lists phone numbers with their fixed ids in Graph's format", async () => {
    const ask = await as(sandbox.employees.mobileAlternateAndOffice);
    expect(await listOf(ask)).toEqual([
      {
        id: '3179e48a-750b-4051-897c-87b9720928f7',
        phoneType: 'mobile',
        phoneNumber: '+44 7700900109',
        smsSignInState: 'notEnabled',
      },
      {
        id: 'b6332ec1-7057-4abe-9331-3d72feddfe41',
        phoneType: 'alternateMobile',
        phoneNumber: '+44 7700900119',
        smsSignInState: 'notSupported',
      },
      {
        id: 'e37fc753-ff3b-4958-9484-eaa9425c82bc',
        phoneType: 'office',
        phoneNumber: '+1 2065550109x42',
        smsSignInState: 'notSupported',
      },
    ]);
    expect(await (await ask(mobile)).json()).toMatchObject({ phoneType: 'mobile' });
    expect((await ask(`${phones}/unknown`)).status).toBe(404);
  });

  test('Graph exposes the request id to pages', async () => {
    const ask = await as(sandbox.employees.mobileReady);
    const response = await ask(phones);
    expect(response.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-expose-headers')).toContain('request-id');
  });

  test('Graph echoes the client-request-id, also in errors', async () => {
    const id = '11111111-2222-4333-8444-555555555555';
    const response = await sandbox.fetch(`https://graph.microsoft.com/${phones}`, {
      headers: { 'client-request-id': id },
    });
    expect(response.headers.get('client-request-id')).toBe(id);
    expect(await response.json()).toMatchObject({ error: { innerError: { 'client-request-id': id } } });
  });

  test('sign-in preferences are refused with 403 to a token with only the phone scope', async () => {
    const wide = await as(sandbox.employees.defaultIsMobileWithAuthenticator);
    expect(await (await wide(preferences)).json()).toMatchObject({
      userPreferredMethodForSecondaryAuthentication: 'sms',
      isSystemPreferredAuthenticationMethodEnabled: false,
    });
    const narrow = await as(sandbox.employees.defaultIsMobileWithAuthenticator, { scope: `openid ${phoneScope}` });
    expect((await narrow(phones)).status).toBe(200);
    const refused = await narrow(preferences);
    expect(refused.status).toBe(403);
    expect(await codeOf(refused)).toBe('accessDenied');
  });

  test("a user's read of another user's phones is refused with 403", async () => {
    const ask = await as(sandbox.employees.mobileReady);
    const { oid } = sandbox.employees.numberInUse;
    expect((await ask(`v1.0/users/${oid}/authentication/phoneMethods`)).status).toBe(403);
    const own = sandbox.employees.mobileReady.oid;
    expect((await ask(`v1.0/users/${own}/authentication/phoneMethods`)).status).toBe(200);
  });
});

describe("Graph's metadata", () => {
  const phone = 'phoneAuthenticationMethod';
  const entries = async (ask: Ask, path: string) =>
    ((await (await ask(path)).json()) as { value: Record<string, unknown>[] }).value;

  test('allows every method that the sandbox answers with', async () => {
    sandbox.control.allowSelfWrite(true);
    for (const employee of Object.values(sandbox.employees)) {
      const ask = await as(employee);
      const methods = await entries(ask, 'v1.0/me/authentication/methods');
      expect(methods.length).toBeGreaterThan(0);
      for (const each of [...(await entries(ask, phones)), ...methods]) expect(violations(each, phone)).toEqual([]);
    }
    const ask = await as(sandbox.employees.noPhoneYet);
    const created = await ask(phones, 'POST', { phoneNumber: '+44 7700900101', phoneType: 'mobile' });
    const changed = await ask(mobile, 'PATCH', { phoneNumber: '+44 7700900111', phoneType: 'mobile' });
    for (const response of [created, await ask(mobile), changed])
      expect(violations(await response.json(), phone)).toEqual([]);
  });

  test('allows what the switch showPhoneAs is for, and not every value', async () => {
    const { mobileReady } = sandbox.employees;
    const ask = await as(mobileReady);
    const shown = { phoneNumber: null, phoneType: null, smsSignInState: null };
    for (const allowed of [shown, { smsSignInState: 'unknownFutureValue' }, { phoneNumber: '7700-900104' }]) {
      sandbox.control.showPhoneAs(mobileReady, 'mobile', allowed);
      const [read = {}] = await entries(ask, phones);
      expect(read).toMatchObject(allowed);
      expect(violations(read, phone)).toEqual([]);
    }
    sandbox.control.showPhoneAs(mobileReady, 'mobile', { phoneType: 'satellite' });
    const [later = {}] = await entries(ask, phones);
    expect(violations(later, phone)).toEqual(['phoneAuthenticationMethod.phoneType is "satellite"']);
  });
});

describe('switches of what Graph may do', () => {
  test('showPhoneAs changes the phone in lists and alone, and no other phone', async () => {
    const { mobileAlternateAndOffice } = sandbox.employees;
    const ask = await as(mobileAlternateAndOffice);
    sandbox.control.showPhoneAs(mobileAlternateAndOffice, 'mobile', { phoneNumber: null, phoneType: null });
    expect((await listOf(ask)).map(({ phoneNumber }) => phoneNumber)).toEqual([
      null,
      '+44 7700900119',
      '+1 2065550109x42',
    ]);
    expect(await (await ask(mobile)).json()).toMatchObject({ phoneNumber: null, smsSignInState: 'notEnabled' });
    expect((await ask(`${mobile}/enableSmsSignIn`, 'POST')).status).toBe(204);
    expect((await listOf(ask))[0]?.smsSignInState).toBe('ready');
  });

  test('addMethod adds a method to the named lists', async () => {
    const { mobileReady } = sandbox.employees;
    const method = { '@odata.type': '#microsoft.graph.laterAuthenticationMethod', id: 'later' };
    sandbox.control.addMethod(mobileReady, { lists: ['methods'], method });
    const ask = await as(mobileReady);
    expect(await listOf(ask)).toHaveLength(1);
    expect(await (await ask('v1.0/me/authentication/methods')).json()).toMatchObject({
      value: expect.arrayContaining([method]),
    });
  });

  test('setPageSize links the pages of a list', async () => {
    sandbox.control.setPageSize(2);
    const ask = await as(sandbox.employees.mobileAlternateAndOffice);
    const first = (await (await ask(phones)).json()) as { value: unknown[]; '@odata.nextLink': string };
    expect(first.value).toHaveLength(2);
    const { pathname, search } = new URL(first['@odata.nextLink']);
    const second = (await (await ask(`${pathname}${search}`.slice(1))).json()) as object;
    expect(second).toMatchObject({ value: [{ phoneType: 'office' }] });
    expect(second).not.toHaveProperty('@odata.nextLink');
  });

  test('preferSystemMethod names the method that the system prefers', async () => {
    const ask = await as(sandbox.employees.defaultIsMobileWithAuthenticator);
    const read = async () => (await ask(preferences)).json();
    const usual = { isSystemPreferredAuthenticationMethodEnabled: false, systemPreferredAuthenticationMethod: null };
    expect(await read()).toMatchObject(usual);
    sandbox.control.preferSystemMethod('PhoneAppNotification');
    expect(await read()).toMatchObject({
      isSystemPreferredAuthenticationMethodEnabled: true,
      systemPreferredAuthenticationMethod: 'PhoneAppNotification',
      userPreferredMethodForSecondaryAuthentication: 'sms',
    });
    sandbox.control.reset();
    expect(
      await (await (await as(sandbox.employees.defaultIsMobileWithAuthenticator))(preferences)).json(),
    ).toMatchObject(usual);
  });

  test('failPreferences fails reads of the sign-in preferences, and no change of them', async () => {
    sandbox.control.allowSelfDefault(true);
    sandbox.control.failPreferences(501);
    const ask = await as(sandbox.employees.defaultIsMobileWithAuthenticator);
    expect((await ask(preferences)).status).toBe(501);
    const preferred = { userPreferredMethodForSecondaryAuthentication: 'push' };
    expect((await ask(preferences, 'PATCH', preferred)).status).toBe(204);
    expect((await ask(phones)).status).toBe(200);
  });
});

describe('tokens', () => {
  const ask = (authorization: string) =>
    sandbox.fetch(`https://graph.microsoft.com/${phones}`, { headers: { authorization } });

  test('a missing, forged, foreign or expired token is refused with 401', async () => {
    const application = new Application(sandbox);
    const tokens = await application.signIn(sandbox.employees.mobileReady);
    const gateway = (await (
      await application.refresh(tokens.refresh_token, { scope: sandbox.tenant.gateway.scope })
    ).json()) as { access_token: string };
    const [header, payload] = tokens.access_token.split('.');
    for (const token of ['', 'nonsense', `${header}.${payload}.AAAA`, gateway.access_token, tokens.id_token]) {
      const response = await ask(`Bearer ${token}`);
      expect(response.status).toBe(401);
      expect(await codeOf(response)).toBe('InvalidAuthenticationToken');
    }
    expect((await ask(`Bearer ${tokens.access_token}`)).status).toBe(200);
    sandbox.control.clock.advance(61 * minute);
    expect((await ask(`Bearer ${tokens.access_token}`)).status).toBe(401);
  });

  test('a revoked token gets a claims challenge with cp1, and a renewed token is accepted', async () => {
    const { mobileReady } = sandbox.employees;
    const claims = JSON.stringify({ access_token: { xms_cc: { values: ['cp1'] } } });
    const application = new Application(sandbox);
    const tokens = await application.signIn(mobileReady, { claims });
    sandbox.control.revokeTokens(mobileReady);
    const response = await ask(`Bearer ${tokens.access_token}`);
    expect(response.status).toBe(401);
    const challenge = /error="insufficient_claims", claims="([^"]+)"/.exec(
      response.headers.get('www-authenticate') ?? '',
    )?.[1];
    expect(JSON.parse(Buffer.from(challenge ?? '', 'base64').toString())).toHaveProperty('access_token.nbf');
    const renewed = (await (await application.refresh(tokens.refresh_token)).json()) as { access_token: string };
    expect((await ask(`Bearer ${renewed.access_token}`)).status).toBe(200);
  });

  test('a revoked token without cp1 gets a plain 401', async () => {
    const tokens = await new Application(sandbox).signIn(sandbox.employees.mobileReady);
    sandbox.control.revokeTokens(sandbox.employees.mobileReady);
    const response = await ask(`Bearer ${tokens.access_token}`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).not.toContain('insufficient_claims');
  });
});

describe('the fresh sign-in rule', () => {
  test('a write is refused with 403 when the sign-in is older than 10 minutes, and a read is not', async () => {
    const ask = await as(sandbox.employees.mobileNotEnabled);
    sandbox.control.clock.advance(9.9 * minute);
    expect((await ask(`${mobile}/enableSmsSignIn`, 'POST')).status).toBe(204);
    sandbox.control.clock.advance(0.3 * minute);
    const refused = await ask(`${mobile}/disableSmsSignIn`, 'POST');
    expect(refused.status).toBe(403);
    expect(await codeOf(refused)).toBe('accessDenied');
    expect((await ask(phones)).status).toBe(200);
  });

  test('writes need a second factor, which a password or a session does not replace', async () => {
    const { mobileNotEnabled } = sandbox.employees;
    sandbox.control.setSecondFactorPolicy('on-demand');
    const application = new Application(sandbox);
    const enable = async ({ access_token: token }: { access_token: string }) =>
      (await application.graph(token, `${mobile}/enableSmsSignIn`, 'POST')).status;
    expect(await enable(await application.signIn(mobileNotEnabled))).toBe(403);
    const claims = JSON.stringify({ access_token: { amr: { essential: true, values: ['ngcmfa'] } } });
    expect(await enable(await application.signIn(mobileNotEnabled, { claims }))).toBe(204);
    // A new password in the same session leaves the time of the second factor as it is.
    expect(await enable(await application.signIn(mobileNotEnabled, { prompt: 'login' }))).toBe(204);
    sandbox.control.ageSignIns(mobileNotEnabled, 11 * minute);
    expect(await enable(await application.signIn(mobileNotEnabled, { prompt: 'login' }))).toBe(403);
    // Another session has no second factor.
    expect(await enable(await new Application(sandbox).signIn(mobileNotEnabled))).toBe(403);
  });

  test('renewed and silent tokens keep the age of their sign-in, and a step-up resets it', async () => {
    const { mobileNotEnabled } = sandbox.employees;
    const application = new Application(sandbox);
    const tokens = await application.signIn(mobileNotEnabled);
    sandbox.control.ageSignIns(mobileNotEnabled, 11 * minute);
    const refreshed = (await (await application.refresh(tokens.refresh_token)).json()) as { access_token: string };
    const silent = (await (await application.redeem(await application.authorizeSilently())).json()) as {
      access_token: string;
    };
    for (const old of [tokens, refreshed, silent]) {
      expect((await application.graph(old.access_token, `${mobile}/enableSmsSignIn`, 'POST')).status).toBe(403);
    }
    const claims = JSON.stringify({ access_token: { amr: { essential: true, values: ['ngcmfa'] } } });
    const stepUp = await application.signIn(mobileNotEnabled, { claims });
    expect((await application.graph(stepUp.access_token, `${mobile}/enableSmsSignIn`, 'POST')).status).toBe(204);
  });
});

describe('writing', () => {
  test('enableSmsSignIn sets ready, and disableSmsSignIn sets notEnabled', async () => {
    const ask = await as(sandbox.employees.mobileNotEnabled);
    await ask(`${mobile}/enableSmsSignIn`, 'POST');
    expect((await listOf(ask))[0]?.smsSignInState).toBe('ready');
    await ask(`${mobile}/disableSmsSignIn`, 'POST');
    expect((await listOf(ask))[0]?.smsSignInState).toBe('notEnabled');
  });

  test('enableSmsSignIn leaves notConfigured unchanged', async () => {
    const ask = await as(sandbox.employees.mobileNotConfigured);
    expect((await ask(`${mobile}/enableSmsSignIn`, 'POST')).status).toBe(204);
    expect((await listOf(ask))[0]?.smsSignInState).toBe('notConfigured');
  });

  test("enableSmsSignIn of a number in use is refused with 409 until the colleague's number is removed", async () => {
    const ask = await as(sandbox.employees.numberInUse);
    const refused = await ask(`${mobile}/enableSmsSignIn`, 'POST');
    expect(refused.status).toBe(409);
    expect(await codeOf(refused)).toBe('phoneNumberNotUnique');
    sandbox.control.removePhone(sandbox.employees.mobileReady, 'mobile');
    expect((await ask(`${mobile}/enableSmsSignIn`, 'POST')).status).toBe(204);
    expect((await listOf(ask))[0]?.smsSignInState).toBe('ready');
  });

  test('enableSmsSignIn against the policy is refused with 403', async () => {
    const ask = await as(sandbox.employees.notAvailableByPolicy);
    expect((await ask(`${mobile}/enableSmsSignIn`, 'POST')).status).toBe(403);
    expect((await listOf(ask))[0]?.smsSignInState).toBe('notAllowedByPolicy');
  });

  test('POST of a mobile number answers 201 with the phone, and a second one is refused', async () => {
    sandbox.control.allowSelfWrite(true);
    const ask = await as(sandbox.employees.noPhoneYet);
    const created = await ask(phones, 'POST', { phoneNumber: '+44 7700 900101', phoneType: 'mobile' });
    expect(created.status).toBe(201);
    expect(await created.json()).toMatchObject({ phoneNumber: '+44 7700900101', smsSignInState: 'ready' });
    expect((await ask(phones, 'POST', { phoneNumber: '+44 7700900111', phoneType: 'mobile' })).status).toBe(400);
  });

  test("POST of a colleague's sign-in name answers 409 and saves the number", async () => {
    sandbox.control.allowSelfWrite(true);
    const ask = await as(sandbox.employees.noPhoneYet);
    const { mobile: taken } = sandbox.employees.mobileReady;
    const response = await ask(phones, 'POST', { phoneNumber: taken, phoneType: 'mobile' });
    expect(response.status).toBe(409);
    expect(await codeOf(response)).toBe('phoneNumberNotUnique');
    expect(await listOf(ask)).toMatchObject([{ phoneNumber: taken, smsSignInState: 'phoneNumberNotUnique' }]);
  });

  test('POST of an alternate number without a mobile and of an invalid number is refused', async () => {
    sandbox.control.allowSelfWrite(true);
    const ask = await as(sandbox.employees.noPhoneYet);
    const body = { phoneNumber: '+44 7700900119', phoneType: 'alternateMobile' };
    expect((await ask(phones, 'POST', body)).status).toBe(400);
    expect((await ask(phones, 'POST', { phoneNumber: '12', phoneType: 'mobile' })).status).toBe(400);
    expect((await ask(phones, 'POST', { nonsense: true })).status).toBe(400);
  });

  test('PATCH changes a number', async () => {
    sandbox.control.allowSelfWrite(true);
    const ask = await as(sandbox.employees.mobileReady);
    const response = await ask(mobile, 'PATCH', { phoneNumber: '+44 7700 900114', phoneType: 'mobile' });
    expect(response.status).toBe(200);
    expect((await listOf(ask))[0]?.phoneNumber).toBe('+44 7700900114');
  });

  test('DELETE of the default method is refused while there is another method, and the last method is deleted', async () => {
    sandbox.control.allowSelfDefault(true);
    const ask = await as(sandbox.employees.defaultIsMobileWithAuthenticator);
    const refused = await ask(mobile, 'DELETE');
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      error: { code: 'badRequest', message: expect.stringMatching(/default.*change/) },
    });
    const changed = await ask(preferences, 'PATCH', { userPreferredMethodForSecondaryAuthentication: 'push' });
    expect(changed.status).toBe(204);
    expect((await ask(mobile, 'DELETE')).status).toBe(204);
    expect(await listOf(ask)).toEqual([]);
    const only = await as(sandbox.employees.mobileIsOnlyMethod);
    expect((await only(mobile, 'DELETE')).status).toBe(204);
  });

  test('DELETE of a mobile number is refused while there is an alternate one', async () => {
    const ask = await as(sandbox.employees.mobileAlternateAndOffice);
    const refused = await ask(mobile, 'DELETE');
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { message: expect.stringMatching(/alternate mobile/) } });
    expect((await ask(alternate, 'DELETE')).status).toBe(204);
    expect((await ask(mobile, 'DELETE')).status).toBe(204);
  });

  test('PATCH of the default to an unregistered method is refused', async () => {
    sandbox.control.allowSelfDefault(true);
    const ask = await as(sandbox.employees.mobileIsOnlyMethod);
    const body = { userPreferredMethodForSecondaryAuthentication: 'push' };
    expect((await ask(preferences, 'PATCH', body)).status).toBe(400);
  });

  test('a write shows after the propagation time', async () => {
    sandbox.control.setPropagation(30_000);
    const ask = await as(sandbox.employees.mobileNotEnabled);
    expect((await ask(`${mobile}/enableSmsSignIn`, 'POST')).status).toBe(204);
    sandbox.control.clock.advance(29_000);
    expect((await listOf(ask))[0]?.smsSignInState).toBe('notEnabled');
    sandbox.control.clock.advance(2_000);
    expect((await listOf(ask))[0]?.smsSignInState).toBe('ready');
  });

  test('flipReads alternates between the new and the old methods for its time after a write shows, per resource', async () => {
    sandbox.control.setPropagation(10_000);
    sandbox.control.flipReads(45_000);
    const ask = await as(sandbox.employees.mobileNotEnabled);
    expect((await ask(`${mobile}/enableSmsSignIn`, 'POST')).status).toBe(204);
    const states = async () => [
      (await listOf(ask))[0]?.smsSignInState,
      ((await (await ask(mobile)).json()) as { smsSignInState: string }).smsSignInState,
    ];
    expect(await states()).toEqual(['notEnabled', 'notEnabled']);
    sandbox.control.clock.advance(11_000);
    expect(await states()).toEqual(['ready', 'ready']);
    expect(await states()).toEqual(['notEnabled', 'notEnabled']);
    expect(await states()).toEqual(['ready', 'ready']);
    sandbox.control.clock.advance(45_000);
    expect([await states(), await states()]).toEqual([
      ['ready', 'ready'],
      ['ready', 'ready'],
    ]);
  });

  test('ignored writes answer 204 without effect', async () => {
    sandbox.control.ignoreWrites(1);
    const ask = await as(sandbox.employees.mobileNotEnabled);
    expect((await ask(`${mobile}/enableSmsSignIn`, 'POST')).status).toBe(204);
    expect((await listOf(ask))[0]?.smsSignInState).toBe('notEnabled');
    await ask(`${mobile}/enableSmsSignIn`, 'POST');
    expect((await listOf(ask))[0]?.smsSignInState).toBe('ready');
  });

  test("a user's writes of own phones and of the own default method are refused until the switches allow them", async () => {
    const { mobileAlternateAndOffice: employee } = sandbox.employees;
    const ask = await as(employee);
    const number = { phoneNumber: '+44 7700900120', phoneType: 'mobile' };
    const preferred = { userPreferredMethodForSecondaryAuthentication: 'sms' };
    const byId = `users/${employee.oid}/authentication`;
    const before = await listOf(ask);
    for (const refused of [
      await ask(mobile, 'PATCH', number),
      await ask(phones, 'POST', number),
      await ask(`v1.0/${byId}/phoneMethods`, 'POST', number),
      await ask(preferences, 'PATCH', preferred),
      await ask(`beta/${byId}/signInPreferences`, 'PATCH', preferred),
    ]) {
      expect(refused.status).toBe(403);
      expect(await codeOf(refused)).toBe('accessDenied');
    }
    expect(await listOf(ask)).toEqual(before);
    sandbox.control.allowSelfWrite(true);
    expect((await ask(mobile, 'PATCH', number)).status).toBe(200);
    expect((await ask(preferences, 'PATCH', preferred)).status).toBe(403);
    sandbox.control.allowSelfDefault(true);
    expect((await ask(preferences, 'PATCH', preferred)).status).toBe(204);
    expect((await ask(alternate, 'DELETE')).status).toBe(204);
  });

  test('a new number gets the state of setStateOfNewNumbers', async () => {
    sandbox.control.allowSelfWrite(true);
    sandbox.control.setStateOfNewNumbers('notConfigured');
    const ask = await as(sandbox.employees.noPhoneYet);
    await ask(phones, 'POST', { phoneNumber: '+44 7700900101', phoneType: 'mobile' });
    expect((await listOf(ask))[0]?.smsSignInState).toBe('notConfigured');
  });
});
