// Scenarios with policy files in a real browser. The extension is loaded as in scenario.ts; installed-by-policy.ts installs it by
// policy.

import { chromiumId, chromiumPublicKey, geckoId } from '../../lib/shared/model/extension-ids.ts';
import { findBrowser } from '../../scripts/browsers.ts';
import { ManagedMachine } from '../../scripts/driver/managed-machine.ts';
import { json } from '../../scripts/policy-files/json.ts';
import { test as base, browserOf } from './scenario.ts';

export { expect } from './scenario.ts';

/** Valid or invalid. */
export type PolicyAsWritten = Record<string, unknown>;

export const policyFiles = {
  chromium: '/etc/chromium/policies/managed/phone-sign-in.json',
  firefox: '/etc/firefox/policies/policies.json',
  firefoxManifest: `/usr/lib/mozilla/managed-storage/${geckoId}.json`,
};

interface ManagedScenario {
  /** The policy when the browser starts: `test.use({ policy: { paused: true } })`. */
  policy: PolicyAsWritten;
  /** Firefox reads its configuration from a native manifest instead of policies.json. */
  nativeManifest: boolean;
  /** The text of the policy file, instead of `policy`. */
  policyText: string;
  machine: ManagedMachine;
  /** The program that starts the browser on the machine. */
  browserOnMachine: string;
  /** Replaces or removes the policy. Chromium applies it immediately, Firefox when it starts. */
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
    // Without this browser policy, the driver cannot debug an extension that was installed by policy.
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
