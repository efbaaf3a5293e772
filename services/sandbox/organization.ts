import type { GatewayConfiguration } from '../gateway/gateway.ts';
import type { Log } from '../gateway/log.ts';
import { configuredRegistration, createSandboxGateway, gatewayHost } from './gateway.ts';
import { startSandbox } from './sandbox.ts';
import type { Sandbox, SandboxOptions } from './types.ts';

export interface Organization extends Sandbox {
  /** Origin of the gateway. */
  gatewayOrigin: string;
}

/** Starts the sandbox and its gateway, by default with the gateway's registration configured. */
export async function startOrganization(
  options: SandboxOptions,
  gatewayChanges: Partial<GatewayConfiguration> = {},
  gatewayLog?: Log,
): Promise<Organization> {
  const sandbox = await startSandbox({
    gatewayRegistration: configuredRegistration,
    ...options,
    extraHosts: { [gatewayHost]: (request) => gateway.fetch(request), ...options.extraHosts },
  });
  const gateway = createSandboxGateway(sandbox, gatewayChanges, gatewayLog);
  return {
    ...sandbox,
    gatewayOrigin: `https://${gatewayHost}`,
    async close() {
      await sandbox.close();
      gateway.close();
    },
  };
}
