export const cloudNames = ['global', 'usgov', 'usgovdod', 'china'] as const;
export type CloudName = (typeof cloudNames)[number];

interface Cloud {
  login: string;
  graph: string;
  /** China has no such page. */
  securityInfo?: string;
  accountPages: readonly string[];
  /** Whether Graph has enableSmsSignIn and disableSmsSignIn. */
  smsSignIn: boolean;
}

const usGovernment = {
  login: 'login.microsoftonline.us',
  securityInfo: 'https://mysignins.azure.us/security-info',
  accountPages: ['https://mysignins.azure.us/security-info'],
  smsSignIn: true,
};

export const clouds: Record<CloudName, Cloud> = {
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
  usgov: { ...usGovernment, graph: 'graph.microsoft.us' },
  usgovdod: { ...usGovernment, graph: 'dod-graph.microsoft.us' },
  china: {
    login: 'login.partner.microsoftonline.cn',
    graph: 'microsoftgraph.chinacloudapi.cn',
    accountPages: [],
    smsSignIn: false,
  },
};

/** @param connection `smsSignIn` is set by managed policy */
export function hasSmsSignIn(connection: { cloud: CloudName; smsSignIn?: 'off' }): boolean {
  return clouds[connection.cloud].smsSignIn && connection.smsSignIn !== 'off';
}

/**
 * The sign-in host is not among them: docs/decisions/sign-in-host-without-permission.md
 * @returns match patterns of Graph, whose `Retry-After` the extension reads, and of the account pages
 */
export function hostPermissions(cloud: CloudName): string[] {
  const { graph, accountPages } = clouds[cloud];
  const hosts = [graph, ...accountPages.map((page) => new URL(page).host)];
  return [...new Set(hosts)].map((host) => `https://${host}/*`);
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
