// oidc-provider with Entra's scopes, resources, claims and tokens; login-host.ts translates its paths, errors and answers.
import { createHash, randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { exportJWK, importX509 } from 'jose';
import {
  type Configuration,
  errors,
  interactionPolicy,
  type JWK,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider';
import type { Directory } from '../directory.ts';
import type { ClaimsDemand, Clock, DemandedClaims, Employee } from '../types.ts';
import type { AccessPolicy } from './access-policy.ts';
import {
  type Application,
  bareScope,
  clientIds,
  gatewayResource,
  gatewayRoles,
  graph,
  issuer,
  type Resource,
  readScopes,
  resources,
  tenantId,
} from './applications.ts';
import type { AskedClaims, ClaimsDemands } from './claims-demands.ts';
import { contextsIn, readClaimsRequest } from './claims-request.ts';
import { type EntraError, problems } from './errors.ts';
import type { SignIns } from './sign-in-history.ts';
import type { LoginStorage } from './storage.ts';
import type { SignInSwitches } from './switches.ts';

const { Check, Prompt, base } = interactionPolicy;

/** oidc-provider supports one authentication method per client, so that the gateway has two clients. */
export const gatewayBySecret = `${clientIds.gateway}#secret`;

interface TokenRequest {
  resource: Resource | undefined;
  /** Full names. */
  scopes: readonly string[];
  cp1: boolean;
  demanded: DemandedClaims;
}

/** The authorization request of a grant. */
interface Authorization {
  resource: Resource;
  scopes: readonly string[];
  offline: boolean;
  cp1: boolean;
  isAuthTimeRequested: boolean;
  /** The last second factor of the session, in seconds. */
  secondFactorAt: number | undefined;
  asked: AskedClaims;
}

export interface LoginProvider {
  readonly provider: Provider;
  readonly tokenRequests: WeakMap<IncomingMessage, TokenRequest>;
  authorizationOf(context: KoaContextWithOIDC): Authorization | undefined;
  /** What a token request asks for and its sign-in does not meet: the authentication contexts that a policy covers. */
  unmetContexts(context: KoaContextWithOIDC): Pick<ClaimsDemand, 'claims' | 'number'> | undefined;
  /** The claims of the authorization and of the token request. */
  askedFor(context: KoaContextWithOIDC): AskedClaims;
  accountId(employee: Employee): string;
  employeeOf(accountId: string): Employee | undefined;
  /** Entra's `session_state`. */
  sessionState(sessionUid: string): string;
  reset(): void;
}

export interface LoginParts {
  clock: Clock;
  directory: Directory;
  storage: LoginStorage;
  signIns: SignIns;
  accessPolicy: AccessPolicy;
  switches: SignInSwitches;
  demands: ClaimsDemands;
  applications: readonly Application[];
  signingKey: JWK;
  gatewaySecret: string;
  gatewayCertificatePem: string;
  pages: {
    error(context: KoaContextWithOIDC, error: string, description: string): Promise<void>;
    signOut(context: KoaContextWithOIDC, form: string): Promise<void>;
    signedOut(context: KoaContextWithOIDC): Promise<void>;
  };
}

const day = 24 * 60 * 60;
/** The sign-in frequency "every time" tolerates five minutes. Source: Conditional Access, "Session lifetime". */
const everyTimeMs = 5 * 60_000;

export async function createProvider(parts: LoginParts): Promise<LoginProvider> {
  const { clock, directory, signIns, accessPolicy, switches, demands } = parts;
  const authorizations = new Map<string, Authorization>();
  const sessionStates = new Map<string, string>();
  const tokenRequests = new WeakMap<IncomingMessage, TokenRequest>();

  // As at Entra `sub` differs from `oid`, so that a client that confuses them fails.
  const accountId = (employee: Employee) => createHash('sha256').update(`subject ${employee.oid}`).digest('base64url');
  const employeeOf = (id: string) => directory.employees().find((employee) => accountId(employee) === id);

  const applicationOf = (clientId: string | undefined) =>
    parts.applications.find((application) => application.clientId === clientId?.replace(/#.*$/, ''));

  const authorizationOf = (context: KoaContextWithOIDC): Authorization | undefined => {
    const { AuthorizationCode, RefreshToken, Grant } = context.oidc.entities;
    const grantId = AuthorizationCode?.grantId ?? RefreshToken?.grantId ?? Grant?.jti;
    return grantId === undefined ? undefined : authorizations.get(grantId);
  };

  const askedFor = (context: KoaContextWithOIDC): AskedClaims => {
    const { interactive = {}, any = {} } = authorizationOf(context)?.asked ?? {};
    return { interactive, any: { ...any, ...tokenRequests.get(context.req)?.demanded } };
  };

  const unmetContexts: LoginProvider['unmetContexts'] = (context) => {
    const { demanded = {} } = tokenRequests.get(context.req) ?? {};
    const employee = employeeOf(context.oidc.account?.accountId ?? '');
    if (!employee || !accessPolicy.demandsSecondFactor({ freshSignIn: false, demanded }, employee.oid))
      return undefined;
    const { secondFactorAt = 0 } = authorizationOf(context) ?? {};
    const isRecent = clock.now() - signIns.agedTime(employee.oid, secondFactorAt) * 1000 <= everyTimeMs;
    return isRecent ? undefined : { claims: { acrs: demanded.acrs ?? null } };
  };

  const requestedAt = (context: KoaContextWithOIDC) => {
    const scopes = readScopes(textOf(context.oidc.params?.requested_scope), accessPolicy.isConsented);
    return { scopes, claims: readClaimsRequest(textOf(context.oidc.params?.requested_claims)) };
  };

  /** Full names of the scopes of a token for the resource. */
  const scopesFor = (context: KoaContextWithOIDC, resource: Resource): readonly string[] => {
    const all = resource.scopes.map((scope) => `${resource.identifier}/${scope}`);
    if (context.oidc.route !== 'token') return all;
    const request = tokenRequests.get(context.req);
    if (request?.resource === resource) return request.scopes;
    const authorization = authorizationOf(context);
    return authorization?.resource === resource ? authorization.scopes : all;
  };

  const configuration: Configuration = {
    adapter: parts.storage.adapter,
    jwks: { keys: [parts.signingKey] },
    clients: [
      ...parts.applications
        .filter((application) => application.platform !== 'daemon')
        .map((application) => ({
          client_id: application.clientId,
          client_name: application.name,
          application_type: application.platform === 'native' ? ('native' as const) : ('web' as const),
          token_endpoint_auth_method: 'none' as const,
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code' as const],
          redirect_uris: [...application.redirectUris],
          post_logout_redirect_uris: [...application.redirectUris],
        })),
      {
        client_id: clientIds.gateway,
        token_endpoint_auth_method: 'private_key_jwt',
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        jwks: { keys: [(await certificateKey(parts.gatewayCertificatePem)) as JWK] },
      },
      {
        client_id: gatewayBySecret,
        client_secret: parts.gatewaySecret,
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    clientAuthMethods: ['none', 'client_secret_post', 'private_key_jwt'],
    // Entra identifies the certificate by its SHA-1 or SHA-256 thumbprint.
    assertJwtClientAuthClaimsAndHeader: (_context, _claims, header) => {
      const { raw } = new X509Certificate(parts.gatewayCertificatePem);
      const isNamed = header['x5t#S256'] === createHash('sha256').update(raw).digest('base64url');
      if (!isNamed && header.x5t !== createHash('sha1').update(raw).digest('base64url')) {
        throw new errors.InvalidClientAuth('the assertion does not name the registered certificate');
      }
    },
    routes: {
      authorization: `/${tenantId}/oauth2/v2.0/authorize`,
      token: `/${tenantId}/oauth2/v2.0/token`,
      jwks: `/${tenantId}/discovery/v2.0/keys`,
      end_session: `/${tenantId}/oauth2/v2.0/logout`,
    },
    responseTypes: ['code'],
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    claims: {
      openid: ['sub', 'oid', 'tid', 'ver', 'login_hint', 'auth_time'],
      profile: ['name', 'preferred_username'],
      email: ['email'],
    },
    conformIdTokenClaims: false,
    extraParams: {
      requested_scope: (context) => {
        const { scopes } = requestedAt(context);
        if (scopes.oidc.length + scopes.byResource.size + scopes.unknown.length === 0) {
          throw asOAuthError(problems.missing('scope'));
        }
        if (scopes.unknown[0] !== undefined) throw asOAuthError(problems.scopeUnknown(scopes.unknown[0]));
      },
      requested_claims: null,
    },
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      names: { session: 'sandbox_session', interaction: 'sandbox_sign_in', resume: 'sandbox_resume' },
      // As Entra's cookies: sent in embedded contexts, too, where silent sign-in runs.
      long: { httpOnly: true, sameSite: 'none', secure: true },
      short: { httpOnly: true, sameSite: 'none', secure: true },
    },
    clientBasedCORS: () => true,
    rotateRefreshToken: true,
    issueRefreshToken: async (context) => authorizationOf(context)?.offline === true,
    expiresWithSession: async () => false,
    ttl: {
      AccessToken: (context) =>
        tokenRequests.get(context.req)?.cp1 || authorizationOf(context)?.cp1 ? 26 * 60 * 60 : 60 * 60,
      AuthorizationCode: 10 * 60,
      ClientCredentials: 60 * 60,
      Grant: 90 * day,
      IdToken: 60 * 60,
      Interaction: 60 * 60,
      Session: 90 * day,
      // 24 hours from the sign-in for single-page applications, regardless of renewals.
      RefreshToken: (context, _token, client) => {
        if (applicationOf(client.clientId)?.platform !== 'spa') return 90 * day;
        return context.oidc.entities.RotatedRefreshToken?.remainingTTL ?? day;
      },
    },
    findAccount: async (_context, id) => {
      const employee = employeeOf(id);
      return (
        employee && {
          accountId: id,
          claims: async () => ({
            sub: id,
            oid: employee.oid,
            tid: tenantId,
            ver: '2.0',
            login_hint: opaqueHint(employee),
            name: employee.name,
            preferred_username: employee.userName,
            email: employee.userName,
          }),
        }
      );
    },
    // Admin consent covers all users, so that no user is asked.
    loadExistingGrant: async (context) => {
      const { client, session, account, provider } = context.oidc;
      if (!client || !account || !session) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: account.accountId });
      grant.addOIDCScope('openid profile email offline_access');
      for (const resource of resources) {
        grant.addResourceScope(
          resource.identifier,
          resource.scopes.map((scope) => `${resource.identifier}/${scope}`).join(' '),
        );
      }
      await grant.save();
      const { scopes, claims } = requestedAt(context);
      const [first] = scopes.byResource;
      const employee = employeeOf(account.accountId);
      if (employee && context.oidc.result?.login?.amr?.includes('mfa')) {
        signIns.recordSecondFactor(employee.oid, session.uid);
      }
      authorizations.set(grant.jti, {
        secondFactorAt: signIns.secondFactorOf(session.uid),
        resource: first?.[0] ?? graph,
        scopes: first?.[1] ?? [],
        offline: scopes.oidc.includes('offline_access'),
        cp1: claims.cp1,
        asked: {
          interactive: context.oidc.prompts.has('none') ? {} : claims.demanded,
          any: claims.demanded,
        },
        isAuthTimeRequested: claims.authTime || context.oidc.params?.max_age !== undefined,
      });
      return grant;
    },
    features: {
      devInteractions: { enabled: false },
      // Entra lacks these features.
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      userinfo: { enabled: false },
      claimsParameter: { enabled: true },
      clientCredentials: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: parts.pages.signOut,
        postLogoutSuccessSource: parts.pages.signedOut,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: async (context, _client, oneOf) => {
          const { identifier } =
            tokenRequests.get(context.req)?.resource ?? authorizationOf(context)?.resource ?? graph;
          return oneOf && !oneOf.includes(identifier) ? (oneOf[0] ?? identifier) : identifier;
        },
        useGrantedResource: async () => true,
        getResourceServerInfo: async (context, identifier) => {
          const resource = resources.find((known) => known.identifier === identifier);
          if (!resource) throw new errors.InvalidTarget();
          return {
            audience: resource.audience,
            scope: scopesFor(context, resource).join(' '),
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'RS256' } },
          };
        },
      },
    },
    formats: {
      customizers: {
        jwt: async (context, token, jwt) => {
          const employee = 'accountId' in token ? employeeOf(token.accountId) : undefined;
          const { AuthorizationCode, RefreshToken } = context.oidc.entities;
          const grantSource = AuthorizationCode ?? RefreshToken;
          // Rounded down, because a token must not begin in the future.
          const shift = Math.floor(clock.offset / 1000);
          const {
            aud,
            exp = 0,
            iat = 0,
            jti,
            scope,
          } = jwt.payload as Record<string, string> & {
            exp?: number;
            iat?: number;
          };
          const clientId = (token.clientId ?? '').replace(/#.*$/, '');
          const cp1 = tokenRequests.get(context.req)?.cp1 || authorizationOf(context)?.cp1;
          const signedInAt = grantSource?.authTime === undefined ? undefined : grantSource.authTime + shift;
          if (employee && signedInAt !== undefined && jti) {
            const { secondFactorAt } = authorizationOf(context) ?? {};
            signIns.recordToken(jti, { oid: employee.oid, signedInAt, secondFactorAt });
            demands.recordToken(jti, askedFor(context));
          }
          // The registration of the resource decides; Graph's tokens have version 1.0.
          const forGateway = aud === gatewayResource.audience;
          const contexts = contextsIn({
            ...(AuthorizationCode ? authorizationOf(context)?.asked.any : {}),
            ...tokenRequests.get(context.req)?.demanded,
          });
          const { tokenVersion, authTime } = switches.gatewayRegistration;
          const isVersion2 = forGateway && tokenVersion === 2;
          jwt.header = { typ: 'JWT' };
          jwt.payload = {
            // Version 1.0 has the identifier that was requested, version 2.0 always the client id.
            aud: forGateway && !isVersion2 ? gatewayResource.identifier : aud,
            iss: isVersion2 ? issuer : `https://sts.windows.net/${tenantId}/`,
            iat: iat + shift,
            nbf: iat + shift,
            exp: exp + shift,
            jti,
            uti: jti,
            tid: tenantId,
            ver: isVersion2 ? '2.0' : '1.0',
            ...(isVersion2 ? { azp: clientId } : { appid: clientId }),
            ...(employee && signedInAt !== undefined
              ? {
                  oid: employee.oid,
                  sub: accountId(employee),
                  name: employee.name,
                  ...(isVersion2
                    ? { preferred_username: employee.userName }
                    : { upn: employee.userName, amr: grantSource?.amr ?? [] }),
                  scp: (scope ?? '').split(' ').filter(Boolean).map(bareScope).join(' '),
                  ...(forGateway && authTime ? { auth_time: signIns.agedTime(employee.oid, signedInAt) } : {}),
                  idtyp: 'user',
                  ...(contexts.length > 0 ? { acrs: contexts } : {}),
                  ...(cp1 ? { xms_cc: ['CP1'] } : {}),
                }
              : {
                  // The service principal has another object id than the app registration.
                  oid: `b${clientId.slice(1)}`,
                  sub: `b${clientId.slice(1)}`,
                  idtyp: 'app',
                  roles: forGateway ? [] : gatewayRoles.filter(accessPolicy.isGranted),
                }),
          };
        },
      },
    },
    renderError: (context, out) => parts.pages.error(context, out.error, out.error_description ?? ''),
    interactions: {
      url: (_context, interaction) => `/${tenantId}/sign-in/${interaction.uid}`,
      policy: policy(),
    },
  };

  function needsConsent(context: KoaContextWithOIDC): boolean {
    if (applicationOf(context.oidc.client?.clientId)?.platform !== 'spa') return false;
    return !accessPolicy.covers([...requestedAt(context).scopes.byResource.values()].flat().map(bareScope));
  }

  function policy() {
    const prompts = base();
    const login = prompts.get('login');
    login?.checks.add(
      new Check('fresh_sign_in', asDescription(problems.freshSignInNeeded), 'interaction_required', (context) => {
        const user = employeeOf(context.oidc.session?.accountId ?? '');
        return accessPolicy.demandsSecondFactor(requestedAt(context).claims, user?.oid) && !context.oidc.result?.login;
      }),
    );
    login?.checks.add(
      new Check('claims_demand', asDescription(problems.freshSignInNeeded), 'interaction_required', (context) => {
        return context.oidc.prompts.has('none') && demands.needsUser(requestedAt(context).claims.demanded);
      }),
    );
    login?.checks.add(
      new Check('another_account', asDescription(problems.noSession), 'login_required', (context) => {
        const hint = textOf(context.oidc.params?.login_hint);
        const signedIn = context.oidc.session?.accountId;
        if (!hint || !signedIn || context.oidc.result?.login) return Check.NO_NEED_TO_PROMPT;
        const hinted = employeeByHint(directory, hint);
        return hinted !== undefined && accountId(hinted) !== signedIn;
      }),
    );
    prompts.add(new Prompt({ name: 'select_account', requestable: true }), 0);
    const consent = prompts.get('consent');
    consent?.checks.clear();
    consent?.checks.add(
      new Check('consent_prompt', asDescription(problems.consentMissing('')), 'consent_required', (context) => {
        if (context.oidc.prompts.has('consent')) return context.oidc.promptPending('consent');
        return accessPolicy.consent === 'users' && needsConsent(context);
      }),
    );
    prompts.add(
      new Prompt(
        { name: 'admin_consent' },
        new Check(
          'admin_consent',
          asDescription(problems.consentMissing(clientIds.spa)),
          'consent_required',
          (context) => {
            return accessPolicy.consent !== 'users' && needsConsent(context);
          },
        ),
      ),
    );
    prompts.add(
      new Prompt(
        { name: 'access_policy' },
        new Check('blocked', asDescription(problems.blocked), 'interaction_required', (context) => {
          return accessPolicy.blocked && applicationOf(context.oidc.client?.clientId)?.platform === 'spa';
        }),
      ),
    );
    return prompts;
  }

  return {
    provider: new Provider(issuer, configuration),
    tokenRequests,
    authorizationOf,
    unmetContexts,
    askedFor,
    accountId,
    employeeOf,
    sessionState: (uid) => {
      const state = sessionStates.get(uid) ?? randomUUID();
      sessionStates.set(uid, state);
      return state;
    },
    reset: () => {
      authorizations.clear();
      sessionStates.clear();
    },
  };
}

/** Entra's `login_hint` claim is opaque, although the parameter also accepts a user name. */
function opaqueHint(employee: Employee): string {
  return `O.${Buffer.from(`sandbox ${employee.oid}`).toString('base64url')}`;
}

/** Finds the employee by the opaque claim or by user name. */
export function employeeByHint(directory: Directory, hint: string): Employee | undefined {
  return directory.employees().find((employee) => opaqueHint(employee) === hint) ?? directory.employeeByUserName(hint);
}

function asDescription(problem: EntraError): string {
  return `AADSTS${problem.aadsts}: ${problem.message}`;
}

function asOAuthError(problem: EntraError): Error {
  return new errors.CustomOIDCProviderError(problem.error, asDescription(problem));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

async function certificateKey(pem: string) {
  return exportJWK(await importX509(pem, 'RS256', { extractable: true }));
}
