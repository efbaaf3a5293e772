// Which resources and hosts a verification gateway may have. Tokens for Microsoft's own services never belong to a gateway.
import { clouds } from './clouds.ts';

/**
 * `api://{identifier}/{permission}`, with syntax that RE2 (Chromium) and JavaScript share. Neither `.default` nor characters
 * that could separate two scopes. Source: Microsoft Entra, "Restrictions on identifier URIs".
 */
export const gatewayScopePattern = '^api://([A-Za-z0-9._-]{1,100}/){1,4}[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$';

/** With their subdomains. Source: Microsoft identity platform, "National clouds" and "Azure endpoints by cloud". */
const microsoftDomains = [
  ...Object.values(clouds).flatMap(({ login, graph }) => [login, graph]),
  ...['microsoft.com', 'microsoft.us', 'microsoftonline.com', 'microsoftonline.us', 'microsoftonline.cn'],
  ...['login.windows.net', 'sts.windows.net', 'graph.windows.net', 'login.live.com', 'login.chinacloudapi.cn'],
  ...['management.azure.com', 'management.core.windows.net', 'vault.azure.net', 'office.com', 'office365.com'],
];

/**
 * Ends of the app ids of Microsoft's services, without hyphens. Microsoft Graph is 00000003-0000-0000-c000-000000000000; the last
 * three are Azure management, Key Vault and Azure DevOps. Source: Microsoft Entra, "Verify first-party Microsoft applications".
 */
const microsoftAppIds = [
  ...['00000000c000000000000000', '00000ff1ce00000000000000'],
  ...['797f4846ba004fd7ba43dac1f8f63013', 'cfa8b33982a2471aa3c90fc0be7a4093', '499b84ac1321427faa17267ca6975798'],
];

/** Whether a host, or a part of an identifier, belongs to a sign-in service, Microsoft Graph or another Microsoft API. */
export function isOfMicrosoft(name: string): boolean {
  // A dot at the end of a host has no effect.
  const host = name.toLowerCase().split('.').filter(Boolean).join('.');
  const appId = host.replaceAll('-', '');
  return (
    microsoftDomains.some((domain) => host === domain || host.endsWith(`.${domain}`)) ||
    microsoftAppIds.some((end) => appId.endsWith(end))
  );
}

/** Whether every token for the scope is for a resource that can be a gateway. */
export function isGatewayScope(scope: string): boolean {
  return new RegExp(gatewayScopePattern, 'u').test(scope) && !scope.split('/').some(isOfMicrosoft);
}
