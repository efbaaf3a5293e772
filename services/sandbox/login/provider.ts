// The sign-in service itself: oidc-provider, configured to know Entra's scopes, resources, claims and tokens.
// What differs on the wire (paths, errors, answers) is translated around it in login-host.ts.
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
import type { Clock, Employee } from '../types.ts';
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
import { readClaimsRequest } from './claims-request.ts';
import { type EntraError, problems } from './errors.ts';
import type { SignIns } from './sign-in-history.ts';
import type { LoginStorage } from './storage.ts';

const { Check, Prompt, base } = interactionPolicy;

/** The gateway may authenticate by certificate or by secret; the provider knows one way per client, so it has two. */
export const gatewayBySecret = `${clientIds.gateway}#secret`;

/** What a token request asked for, worked out before the provider sees it. */
interface TokenRequest {
  resource: Resource | undefined;
  /** Full names. */
  scopes: readonly string[];
  cp1: boolean;
}

/** What was asked for at the authorization endpoint, by grant. */
interface Authorization {
  resource: Resource;
  scopes: readonly string[];
  offline: boolean;
  cp1: boolean;
  authTimeAsked: boolean;
}

export interface LoginProvider {
  readonly provider: Provider;
  readonly tokenRequests: WeakMap<IncomingMessage, TokenRequest>;
  authorizationOf(context: KoaContextWithOIDC): Authorization | undefined;
  accountId(employee: Employee): string;
  employeeOf(accountId: string): Employee | undefined;
  /** Of the session, as Entra's `session_state`. */
  sessionState(sessionUid: string): string;
  forget(): void;
}

