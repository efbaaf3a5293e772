import type { GatewayConfiguration } from '../gateway/gateway.ts';
import { createSandboxGateway, gatewayHost } from './gateway.ts';
import { startSandbox } from './sandbox.ts';
import type { Sandbox, SandboxOptions } from './types.ts';

export interface Organization extends Sandbox {
  /** Origin of the gateway. */
  gatewayOrigin: string;
}

/** Starts the sandbox and its gateway. */
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
