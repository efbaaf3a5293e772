// Every setting of the catalog in real policy files: what the browser passes to the extension, and what the options page shows.

import { catalog, policyKeys, type Setting } from '../../lib/shared/policy/catalog.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { startingWith, text } from '../../scripts/journey/text.ts';
import { expect, type PolicyAsWritten, test } from './managed-scenario.ts';

/** Firefox has the global `browser` in its pages, Chromium has `chrome`. */
declare const browser: typeof chrome;
declare const chrome: { storage: { managed: { get(): Promise<Record<string, unknown>> } } };

const validValues: PolicyAsWritten = Object.fromEntries(policyKeys.map((key) => [key, catalog[key].example]));
const invalidValues: PolicyAsWritten = Object.fromEntries(policyKeys.map((key) => [key, invalid(catalog[key])]));

test.use({ policy: validValues });

test('every setting of a policy file is in effect, and every invalid value is reported', async ({
  driver,
  setPolicy,
}) => {
  const before = await driver.openExtensionPage('options.html#policy');
  await expect.poll(() => received(before)).toEqual(validValues);
  await expect.poll(() => states(before)).toEqual(ofEveryKey(startingWith('policy.state.in_effect')));

  await setPolicy({ ...invalidValues, organizationName: 'Contoso' });
  if (driver.name === 'firefox') await driver.restart();
  const after = driver.name === 'firefox' ? await driver.openExtensionPage('options.html#policy') : before;
  const passed = driver.name === 'firefox' ? invalidValues : {};
  await expect.poll(() => received(after)).toEqual({ ...passed, organizationName: 'Contoso' });
  const dropped =
    driver.name === 'firefox' ? startingWith('policy.state.rejected') : startingWith('policy.state.not_received');
  const expected = {
    ...ofEveryKey(dropped),
    organizationName: expect.stringMatching(startingWith('policy.state.in_effect')),
  };
  await expect.poll(() => states(after)).toEqual(expected);
  if (driver.name === 'chromium') {
    await after.evaluate(() => document.querySelector('#policy details')?.setAttribute('open', ''));
    await after.waitForText(text('policy.not_set_dropped'));
  }
});

test.describe('from a native manifest', () => {
  test.use({ nativeManifest: true });

  test('every setting of a native manifest is in effect', async ({ driver }) => {
    test.skip(driver.name === 'chromium', 'Chromium has no such manifests.');
    const page = await driver.openExtensionPage('options.html#policy');
    await expect.poll(() => received(page)).toEqual(validValues);
    await expect.poll(() => states(page)).toEqual(ofEveryKey(startingWith('policy.state.in_effect')));
  });
});

function received(page: Surface): Promise<Record<string, unknown>> {
  return page.evaluate(() => (typeof browser === 'object' ? browser : chrome).storage.managed.get());
}

/** The state that the options page shows for each key. */
function states(page: Surface): Promise<Record<string, string>> {
  return page.evaluate(() => {
    const lines = [...document.querySelectorAll('.policy-lines li')];
    return Object.fromEntries(
      lines.map((line) => [
        line.querySelector('code')?.textContent ?? '',
        line.querySelector('.policy-state')?.textContent ?? '',
      ]),
    );
  });
}

function ofEveryKey(words: RegExp): Record<string, unknown> {
  return Object.fromEntries(policyKeys.map((key) => [key, expect.stringMatching(words)]));
}

function invalid(setting: Setting): unknown {
  switch (setting.type) {
    case 'text':
      return 42;
    case 'choice':
      return 'none of these';
    case 'integer':
      return setting.maximum + 1;
    case 'boolean':
      return 'true';
    case 'list':
      return [42];
  }
}
