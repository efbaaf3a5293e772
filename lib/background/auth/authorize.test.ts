// Runs against the sandbox's sign-in service, with Entra's behaviour and with that of the standard.
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { SignInAtSandbox } from '../../../tests/sign-in-at-sandbox.ts';
import { redirectUris } from '../../shared/model/extension-ids.ts';
import {
  type AuthorizeOptions,
  createAuthorize,
  graphScope,
  hasPermission,
  SignInCancelled,
  type SignInTarget,
} from './authorize.ts';
import { freshSignIn } from './claims.ts';
import { errorOfWindow } from './sign-in-errors.ts';

let sandbox: Sandbox;
let standard: Sandbox;
let at: SignInAtSandbox;
let target: SignInTarget;
beforeAll(async () => {
  const options = { redirectUris: Object.values(redirectUris) };
  [sandbox, standard] = await Promise.all([startSandbox(options), startSandbox({ ...options, entraLike: false })]);
});
beforeEach(() => {
  at = new SignInAtSandbox(sandbox, sandbox.employees.mobileReady);
  target = { cloud: 'global', id: sandbox.tenant.id, clientId: sandbox.tenant.clientId };
});
afterEach(() => {
  sandbox.control.reset();
  standard.control.reset();
});
afterAll(() => Promise.all([sandbox.close(), standard.close()]));

const interactive: AuthorizeOptions = { interactive: true };
const silent: AuthorizeOptions = { interactive: false, prompt: 'none' };
const authorizing = (where = at) => createAuthorize({ ...where, now: () => sandbox.control.clock.now() });
const signIn = (options = interactive) => authorizing().authorize(target, options);

/** Changes claims or header of the ID token. The client does not check its signature. */
function changeIdToken(claims: Record<string, unknown>, header: Record<string, unknown> = {}): void {
  const part = (text: string | undefined) => JSON.parse(Buffer.from(text ?? '', 'base64url').toString());
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  at.alter = (_, answer) => {
    if (typeof answer.id_token !== 'string') return answer;
    const [head, body, signature] = answer.id_token.split('.');
    const changed = [encode({ ...part(head), ...header }), encode({ ...part(body), ...claims }), signature];
    return { ...answer, id_token: changed.join('.') };
  };
}

describe('a sign-in', () => {
  test('returns the account and its tokens', async () => {
    const { oid, userName, name } = sandbox.employees.mobileReady;
    expect(await signIn()).toMatchObject({
      accountId: `${sandbox.tenant.id}.${oid}`,
      userName,
      name,
      loginHint: expect.not.stringContaining('@'),
      tokens: {
        refreshToken: expect.any(String),
        access: { 'https://graph.microsoft.com': { token: expect.any(String), renewAt: expect.any(Number) } },
      },
    });
  });

  test('case 29: uses PKCE S256 with a new verifier each time', async () => {
    await signIn();
    await signIn();
    const asked = at.launched.map(({ searchParams }) => Object.fromEntries(searchParams));
    const redeemed = at.tokenRequests.map((body) => Object.fromEntries(body));
    for (const [index, { code_challenge, code_challenge_method }] of asked.entries()) {
      const verifier = redeemed[index]?.code_verifier ?? '';
      expect(verifier.length).toBeGreaterThanOrEqual(43);
      expect(code_challenge_method).toBe('S256');
      expect(code_challenge).toBe(createHash('sha256').update(verifier).digest('base64url'));
    }
    for (const once of ['code_challenge', 'state', 'nonce'] as const) {
      expect(new Set(asked.map((one) => one[once])).size).toBe(2);
    }
  });

  test('is requested by a public client with its scopes and capabilities', async () => {
    await signIn({ ...interactive, prompt: 'select_account' });
    expect(Object.fromEntries(at.launched[0]?.searchParams ?? [])).toMatchObject({
      client_id: sandbox.tenant.clientId,
      redirect_uri: redirectUris.chromium,
      response_type: 'code',
      scope: `openid profile offline_access ${graphScope({ cloud: 'global' })}`,
      prompt: 'select_account',
      claims: '{"access_token":{"xms_cc":{"values":["cp1"]}}}',
    });
    expect(at.tokenRequests[0]?.has('client_secret')).toBe(false);
  });

  test('case 36: meets a claims challenge for a fresh sign-in', async () => {
    await signIn();
    const before = sandbox.requests.length;
    await signIn({ ...interactive, claims: freshSignIn, loginHint: sandbox.employees.mobileReady.userName });
    expect(JSON.parse(at.launched[1]?.searchParams.get('claims') ?? '')).toEqual({
      access_token: { amr: { essential: true, values: ['ngcmfa'] }, xms_cc: { values: ['cp1'] } },
    });
    // The sandbox user has typed the password again.
    expect(sandbox.requests.slice(before).some(({ method, path }) => method === 'POST' && !/token$/.test(path))).toBe(
      true,
    );
  });

  test('reads the metadata once per browser session', async () => {
    await signIn();
    await authorizing().authorize(target, silent);
    expect(sandbox.requests.filter(({ path }) => path.endsWith('/openid-configuration'))).toHaveLength(1);
  });

  test('that the user cancels sends no token request', async () => {
    const cancelled = new SignInCancelled();
    const { authorize } = createAuthorize({
      ...at,
      now: Date.now,
      launch: () => Promise.reject(cancelled),
    });
    await expect(authorize(target, interactive)).rejects.toBe(cancelled);
    expect(at.tokenRequests).toEqual([]);
  });
});

