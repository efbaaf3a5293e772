// Runs the scenarios once per browser; scripts/driver starts the browsers.
import { defineConfig } from '@playwright/test';
import { browserNames } from '../../scripts/browsers.ts';

/** `npm test` runs these in Chromium only, `npm run test:long` in both browsers. */
const longInFirefox = [
  '**/languages.e2e.ts',
  '**/availability.e2e.ts',
  '**/background-stopped*.e2e.ts',
  '**/banner*.e2e.ts',
  '**/busy-sign-in-service.e2e.ts',
  '**/change-number.e2e.ts',
  '**/claims.e2e.ts',
  '**/coherence.e2e.ts',
  '**/remove.e2e.ts',
  '**/default-method.e2e.ts',
  '**/faults.e2e.ts',
  '**/hosted-registration.e2e.ts',
  '**/lost-window.e2e.ts',
  '**/odd-directory.e2e.ts',
  '**/options.e2e.ts',
  '**/pages.e2e.ts',
  '**/policy-changes.e2e.ts',
  '**/policy-effects.e2e.ts',
  '**/policy-templates.e2e.ts',
  '**/registration*.e2e.ts',
  '**/sandbox-pages.e2e.ts',
  '**/set-up.e2e.ts',
  '**/sign-in.e2e.ts',
  '**/sign-in-with-the-number.e2e.ts',
  '**/step-up.e2e.ts',
  '**/try-it.e2e.ts',
  '**/walk-through.e2e.ts',
];
/** Only `npm run test:long` runs these. */
const longInBoth = ['**/keyboard.e2e.ts', '**/storage.e2e.ts', '**/update.e2e.ts'];
/** Chromium runs an unpacked folder, which is not updated and counts as a developer's. */
const notInChromium = ['**/newer-version.e2e.ts', '**/first-run.e2e.ts'];
const notInFirefox = ['**/development-server.e2e.ts'];

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.e2e.ts',
  outputDir: '../../test-results/e2e',
  globalSetup: './extension-under-test.ts',
  projects: browserNames.map((name) => ({
    name,
    testIgnore: [
      ...(process.env.TEST_LONG ? [] : longInBoth),
      ...(name === 'chromium' ? notInChromium : [...notInFirefox, ...(process.env.TEST_LONG ? [] : longInFirefox)]),
    ],
  })),
  // Only `npm run test:long` runs tests with this tag.
  ...(process.env.TEST_LONG ? {} : { grepInvert: /@long/ }),
  fullyParallel: true,
  // A test that passes at the second attempt has found a defect.
  retries: 0,
  // More workers than cores, because some scenarios wait for the service for half a minute.
  workers: 3,
  forbidOnly: true,
  // Bounds on scenarios that hang, far above what a busy machine needs.
  timeout: 900_000,
  expect: { timeout: 120_000 },
  reporter: 'list',
});
