// The sign-in service deviates from the standards only where Entra does.
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { Application, graphScope, phoneScope, type Tokens } from './application.ts';
import { Visitor } from './visitor.ts';

const hour = 60 * 60 * 1000;
const freshSignIn = JSON.stringify({ access_token: { amr: { essential: true, values: ['ngcmfa'] } } });
const capable = JSON.stringify({ access_token: { xms_cc: { values: ['cp1'] } } });

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ redirectUris: Object.values(redirectUris) });
});
afterEach(() => sandbox.control.reset());
afterAll(() => sandbox.close());

const discovery = async (tenant: string, from = sandbox) =>
  (await from.fetch(`https://login.microsoftonline.com/${tenant}/v2.0/.well-known/openid-configuration`)).json();
const problemOf = async (response: Response) => (await response.json()) as Record<string, unknown>;

describe('discovery', () => {
  test('discovery by tenant id and by domain returns the issuer with the tenant id', async () => {
    const issuer = `https://login.microsoftonline.com/${sandbox.tenant.id}/v2.0`;
    expect((await discovery(sandbox.tenant.id)).issuer).toBe(issuer);
    expect((await discovery(sandbox.tenant.domain)).issuer).toBe(issuer);
  });

  test('discovery by organizations returns an issuer template', async () => {
    expect((await discovery('organizations')).issuer).toBe('https://login.microsoftonline.com/{tenantid}/v2.0');
  });

  test('discovery announces neither PKCE methods nor the iss parameter', async () => {
    const document = await discovery(sandbox.tenant.id);
    expect(document).not.toHaveProperty('code_challenge_methods_supported');
    expect(document).not.toHaveProperty('authorization_response_iss_parameter_supported');
  });

  test('discovery of an unknown tenant fails with AADSTS90002', async () => {
    const response = await sandbox.fetch(
      'https://login.microsoftonline.com/nobody.example/v2.0/.well-known/openid-configuration',
    );
    expect(response.status).toBe(400);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await problemOf(response)).toMatchObject({ error: 'invalid_tenant', error_codes: [90002] });
  });
});

