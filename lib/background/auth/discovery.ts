// OpenID Connect discovery of an organization.
import * as oauth from 'oauth4webapi';
import { type CloudName, clouds } from '../../shared/model/clouds.ts';
import { IdentityError } from '../../shared/model/errors.ts';
import { jsonOf } from '../json.ts';
import { type Network, overNetwork } from '../network.ts';
import { errorOfAnswer, errorOfOAuth } from './sign-in-errors.ts';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const domain = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}$/i;

export const isGuid = (text: string) => guid.test(text);

/**
 * Resolves a domain to the tenant's GUID first: the metadata of a domain has the GUID in its issuer, which oauth4webapi
 * rejects as a mismatch.
 *
 * @param tenant GUID or domain
 * @throws IdentityError `not-configured` with code `invalid-tenant` (neither GUID nor domain) or `AADSTS90002` (no such
 * tenant in this cloud), or an error of the network
 */
export async function discover(
  cloud: CloudName,
  tenant: string,
  network: Network,
): Promise<{ tenantId: string; server: oauth.AuthorizationServer }> {
  const host = clouds[cloud].login;
  if (guid.test(tenant)) {
    const tenantId = tenant.toLowerCase();
    const issuer = new URL(`https://${host}/${tenantId}/v2.0`);
    const response = await requestMetadata(issuer, network);
    const server = await oauth.processDiscoveryResponse(issuer, response).catch((error) => {
      throw errorOfOAuth(error);
    });
    for (const endpoint of [server.authorization_endpoint, server.token_endpoint]) {
      if (URL.parse(endpoint ?? '')?.origin !== `https://${host}`) throw new IdentityError('unexpected-answer');
    }
    return { tenantId, server };
  }
  if (!domain.test(tenant)) throw new IdentityError('not-configured', { code: 'invalid-tenant' });
  const response = await requestMetadata(new URL(`https://${host}/${tenant.toLowerCase()}/v2.0`), network);
  const { issuer } = Object(await jsonOf(response)) as { issuer?: unknown };
  const tenantId = typeof issuer === 'string' ? /^https:\/\/[^/]+\/([^/]+)/.exec(issuer)?.[1] : undefined;
  if (!tenantId || !guid.test(tenantId)) throw new IdentityError('unexpected-answer');
  return discover(cloud, tenantId, network);
}

async function requestMetadata(issuer: URL, network: Network): Promise<Response> {
  const response = await oauth.discoveryRequest(issuer, overNetwork(network));
  if (response.ok) return response;
  throw errorOfAnswer(await jsonOf(response), response.status);
}
