// The whole organization: the sandbox with the verification gateway that it runs.
import type { GatewayConfiguration } from '../gateway/gateway.ts';
import { createSandboxGateway, gatewayHost } from './gateway.ts';
import { startSandbox } from './sandbox.ts';
import type { Sandbox, SandboxOptions } from './types.ts';

export interface Organization extends Sandbox {
  /** Where the gateway answers, without a path. */
  gatewayOrigin: string;
}

export async function startOrganization(
  options: SandboxOptions,
  gatewayChanges: Partial<GatewayConfiguration> = {},
): Promise<Organization> {
  const sandbox = await startSandbox({
    ...options,
    extraHosts: { [gatewayHost]: (request) => gateway.fetch(request), ...options.extraHosts },
  });
  const gateway = createSandboxGateway(sandbox, gatewayChanges);
  return {
    ...sandbox,
    gatewayOrigin: `https://${gatewayHost}`,
    async close() {
      await sandbox.close();
      gateway.close();
    },
  };
}
