// The main job, as `npm start -- --headless` walks it.

import { walkThrough } from '../../scripts/journey/walk-through.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { expect, test } from './scenario.ts';

test.use({ furtherHosts: [gatewayHost] });

test('from nothing set up to signed in with the phone number', async ({ driver, sandbox }) => {
  for (const { title, take } of walkThrough(driver, sandbox)) {
    await test.step(title, async () => {
      const surface = await take();
      // All states are looked at in Chromium, by `npm run look`.
      if (driver.name === 'chromium' || !/^moz-extension:/.test(await surface.url())) return;
      expect(await surface.accessibilityProblems()).toEqual([]);
    });
  }
});