describe('authorization', () => {
  test('authorization returns a code with state and session_state, without iss', async () => {
    const answer = await new Application(sandbox).authorize(sandbox.employees.mobileReady);
    expect(answer.get('state')).toBe('a-state');
    expect(answer.get('code')).toBeTruthy();
    expect(answer.get('session_state')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.has('iss')).toBe(false);
  });

  test('authorization with response_mode=fragment returns the code in the fragment', async () => {
    const application = new Application(sandbox);
    const page = await application.visitor.open(application.authorizeUrl({ response_mode: 'fragment' }));
    const { url } = await application.visitor.signIn(page, sandbox.employees.mobileReady);
    const answer = new URLSearchParams(url.hash.slice(1));
    expect(answer.get('code')).toBeTruthy();
    expect(answer.has('session_state')).toBe(true);
    expect(answer.has('iss')).toBe(false);
  });

  test('authorization with a foreign redirect URI shows an error page with AADSTS50011', async () => {
    const visit = await new Visitor(sandbox).open(
      new Application(sandbox).authorizeUrl({ redirect_uri: 'https://elsewhere.example/' }),
    );
    expect(visit.status).toBe(400);
    expect(visit.text).toContain('AADSTS50011');
  });

  test('authorization of an unknown application shows an error page with AADSTS700016', async () => {
    const visit = await new Visitor(sandbox).open(
      new Application(sandbox).authorizeUrl({ client_id: 'c0000000-0000-4000-8000-000000000000' }),
    );
    expect(visit.text).toContain('AADSTS700016');
  });

  test('authorization without PKCE fails with AADSTS9002325', async () => {
    const { url } = await new Visitor(sandbox).open(
      new Application(sandbox).authorizeUrl({ code_challenge: '', code_challenge_method: '' }),
    );
    expect(url.searchParams.get('error')).toBe('invalid_request');
    expect(url.searchParams.get('error_description')).toMatch(/^AADSTS9002325: /);
  });

  test('authorization for an unknown scope fails with AADSTS70011', async () => {
    const { url } = await new Visitor(sandbox).open(
      new Application(sandbox).authorizeUrl({ scope: 'openid https://graph.microsoft.com/Moon.Read' }),
    );
    expect(url.searchParams.get('error_description')).toMatch(/^AADSTS70011: /);
  });

  test('prompt=none fails with AADSTS50058 without a session of the hinted user', async () => {
    const application = new Application(sandbox);
    const before = await application.authorizeSilently();
    expect(before.get('error')).toBe('login_required');
    expect(before.get('error_description')).toMatch(/^AADSTS50058: .*Trace ID: .*Correlation ID: .*Timestamp: /);
    await application.authorize(sandbox.employees.mobileReady);
    expect((await application.authorizeSilently()).get('code')).toBeTruthy();
    expect(
      (await application.authorizeSilently({ login_hint: sandbox.employees.numberInUse.userName })).get('error'),
    ).toBe('login_required');
  });

  test.each([1, 2])('prompt=none is answered by way of %i pages that continue by script', async (count) => {
    const application = new Application(sandbox);
    await application.authorize(sandbox.employees.mobileReady);
    sandbox.control.answerSilentlyByScript({ count, milliseconds: 400 });
    let visit = await application.visitor.open(application.authorizeUrl({ prompt: 'none' }));
    for (let passed = 0; passed < count; passed += 1) {
      expect(visit.url.searchParams.has('code')).toBe(false);
      expect(visit.text).toContain('data-milliseconds="400"');
      visit = await application.visitor.continueByScript(visit);
    }
    expect(visit.url.searchParams.get('code')).toBeTruthy();
    // The record counts one request, however many pages it passed.
    expect(sandbox.requests.filter(({ purpose }) => purpose === 'authorize silently')).toHaveLength(1);
    // A sign-in in a window is answered at once.
    const { url } = await application.visitor.open(application.authorizeUrl());
    expect(url.searchParams.get('code')).toBeTruthy();
  });

  test('prompt=none is answered by a page that never continues', async () => {
    const application = new Application(sandbox);
    await application.authorize(sandbox.employees.mobileReady);
    sandbox.control.answerSilentlyByScript({ count: 1, milliseconds: 'never' });
    const visit = await application.visitor.open(application.authorizeUrl({ prompt: 'none' }));
    expect(visit.status).toBe(200);
    await expect(async () => application.visitor.continueByScript(visit)).rejects.toThrow('does not continue');
    sandbox.control.reset();
    expect((await application.authorizeSilently()).get('error')).toBe('login_required');
  });

  test('prompt=none fails after the sessions ended', async () => {
    const application = new Application(sandbox);
    await application.authorize(sandbox.employees.mobileReady);
    sandbox.control.endSessions(sandbox.employees.mobileReady);
    expect((await application.authorizeSilently()).get('error')).toBe('login_required');
  });

  test('prompt=none succeeds after a restart of the browser', async () => {
    const application = new Application(sandbox);
    await application.authorize(sandbox.employees.mobileReady);
    application.visitor.restart();
    expect((await application.authorizeSilently()).get('code')).toBeTruthy();
  });

  test('prompt=login and step-up claims ask for a new sign-in in spite of a session', async () => {
    const application = new Application(sandbox);
    await application.authorize(sandbox.employees.mobileReady);
    const login = await application.visitor.open(application.authorizeUrl({ prompt: 'login' }));
    expect(login.text).toContain('User name or phone number');
    const stepUp = await application.visitor.open(application.authorizeUrl({ claims: freshSignIn }));
    expect(stepUp.text).toContain('name="password"');
    const silent = await application.authorizeSilently({ claims: freshSignIn });
    expect(silent.get('error')).toBe('interaction_required');
    expect(silent.get('error_description')).toMatch(/^AADSTS50076: /);
  });

  test('a sign-in with another account replaces the session', async () => {
    const application = new Application(sandbox);
    await application.authorize(sandbox.employees.mobileReady);
    const page = await application.visitor.open(application.authorizeUrl({ prompt: 'login' }));
    const between = await application.visitor.signIn(page, sandbox.employees.numberInUse);
    const { url } = await application.visitor.submitHidden(between);
    const tokens = (await (await application.redeem(url.searchParams)).json()) as Tokens;
    expect(decodeJwt(tokens.id_token).oid).toBe(sandbox.employees.numberInUse.oid);
  });

  test('without consent the user sees a page, and prompt=none and the token endpoint fail with AADSTS65001', async () => {
    const application = new Application(sandbox);
    const { refresh_token: refreshToken } = await application.signIn(sandbox.employees.mobileReady);
    sandbox.control.setConsent('missing');
    expect((await application.authorizeSilently()).get('error_description')).toMatch(/^AADSTS65001: /);
    expect(await problemOf(await application.refresh(refreshToken))).toMatchObject({
      error: 'invalid_grant',
      suberror: 'consent_required',
      error_codes: [65001],
    });
    const page = await application.visitor.open(application.authorizeUrl());
    expect(page.text).toContain('Need admin approval');
    const { url } = await application.visitor.submit(page, {});
    expect(url.searchParams.get('error')).toBe('access_denied');
    expect(url.searchParams.get('error_description')).toMatch(/^AADSTS90094: /);
  });

  test('with the admin consent workflow the user requests approval with a justification, which fails with AADSTS90095', async () => {
    const application = new Application(sandbox);
    await application.authorize(sandbox.employees.mobileReady);
    sandbox.control.setConsent('missing');
    sandbox.control.allowConsentRequests(true);
    const page = await application.visitor.open(application.authorizeUrl());
    expect(page.text).toContain('Approval required');
    const without = await application.visitor.submit(page, { request: '', justification: ' ' });
    expect(without.text).toContain('Approval required');
    const sent = await application.visitor.submit(page, { request: '', justification: 'I change my number.' });
    expect(sent.text).toContain('Request sent');
    const { url } = await application.visitor.submit(sent, {});
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      error: 'access_denied',
      error_subcode: 'cancel',
      error_description: expect.stringMatching(/^AADSTS90095: /),
    });
    const again = await application.visitor.open(application.authorizeUrl());
    expect(again.text).toContain('Approval required');
    const { url: left } = await application.visitor.submit(again, { cancel: '' });
    expect(left.searchParams.get('error_description')).toMatch(/^AADSTS90095: /);
    sandbox.control.reset();
    sandbox.control.setConsent('missing');
    const { text } = await application.visitor.signIn(
      await application.visitor.open(application.authorizeUrl()),
      sandbox.employees.mobileReady,
    );
    expect(text).toContain('Need admin approval');
  });

  test('a user who may consent is asked once, and declining fails with AADSTS65004', async () => {
    const application = new Application(sandbox);
    const { refresh_token: refreshToken } = await application.signIn(sandbox.employees.mobileReady);
    sandbox.control.setConsent('users');
    expect((await application.authorizeSilently()).get('error_description')).toMatch(/^AADSTS65001: /);
    expect(await problemOf(await application.refresh(refreshToken))).toMatchObject({ error_codes: [65001] });
    const page = await application.visitor.open(application.authorizeUrl());
    expect(page.text).toContain('Permissions requested');
    const { url: declined } = await application.visitor.submit(page, { cancel: '' });
    expect(declined.searchParams.get('error_subcode')).toBe('cancel');
    expect(declined.searchParams.get('error_description')).toMatch(/^AADSTS65004: /);
    const { url } = await application.visitor.submit(await application.visitor.open(application.authorizeUrl()), {});
    expect(url.searchParams.get('code')).toBeTruthy();
    expect((await application.authorizeSilently()).get('code')).toBeTruthy();
  });

  test('an administrator consents at the adminconsent link, and then authorization succeeds', async () => {
    sandbox.control.setConsent('missing');
    const visitor = new Visitor(sandbox);
    const link = `https://login.microsoftonline.com/${sandbox.tenant.id}/adminconsent?client_id=${sandbox.tenant.clientId}`;
    const page = await visitor.open(link);
    expect(page.text).toContain('UserAuthMethod-Phone.ReadWrite');
    expect((await visitor.submit(page, {})).text).toContain('Consent given');
    expect((await new Application(sandbox).authorize(sandbox.employees.mobileReady)).get('code')).toBeTruthy();
  });

  test('the access policy blocks both endpoints with AADSTS53003', async () => {
    const application = new Application(sandbox);
    const { refresh_token: refreshToken } = await application.signIn(sandbox.employees.mobileReady);
    sandbox.control.blockByAccessPolicy(true);
    expect((await application.authorizeSilently()).get('error_description')).toMatch(/^AADSTS53003: /);
    expect((await application.visitor.open(application.authorizeUrl())).text).toContain('AADSTS53003');
    expect(await problemOf(await application.refresh(refreshToken))).toMatchObject({ error_codes: [53003] });
  });
});

