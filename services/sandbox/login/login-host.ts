// login.microsoftonline.com: oidc-provider behind Entra's URLs. Requests and answers are translated, and they deviate from
// the standards as Entra does, unless the sandbox has `entraLike: false`.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CryptoKey, decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import type { errors, KoaContextWithOIDC } from 'oidc-provider';
import type { NodeHost } from '../hosts.ts';
import type { Html } from '../page.ts';
import type { Clock, ScriptPages } from '../types.ts';
import type { AccessPolicy } from './access-policy.ts';
import {
  type Application,
  bareScope,
  clientIds,
  loginOrigin,
  readScopes,
  resources,
  tenantDomain,
  tenantId,
} from './applications.ts';
import { type ClaimsDemands, challengeOf } from './claims-demands.ts';
import { readClaimsRequest } from './claims-request.ts';
import {
  cancelledDescription,
  descriptionOf,
  type EntraError,
  errorBody,
  errorIds,
  problems,
  translate,
} from './errors.ts';
import { readForm, rewritten, sendHtml, sendJson } from './exchange.ts';
import { adminConsentedPage, adminConsentPage, errorPage, homePage, scriptPage } from './pages.ts';
import { gatewayBySecret, type LoginProvider } from './provider.ts';
import { failedAuthorization, failedToken } from './sign-in-failures.ts';
import type { LoginStorage } from './storage.ts';
import type { SignInSwitches } from './switches.ts';

/** Tenant names that mean the user's own tenant. */
const anyTenant = ['organizations', 'common'];

/** The facts of a request that the translation of its answer needs. */
type Call =
  | { kind: 'discovery'; tenant: string }
  | { kind: 'authorize' }
  | {
      kind: 'token';
      application: Application;
      oidc: readonly string[];
      clientInfo: boolean;
      refreshToken: string | null;
    };

export interface LoginHostParts {
  login: LoginProvider;
  signInPage(request: IncomingMessage, response: ServerResponse, id: string): Promise<void>;
  applications: readonly Application[];
  accessPolicy: AccessPolicy;
  switches: SignInSwitches;
  demands: ClaimsDemands;
  storage: LoginStorage;
  clock: Clock;
  entraLike: boolean;
  signingKey: CryptoKey;
}

