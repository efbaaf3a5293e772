// Tests that run in Node. WXT's plugin brings its aliases and an in-memory browser API without `identity`, `permissions`
// and `scripting`.
import { availableParallelism } from 'node:os';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vitest/config';
import { WxtVitest } from 'wxt/testing/vitest-plugin';

const folders = '{components,lib,scripts,services,tests/conformance,tests/unit,tests/withstand}';

/** Files that take seconds each: real processes, real databases, builds, or thousands of generated cases. */
const slow = [
  'lib/shared/policy/validate.test.ts',
  'scripts/bench/fleet/fleet.test.ts',
  'scripts/command-line.test.ts',
  'scripts/lint/import-rules.test.ts',
  'services/gateway/{crash,forget-command,hostile,image,main,sealed-files}.test.ts',
  'services/gateway/verification/*.property.test.ts',
  'tests/conformance/**/*.test.ts',
  'tests/unit/manifest.test.ts',
  'tests/withstand/**/*.test.ts',
];

export default defineConfig({
  plugins: [WxtVitest(), preact()],
  test: {
    environment: 'node',
    setupFiles: ['tests/illegal-transitions.ts'],
    // Bounds on tests that hang, far above what a busy machine needs.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    // The default leaves one core idle.
    maxWorkers: availableParallelism(),
    mockReset: true,
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: [`${folders}/**/*.test.{ts,tsx}`], exclude: slow },
      },
      // Mutation testing repeats the tests for every change, so it uses the fast ones only.
      ...(process.env.MUTATION_TESTING ? [] : [{ extends: true as const, test: { name: 'slow', include: slow } }]),
    ],
  },
});
