// Unit and conformance tests, in Node. WXT's plugin brings its aliases and a browser API in memory, which lacks
// `identity`, `permissions` and `scripting`: tests of those bring their own.
import { availableParallelism } from 'node:os';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vitest/config';
import { WxtVitest } from 'wxt/testing/vitest-plugin';

export default defineConfig({
  plugins: [WxtVitest(), preact()],
  test: {
    environment: 'node',
    include: ['{components,lib,scripts,services,tests/conformance,tests/unit,tests/withstand}/**/*.test.{ts,tsx}'],
    // A bound on what hangs, not on how long a test may take on a busy machine.
    testTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
    // Left to itself it keeps one core free.
    maxWorkers: availableParallelism(),
    mockReset: true,
    restoreMocks: true,
  },
});