export function loginHost(parts: LoginHostParts): NodeHost {
  const { login, applications, accessPolicy, switches, clock, entraLike } = parts;
  const { provider } = login;
  const calls = new WeakMap<IncomingMessage, Call>();
  /** oidc-provider gives the reason of an error only to listeners. */
  const details = new WeakMap<IncomingMessage, string>();
  const keepDetail = (context: KoaContextWithOIDC, error: errors.OIDCProviderError) => {
    details.set(context.req, error.error_detail ?? '');
  };
  provider.on('grant.error', keepDetail);
  provider.on('authorization.error', keepDetail);
  provider.on('server_error', (_context: unknown, error: unknown) => console.error('sandbox: sign-in service:', error));

  provider.use(async (context, next) => {
    await next();
    const call = calls.get(context.req);
    // A route of oidc-provider extends the context.
    const oidcContext = context as unknown as KoaContextWithOIDC;
    if (call?.kind === 'discovery') context.body = discovery(context.body as Record<string, unknown>, call.tenant);
    if (call?.kind === 'authorize') answerAuthorization(oidcContext);
    if (call?.kind === 'token') await answerToken(oidcContext, call);
  });
  const handle = provider.callback();

  return async (request, response) => {
    const url = new URL(request.url ?? '/', loginOrigin);
    const [tenant = '', ...rest] = url.pathname.slice(1).split('/');
    const path = rest.join('/');
    if (url.pathname === '/') return sendHtml(response, 200, homePage());
    if (request.method === 'OPTIONS') return preflight(request, response);
    if (tenant !== tenantId && tenant !== tenantDomain && !anyTenant.includes(tenant)) {
      const problem = problems.tenantUnknown(tenant);
      if (path.endsWith('/authorize')) return sendHtml(response, 400, errorPage(problem, clock.now()));
      return sendJson(response, 400, errorBody(problem, clock.now()));
    }

    const [section, id] = path.split(/\/(?=[^/]*$)/);
    if (section === 'sign-in' && id) return parts.signInPage(request, response, id);
    if (path === 'adminconsent') return adminConsent(request, response, url);
    if (path === 'oauth2/v2.0/token' && request.method === 'POST') return token(request, response);

    if (path === 'v2.0/.well-known/openid-configuration') {
      calls.set(request, { kind: 'discovery', tenant });
      request.url = '/.well-known/openid-configuration';
    } else if (path === 'oauth2/v2.0/authorize' || section === 'oauth2/v2.0/authorize') {
      const onTheWay = switches.scriptPages && pageOnTheWay(url, switches.scriptPages);
      if (onTheWay) return sendHtml(response, 200, onTheWay);
      calls.set(request, { kind: 'authorize' });
      if (path === 'oauth2/v2.0/authorize') translateAuthorizationRequest(url.searchParams);
      request.url = `/${tenantId}/${path}${url.search}`;
    } else if (path === 'oauth2/v2.0/logout') {
      const back = url.searchParams.get('post_logout_redirect_uri');
      const application = applications.find(({ redirectUris }) => back !== null && redirectUris.includes(back));
      // Entra identifies the application by its redirect URI, oidc-provider by its client id.
      if (application) url.searchParams.set('client_id', application.clientId);
      request.url = `/${tenantId}/${path}${url.search}`;
    } else {
      request.url = `/${tenantId}/${path}${url.search}`;
    }
    await handle(request, response);
  };

  /** Entra's `scope` includes the resource, and its `claims` concern access tokens. */
  function translateAuthorizationRequest(query: URLSearchParams): void {
    query.set('requested_scope', query.get('scope') ?? '');
    const claims = query.get('claims');
    query.delete('claims');
    if (claims !== null) {
      query.set('requested_claims', claims);
      const { valid, authTime } = readClaimsRequest(claims);
      if (!valid) query.set('claims', claims);
      if (authTime) query.set('claims', JSON.stringify({ id_token: { auth_time: null } }));
    }
    // A refresh token can redeem every consented scope of every resource, so that the code needs all of them.
    query.delete('resource');
    const allScopes = ['openid', 'profile', 'email'];
    for (const resource of resources) {
      query.append('resource', resource.identifier);
      allScopes.push(...resource.scopes.map((scope) => `${resource.identifier}/${scope}`));
    }
    query.set('scope', allScopes.join(' '));
  }

  async function token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await readForm(request);
    const refuse = (problem: EntraError, status = 400) => sendJson(response, status, errorBody(problem, clock.now()));
    const grantType = form.get('grant_type');
    if (grantType === null) return refuse(problems.missing('grant_type'));
    const clientId = form.get('client_id') ?? assertedClient(form.get('client_assertion'));
    if (clientId === undefined) return refuse(problems.missing('client_id'));
    const application = applications.find((candidate) => candidate.clientId === clientId);
    if (!application) return refuse(problems.applicationUnknown(clientId));

    const failure = switches.failures[grantType === 'refresh_token' ? 'refresh' : 'code'];
    if (failure && application.platform === 'spa') {
      const { status, headers, body } = failedToken(failure, clock.now());
      return sendJson(response, status, body, headers);
    }
    const crossOrigin = request.headers.origin !== undefined;
    if (entraLike && application.platform === 'spa' && !crossOrigin) return refuse(problems.spaWithoutOrigin);
    if (entraLike && application.platform !== 'spa' && crossOrigin) return refuse(problems.notSpa);

    const requested = readScopes(form.get('scope') ?? '', accessPolicy.isConsented);
    if (requested.unknown[0] !== undefined) return refuse(problems.scopeUnknown(requested.unknown[0]));
    const [first, ...others] = requested.byResource;
    if (others.length > 0) return refuse(problems.severalResources);
    const [resource, scopes = []] = first ?? [];
    if (application.platform === 'spa') {
      if (accessPolicy.blocked) return refuse(problems.blockedAtToken);
      if (!accessPolicy.covers(scopes.map(bareScope))) {
        return refuse(problems.consentMissingAtToken(clientId));
      }
    }

    const refreshToken = form.get('refresh_token');
    if (refreshToken !== null && parts.storage.revokedRefreshTokens.has(refreshToken)) return refuse(problems.revoked);
    const { cp1, demanded } = readClaimsRequest(form.get('claims') ?? '');
    const clientInfo = form.get('client_info') === '1';
    form.delete('scope');
    form.delete('claims');
    if (resource) form.set('resource', resource.identifier);
    if (grantType === 'refresh_token' && (resource || requested.oidc.length > 0)) {
      const kept = requested.oidc.filter((scope) => scope !== 'offline_access');
      form.set('scope', [...kept, ...scopes].join(' '));
    }
    if (application.platform === 'daemon' && form.has('client_secret')) form.set('client_id', gatewayBySecret);

    const inner = rewritten(request, `/${tenantId}/oauth2/v2.0/token`, form);
    login.tokenRequests.set(inner, { resource, scopes, cp1, demanded });
    calls.set(inner, { kind: 'token', application, oidc: requested.oidc, clientInfo, refreshToken });
    await handle(inner, response);
  }

  async function answerToken(context: KoaContextWithOIDC, call: Extract<Call, { kind: 'token' }>): Promise<void> {
    for (const name of ['Access-Control-Allow-Origin', 'Access-Control-Expose-Headers', 'Vary']) context.remove(name);
    context.set('Access-Control-Allow-Origin', '*');
    if (typeof context.body !== 'object' || context.body === null) return;
    const body = context.body as Record<string, unknown>;
    if (typeof body.error === 'string') {
      const problem = translate(body.error, String(body.error_description ?? ''), details.get(context.req) ?? '');
      // Only refresh tokens of single-page applications have a fixed lifetime.
      const isOtherExpiry = problem === problems.spaRefreshExpired && call.application.platform !== 'spa';
      context.body = errorBody(isOtherExpiry ? problems.codeExpired : problem, clock.now());
      return;
    }
    const employee = context.oidc.account && login.employeeOf(context.oidc.account.accountId);
    const resource = login.tokenRequests.get(context.req)?.resource ?? login.authorizationOf(context)?.resource;
    const demand =
      employee &&
      parts.demands.unmet(
        { where: 'token', oid: employee.oid, ...(resource ? { resource: resource.identifier } : {}) },
        login.askedFor(context),
        login.tokenRequests.get(context.req)?.demanded,
      );
    const unmet = demand ?? login.unmetContexts(context);
    if (unmet) {
      context.status = 400;
      context.body = {
        ...errorBody(problems.claimsDemanded(unmet.number ?? 50076), clock.now()),
        claims: challengeOf(unmet),
      };
      return;
    }
    const { id_token: idToken, scope, ...others } = body;
    context.body = {
      ...others,
      ext_expires_in: body.expires_in,
      scope: [...call.oidc.filter((name) => name !== 'offline_access'), scope].filter(Boolean).join(' '),
      ...(typeof idToken === 'string' ? { id_token: await entraIdToken(context, idToken) } : {}),
      ...(call.clientInfo && employee ? { client_info: clientInfo(employee.oid) } : {}),
    };
  }

  /** The ID token by the sandbox's clock, with `auth_time` only on request, as Entra does. */
  async function entraIdToken(context: KoaContextWithOIDC, idToken: string): Promise<string> {
    // Rounded down, because a token must not begin in the future.
    const shift = Math.floor(clock.offset / 1000);
    const { auth_time: authTime, ...payload } = decodeJwt(idToken);
    const hasAuthTime = !entraLike || login.authorizationOf(context)?.isAuthTimeRequested;
    return new SignJWT({
      ...payload,
      iat: (payload.iat ?? 0) + shift,
      nbf: (payload.iat ?? 0) + shift,
      exp: (payload.exp ?? 0) + shift,
      ...(hasAuthTime && typeof authTime === 'number' ? { auth_time: authTime + shift } : {}),
    })
      .setProtectedHeader({ ...decodeProtectedHeader(idToken), alg: 'RS256', typ: 'JWT' })
      .sign(parts.signingKey);
  }

  function answerAuthorization(context: KoaContextWithOIDC): void {
    const location = context.response.get('location');
    const redirectUri = context.oidc?.params?.redirect_uri;
    if (!location || typeof redirectUri !== 'string' || !location.startsWith(redirectUri)) return;
    const target = new URL(location);
    const inFragment = context.oidc.params?.response_mode === 'fragment';
    const answer = inFragment ? new URLSearchParams(target.hash.slice(1)) : target.searchParams;
    if (entraLike) answer.delete('iss');
    if (answer.has('code') && context.oidc.session) {
      answer.set('session_state', login.sessionState(context.oidc.session.uid));
    }
    const failure = switches.failures[context.oidc.params?.prompt === 'none' ? 'silent' : 'authorize'];
    const error = answer.get('error');
    if (failure && context.oidc.client?.clientId === clientIds.spa) {
      for (const name of ['code', 'session_state', 'scope']) answer.delete(name);
      const parameters = failedAuthorization(failure, clock.now());
      for (const [name, value] of Object.entries(parameters)) answer.set(name, String(value));
    } else if (error !== null) {
      const description = answer.get('error_description') ?? '';
      const isCancelled = description === cancelledDescription;
      const ownError = /^AADSTS(\d+): (.*)$/.exec(description);
      const problem = ownError
        ? { error, aadsts: Number(ownError[1]), message: ownError[2] ?? '' }
        : translate(error, description, details.get(context.req) ?? '');
      answer.set('error', problem.error);
      answer.delete('scope');
      // The user left a page of the service, with or without a number.
      if (problem.error === 'access_denied') answer.set('error_subcode', 'cancel');
      if (!isCancelled) {
        answer.set('error_description', descriptionOf(problem, errorIds(clock.now())));
        answer.set('error_uri', `${loginOrigin}/error?code=${problem.aadsts}`);
      }
    }
    if (inFragment) target.hash = answer.toString();
    context.set('location', target.href);
  }

  function discovery(standard: Record<string, unknown>, tenant: string): Record<string, unknown> {
    const answer: Record<string, unknown> = {
      ...standard,
      tenant_region_scope: 'EU',
      cloud_instance_name: 'microsoftonline.com',
      cloud_graph_host_name: 'graph.windows.net',
      msgraph_host: 'graph.microsoft.com',
      ...switches.region,
    };
    for (const [name, value] of Object.entries(answer)) if (value === null) delete answer[name];
    if (entraLike) {
      delete answer.code_challenge_methods_supported;
      delete answer.authorization_response_iss_parameter_supported;
      if (anyTenant.includes(tenant)) {
        answer.issuer = `${loginOrigin}/{tenantid}/v2.0`;
        for (const [name, value] of Object.entries(answer)) {
          if (typeof value === 'string' && name !== 'issuer') answer[name] = value.replace(tenantId, tenant);
        }
      }
    }
    return answer;
  }

  async function adminConsent(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const clientId = url.searchParams.get('client_id') ?? '';
    const application = applications.find((candidate) => candidate.clientId === clientId);
    if (!application) return sendHtml(response, 400, errorPage(problems.applicationUnknown(clientId), clock.now()));
    if (request.method !== 'POST') return sendHtml(response, 200, adminConsentPage(application));
    accessPolicy.consent = 'all';
    const back = url.searchParams.get('redirect_uri');
    if (back === null || !application.redirectUris.includes(back)) {
      return sendHtml(response, 200, adminConsentedPage());
    }
    const target = new URL(back);
    target.searchParams.set('admin_consent', 'True');
    target.searchParams.set('tenant', tenantId);
    const state = url.searchParams.get('state');
    if (state !== null) target.searchParams.set('state', state);
    response.writeHead(303, { location: target.href }).end();
  }
}

/** The next page of a silent request; the parameter `sso_reload` counts those that were passed. */
function pageOnTheWay(url: URL, { count, milliseconds }: ScriptPages): Html | undefined {
  const passed = Number(url.searchParams.get('sso_reload') ?? 0);
  if (url.searchParams.get('prompt') !== 'none' || passed >= count) return undefined;
  const next = new URL(url);
  next.searchParams.set('sso_reload', String(passed + 1));
  return scriptPage(next, milliseconds === 'never' ? undefined : milliseconds);
}

/** Entra allows every origin. */
function preflight(request: IncomingMessage, response: ServerResponse): void {
  response
    .writeHead(204, {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '',
      'access-control-max-age': '86400',
    })
    .end();
}

function assertedClient(assertion: string | null): string | undefined {
  if (assertion === null) return undefined;
  try {
    return decodeJwt(assertion).sub;
  } catch {
    return undefined;
  }
}

/** MSAL reads the account from `client_info`. */
function clientInfo(oid: string): string {
  return Buffer.from(JSON.stringify({ uid: oid, utid: tenantId })).toString('base64url');
}
