import type { ErrorDetails } from '../../lib/shared/model/errors.ts';

/** Field of the connection form at which an error of connecting is shown; undefined: the error concerns no field. */
export function fieldOf({
  kind,
  code,
}: ErrorDetails): 'tenant' | 'clientId' | 'gatewayUrl' | 'gatewayScope' | undefined {
  if (code === 'gateway-unreachable') return 'gatewayUrl';
  if (kind !== 'not-configured') return undefined;
  if (code === 'invalid-gateway-url' || code === 'gateway-unknown') return 'gatewayUrl';
  if (code === 'invalid-gateway-scope') return 'gatewayScope';
  // No such tenant, or one of a cloud that this one does not federate with.
  if (code === 'invalid-tenant' || code === 'AADSTS90002' || code === 'AADSTS90038') return 'tenant';
  if (code?.startsWith('tenant-in-')) return 'tenant';
  return code === 'invalid-client-id' || code === 'AADSTS700016' ? 'clientId' : undefined;
}