describe('tokens', () => {
  test("an ID token has Entra's claims and no auth_time", async () => {
    const { id_token: idToken } = await new Application(sandbox).signIn(sandbox.employees.mobileReady);
    const { oid, userName, name } = sandbox.employees.mobileReady;
    expect(decodeJwt(idToken)).toMatchObject({
      iss: `https://login.microsoftonline.com/${sandbox.tenant.id}/v2.0`,
      aud: sandbox.tenant.clientId,
      tid: sandbox.tenant.id,
      nonce: 'a-nonce',
      preferred_username: userName,
      oid,
      name,
    });
    expect(decodeJwt(idToken).sub).not.toBe(oid);
    expect(decodeJwt(idToken)).not.toHaveProperty('auth_time');
  });

  test('an ID token has auth_time when the claims request it', async () => {
    const claims = JSON.stringify({ id_token: { auth_time: null } });
    const { id_token: idToken } = await new Application(sandbox).signIn(sandbox.employees.mobileReady, { claims });
    expect(decodeJwt(idToken).auth_time).toBeTypeOf('number');
  });

  test('the login_hint of an ID token is opaque and identifies the same account', async () => {
    const application = new Application(sandbox);
    const { id_token: idToken } = await application.signIn(sandbox.employees.mobileReady);
    const hint = String(decodeJwt(idToken).login_hint);
    expect(hint).not.toContain('@');
    expect((await application.authorizeSilently({ login_hint: hint })).get('code')).toBeTruthy();
  });

  test('an access token is for one resource, and the refresh token redeems tokens for another', async () => {
    const application = new Application(sandbox);
    const first = await application.signIn(sandbox.employees.mobileReady);
    expect(decodeJwt(first.access_token)).toMatchObject({
      aud: 'https://graph.microsoft.com',
      scp: 'UserAuthenticationMethod.ReadWrite',
      oid: sandbox.employees.mobileReady.oid,
      tid: sandbox.tenant.id,
    });
    const response = await application.refresh(first.refresh_token, { scope: sandbox.tenant.gateway.scope });
    const second = (await response.json()) as Tokens;
    expect(decodeJwt(second.access_token)).toMatchObject({
      aud: `api://${sandbox.tenant.gateway.clientId}`,
      scp: 'PhoneVerification',
      oid: sandbox.employees.mobileReady.oid,
    });
    expect(
      await problemOf(
        await application.refresh(first.refresh_token, { scope: `${graphScope} ${sandbox.tenant.gateway.scope}` }),
      ),
    ).toMatchObject({ error_codes: [28000] });
  });

  test('an access token for the phone scope has no other scope', async () => {
    const { access_token: accessToken } = await new Application(sandbox).signIn(sandbox.employees.mobileReady, {
      scope: `openid ${phoneScope}`,
    });
    expect(decodeJwt(accessToken).scp).toBe('UserAuthMethod-Phone.ReadWrite');
  });

  test('without offline_access there is no refresh token', async () => {
    const tokens = await new Application(sandbox).signIn(sandbox.employees.mobileReady, {
      scope: `openid ${phoneScope}`,
    });
    expect(tokens).not.toHaveProperty('refresh_token');
  });

  test('an access token shows the step-up in amr and the client capabilities in xms_cc', async () => {
    const application = new Application(sandbox);
    const plain = await application.signIn(sandbox.employees.mobileReady);
    expect(decodeJwt(plain.access_token).amr).not.toContain('ngcmfa');
    expect(decodeJwt(plain.access_token)).not.toHaveProperty('xms_cc');
    expect(plain.expires_in).toBe(3600);
    const both = JSON.stringify({
      access_token: { ...JSON.parse(freshSignIn).access_token, ...JSON.parse(capable).access_token },
    });
    const stepUp = await application.signIn(sandbox.employees.mobileReady, { claims: both });
    expect(decodeJwt(stepUp.access_token).amr).toContain('ngcmfa');
    expect(decodeJwt(stepUp.access_token).xms_cc).toEqual(['CP1']);
    expect(stepUp.expires_in).toBeGreaterThan(24 * 3600);
  });

  test('a refresh token expires 24 hours after the sign-in with AADSTS700084, regardless of renewals', async () => {
    const application = new Application(sandbox);
    const first = await application.signIn(sandbox.employees.mobileReady);
    sandbox.control.clock.advance(23 * hour);
    const second = (await (await application.refresh(first.refresh_token)).json()) as Tokens;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    sandbox.control.clock.advance(0.9 * hour);
    expect((await application.refresh(second.refresh_token)).status).toBe(200);
    sandbox.control.clock.advance(0.2 * hour);
    const refused = await application.refresh(second.refresh_token);
    expect(refused.status).toBe(400);
    expect(await problemOf(refused)).toMatchObject({
      error: 'invalid_grant',
      error_codes: [700084],
      error_description: expect.stringMatching(/^AADSTS700084: /),
      trace_id: expect.any(String),
      correlation_id: expect.any(String),
      timestamp: expect.any(String),
    });
  });

  test('an exchanged refresh token stays valid, as at Entra', async () => {
    const application = new Application(sandbox);
    const { refresh_token: refreshToken } = await application.signIn(sandbox.employees.mobileReady);
    expect((await application.refresh(refreshToken)).status).toBe(200);
    expect((await application.refresh(refreshToken)).status).toBe(200);
  });

  test("tokens have times of the sandbox's clock", async () => {
    sandbox.control.clock.advance(5 * hour);
    const { id_token: idToken, access_token: accessToken } = await new Application(sandbox).signIn(
      sandbox.employees.mobileReady,
    );
    const ahead = Date.now() / 1000 + 5 * 3600;
    for (const token of [idToken, accessToken]) expect(decodeJwt(token).iat).toBeCloseTo(ahead, -1);
  });

  test('a revoked refresh token is refused with AADSTS50173', async () => {
    const application = new Application(sandbox);
    const { refresh_token: refreshToken } = await application.signIn(sandbox.employees.mobileReady);
    sandbox.control.revokeTokens(sandbox.employees.mobileReady, { refreshTokens: true });
    expect(await problemOf(await application.refresh(refreshToken))).toMatchObject({ error_codes: [50173] });
    expect((await application.authorizeSilently()).get('error')).toBe('login_required');
  });

  test('a code is redeemed once, with its code verifier, and only from a page', async () => {
    const application = new Application(sandbox);
    const answer = await application.authorize(sandbox.employees.mobileReady);
    expect(await problemOf(await application.redeem(answer, {}, {}))).toMatchObject({ error_codes: [9002327] });
    const wrong = await application.redeem(answer, { code_verifier: 'x'.repeat(43) });
    expect(await problemOf(wrong)).toMatchObject({ error: 'invalid_grant', error_codes: [501481] });
    const right = await application.redeem(answer);
    expect(right.status).toBe(200);
    expect(right.headers.get('access-control-allow-origin')).toBe('*');
    const again = await application.redeem(answer);
    expect(await problemOf(again)).toMatchObject({ error: 'invalid_grant' });
  });

  test('a native application cannot redeem from a page: AADSTS9002326', async () => {
    const response = await new Application(sandbox).token({
      client_id: sandbox.tenant.nativeClientId,
      grant_type: 'refresh_token',
      refresh_token: 'x',
    });
    expect(await problemOf(response)).toMatchObject({ error_codes: [9002326] });
  });

  test('the token endpoint answers a CORS preflight from any origin', async () => {
    const response = await sandbox.fetch(`https://login.microsoftonline.com/${sandbox.tenant.id}/oauth2/v2.0/token`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://page.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-client-sku',
      },
    });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toBe('x-client-sku');
  });
});

