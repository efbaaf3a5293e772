// The hosted verifier: Entra's Security info page.
import type { CloudName } from '../../shared/model/clouds.ts';
import { securityInfoUrl } from '../../shared/model/clouds.ts';
import type { KnownMethod } from '../../shared/model/phone-method.ts';
import { endsAlike } from '../../shared/phone/mask.ts';
import type { HostedVerifier } from '../backend.ts';

/** @returns undefined for a cloud without a Security info page */
export function securityInfoVerifier(cloud: CloudName): HostedVerifier | undefined {
  if (!securityInfoUrl(cloud, '')) return undefined;
  return { url: (tenantId) => securityInfoUrl(cloud, tenantId) ?? '', registered };
}

function registered(before: readonly KnownMethod[], after: readonly KnownMethod[]): KnownMethod | undefined {
  return after.find(({ id, masked }) => !before.some((known) => known.id === id && endsAlike(known.masked, masked)));
}