describe('a silent sign-in', () => {
  test('succeeds with a session at the service and fails without one', async () => {
    await expect(signIn(silent)).rejects.toMatchObject({ kind: 'signed-out', details: { code: 'AADSTS50058' } });
    await signIn();
    expect(await signIn(silent)).toMatchObject({ userName: sandbox.employees.mobileReady.userName });
  });

  test.each([
    ['consent-required', () => sandbox.control.setConsent('missing')],
    ['blocked-by-access-policy', () => sandbox.control.blockByAccessPolicy(true)],
    ['signed-out', () => sandbox.control.endSessions(sandbox.employees.mobileReady)],
  ])('%s', async (kind, happens) => {
    await signIn();
    happens();
    await expect(signIn(silent)).rejects.toMatchObject({ kind });
  });
});

describe('without a token request a sign-in fails', () => {
  afterEach(() => {
    expect(at.tokenRequests).toEqual([]);
  });

  test.each<readonly [string, (end: URL) => void]>([
    ['case 27: with the state of another sign-in', (end: URL) => end.searchParams.set('state', 'another')],
    ['case 27: without a state', (end: URL) => end.searchParams.delete('state')],
    ['case 27: with two states', (end: URL) => end.searchParams.append('state', 'another')],
    [
      'case 28: with the issuer of another service',
      (end: URL) => end.searchParams.set('iss', 'https://login.contoso.example/'),
    ],
    ...Object.entries({
      'at another host': { hostname: 'elsewhere.example' },
      'at another path': { pathname: '/elsewhere' },
      'at another port': { port: '8443' },
      'without encryption': { protocol: 'http:' },
    }).map(([where, change]) => [`case 34: ${where}`, (end: URL) => Object.assign(end, change)] as const),
    ['without a code', (end: URL) => end.searchParams.delete('code')],
    [
      'case 27: with an error of another sign-in',
      (end: URL) => {
        end.search = '?error=access_denied&error_description=AADSTS65004&state=another';
      },
    ],
  ])('%s', async (_, redirect) => {
    at.redirect = redirect;
    await expect(signIn()).rejects.toMatchObject({ name: 'IdentityError', kind: 'unexpected-answer' });
  });
});

describe('case 31: a code', () => {
  test('of an earlier sign-in is not redeemed', async () => {
    const ends: string[] = [];
    at.redirect = (end) => {
      ends.push(end.href);
      end.href = ends[0] ?? '';
    };
    await signIn();
    await expect(signIn()).rejects.toMatchObject({ name: 'IdentityError', kind: 'unexpected-answer' });
    expect(ends).toHaveLength(2);
    expect(at.tokenRequests).toHaveLength(1);
  });

  test('of an earlier sign-in gives no tokens, even if the service accepts it with the state of the new one', async () => {
    const answers: Record<string, unknown>[] = [];
    at.alter = (url, answer) => {
      if (!url.pathname.endsWith('/token')) return answer;
      answers.push(answer);
      return answers[0];
    };
    await signIn();
    await expect(signIn()).rejects.toMatchObject({ name: 'IdentityError', kind: 'unexpected-answer' });
    expect(answers).toHaveLength(2);
  });

  test('is redeemed once, even if the answer is lost', async () => {
    at.alter = (url, answer) => {
      if (url.pathname.endsWith('/token')) throw new TypeError('Failed to fetch');
      return answer;
    };
    await expect(signIn()).rejects.toMatchObject({ kind: 'service-unavailable' });
    expect(at.tokenRequests).toHaveLength(1);
  });
});

