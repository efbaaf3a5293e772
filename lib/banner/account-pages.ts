// Which page of a host this is, and whose, by its address alone. Part of the banner script: keep it small.

/**
 * Whether an address on a host of the account pages is one of them. Hosts named "mysignins" also carry the steps of signing
 * in and of registering, where a person is busy with something else.
 */
export function isAccountPage({ hostname, pathname }: { hostname: string; pathname: string }): boolean {
  return !hostname.startsWith('mysignins.') || /^\/security-info(\/|$)/.test(pathname);
}

/** The tenant a page is about, where its address says so: a GUID or a domain. */
export function tenantOf({ search }: { search: string }): string | undefined {
  const query = new URLSearchParams(search);
  return query.get('tenantId') || query.get('tenant') || undefined;
}
