// Microsoft's clouds: where people sign in, where Graph is, where the Security info page is.

export const clouds = {
  global: {
    login: 'login.microsoftonline.com',
    graph: 'graph.microsoft.com',
    securityInfo: 'https://mysignins.microsoft.com/security-info',
    accountPages: [
      'https://mysignins.microsoft.com/*',
      'https://myaccount.microsoft.com/*',
      'https://myprofile.microsoft.com/*',
    ],
    smsSignIn: true,
  },
  usgov: {
    login: 'login.microsoftonline.us',
    graph: 'graph.microsoft.us',
    securityInfo: 'https://mysignins.azure.us/security-info',
    accountPages: ['https://mysignins.azure.us/*'],
    smsSignIn: true,
  },
  usgovdod: {
    login: 'login.microsoftonline.us',
    graph: 'dod-graph.microsoft.us',
    securityInfo: 'https://mysignins.azure.us/security-info',
    accountPages: ['https://mysignins.azure.us/*'],
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

/** The match patterns whose host permission a cloud needs: so that `Retry-After` can be read, and for the account page. */
export function originsOf(cloud: CloudName): string[] {
  const { login, graph } = clouds[cloud];
  return [`https://${login}/*`, `https://${graph}/*`, ...accountPagesOf(cloud)];
}

/** Match patterns of the pages where people look after their account: Security info, My Account, My Profile. */
export function accountPagesOf(cloud: CloudName): readonly string[] {
  return clouds[cloud].accountPages;
}

/** Of every cloud: whether one of them may be reached at all is the browser's to say. */
export const accountPageOrigins: ReadonlySet<string> = new Set(
  Object.values(clouds).flatMap(({ accountPages }) => accountPages.map((pattern) => new URL(pattern).origin)),
);
