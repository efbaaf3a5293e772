// Microsoft's own clients work with the sandbox, so that it is not tailored to the extension.
import { X509Certificate } from 'node:crypto';
import {
  ConfidentialClientApplication,
  CryptoProvider,
  type INetworkModule,
  InteractionRequiredAuthError,
  type NetworkRequestOptions,
  PublicClientApplication,
} from '@azure/msal-node';
import {
  AuthenticationHandler,
  Client,
  type Context,
  GraphError,
  type Middleware,
  RetryHandler,
  RetryHandlerOptions,
} from '@microsoft/microsoft-graph-client';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { Visitor } from './visitor.ts';

const phones = '/me/authentication/phoneMethods';
const mobile = `${phones}/3179e48a-750b-4051-897c-87b9720928f7`;
const scopes = ['https://graph.microsoft.com/UserAuthenticationMethod.ReadWrite'];
const redirectUri = 'http://localhost:8400';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ redirectUris: Object.values(redirectUris) });
});
afterEach(() => sandbox.control.reset());
afterAll(() => sandbox.close());

/** MSAL's interface for another transport. */
function networkClient(): INetworkModule {
  async function send<T>(method: string, url: string, options: NetworkRequestOptions = {}) {
    const response = await sandbox.fetch(url, {
      method,
      headers: options.headers ?? {},
      ...(options.body === undefined ? {} : { body: options.body }),
    });
    return {
      headers: Object.fromEntries(response.headers),
      body: (await response.json()) as T,
      status: response.status,
    };
  }
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  };
}

function publicClient() {
  return new PublicClientApplication({
    auth: {
      clientId: sandbox.tenant.nativeClientId,
      authority: `https://login.microsoftonline.com/${sandbox.tenant.id}`,
      clientCapabilities: ['cp1'],
    },
    system: { networkClient: networkClient() },
  });
}

async function signIn(client: PublicClientApplication, visitor = new Visitor(sandbox), claims?: string) {
  const pkce = await new CryptoProvider().generatePkceCodes();
  const url = await client.getAuthCodeUrl({
    scopes,
    redirectUri,
    state: 'a-state',
    nonce: 'a-nonce',
    codeChallenge: pkce.challenge,
    codeChallengeMethod: 'S256',
    prompt: 'select_account',
    ...(claims === undefined ? {} : { claims }),
  });
  const { url: back } = await visitor.signIn(await visitor.open(url), sandbox.employees.mobileNotEnabled);
  expect(back.origin).toBe(redirectUri);
  expect(back.searchParams.get('state')).toBe('a-state');
  return client.acquireTokenByCode(
    {
      scopes,
      redirectUri,
      code: back.searchParams.get('code') ?? '',
      codeVerifier: pkce.verifier,
      ...(claims === undefined ? {} : { claims }),
    },
    { code: back.searchParams.get('code') ?? '', nonce: 'a-nonce' },
  );
}

/** The Graph client's middleware with the sandbox as its transport. */
function graphClient(accessToken: string): Client {
  const transport: Middleware = {
    async execute(context: Context) {
      const url = typeof context.request === 'string' ? context.request : context.request.url;
      const { method, headers, body } = context.options ?? {};
      context.response = await sandbox.fetch(url, {
        ...(method === undefined ? {} : { method }),
        headers: new Headers(headers as HeadersInit),
        ...(body ? { body: body as string } : {}),
      });
    },
  };
  const retry = new RetryHandler(new RetryHandlerOptions(0.05, 2));
  const authentication = new AuthenticationHandler({ getAccessToken: async () => accessToken });
  authentication.setNext(retry);
  retry.setNext(transport);
  return Client.initWithMiddleware({ middleware: authentication });
}