test('case 34: the redirect URI of the request and of the redeemed code is the one of the browser', async () => {
  await signIn();
  expect(at.launched[0]?.searchParams.getAll('redirect_uri')).toEqual([redirectUris.chromium]);
  expect(at.tokenRequests[0]?.getAll('redirect_uri')).toEqual([redirectUris.chromium]);
});

describe('an error of the service', () => {
  const endpoint = { host: 'login.microsoftonline.com', method: 'POST', path: /\/token$/ };
  type Body = Record<'error' | 'error_description', string> & { suberror?: string; error_subcode?: string };

  const answerWith = (body: Body) => {
    at.redirect = (end) => {
      const state = end.searchParams.get('state') ?? '';
      end.search = String(new URLSearchParams({ ...body, state }));
    };
  };
  const places: Record<string, (body: Body) => Promise<unknown>> = {
    'an authorization answer': (body) => {
      answerWith(body);
      return signIn();
    },
    'a silent authorization answer': (body) => {
      answerWith(body);
      return signIn(silent);
    },
    'the redemption of a code': (body) => {
      sandbox.control.fault({ ...endpoint, answer: { status: 400, body } });
      return signIn();
    },
    'a token refresh': async (body) => {
      const { tokens } = await signIn();
      sandbox.control.fault({ ...endpoint, answer: { status: 400, body } });
      return authorizing().refresh(target, tokens.refreshToken ?? '', graphScope(target));
    },
  };

  describe.each(Object.keys(places))('in %s', (place) => {
    test.each([
      ['blocked-by-access-policy', 'interaction_required', 'AADSTS530032', {}],
      ['blocked-by-access-policy', 'invalid_grant', 'AADSTS53004', { suberror: 'message_only' }],
      ['consent-required', 'access_denied', 'AADSTS90095', {}],
      ['not-configured', 'invalid_resource', 'AADSTS500011', {}],
      ['not-configured', 'invalid_scope', 'AADSTS70011', {}],
      ['account-not-allowed', 'invalid_grant', 'AADSTS90072', {}],
      ['sign-in-not-finished', 'access_denied', 'AADSTS65004', { error_subcode: 'cancel' }],
      ['sign-in-not-finished', 'access_denied', 'AADSTS500121', {}],
      ['service-unavailable', 'temporarily_unavailable', 'AADSTS90033', {}],
    ])(
      '%s keeps its family, its number and the scope: %s, %s (S8 to S12, S19, S21)',
      async (kind, error, code, more) => {
        const body = { error, error_description: `${code}: Words. Trace ID: 1`, ...more };
        await expect(places[place]?.(body)).rejects.toMatchObject({
          name: 'IdentityError',
          kind,
          details: { code, scope: graphScope(target) },
        });
      },
    );
  });

  test('is sign-in-not-finished if the user selects Cancel on the sign-in page (S19)', async () => {
    const { authorize } = createAuthorize({
      ...at,
      now: Date.now,
      launch: async (url) => {
        const page = await at.visitor.open(url);
        return (await at.visitor.submit(page, { cancel: '' })).url.href;
      },
    });
    await expect(authorize(target, interactive)).rejects.toMatchObject({
      kind: 'sign-in-not-finished',
      details: { code: 'access_denied' },
    });
  });
});

