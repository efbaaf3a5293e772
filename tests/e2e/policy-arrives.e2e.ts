// Every setting of the catalog by real policy files: what the browser hands over to the extension, what it drops, and what the
// options page says of each.

import { catalog, policyKeys, type Setting } from '../../lib/shared/policy/catalog.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { startingWith, text } from '../../scripts/journey/text.ts';
import { expect, type PolicyAsWritten, test } from './managed-scenario.ts';

/** In the page, where one of the two is there. */
declare const browser: typeof chrome;
declare const chrome: { storage: { managed: { get(): Promise<Record<string, unknown>> } } };

const rightValues: PolicyAsWritten = Object.fromEntries(policyKeys.map((key) => [key, catalog[key].example]));
const wrongValues: PolicyAsWritten = Object.fromEntries(policyKeys.map((key) => [key, wrong(catalog[key])]));

/** Chromium takes up to about six seconds until it hands over anything, after its start and after a change. */
const patience = { timeout: 20_000 };

test.use({ policy: rightValues });

test('every setting arrives and is in effect; a wrong value of each is dropped, and said so', async ({
  driver,
  setPolicy,
}) => {
  const before = await driver.openExtensionPage('options.html#policy');
  await expect.poll(() => received(before), patience).toEqual(rightValues);
  await expect.poll(() => states(before), patience).toEqual(ofEveryKey(startingWith('policy.state.in_effect')));

  await setPolicy({ ...wrongValues, organizationName: 'Contoso' });
  if (driver.name === 'firefox') await driver.restart();
  const after = driver.name === 'firefox' ? await driver.openExtensionPage('options.html#policy') : before;
  const handedOver = driver.name === 'firefox' ? wrongValues : {};
  await expect.poll(() => received(after), patience).toEqual({ ...handedOver, organizationName: 'Contoso' });
  const dropped =
    driver.name === 'firefox' ? startingWith('policy.state.rejected') : startingWith('policy.state.not_received');
  const expected = {
    ...ofEveryKey(dropped),
    organizationName: expect.stringMatching(startingWith('policy.state.in_effect')),
  };
  await expect.poll(() => states(after), patience).toEqual(expected);
  if (driver.name === 'chromium') {
    await after.evaluate(() => document.querySelector('#policy details')?.setAttribute('open', ''));
    await after.waitForText(text('policy.not_set_dropped'));
  }
});

test.describe('by a native manifest', () => {
  test.use({ nativeManifest: true });

  test('every setting arrives and is in effect', async ({ driver }) => {
    test.skip(driver.name === 'chromium', 'Chromium has no such manifests.');
    const page = await driver.openExtensionPage('options.html#policy');
    await expect.poll(() => received(page), patience).toEqual(rightValues);
    await expect.poll(() => states(page), patience).toEqual(ofEveryKey(startingWith('policy.state.in_effect')));
  });
});

function received(page: Surface): Promise<Record<string, unknown>> {
  return page.evaluate(() => (typeof browser === 'object' ? browser : chrome).storage.managed.get());
}

/** What the options page says of each key. */
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

function wrong(setting: Setting): unknown {
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