describe('sign-out', () => {
  test('sign-out ends the session and redirects to the application', async () => {
    const application = new Application(sandbox);
    await application.authorize(sandbox.employees.mobileReady);
    const url = new URL(`https://login.microsoftonline.com/${sandbox.tenant.id}/oauth2/v2.0/logout`);
    url.searchParams.set('post_logout_redirect_uri', redirectUris.chromium);
    url.searchParams.set('logout_hint', sandbox.employees.mobileReady.userName);
    const page = await application.visitor.open(url);
    const done = await application.visitor.submitHidden(page, { logout: 'yes' });
    expect(done.url.href).toBe(redirectUris.chromium);
    expect((await application.authorizeSilently()).get('error')).toBe('login_required');
  });
});

describe('standard behaviour', () => {
  test('with entraLike: false discovery and authorization follow the standard', async () => {
    const standard = await startSandbox({ redirectUris: Object.values(redirectUris), entraLike: false });
    try {
      const document = await discovery('organizations', standard);
      const issuer = `https://login.microsoftonline.com/${standard.tenant.id}/v2.0`;
      expect(document).toMatchObject({
        issuer,
        authorization_response_iss_parameter_supported: true,
        code_challenge_methods_supported: ['S256'],
      });
      const answer = await new Application(standard).authorize(standard.employees.mobileReady);
      expect(answer.get('iss')).toBe(issuer);
    } finally {
      await standard.close();
    }
  });
});
