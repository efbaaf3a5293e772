// Playwright Test runs the scenarios, once per browser; the browsers themselves are the driver's business.
import { defineConfig } from '@playwright/test';
import { browserNames } from '../../scripts/browsers.ts';

/** Too much for `npm test` in both browsers: there in Chromium alone, in both by `npm run test:long`. */
const longInFirefox = [
  '**/languages.e2e.ts',
  '**/availability.e2e.ts',
  '**/background-stopped*.e2e.ts',
  '**/banner*.e2e.ts',
  '**/change-number.e2e.ts',
  '**/coherence.e2e.ts',
  '**/remove.e2e.ts',
  '**/default-method.e2e.ts',
  '**/faults.e2e.ts',
  '**/hosted-registration.e2e.ts',
  '**/options.e2e.ts',
  '**/pages.e2e.ts',
  '**/policy-effects.e2e.ts',
  '**/policy-templates.e2e.ts',
  '**/registration*.e2e.ts',
  '**/sandbox-pages.e2e.ts',
  '**/sign-in.e2e.ts',
  '**/step-up.e2e.ts',
  '**/try-it.e2e.ts',
];
/** Too much for `npm test` at all: in both by `npm run test:long`. */
const longInBoth = ['**/keyboard.e2e.ts', '**/storage.e2e.ts', '**/update.e2e.ts'];
/** Here it runs a folder: that is not updated, and counts as a developer's. */
const notInChromium = ['**/newer-version.e2e.ts', '**/first-run.e2e.ts'];

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.e2e.ts',
  outputDir: '../../test-results/e2e',
  globalSetup: './extension-under-test.ts',
  projects: browserNames.map((name) => ({
    name,
    testIgnore: [
      ...(process.env.TEST_LONG ? [] : longInBoth),
      ...(name === 'chromium' ? notInChromium : process.env.TEST_LONG ? [] : longInFirefox),
    ],
  })),
  // Too much for it in any browser.
  ...(process.env.TEST_LONG ? {} : { grepInvert: /@long/ }),
  fullyParallel: true,
  // A test that passes only at the second try has found something.
  retries: 0,
  // Two keep two cores busy; the third fills the half minutes that some wait for the service.
  workers: 3,
  forbidOnly: true,
  timeout: 120_000,
  reporter: 'list',
});
