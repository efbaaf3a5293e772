// The account pages on which the banner appears. An address covers every path below it.
import { type CloudName, cloudNames, clouds } from './clouds.ts';

/** @returns the account pages of the connected clouds and the configured ones */
export function accountPagesInUse(
  connections: readonly { cloud: CloudName }[],
  { accountPages }: { accountPages: readonly string[] },
): string[] {
  const ofClouds = connections.flatMap(({ cloud }) => clouds[cloud].accountPages);
  return [...new Set([...ofClouds, ...normalized(accountPages)])];
}

/** @returns the account pages of all clouds and the configured ones */
export function everyAccountPage({ accountPages }: { accountPages: readonly string[] }): string[] {
  return [...cloudNames.flatMap((cloud) => clouds[cloud].accountPages), ...normalized(accountPages)];
}

/** Addresses from a managed policy may lack a path. */
function normalized(accountPages: readonly string[]): string[] {
  return accountPages.flatMap((page) => accountPageFrom(page) ?? []);
}

/**
 * Normalizes an address without query and fragment.
 * @returns undefined for an invalid address, such as one with a port: match patterns of Firefox have no ports
 */
export function accountPageFrom(text: string): string | undefined {
  const address = URL.parse(text.trim());
  if (address?.protocol !== 'https:' || address.port || address.username || address.password) return undefined;
  // Rejects single words, numbers and wildcards.
  if (!/^([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z][a-z\d-]*[a-z\d]$/.test(address.hostname)) return undefined;
  return `${address.origin}${address.pathname}`;
}

/** @returns match patterns of the pages' whole hosts, because in-page navigation does not load the content script */
export function patternsOf(pages: readonly string[]): string[] {
  return [...new Set(pages.map((page) => `${new URL(page).origin}/*`))];
}

export function isAccountPage(origin: string, pathname: string, pages: readonly string[]): boolean {
  return pages.some((page) => {
    const { origin: pageOrigin, pathname: pagePath } = new URL(page);
    const folder = pagePath.endsWith('/') ? pagePath : `${pagePath}/`;
    return pageOrigin === origin && `${pathname}/`.startsWith(folder);
  });
}
