import { walkThrough } from '../../scripts/journey/walk-through.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { expect, test } from './scenario.ts';

test.use({ furtherHosts: [gatewayHost] });

test('the main journey leads from the installation to a sign-in with the phone number', async ({ driver, sandbox }) => {
  for (const { title, take } of walkThrough(driver, sandbox)) {
    await test.step(title, async () => {
      const surface = await take();
      // `npm run look` checks all states in Chromium.
      if (driver.name === 'chromium' || !/^moz-extension:/.test(await surface.url())) return;
      expect(await surface.accessibilityProblems()).toEqual([]);
    });
  }
});