describe('@azure/msal-node', () => {
  test('MSAL signs in by authorization code with PKCE and returns the account', async () => {
    const result = await signIn(publicClient());
    const { mobileNotEnabled } = sandbox.employees;
    expect(result.account).toMatchObject({
      homeAccountId: `${mobileNotEnabled.oid}.${sandbox.tenant.id}`,
      localAccountId: mobileNotEnabled.oid,
      tenantId: sandbox.tenant.id,
      username: mobileNotEnabled.userName,
      name: mobileNotEnabled.name,
    });
  });

  test('MSAL renews tokens silently by refresh token, also for another resource', async () => {
    const client = publicClient();
    const { account, accessToken } = await signIn(client);
    if (!account) throw new Error('no account');
    const renewed = await client.acquireTokenSilent({ account, scopes, forceRefresh: true });
    expect(renewed.accessToken).not.toBe(accessToken);
    const forGateway = await client.acquireTokenSilent({ account, scopes: [sandbox.tenant.gateway.scope] });
    expect(forGateway.scopes).toContain(sandbox.tenant.gateway.scope);
  });

  test.each([50076, 50079, 50158] as const)(
    'MSAL asks for interaction with the claims of AADSTS%i, and a sign-in with them ends the demand',
    async (number) => {
      const client = publicClient();
      const { account } = await signIn(client);
      if (!account) throw new Error('no account');
      const claims = { acrs: { essential: true, value: 'c1' } };
      sandbox.control.demandClaims([{ where: 'token', claims, number }]);
      const thrown = await client.acquireTokenSilent({ account, scopes, forceRefresh: true }).catch((error) => error);
      expect(thrown).toBeInstanceOf(InteractionRequiredAuthError);
      expect(JSON.parse(thrown.claims)).toEqual({ access_token: claims });
      await signIn(client, new Visitor(sandbox), thrown.claims);
      await expect(client.acquireTokenSilent({ account, scopes, forceRefresh: true })).resolves.toBeTruthy();
    },
  );

  test('MSAL gets the authentication context that it asks for, by code and by refresh, until the second factor is old', async () => {
    const client = publicClient();
    const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });
    const { account, accessToken } = await signIn(client, new Visitor(sandbox), claims);
    if (!account) throw new Error('no account');
    expect(decodeJwt(accessToken).acrs).toEqual(['c1']);
    const gateway = { account, scopes: [sandbox.tenant.gateway.scope] };
    const renewed = await client.acquireTokenSilent({ ...gateway, claims });
    expect(decodeJwt(renewed.accessToken)).toMatchObject({ acrs: ['c1'], scp: 'PhoneVerification' });
    const plain = await client.acquireTokenSilent({ ...gateway, forceRefresh: true });
    expect(decodeJwt(plain.accessToken)).not.toHaveProperty('acrs');
    sandbox.control.clock.advance(301_000);
    const thrown = await client.acquireTokenSilent({ ...gateway, claims }).catch((error) => error);
    expect(thrown).toBeInstanceOf(InteractionRequiredAuthError);
    expect(thrown.claims).toBe(claims);
  });

  test("MSAL renews a token silently with the claims of Graph's challenge", async () => {
    const client = publicClient();
    const { account, accessToken } = await signIn(client);
    if (!account) throw new Error('no account');
    sandbox.control.demandClaims([
      { where: 'graph-read', claims: { nbf: { essential: true, value: '1785747600' } }, isMetSilently: true },
    ]);
    const response = await sandbox.fetch(`https://graph.microsoft.com/v1.0${phones}`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    const encoded = /claims="([^"]+)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1] ?? '';
    const claims = Buffer.from(encoded, 'base64').toString();
    await expect(graphClient(accessToken).api(phones).get()).rejects.toMatchObject({ statusCode: 401 });
    const renewed = await client.acquireTokenSilent({ account, scopes, claims });
    expect((await graphClient(renewed.accessToken).api(phones).get()).value).toHaveLength(1);
  });

  test('MSAL gets application tokens by certificate and by secret, and an error with a wrong secret', async () => {
    const { clientId, secret, certificatePem, privateKeyPem } = sandbox.tenant.gateway;
    const authority = `https://login.microsoftonline.com/${sandbox.tenant.id}`;
    const thumbprintSha256 = new X509Certificate(certificatePem).fingerprint256.replaceAll(':', '');
    for (const credential of [
      { clientCertificate: { thumbprintSha256, privateKey: privateKeyPem } },
      { clientSecret: secret },
    ]) {
      const client = new ConfidentialClientApplication({
        auth: { clientId, authority, ...credential },
        system: { networkClient: networkClient() },
      });
      const result = await client.acquireTokenByClientCredential({ scopes: ['https://graph.microsoft.com/.default'] });
      const graph = graphClient(result?.accessToken ?? '');
      const { oid } = sandbox.employees.mobileNotEnabled;
      const list = await graph.api(`/users/${oid}/authentication/phoneMethods`).get();
      expect(list.value).toHaveLength(1);
      sandbox.control.setMemberships(sandbox.employees.mobileNotEnabled, { groups: ['a-group'] });
      const memberships = await graph.api(`/users/${oid}/transitiveMemberOf`).get();
      expect(memberships.value).toEqual([{ '@odata.type': '#microsoft.graph.group', id: 'a-group' }]);
      await expect(graph.api(phones).get()).rejects.toMatchObject({ statusCode: 400 });
    }
    const stranger = new ConfidentialClientApplication({
      auth: { clientId, authority, clientSecret: 'wrong' },
      system: { networkClient: networkClient() },
    });
    await expect(
      stranger.acquireTokenByClientCredential({ scopes: ['https://graph.microsoft.com/.default'] }),
    ).rejects.toMatchObject({ errorCode: 'invalid_client' });
  });
});

describe('@microsoft/microsoft-graph-client', () => {
  test('the Graph client lists phones, enables SMS sign-in and reads the new state', async () => {
    const { accessToken } = await signIn(publicClient());
    const graph = graphClient(accessToken);
    const before = await graph.api(phones).get();
    expect(before.value).toMatchObject([{ phoneNumber: '+44 7700900102', smsSignInState: 'notEnabled' }]);
    await graph.api(`${mobile}/enableSmsSignIn`).post(undefined);
    expect(await graph.api(mobile).get()).toMatchObject({ smsSignInState: 'ready' });
    const preferences = await graph.api('/me/authentication/signInPreferences').version('beta').get();
    expect(preferences).toMatchObject({ userPreferredMethodForSecondaryAuthentication: 'sms' });
  });

  test('the Graph client throws a GraphError with status, code and request id for a refusal', async () => {
    sandbox.control.allowSelfWrite(true);
    const { accessToken } = await signIn(publicClient());
    const graph = graphClient(accessToken);
    const refused = await graph
      .api(phones)
      .post({ phoneNumber: '+44 7700 900102', phoneType: 'mobile' })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(GraphError);
    expect(refused).toMatchObject({ statusCode: 400, code: 'badRequest', requestId: expect.any(String) });
  });

  test('the Graph client retries a throttled request', async () => {
    const { accessToken } = await signIn(publicClient());
    const fault = sandbox.control.fault({
      host: 'graph.microsoft.com',
      path: `/v1.0${phones}`,
      throttle: {},
      times: 1,
    });
    expect(await graphClient(accessToken).api(phones).get()).toHaveProperty('value');
    expect(fault.hits).toBe(1);
  });
});