describe('a service that is busy (S12)', () => {
  const endpoint = { host: 'login.microsoftonline.com', method: 'POST', path: /\/token$/ };
  let refresh: () => Promise<unknown>;
  const refused = async () => {
    const error = await refresh().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'service-unavailable' });
    return ((error as { details: { retryAt?: number } }).details.retryAt ?? 0) - sandbox.control.clock.now();
  };
  beforeEach(async () => {
    const { tokens } = await signIn();
    refresh = () => authorizing().refresh(target, tokens.refreshToken ?? '', graphScope(target));
    at.tokenRequests.length = 0;
  });

  test.each([429, 503])(
    'gets no request before the time that its answer of status %d names, if granted',
    async (status) => {
      at.hasGrantedSignInHost = true;
      const answer = { status, headers: { 'retry-after': '900' }, body: {} };
      sandbox.control.fault({ ...endpoint, answer, times: 1 });
      expect(await refused()).toBeGreaterThan(890_000);
      sandbox.control.clock.advance(880_000);
      expect(await refused()).toBeGreaterThan(0);
      await expect(signIn()).rejects.toMatchObject({ kind: 'service-unavailable' });
      expect(at.tokenRequests).toHaveLength(1);
      expect(at.launched).toHaveLength(1);
      sandbox.control.clock.advance(21_000);
      await refresh();
    },
  );

  test.each([
    ['429', { throttle: { retryAfter: 10 } }],
    ['503', { answer: { status: 503, headers: { 'retry-after': '10' } } }],
    ['429 that browsers hide', { throttle: {}, unreadable: true }],
    ['503 that browsers hide', { answer: { status: 503 }, unreadable: true }],
  ])('gets the next request after 1, 5 and 15 minutes without a permission: status %s', async (_, fault) => {
    sandbox.control.fault({ ...endpoint, ...fault, times: 4 });
    for (const [sent, minutes] of [1, 5, 15, 15].entries()) {
      const wait = await refused();
      expect(wait).toBeGreaterThan((minutes - 0.1) * 60_000);
      expect(wait).toBeLessThanOrEqual(minutes * 1.2 * 60_000);
      expect(await refused()).toBeLessThanOrEqual(wait);
      await expect(signIn()).rejects.toMatchObject({
        kind: 'service-unavailable',
        details: { retryAt: expect.anything() },
      });
      expect(at.tokenRequests).toHaveLength(sent + 1);
      expect(at.launched).toHaveLength(1);
      sandbox.control.clock.advance(wait);
    }
    await refresh();
    sandbox.control.fault({ ...endpoint, ...fault, times: 1 });
    expect(await refused()).toBeLessThanOrEqual(1.2 * 60_000);
  });

  test('whose answer browsers hide is told apart from a missing network, and a code names it', async () => {
    const hidden = sandbox.control.fault({ ...endpoint, throttle: {}, unreadable: true });
    await expect(refresh()).rejects.toMatchObject({
      details: { code: 'unreadable-answer', retryAt: expect.anything() },
    });
    hidden.remove();
    at.stored.delete('backoff:login.microsoftonline.com');
    const unplugged = sandbox.control.fault({ host: endpoint.host, drop: true });
    await expect(refresh()).rejects.toMatchObject({ kind: 'offline' });
    unplugged.remove();
    await refresh();
  });

  test('of a national cloud gets no request either if both have the same sign-in host', async () => {
    at.stored.set('backoff:login.microsoftonline.us', { failures: 1, until: sandbox.control.clock.now() + 60_000 });
    for (const cloud of ['usgov', 'usgovdod'] as const) {
      const refused = authorizing().refresh({ ...target, cloud }, 'token', graphScope({ cloud }));
      await expect(refused).rejects.toMatchObject({ kind: 'service-unavailable' });
    }
    expect(at.tokenRequests).toEqual([]);
  });

  test('may be asked at once after an error that does not ask to wait', async () => {
    sandbox.control.fault({ ...endpoint, answer: { status: 502, body: '' }, times: 1 });
    await expect(refresh()).rejects.toMatchObject({ kind: 'service-unavailable' });
    await refresh();
  });

  test('may be asked if the stored wait is malformed, or from a clock that was wrong', async () => {
    for (const stored of ['x', { failures: 1, until: Date.now() + 24 * 3_600_000 }]) {
      at.stored.set('backoff:login.microsoftonline.com', stored);
      await refresh();
    }
  });
});

test('malformed metadata in session storage is read again', async () => {
  for (const malformed of [7, {}, { issuer: 'x', authorization_endpoint: 7, token_endpoint: 'y' }]) {
    at.stored.set(`metadata:global:${target.id}`, malformed);
    expect(await signIn()).toMatchObject({ accountId: expect.any(String) });
  }
});

test.each([
  ['openid profile https://graph.microsoft.com/UserAuthenticationMethod.ReadWrite', true],
  ['HTTPS://GRAPH.MICROSOFT.COM/userauthenticationmethod.readwrite User.Read', true],
  ['User.Read UserAuthenticationMethod.ReadWrite profile', true],
  ['UserAuthenticationMethod.Read', false],
  ['UserAuthenticationMethod.ReadWrite.All', false],
  ['openid profile', false],
  ['', false],
])('the granted scope "%s" has the permission: %s (S16)', (granted, has) => {
  expect(hasPermission(granted, 'https://graph.microsoft.com/UserAuthenticationMethod.ReadWrite')).toBe(has);
});

