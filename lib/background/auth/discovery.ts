// OpenID Connect discovery of an organization.
import * as oauth from 'oauth4webapi';
import * as v from 'valibot';
import { type CloudName, cloudNames, clouds } from '../../shared/model/clouds.ts';
import { IdentityError } from '../../shared/model/errors.ts';
import { jsonOf } from '../json.ts';
import { type Network, overNetwork } from '../network.ts';
import { errorOfResponse } from './sign-in-errors.ts';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const domain = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}$/i;

export const isGuid = (text: string) => guid.test(text);

/** The metadata that the extension uses. */
export const MetadataSchema = v.object({
  issuer: v.string(),
  authorization_endpoint: v.string(),
  token_endpoint: v.string(),
  authorization_response_iss_parameter_supported: v.exactOptional(v.boolean()),
  id_token_signing_alg_values_supported: v.exactOptional(v.array(v.string())),
});
export type Metadata = v.InferOutput<typeof MetadataSchema>;

/**
 * Resolves a domain to the tenant's GUID first, because the metadata of a domain has the GUID in its issuer.
 *
 * @param tenant GUID or domain
 * @throws IdentityError `not-configured` with code `invalid-tenant` (neither GUID nor domain), `AADSTS90002` (no such
 * tenant in this cloud) or `tenant-in-{cloud}` (tenant of another cloud), or an error of the network
 */
export async function discover(
  cloud: CloudName,
  tenant: string,
  network: Network,
  now: number,
): Promise<{ tenantId: string; server: Metadata }> {
  const host = clouds[cloud].login;
  if (guid.test(tenant)) {
    const tenantId = tenant.toLowerCase();
    const issuer = new URL(`https://${host}/${tenantId}/v2.0`);
    const answer = v.safeParse(MetadataSchema, await requestMetadata(issuer));
    const server = answer.success ? answer.output : undefined;
    if (!server || URL.parse(server.issuer)?.href !== issuer.href) throw new IdentityError('unexpected-answer');
    for (const endpoint of [server.authorization_endpoint, server.token_endpoint]) {
      if (URL.parse(endpoint)?.origin !== `https://${host}`) throw new IdentityError('unexpected-answer');
    }
    return { tenantId, server };
  }
  if (!domain.test(tenant)) throw new IdentityError('not-configured', { code: 'invalid-tenant' });
  const metadata = await requestMetadata(new URL(`https://${host}/${tenant.toLowerCase()}/v2.0`));
  const { issuer } = Object(metadata) as { issuer?: unknown };
  const tenantId = typeof issuer === 'string' ? /^https:\/\/[^/]+\/([^/]+)/.exec(issuer)?.[1] : undefined;
  if (!tenantId || !guid.test(tenantId)) throw new IdentityError('unexpected-answer');
  return discover(cloud, tenantId, network, now);

  async function requestMetadata(issuer: URL): Promise<unknown> {
    const response = await oauth.discoveryRequest(issuer, overNetwork(network));
    if (!response.ok) throw await errorOfResponse(response, now);
    const metadata = await jsonOf(response);
    const other = otherCloud(metadata, cloud);
    if (other) throw new IdentityError('not-configured', { code: `tenant-in-${other}` });
    return metadata;
  }
}

/** Both US Government clouds have the same sign-in host. Other regions, such as GCC, are part of the global cloud. */
const cloudOfRegion: Record<string, CloudName> = { dodcon: 'usgov', dod: 'usgovdod' };

/**
 * The global cloud also answers for tenants of other clouds. The first member of the metadata that names a cloud decides.
 * Sources: Microsoft identity platform, national clouds; CISA ScubaGear (`USGov` and `USG`).
 * @returns the tenant's cloud if it is another one than `asked`
 */
function otherCloud(metadata: unknown, asked: CloudName): CloudName | undefined {
  const members: Record<string, unknown> = Object(metadata);
  const text = (name: string) =>
    String(members[name] ?? '')
      .trim()
      .toLowerCase();
  const instance = text('cloud_instance_name');
  const issuerHost = URL.parse(text('issuer'))?.host;
  const isOfGraph = (name: CloudName) => clouds[name].graph === text('msgraph_host');
  const named = [
    (name: CloudName) => cloudOfRegion[text('tenant_region_sub_scope')] === name,
    (name: CloudName) => [clouds[name].login, clouds[name].graph].some((host) => host.endsWith(`.${instance}`)),
    isOfGraph,
    (name: CloudName) => clouds[name].login === issuerHost,
    (name: CloudName) => name.startsWith('usgov') && text('tenant_region_scope').startsWith('usg'),
  ]
    .map((isNamed) => cloudNames.filter(isNamed))
    .find((names) => names.length > 0);
  return !named || named.includes(asked) ? undefined : (named.find(isOfGraph) ?? named[0]);
}
