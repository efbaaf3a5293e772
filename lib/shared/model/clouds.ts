// Hosts and pages of Microsoft's clouds.

export const clouds = {
  global: {
    login: 'login.microsoftonline.com',
    graph: 'graph.microsoft.com',
    securityInfo: 'https://mysignins.microsoft.com/security-info',
    accountPages: [
      // Only this path, because the host also has the pages for signing in and registering.
      'https://mysignins.microsoft.com/security-info',
      'https://myaccount.microsoft.com/',
      'https://myprofile.microsoft.com/',
    ],
    smsSignIn: true,
  },
  usgov: {
    login: 'login.microsoftonline.us',
    graph: 'graph.microsoft.us',
    securityInfo: 'https://mysignins.azure.us/security-info',
    accountPages: ['https://mysignins.azure.us/security-info'],
    smsSignIn: true,
  },
  usgovdod: {
    login: 'login.microsoftonline.us',
    graph: 'dod-graph.microsoft.us',
    securityInfo: 'https://mysignins.azure.us/security-info',
    accountPages: ['https://mysignins.azure.us/security-info'],
    smsSignIn: true,
  },
  china: {
    login: 'login.partner.microsoftonline.cn',
    graph: 'microsoftgraph.chinacloudapi.cn',
    securityInfo: undefined,
    accountPages: [],
    smsSignIn: false,
  },
} as const satisfies Record<string, Cloud>;

interface Cloud {
  login: string;
  graph: string;
  /** Undefined in China, which has no such page. */
  securityInfo: string | undefined;
  accountPages: readonly string[];
  /** Whether Graph has enableSmsSignIn and disableSmsSignIn. */
  smsSignIn: boolean;
}

export type CloudName = keyof typeof clouds;
export const cloudNames = Object.keys(clouds) as CloudName[];

/** @param connection `smsSignIn` is set by managed policy */
export function hasSmsSignIn(connection: { cloud: CloudName; smsSignIn?: 'off' }): boolean {
  return clouds[connection.cloud].smsSignIn && connection.smsSignIn !== 'off';
}

/** @returns match patterns of the hosts whose `Retry-After` the extension reads and of the account pages */
export function hostPermissions(cloud: CloudName): string[] {
  const { login, graph } = clouds[cloud];
  const hosts = [login, graph, ...accountPagesOf(cloud).map((page) => new URL(page).host)];
  return [...new Set(hosts)].map((host) => `https://${host}/*`);
}

export function accountPagesOf(cloud: CloudName): readonly string[] {
  return clouds[cloud].accountPages;
}

/** @returns the address of the Security info page in the user's tenant */
export function securityInfoUrl(cloud: CloudName, tenantId: string): string | undefined {
  const page = clouds[cloud].securityInfo;
  return page && `${page}?tenantId=${encodeURIComponent(tenantId)}`;
}

/** @returns the address at which an administrator consents to the application for the whole organization */
export function adminConsentUrl(application: { cloud: CloudName; tenantId: string; clientId: string }): string {
  const { cloud, tenantId, clientId } = application;
  const query = new URLSearchParams({ client_id: clientId });
  return `https://${clouds[cloud].login}/${encodeURIComponent(tenantId)}/adminconsent?${query}`;
}
