// Which pages the banner is on: by https host and the beginning of the path. An address stands for itself and all below it.

import { accountPagesOf, type CloudName, cloudNames } from './clouds.ts';

/** Those of the clouds in use, and those that were configured beside them. */
export function accountPagesInUse(
  connections: readonly { cloud: CloudName }[],
  { accountPages }: { accountPages: readonly string[] },
): string[] {
  return [...new Set([...connections.flatMap(({ cloud }) => accountPagesOf(cloud)), ...own(accountPages)])];
}

/** Of every cloud, in use or not: whether one of them is reached at all is decided when the script is registered. */
export function everyAccountPage({ accountPages }: { accountPages: readonly string[] }): string[] {
  return [...cloudNames.flatMap(accountPagesOf), ...own(accountPages)];
}

/** What IT writes into a policy may lack the path. */
function own(accountPages: readonly string[]): string[] {
  return accountPages.flatMap((page) => accountPageFrom(page) ?? []);
}

/**
 * The address as it is kept, or undefined where it cannot be one. Without port, since Firefox has no match patterns with
 * one; without query and fragment, which are no part of where a page is.
 */
export function accountPageFrom(text: string): string | undefined {
  const address = URL.parse(text.trim());
  if (address?.protocol !== 'https:' || address.port || address.username || address.password) return undefined;
  // A single word, a number or a wildcard is no host that an organization has its pages on.
  if (!/^([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z][a-z\d-]*[a-z\d]$/.test(address.hostname)) return undefined;
  return `${address.origin}${address.pathname}`;
}

/** The match patterns that reach the pages: of their whole hosts, since moving about in a page loads none. */
export function patternsOf(pages: readonly string[]): string[] {
  return [...new Set(pages.map((page) => `${new URL(page).origin}/*`))];
}

/** @param pathname as the script found it: an in-page navigation has not reached the background otherwise */
export function isAccountPage(origin: string, pathname: string, pages: readonly string[]): boolean {
  return pages.some((page) => {
    const { origin: itsOrigin, pathname: beginning } = new URL(page);
    const folder = beginning.endsWith('/') ? beginning : `${beginning}/`;
    return itsOrigin === origin && `${pathname}/`.startsWith(folder);
  });
}
