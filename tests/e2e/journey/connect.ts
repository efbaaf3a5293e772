// Connects the extension to the sandbox's organization, as a person does: on the options page.
import type { Sandbox } from '../../../services/sandbox/sandbox.ts';
import type { BrowserDriver } from '../driver/browser-driver.ts';
import type { Surface } from '../driver/surface.ts';

/** Answers the options page, which says that it is connected. */
export async function connect(driver: BrowserDriver, { tenant }: Sandbox): Promise<Surface> {
  const options = await driver.openExtensionPage('options.html');
  await options.fill({ label: 'Domain or directory (tenant) ID' }, tenant.domain);
  await options.fill({ label: 'Application (client) ID' }, tenant.clientId);
  await options.click({ role: 'button', name: 'Connect' });
  await options.waitForText(`Connected to ${tenant.domain}.`);
  return options;
}