describe('a service that announces the iss parameter', () => {
  beforeEach(() => {
    at = new SignInAtSandbox(standard, standard.employees.mobileReady);
  });

  test('case 28: its answer with the right issuer is accepted', async () => {
    expect(await signIn()).toMatchObject({ userName: standard.employees.mobileReady.userName });
  });

  test.each([
    ['missing', (end: URL) => end.searchParams.delete('iss')],
    ['wrong', (end: URL) => end.searchParams.set('iss', 'https://login.contoso.example/')],
    ['there twice', (end: URL) => end.searchParams.append('iss', 'https://login.contoso.example/')],
  ])('case 28: its answer is refused when iss is %s', async (_, redirect) => {
    at.redirect = redirect;
    await expect(signIn()).rejects.toMatchObject({ kind: 'unexpected-answer' });
    expect(at.tokenRequests).toEqual([]);
  });
});

describe('an ID token', () => {
  const hourAgo = () => Math.floor(Date.now() / 1000) - 3600;
  const otherTenant = '6f1c2a8e-2f5d-4c7b-9a53-0e8f5c1d7b11';

  test.each<[string, () => [Record<string, unknown>, Record<string, unknown>?]]>([
    ['case 30: with the nonce of another sign-in', () => [{ nonce: 'another' }]],
    ['case 30: without a nonce', () => [{ nonce: undefined }]],
    ['case 30: for another application', () => [{ aud: 'a0000000-0000-4000-8000-000000000002' }]],
    ['case 30: of another issuer', () => [{ iss: `https://login.microsoftonline.com/${otherTenant}/v2.0` }]],
    ['case 57: that has expired', () => [{ exp: hourAgo() }]],
    ['without oid', () => [{ oid: undefined }]],
    ['without tid', () => [{ tid: undefined }]],
    ['whose oid is no text', () => [{ oid: { toString: 'x' } }]],
    ['without a signature', () => [{}, { alg: 'none' }]],
  ])('%s is rejected', async (_, change) => {
    changeIdToken(...change());
    await expect(signIn()).rejects.toMatchObject({ name: 'IdentityError', kind: 'unexpected-answer' });
  });

  test('case 32: of another tenant is rejected as account-not-allowed', async () => {
    changeIdToken({ tid: otherTenant });
    await expect(signIn()).rejects.toMatchObject({ kind: 'account-not-allowed' });
  });

  test.each([-25, -3, 3, 25])('case 57: is accepted if the local clock is %d hours off', async (hours) => {
    sandbox.control.clock.advance(hours * 3_600_000);
    expect(await signIn()).toMatchObject({ accountId: expect.any(String) });
  });

  test('case 57: that expired four minutes ago is accepted', async () => {
    changeIdToken({ exp: Math.floor(Date.now() / 1000) - 240 });
    expect(await signIn()).toMatchObject({ accountId: expect.any(String) });
  });

  test('is required', async () => {
    at.alter = (_, { id_token: _token, ...answer }) => answer;
    await expect(signIn()).rejects.toMatchObject({ kind: 'unexpected-answer' });
  });

  test('without a name gives the user name', async () => {
    changeIdToken({ name: '', login_hint: undefined });
    const { userName } = sandbox.employees.mobileReady;
    expect(await signIn()).toMatchObject({ name: userName, loginHint: userName });
  });

  test.each([
    [{ name: 'One' }, { name: 'One', userName: 'One', loginHint: '' }],
    [{ email: 'one@contoso.example' }, { name: 'one@contoso.example', userName: 'one@contoso.example' }],
    [
      { name: 'One', upn: 'one@contoso.example' },
      { userName: 'one@contoso.example', loginHint: 'one@contoso.example' },
    ],
    [{ login_hint: 'O.opaque' }, { name: '', userName: '', loginHint: 'O.opaque' }],
    [{}, { name: '', userName: '', loginHint: '' }],
    [{ upn: '+447700900104' }, { name: '•••• 104', userName: '•••• 104', loginHint: '' }],
    [{ name: '+44 7700900104' }, { name: '+44 •••• 104', userName: '+44 •••• 104', loginHint: '' }],
    [
      { name: 'One', email: '07700900104', login_hint: 'O.opaque' },
      { userName: '•••• 104', loginHint: 'O.opaque' },
    ],
  ])('without a user name but with %j gives %j, never the object id (S15)', async (claims, names) => {
    changeIdToken({ name: 7, preferred_username: null, email: '', login_hint: undefined, ...claims });
    const { tokens: _, accountId: __, ...signedIn } = await signIn();
    expect(signedIn).toMatchObject(names);
    expect(JSON.stringify(signedIn)).not.toContain(sandbox.employees.mobileReady.oid);
  });
});

