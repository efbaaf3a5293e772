// What every scenario stands on: a sandbox and a browser with the extension of its own. Afterwards it is asserted that
// the extension asked nobody but the sandbox and that nothing went wrong in it unseen.
import { test as base, expect } from '@playwright/test';
import { redirectUris } from '../../lib/shared/model/extension-ids.ts';
import { type BrowserName, browserNames } from '../../scripts/browsers.ts';
import type { BrowserDriver, LaunchOptions } from '../../scripts/driver/browser-driver.ts';
import { launch } from '../../scripts/driver/launch.ts';
import type { GatewayConfiguration } from '../../services/gateway/gateway.ts';
import { type Organization, startOrganization } from '../../services/sandbox/organization.ts';
import type { SandboxOptions } from '../../services/sandbox/sandbox.ts';
import { builtExtension } from './extension-under-test.ts';

export { expect } from '@playwright/test';

/** The only hosts an extension that is connected to the global cloud may ask. */
const configuredHosts = ['graph.microsoft.com', 'login.microsoftonline.com'];

interface Scenario {
  /** How this scenario's sandbox departs from the usual one: `test.use({ sandboxOptions: { propagation: 500 } })`. */
  sandboxOptions: Partial<SandboxOptions>;
  driverOptions: Partial<LaunchOptions>;
  /** Hosts that this scenario configures beyond the usual ones. */
  furtherHosts: string[];
  /** How its gateway departs, for instance in its caps. */
  gatewayChanges: Partial<GatewayConfiguration>;
  sandbox: Organization;
  driver: BrowserDriver;
}

export const test = base.extend<Scenario>({
  sandboxOptions: [{}, { option: true }],
  gatewayChanges: [{}, { option: true }],
  driverOptions: [{}, { option: true }],
  furtherHosts: [[], { option: true }],

  sandbox: async ({ sandboxOptions, gatewayChanges }, use) => {
    const sandbox = await startSandbox(sandboxOptions, gatewayChanges);
    await use(sandbox);
    await sandbox.close();
  },

  driver: async ({ sandbox, driverOptions, furtherHosts }, use, info) => {
    const driver = await startBrowser(browserOf(info.project.name), sandbox, driverOptions);
    try {
      await use(driver);
      await expectNothingUnseen(driver, furtherHosts);
    } finally {
      await driver.close();
    }
  },
});

export function startSandbox(
  options: Partial<SandboxOptions> = {},
  gatewayChanges: Partial<GatewayConfiguration> = {},
): Promise<Organization> {
  return startOrganization({ redirectUris: Object.values(redirectUris), quiet: true, ...options }, gatewayChanges);
}

export function startBrowser(
  name: BrowserName,
  sandbox: Organization,
  options: Partial<LaunchOptions> = {},
): Promise<BrowserDriver> {
  return launch(name, {
    extension: builtExtension()[name],
    proxyPort: sandbox.proxyPort,
    certificateSpki: sandbox.certificate.spkiSha256Base64,
    headless: true,
    ...options,
  });
}

export async function expectNothingUnseen(driver: BrowserDriver, furtherHosts: string[]): Promise<void> {
  const allowed = [...configuredHosts, ...furtherHosts];
  const others = (await driver.requestedHosts()).filter((host) => !allowed.includes(host));
  expect(others, 'hosts the extension asked beyond the configured ones').toEqual([]);
  expect(await driver.extensionErrors(), 'errors in the extension').toEqual([]);
}

export function browserOf(project: string): BrowserName {
  const name = browserNames.find((each) => each === project);
  if (!name) throw new Error(`The project ${project} is not a browser.`);
  return name;
}
