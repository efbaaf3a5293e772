// The hosted way to add a number: the service's own Security info page, and noticing what was registered there.
import type { HostedVerifier, KnownMethod } from '../../background/backend.ts';
import { type CloudName, clouds } from './clouds.ts';

/** @returns undefined for the cloud that has no such page */
export function securityInfoVerifier(cloud: CloudName): HostedVerifier | undefined {
  const page = clouds[cloud].securityInfo;
  return page === undefined
    ? undefined
    : { kind: 'hosted', url: ({ tenantId }) => `${page}?tenantId=${encodeURIComponent(tenantId)}`, registered };
}

function registered(before: readonly KnownMethod[], after: readonly KnownMethod[]): KnownMethod | undefined {
  return after.find(({ id, masked }) => !before.some((known) => known.id === id && known.masked === masked));
}
