// Microsoft's clouds: where people sign in, where Graph is, where the Security info page is.

export const clouds = {
  global: {
    login: 'login.microsoftonline.com',
    graph: 'graph.microsoft.com',
    securityInfo: 'https://mysignins.microsoft.com/security-info',
    accountPages: [
      // Its host also carries the steps of signing in and registering, where a person is busy with something else.
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
  /** China has no combined page. */
  securityInfo: string | undefined;
  accountPages: readonly string[];
  /** Whether enableSmsSignIn and disableSmsSignIn exist there. */
  smsSignIn: boolean;
}

export type CloudName = keyof typeof clouds;
export const cloudNames = Object.keys(clouds) as CloudName[];

/** Whether there is SMS sign-in at all: the cloud has to have it, and the organization may switch it off by policy. */
export function hasSmsSignIn({ cloud, smsSignIn }: { cloud: CloudName; smsSignIn?: 'off' }): boolean {
  return clouds[cloud].smsSignIn && smsSignIn !== 'off';
}

/** The match patterns whose host permission a cloud needs: so that `Retry-After` can be read, and for the account page. */
export function hostPermissions(cloud: CloudName): string[] {
  const { login, graph } = clouds[cloud];
  const hosts = [login, graph, ...accountPagesOf(cloud).map((page) => new URL(page).host)];
  return [...new Set(hosts)].map((host) => `https://${host}/*`);
}

/** The pages where people look after their account: Security info, My Account, My Profile. */
export function accountPagesOf(cloud: CloudName): readonly string[] {
  return clouds[cloud].accountPages;
}
