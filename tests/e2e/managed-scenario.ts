// Scenarios on a machine that IT manages, by real policy files in a real browser. The extension is installed as in other
// scenarios (`scenario.ts`); how IT installs it is installed-by-policy.ts.

import { chromiumId, chromiumPublicKey, geckoId } from '../../lib/shared/model/extension-ids.ts';
import { findBrowser } from '../../scripts/browsers.ts';
import { ManagedMachine } from '../../scripts/driver/managed-machine.ts';
import { json } from '../../scripts/policy-files/json.ts';
import { test as base, browserOf } from './scenario.ts';

export { expect } from './scenario.ts';

/** Whatever an administrator may have written, right or wrong. */
export type PolicyAsWritten = Record<string, unknown>;

export const policyFiles = {
  chromium: '/etc/chromium/policies/managed/phone-sign-in.json',
  firefox: '/etc/firefox/policies/policies.json',
  firefoxManifest: `/usr/lib/mozilla/managed-storage/${geckoId}.json`,
};

interface ManagedScenario {
  /** When the browser starts: `test.use({ policy: { paused: true } })`. */
  policy: PolicyAsWritten;
  /** Firefox reads its configuration from a native manifest instead of policies.json. */
  nativeManifest: boolean;
  /** Instead of `policy`: the file as it is, for instance a template. */
  policyText: string;
  machine: ManagedMachine;
  /** The program that starts the scenario's browser there. */
  browserOnMachine: string;
  /** Replaces the configuration, or takes it away. Chromium follows while it runs, Firefox with its next start. */
  setPolicy: (policy: PolicyAsWritten | undefined) => Promise<void>;
}

export const test = base.extend<ManagedScenario>({
  policy: [{}, { option: true }],
  nativeManifest: [false, { option: true }],
  policyText: ['', { option: true }],

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  machine: async ({}, use) => {
    const machine = await ManagedMachine.create([
      '/etc/chromium/policies/managed',
      '/etc/firefox/policies',
      '/usr/lib/mozilla/managed-storage',
    ]);
    // Not for the extension: otherwise no debugger, and so no driver, gets at what IT has installed.
    await machine.write('/etc/chromium/policies/managed/driver.json', json({ DeveloperToolsAvailability: 1 }));
    await use(machine);
    await machine[Symbol.asyncDispose]();
  },

  setPolicy: async ({ machine, nativeManifest }, use, info) => {
    const file = fileOf(browserOf(info.project.name), nativeManifest);
    await use(async (policy) => {
      if (policy) await machine.write(file.path, json(file.content(policy)));
      else await machine.remove(file.path);
    });
  },

  browserOnMachine: async ({ machine }, use, info) => {
    const program = findBrowser(browserOf(info.project.name));
    if (!program) throw new Error(`${info.project.name} is not installed.`);
    await use(await machine.program(program));
  },

  driverOptions: async ({ browserOnMachine, machine, nativeManifest, policy, policyText, setPolicy }, use, info) => {
    const { path } = fileOf(browserOf(info.project.name), nativeManifest);
    if (policyText) await machine.write(path, policyText);
    else await setPolicy(policy);
    await use({ program: browserOnMachine });
  },
});

function fileOf(browser: string, nativeManifest: boolean): { path: string; content(policy: PolicyAsWritten): object } {
  if (browser === 'chromium') {
    const id = chromiumId(chromiumPublicKey);
    return { path: policyFiles.chromium, content: (policy) => ({ '3rdparty': { extensions: { [id]: policy } } }) };
  }
  if (nativeManifest) {
    return {
      path: policyFiles.firefoxManifest,
      content: (policy) => ({ name: geckoId, description: 'Configuration', type: 'storage', data: policy }),
    };
  }
  return {
    path: policyFiles.firefox,
    content: (policy) => ({ policies: { '3rdparty': { Extensions: { [geckoId]: policy } } } }),
  };
}
