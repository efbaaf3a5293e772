// Microsoft's clouds: where people sign in, where Graph is, where the Security info page is.

export const clouds = {
  global: {
    login: 'login.microsoftonline.com',
    graph: 'graph.microsoft.com',
    securityInfo: 'https://mysignins.microsoft.com/security-info',
    smsSignIn: true,
  },
  usgov: {
    login: 'login.microsoftonline.us',
    graph: 'graph.microsoft.us',
    securityInfo: 'https://mysignins.azure.us/security-info',
    smsSignIn: true,
  },
  usgovdod: {
    login: 'login.microsoftonline.us',
    graph: 'dod-graph.microsoft.us',
    securityInfo: 'https://mysignins.azure.us/security-info',
    smsSignIn: true,
  },
  china: {
    login: 'login.partner.microsoftonline.cn',
    graph: 'microsoftgraph.chinacloudapi.cn',
    securityInfo: undefined,
    smsSignIn: false,
  },
} as const satisfies Record<string, Cloud>;

interface Cloud {
  login: string;
  graph: string;
  /** China has no combined page. */
  securityInfo: string | undefined;
  /** Whether enableSmsSignIn and disableSmsSignIn exist there. */
  smsSignIn: boolean;
}

export type CloudName = keyof typeof clouds;

/** The match patterns whose host permission a cloud needs, so that `Retry-After` can be read. */
export function originsOf(cloud: CloudName): string[] {
  return [`https://${clouds[cloud].login}/*`, `https://${clouds[cloud].graph}/*`];
}
