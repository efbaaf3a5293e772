// Gives each test its own sandbox and browser, and checks afterwards that the extension contacted only configured hosts, sent
// no more requests than the user's acts explain, and logged no error.
import { test as base, expect } from '@playwright/test';
import { redirectUris } from '../../lib/shared/model/extension-ids.ts';
import { type BrowserName, browserNames } from '../../scripts/browsers.ts';
import type { BrowserDriver, LaunchOptions } from '../../scripts/driver/browser-driver.ts';
import { launch } from '../../scripts/driver/launch.ts';
import type { GatewayConfiguration } from '../../services/gateway/gateway.ts';
import { type Organization, startOrganization } from '../../services/sandbox/organization.ts';
import type { SandboxOptions, SandboxRequest } from '../../services/sandbox/sandbox.ts';
import { type Act, exceededLimits } from '../request-limits.ts';
import { builtExtension } from './extension-under-test.ts';

export { expect } from '@playwright/test';

/** Hosts that the extension contacts in the global cloud. */
const configuredHosts = ['graph.microsoft.com', 'login.microsoftonline.com'];

/** What the user did in the browsers of a sandbox. */
const actsOf = new WeakMap<Organization, Act[]>();

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
      await expectNoSideEffects(driver, sandbox, furtherHosts);
    } finally {
      await driver.close();
    }
  },
});

export function startSandbox(
  options: Partial<SandboxOptions> = {},
  gatewayChanges: Partial<GatewayConfiguration> = {},
): Promise<Organization> {
  return startOrganization(
    { redirectUris: Object.values(redirectUris), quiet: true, secondFactors: 'approve', ...options },
    gatewayChanges,
  );
}

export function startBrowser(
  name: BrowserName,
  sandbox: Organization,
  options: Partial<LaunchOptions> = {},
): Promise<BrowserDriver> {
  const acts: Act[] = [];
  actsOf.set(sandbox, acts);
  return launch(name, {
    extension: builtExtension()[name],
    proxyPort: sandbox.proxyPort,
    certificateSpki: sandbox.certificate.spkiSha256Base64,
    headless: true,
    onAct: () => acts.push({ index: sandbox.requests.length }),
    ...options,
  });
}

export async function expectNoSideEffects(
  driver: BrowserDriver,
  sandbox: Organization,
  furtherHosts: string[],
): Promise<void> {
  const allowed = [...configuredHosts, ...furtherHosts];
  const others = (await driver.requestedHosts()).filter((host) => !allowed.includes(host));
  expect(others, 'hosts that the extension contacted and that are not configured').toEqual([]);
  expect(await driver.extensionErrors(), 'errors in the extension').toEqual([]);
  expectWithinLimits(driver, sandbox);
}

/** The sandbox's own requests, of its account page and gateway, are no browser's. */
function expectWithinLimits({ name }: BrowserDriver, sandbox: Organization): void {
  const acts = actsOf.get(sandbox) ?? [];
  const isOurs = ({ userAgentKind }: SandboxRequest) => userAgentKind === name;
  const problems = exceededLimits(
    sandbox.requests.filter(isOurs),
    acts.map(({ index }) => ({ index: sandbox.requests.slice(0, index).filter(isOurs).length })),
  );
  if (problems.length === 0) return;
  const record = sandbox.requests.flatMap((request, index) => [
    ...(acts.some((act) => act.index === index) ? ['an act of the user'] : []),
    ...(isOurs(request) && request.purpose ? [inWords(request)] : []),
  ]);
  expect(problems, record.join('\n')).toEqual([]);
}

/** The path has no query, so it holds no code and no number. */
function inWords({ at, purpose, method, path, status, completesSignIn }: SandboxRequest): string {
  const time = new Date(at).toISOString();
  return `${time} ${purpose}: ${method} ${path} ${status ?? 'unanswered'}${completesSignIn ? ', a sign-in' : ''}`;
}

export function browserOf(project: string): BrowserName {
  const name = browserNames.find((each) => each === project);
  if (!name) throw new Error(`The project ${project} is not a browser.`);
  return name;
}
