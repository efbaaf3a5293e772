import type { Organization } from '../../services/sandbox/organization.ts';
import type { Sandbox } from '../../services/sandbox/sandbox.ts';
import type { BrowserDriver } from '../driver/browser-driver.ts';
import type { Surface } from '../driver/surface.ts';
import { text } from './text.ts';

/** @returns the options page, connected */
export async function connect(driver: BrowserDriver, { tenant }: Sandbox): Promise<Surface> {
  const options = await driver.openExtensionPage('options.html');
  await connectAs(options, tenant.domain, tenant.clientId);
  await options.waitForText(text('options.connected', { tenant: tenant.domain }));
  return options;
}

/** Does not wait for the result. */
export async function connectAs(options: Surface, tenant: string, clientId: string): Promise<void> {
  await options.fill({ label: text('connection.tenant') }, tenant);
  await options.fill({ label: text('connection.client_id') }, clientId);
  await options.click({ role: 'button', name: text('connection.save') });
}

/** With the verification gateway, so that numbers are registered in the popup. */
export async function connectWithGateway(
  driver: BrowserDriver,
  { tenant, gatewayOrigin }: Organization,
): Promise<Surface> {
  const options = await driver.openExtensionPage('options.html');
  await options.fill({ label: text('connection.tenant') }, tenant.domain);
  await options.fill({ label: text('connection.client_id') }, tenant.clientId);
  await options.click({ role: 'button', name: text('connection.gateway') });
  await options.fill({ label: text('connection.gateway_url') }, gatewayOrigin);
  await options.fill({ label: text('connection.gateway_scope') }, tenant.gateway.scope);
  await options.click({ role: 'button', name: text('connection.save') });
  await options.waitForText(text('options.connected', { tenant: tenant.domain }));
  return options;
}
