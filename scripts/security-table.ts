// `npm run security-table`: plays every test of a security case, in Node and in both browsers.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import * as v from 'valibot';
import { browserNames, browserTitles, requireBrowsers } from './browsers.ts';
import { commandLine } from './command-line.ts';
import { playScenarios } from './play-scenarios.ts';
import { type CaseTest, isScenario, securityCases, testsByCase } from './security-cases.ts';
import { run } from './steps.ts';

interface PlayedTest {
  file: string;
  /** Titles from the outermost inwards. */
  titles: string;
  runner: string;
  passed: boolean;
}

const { positionals: chosen } = commandLine(
  `npm run security-table [-- FILE …]
  FILE  plays only the tests of these files
Results are written to .reports/security-cases.md.`,
  {},
  { allowPositionals: true },
);
requireBrowsers(browserNames);
const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-cases-'));
const byCase = testsByCase();
const tests = [...byCase.values()].flat().filter(({ file }) => chosen.length === 0 || chosen.includes(file));
const filesOf = (kind: (test: CaseTest) => boolean) => [...new Set(tests.filter(kind).map(({ file }) => file))];
const played = [...(await inNode(filesOf((test) => !isScenario(test)))), ...(await inBrowsers(filesOf(isScenario)))];
await rm(folder, { recursive: true });

const playsOf = ({ file, title }: CaseTest) => {
  const pattern = patternOf(title);
  return played.filter((each) => each.file === file && pattern.test(each.titles));
};
const rows = securityCases().flatMap(({ number, title }) =>
  (byCase.get(number) ?? [])
    .filter((test) => tests.includes(test))
    .map((test) => {
      const results = [...Map.groupBy(playsOf(test), ({ runner }) => runner)].map(([runner, of]) => {
        const failed = of.filter(({ passed }) => !passed).length;
        return `${runner}: ${of.length - failed} passed${failed > 0 ? `, **${failed} failed**` : ''}`;
      });
      return `| ${number} | ${title} | ${test.title.replaceAll('|', '\\|')} | \`${test.file}\` | ${results.join(', ')} |`;
    }),
);
await mkdir('.reports', { recursive: true });
await writeFile(
  '.reports/security-cases.md',
  `| Case | Attack or fault | Test | File | Result |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`,
);
const missing = tests.filter((test) => playsOf(test).length === 0);
const failed = played.filter(({ passed }) => !passed);
for (const { file, title } of missing) console.error(`No test with this title was played: ${file}: ${title}`);
for (const { file, titles, runner } of failed) console.error(`Failed in ${runner}: ${file}: ${titles}`);
console.log(`${played.length - failed.length} passed, ${failed.length} failed; see .reports/security-cases.md`);
process.exitCode = missing.length === 0 && failed.length === 0 && played.length > 0 ? 0 : 1;

async function inNode(files: string[]): Promise<PlayedTest[]> {
  if (files.length === 0) return [];
  const report = join(folder, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  await run('vitest', ['run', ...reporters, ...files]);
  const Test = v.object({ ancestorTitles: v.array(v.string()), title: v.string(), status: v.string() });
  const Report = v.object({ testResults: v.array(v.object({ name: v.string(), assertionResults: v.array(Test) })) });
  const { testResults } = v.parse(Report, JSON.parse(await readFile(report, 'utf8')));
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map(({ ancestorTitles, title, status }) => ({
        file: relative(process.cwd(), name),
        titles: [...ancestorTitles, title].join(' › '),
        runner: 'Node',
        passed: status === 'passed',
      })),
  );
}

async function inBrowsers(files: string[]): Promise<PlayedTest[]> {
  if (files.length === 0) return [];
  const scenarios = await playScenarios(files, { TEST_LONG: '1' });
  return scenarios.map(({ file, titles, browser, passed }) => ({
    file: join('tests/e2e', file),
    titles: titles.join(' › '),
    runner: browserTitles[browser],
    passed,
  }));
}

/** Matches a title of the source after its placeholders (`%s`, `$name`, `${…}`) were filled in. */
function patternOf(title: string): RegExp {
  const parts = title
    .replaceAll(/\\(['"`])/g, '$1')
    .split(/%[sjdifo#%]|\$\{[^}]*\}|\$[a-z]\w*/i)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('.*'));
}
