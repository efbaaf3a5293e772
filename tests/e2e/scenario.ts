// Gives each test its own sandbox and browser, and checks afterwards that the extension contacted only configured hosts and
// logged no error.
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

/** Hosts that the extension contacts in the global cloud. */
const configuredHosts = ['graph.microsoft.com', 'login.microsoftonline.com'];

interface Scenario {
  /** For example `test.use({ sandboxOptions: { propagation: 500 } })`. */
  sandboxOptions: Partial<SandboxOptions>;
  driverOptions: Partial<LaunchOptions>;
  /** Further hosts that this test configures. */
  furtherHosts: string[];
  /** Changes of the gateway's configuration, for example of its limits. */
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
      await expectNoSideEffects(driver, furtherHosts);
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

export async function expectNoSideEffects(driver: BrowserDriver, furtherHosts: string[]): Promise<void> {
  const allowed = [...configuredHosts, ...furtherHosts];
  const others = (await driver.requestedHosts()).filter((host) => !allowed.includes(host));
  expect(others, 'hosts that the extension contacted and that are not configured').toEqual([]);
  expect(await driver.extensionErrors(), 'errors in the extension').toEqual([]);
}

export function browserOf(project: string): BrowserName {
  const name = browserNames.find((each) => each === project);
  if (!name) throw new Error(`The project ${project} is not a browser.`);
  return name;
}
