// `npm run lint`: runs all static checks in parallel and reports each of them.
import { commandLine } from './command-line.ts';
import { type Count, check, run } from './steps.ts';

const parts: readonly { name: string; command: [string, ...string[]] }[] = [
  { name: 'format and lint (biome)', command: ['biome', 'ci', '--error-on-warnings', '.'] },
  { name: 'types (tsc)', command: ['tsc', '--noEmit'] },
  { name: 'unused code (knip)', command: ['knip', '--no-progress'] },
  { name: 'code used by tests only (knip --production)', command: ['knip', '--production', '--no-progress'] },
  { name: 'import rules (dependency-cruiser)', command: ['node', 'scripts/lint/imports.ts'] },
];

/** @returns one count for each part */
export async function lint(): Promise<Count> {
  const results = await Promise.all(
    parts.map(async ({ name, command: [command, ...commandArguments] }) => {
      const { status, output } = await run(command, commandArguments, { quiet: 'all' });
      console.log(status === 0 ? `✓ ${name}` : `✗ ${name}\n${output.trimEnd()}`);
      return check(status === 0);
    }),
  );
  return results.reduce((sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }));
}

if (import.meta.main) {
  commandLine('npm run lint');
  const { failed } = await lint();
  process.exitCode = failed === 0 ? 0 : 1;
}