describe('a sign-in page that the browser could not load gives', () => {
  test.each([
    ['sign-in-page-not-loaded', 'while discovery answers', undefined],
    ['offline', 'without a network', { drop: true }],
    ['service-unavailable', 'while the service is not available', { answer: { status: 503 } }],
  ] as const)('%s %s', async (kind, _, fault) => {
    const launch = async () => {
      if (fault) sandbox.control.fault({ host: 'login.microsoftonline.com', ...fault });
      throw errorOfWindow(new Error('Authorization page could not be loaded.'));
    };
    const { authorize } = createAuthorize({ ...at, launch, now: () => sandbox.control.clock.now() });
    await expect(authorize(target, interactive)).rejects.toMatchObject({ name: 'IdentityError', kind });
  });

  test('no other error for a window that the user closed without a network', async () => {
    const launch = async () => {
      sandbox.control.fault({ host: 'login.microsoftonline.com', drop: true });
      throw errorOfWindow(new Error('The user did not approve access.'));
    };
    const { authorize } = createAuthorize({ ...at, launch, now: () => sandbox.control.clock.now() });
    await expect(authorize(target, interactive)).rejects.toMatchObject({ kind: 'sign-in-not-finished' });
  });
});

describe('case 56: a failing token endpoint gives', () => {
  const endpoint = { host: 'login.microsoftonline.com', method: 'POST', path: /\/token$/ };
  test.each([
    ['service-unavailable', { answer: { status: 500, body: '<html>' } }],
    ['service-unavailable', { answer: { status: 503 } }],
    ['service-unavailable', { throttle: { retryAfter: 5 } }],
    ['unexpected-answer', { answer: { status: 200, body: {} } }],
    ['unexpected-answer', { answer: { status: 200, body: 'no JSON' } }],
    ['unexpected-answer', { answer: { status: 200, body: { access_token: 7, token_type: 'Bearer' } } }],
    ['service-unavailable', { answer: { status: 400, body: {} }, unreadable: true }],
    ['service-unavailable', { drop: true }],
    ['service-unavailable', { truncate: true }],
  ] as const)('%s for %j', async (kind, fault) => {
    const { tokens } = await signIn();
    sandbox.control.fault({ ...endpoint, ...fault });
    await expect(signIn()).rejects.toMatchObject({ name: 'IdentityError', kind });
    const refresh = authorizing().refresh(target, tokens.refreshToken ?? '', graphScope({ cloud: 'global' }));
    await expect(refresh).rejects.toMatchObject({ name: 'IdentityError', kind });
  });
});

describe('a token refresh', () => {
  test('rotates the refresh token and can get a token for another resource', async () => {
    const { tokens } = await signIn();
    const { refresh } = authorizing();
    const again = await refresh(target, tokens.refreshToken ?? '', graphScope({ cloud: 'global' }));
    expect(again.refreshToken).not.toBe(tokens.refreshToken);
    const { gateway } = sandbox.tenant;
    const other = await refresh(target, again.refreshToken ?? '', gateway.scope);
    expect(Object.keys(other.access)).toEqual([gateway.scope.slice(0, gateway.scope.lastIndexOf('/'))]);
  });

  test('keeps the refresh token if the response has none', async () => {
    const { tokens } = await signIn();
    at.alter = (_, { refresh_token: _token, ...answer }) => answer;
    const again = await authorizing().refresh(target, tokens.refreshToken ?? '', graphScope({ cloud: 'global' }));
    expect(again.refreshToken).toBe(tokens.refreshToken);
  });

  test.each([
    ['signed-out', () => sandbox.control.clock.advance(25 * 60 * 60_000)],
    ['signed-out', () => sandbox.control.revokeTokens(sandbox.employees.mobileReady, { refreshTokens: true })],
    ['consent-required', () => sandbox.control.setConsent('missing')],
    ['blocked-by-access-policy', () => sandbox.control.blockByAccessPolicy(true)],
  ])('%s', async (kind, happens) => {
    const { tokens } = await signIn();
    happens();
    const refresh = authorizing().refresh(target, tokens.refreshToken ?? '', graphScope({ cloud: 'global' }));
    await expect(refresh).rejects.toMatchObject({ kind });
  });
});