export interface LoginParts {
  clock: Clock;
  directory: Directory;
  storage: LoginStorage;
  signIns: SignIns;
  accessPolicy: AccessPolicy;
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

export async function createProvider(parts: LoginParts): Promise<LoginProvider> {
  const { clock, directory, signIns, accessPolicy } = parts;
  const authorizations = new Map<string, Authorization>();
  const sessionStates = new Map<string, string>();
  const tokenRequests = new WeakMap<IncomingMessage, TokenRequest>();

  // Entra's `sub` is not the `oid`: a client that takes one for the other must notice here.
  const accountId = (employee: Employee) => createHash('sha256').update(`subject ${employee.oid}`).digest('base64url');
  const employeeOf = (id: string) => directory.employees().find((employee) => accountId(employee) === id);

  const applicationOf = (clientId: string | undefined) =>
    parts.applications.find((application) => application.clientId === clientId?.replace(/#.*$/, ''));

  const authorizationOf = (context: KoaContextWithOIDC): Authorization | undefined => {
    const { AuthorizationCode, RefreshToken, Grant } = context.oidc.entities;
    const grantId = AuthorizationCode?.grantId ?? RefreshToken?.grantId ?? Grant?.jti;
    return grantId === undefined ? undefined : authorizations.get(grantId);
  };

  const requestedAt = (context: KoaContextWithOIDC) => {
    const scopes = readScopes(textOf(context.oidc.params?.requested_scope), accessPolicy.consented);
    return { scopes, claims: readClaimsRequest(textOf(context.oidc.params?.requested_claims)) };
  };

  /** The scopes a token for this resource gets, in full names. */
  const scopesFor = (context: KoaContextWithOIDC, resource: Resource): readonly string[] => {
    const all = resource.scopes.map((scope) => `${resource.identifier}/${scope}`);
    if (context.oidc.route !== 'token') return all;
    const asked = tokenRequests.get(context.req);
    if (asked?.resource === resource) return asked.scopes;
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
    // Entra wants to know which certificate signed: by its thumbprint, in either form.
    assertJwtClientAuthClaimsAndHeader: (_context, _claims, header) => {
      const { raw } = new X509Certificate(parts.gatewayCertificatePem);
      const named = header['x5t#S256'] === createHash('sha256').update(raw).digest('base64url');
      if (!named && header.x5t !== createHash('sha1').update(raw).digest('base64url')) {
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
      // As Entra's: they are sent in embedded and scripted contexts too, where silent sign-in may run.
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
      // Of a single-page application: 24 hours from the sign-in, whatever is exchanged in between.
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
    // An administrator has consented for everyone (or not, see the policy below): no employee is ever asked.
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
      authorizations.set(grant.jti, {
        resource: first?.[0] ?? graph,
        scopes: first?.[1] ?? [],
        offline: scopes.oidc.includes('offline_access'),
        cp1: claims.cp1,
        authTimeAsked: claims.authTime || context.oidc.params?.max_age !== undefined,
      });
      return grant;
    },
    features: {
      devInteractions: { enabled: false },
      // Not Entra's: announced, a client might come to rely on them.
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
          const asked = tokenRequests.get(context.req)?.resource ?? authorizationOf(context)?.resource ?? graph;
          return oneOf && !oneOf.includes(asked.identifier) ? (oneOf[0] ?? asked.identifier) : asked.identifier;
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
          // Rounded down: a token that begins half a second from now would be refused by its own service.
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
            signIns.issued(jti, { oid: employee.oid, signedInAt });
          }
          // Graph's tokens are in the older format, with another issuer, as in real life; the gateway's in the newer one.
          const forGateway = aud === gatewayResource.audience;
          jwt.header = { typ: 'JWT' };
          jwt.payload = {
            aud,
            iss: forGateway ? issuer : `https://sts.windows.net/${tenantId}/`,
            iat: iat + shift,
            nbf: iat + shift,
            exp: exp + shift,
            jti,
            uti: jti,
            tid: tenantId,
            ver: forGateway ? '2.0' : '1.0',
            ...(forGateway ? { azp: clientId } : { appid: clientId }),
            ...(employee && signedInAt !== undefined
              ? {
                  oid: employee.oid,
                  sub: accountId(employee),
                  name: employee.name,
                  ...(forGateway ? { preferred_username: employee.userName } : { upn: employee.userName }),
                  scp: (scope ?? '').split(' ').filter(Boolean).map(bareScope).join(' '),
                  amr: grantSource?.amr ?? [],
                  auth_time: signIns.apparent(employee.oid, signedInAt),
                  idtyp: 'user',
                  ...(cp1 ? { xms_cc: ['CP1'] } : {}),
                }
              : {
                  // The service principal, an object of its own beside the registration.
                  oid: `b${clientId.slice(1)}`,
                  sub: `b${clientId.slice(1)}`,
                  idtyp: 'app',
                  roles: forGateway ? [] : gatewayRoles,
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

  function policy() {
    const prompts = base();
    const login = prompts.get('login');
    login?.checks.add(
      new Check('fresh_sign_in', asDescription(problems.freshSignInNeeded), 'interaction_required', (context) => {
        return requestedAt(context).claims.freshSignIn && !context.oidc.result?.login;
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
        return context.oidc.prompts.has('consent') && context.oidc.promptPending('consent');
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
            const { scopes } = requestedAt(context);
            const asked = [...scopes.byResource.values()].flat().map(bareScope);
            return (
              applicationOf(context.oidc.client?.clientId)?.platform === 'spa' &&
              (accessPolicy.consent === 'missing' || !asked.every(accessPolicy.consented))
            );
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
    accountId,
    employeeOf,
    sessionState: (uid) => {
      const state = sessionStates.get(uid) ?? randomUUID();
      sessionStates.set(uid, state);
      return state;
    },
    forget: () => {
      authorizations.clear();
      sessionStates.clear();
    },
  };
}

/** Entra's `login_hint` claim is opaque, unlike the parameter's usual value, the user name. */
function opaqueHint(employee: Employee): string {
  return `O.${Buffer.from(`sandbox ${employee.oid}`).toString('base64url')}`;
}

/** Whom a `login_hint` means: by the opaque claim or by user name. A phone number means nobody yet. */
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
