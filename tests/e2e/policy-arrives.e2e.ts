// Every setting of the catalog by real policy files: what the browser hands over to the extension, and what it drops.
import { catalog, policyKeys, type Setting } from '../../lib/policy/catalog.ts';
import type { Surface } from './driver/surface.ts';
import { expect, type PolicyAsWritten, test } from './managed-scenario.ts';

/** In the page, where one of the two is there. */
declare const browser: typeof chrome;
declare const chrome: { storage: { managed: { get(): Promise<Record<string, unknown>> } } };

const rightValues: PolicyAsWritten = Object.fromEntries(policyKeys.map((key) => [key, catalog[key].example]));
const wrongValues: PolicyAsWritten = Object.fromEntries(policyKeys.map((key) => [key, wrong(catalog[key])]));

/** Chromium takes up to about six seconds until it hands over anything, after its start and after a change. */
const patience = { timeout: 20_000 };

test.use({ policy: rightValues });

test('every setting arrives; of wrong values Chromium hands over none', async ({ driver, setPolicy }) => {
  const page = await driver.openExtensionPage('options.html');
  await expect.poll(() => received(page), patience).toEqual(rightValues);

  await setPolicy({ ...wrongValues, organizationName: 'Contoso' });
  if (driver.name === 'firefox') await driver.restart();
  const again = driver.name === 'firefox' ? await driver.openExtensionPage('options.html') : page;
  const kept = driver.name === 'firefox' ? wrongValues : {};
  await expect.poll(() => received(again), patience).toEqual({ ...kept, organizationName: 'Contoso' });
});

test.describe('by a native manifest', () => {
  test.use({ nativeManifest: true });

  test('every setting arrives', async ({ driver }) => {
    test.skip(driver.name === 'chromium', 'Chromium has no such manifests.');
    const page = await driver.openExtensionPage('options.html');
    await expect.poll(() => received(page), patience).toEqual(rightValues);
  });
});

function received(page: Surface): Promise<Record<string, unknown>> {
  return page.evaluate(() => (typeof browser === 'object' ? browser : chrome).storage.managed.get());
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
