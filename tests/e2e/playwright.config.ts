// Playwright Test runs the scenarios, once per browser; the browsers themselves are the driver's business.
import { defineConfig } from '@playwright/test';
import { browserNames } from '../../scripts/browsers.ts';

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.e2e.ts',
  outputDir: '../../test-results/e2e',
  globalSetup: './extension-under-test.ts',
  projects: browserNames.map((name) => ({ name })),
  fullyParallel: true,
  // A test that passes only at the second try has found something.
  retries: 0,
  workers: 3,
  forbidOnly: true,
  timeout: 120_000,
  reporter: 'list',
});
