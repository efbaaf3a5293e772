import { clouds, securityInfoUrl } from '../../shared/model/clouds.ts';
import { effectiveConnections } from '../../shared/policy/effective-connections.ts';
import { effectivePolicy } from '../../shared/policy/effective-policy.ts';
import { receivedPolicy } from '../../shared/policy/received.ts';

/** The address of the Security info page, from managed policy alone: without the database, stored connections are unknown. */
export async function accountPageOfPolicy(readManaged: () => Promise<unknown>): Promise<string | undefined> {
  const policy = await receivedPolicy(await readManaged(), Date.now());
  const [connection] = effectiveConnections([], effectivePolicy(policy));
  return connection ? securityInfoUrl(connection.cloud, connection.id) : clouds.global.securityInfo;
}
