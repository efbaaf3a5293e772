// The app registrations and resources of the tenant, and Entra's interpretation of `scope`.
export const tenantId = '7e000000-0000-4000-8000-00000000c0de';
export const tenantDomain = 'contoso.example';

export const loginOrigin = 'https://login.microsoftonline.com';
export const issuer = `${loginOrigin}/${tenantId}/v2.0`;

/** The platform decides how a code may be redeemed. */
type Platform = 'spa' | 'native' | 'web' | 'daemon';

export interface Application {
  readonly clientId: string;
  readonly name: string;
  readonly platform: Platform;
  readonly redirectUris: readonly string[];
}

export const clientIds = {
  spa: 'a0000000-0000-4000-8000-000000000001',
  native: 'a0000000-0000-4000-8000-000000000002',
  accountPage: 'a0000000-0000-4000-8000-000000000003',
  gateway: 'a0000000-0000-4000-8000-000000000004',
} as const;

export const accountPageRedirectUri = 'https://mysignins.microsoft.com/signed-in';

export function applications(spaRedirectUris: readonly string[]): readonly Application[] {
  return [
    { clientId: clientIds.spa, name: 'Phone Sign-in', platform: 'spa', redirectUris: spaRedirectUris },
    { clientId: clientIds.native, name: 'Another app', platform: 'native', redirectUris: ['http://localhost'] },
    {
      clientId: clientIds.accountPage,
      name: 'Security info',
      platform: 'web',
      redirectUris: [accountPageRedirectUri],
    },
    { clientId: clientIds.gateway, name: 'Phone verification gateway', platform: 'daemon', redirectUris: [] },
  ];
}

export interface Resource {
  readonly identifier: string;
  /** `aud` of its access tokens. */
  readonly audience: string;
  /** Delegated permissions, without the resource. */
  readonly scopes: readonly string[];
}

export const graph: Resource = {
  identifier: 'https://graph.microsoft.com',
  audience: 'https://graph.microsoft.com',
  scopes: [
    'User.Read',
    'UserAuthMethod-Phone.Read',
    'UserAuthMethod-Phone.ReadWrite',
    'UserAuthenticationMethod.Read',
    'UserAuthenticationMethod.ReadWrite',
  ],
};

export const gatewayResource: Resource = {
  identifier: `api://${clientIds.gateway}`,
  audience: clientIds.gateway,
  scopes: ['PhoneVerification'],
};

export const resources = [graph, gatewayResource] as const;

/** Application permissions for Graph that the gateway requests; its tokens have those with consent. */
export const gatewayRoles = [
  'UserAuthMethod-Phone.ReadWrite.All',
  'UserAuthenticationMethod.ReadWrite.All',
  'User.Read.All',
  'Policy.Read.All',
] as const;

const oidcScopes = ['openid', 'profile', 'email', 'offline_access'];

export interface RequestedScopes {
  readonly oidc: readonly string[];
  /** Full names, such as "https://graph.microsoft.com/User.Read", in the requested order. */
  readonly byResource: ReadonlyMap<Resource, readonly string[]>;
  /** Of no resource. */
  readonly unknown: readonly string[];
}

/** A scope without a resource belongs to Graph; `.default` means all consented scopes. */
export function readScopes(scope: string, isConsented: (name: string) => boolean): RequestedScopes {
  const oidc: string[] = [];
  const unknown: string[] = [];
  const byResource = new Map<Resource, string[]>();
  for (const requested of new Set(scope.split(/\s+/).filter(Boolean))) {
    if (oidcScopes.includes(requested)) {
      oidc.push(requested);
      continue;
    }
    const resource = resources.find((known) => requested.startsWith(`${known.identifier}/`)) ?? graph;
    const name = requested.startsWith(resource.identifier)
      ? requested.slice(resource.identifier.length + 1)
      : requested;
    const names = name === '.default' ? resource.scopes.filter(isConsented) : [name];
    if (name !== '.default' && !resource.scopes.includes(name)) {
      unknown.push(requested);
      continue;
    }
    const earlier = byResource.get(resource) ?? [];
    byResource.set(resource, [...earlier, ...names.map((each) => `${resource.identifier}/${each}`)]);
  }
  return { oidc, byResource, unknown };
}

/** "User.Read" of "https://graph.microsoft.com/User.Read". */
export function bareScope(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('/') + 1);
}
