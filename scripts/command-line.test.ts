import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

const scripts = [
  ...new Set(Object.values(packageJson.scripts).flatMap((command) => command.match(/scripts\/[\w/-]+\.ts/) ?? [])),
];
const run = (script: string, ...options: string[]) => spawnSync('node', [script, ...options], { encoding: 'utf8' });

test.each(['scripts/test.ts', 'scripts/build.ts'])(
  '%s prints its usage with --help and does nothing else',
  (script) => {
    const { status, stdout } = run(script, '--help');
    expect(stdout).toMatch(/^Usage: npm /);
    expect(status).toBe(0);
  },
);

test.each(scripts)('%s refuses an unknown option with its usage', (script) => {
  const { status, stderr } = run(script, '--unknown-option');
  expect(stderr).toContain('Usage: npm ');
  expect(status).toBe(2);
});

test('npm run look refuses a name that no state has', () => {
  const { status, stderr } = run('scripts/look.ts', '--only', 'a state that does not exist');
  expect(stderr).toContain('No state matches');
  expect(status).toBe(2);
});
