// `npm run security-table`: plays every test that is about a security case, in Node and in both browsers, and writes
// docs/security-results.json and from it docs/security-cases.md.
//   npm run security-table [-- tests/e2e/secrets.e2e.ts …]   only these files; what is known of the others stays
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import * as v from 'valibot';
import { browserNames, browserTitles, requireBrowsers } from './browsers.ts';
import { playScenarios } from './play-scenarios.ts';
import {
  type CaseTest,
  isScenario,
  type Results,
  type Runner,
  readResults,
  resultsFile,
  securityCasesTable,
  testsByCase,
} from './security-cases.ts';
import { run } from './steps.ts';

/** A test as a runner reports it: its titles from the outermost inwards. */
interface Played {
  file: string;
  titles: string;
  runner: Runner;
  passed: boolean;
}

requireBrowsers(browserNames);
const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-cases-'));
const chosen = process.argv.slice(2);
const all = [...testsByCase().values()].flat();
const tests = all.filter(({ file }) => chosen.length === 0 || chosen.includes(file));
const filesOf = (kind: (test: CaseTest) => boolean) => [...new Set(tests.filter(kind).map(({ file }) => file))];
const played = [...(await inNode(filesOf((test) => !isScenario(test)))), ...(await inBrowsers(filesOf(isScenario)))];
await rm(folder, { recursive: true });

const on = new Date().toISOString().slice(0, 10);
const left = Object.entries(readResults()).filter(([file]) => all.some((test) => test.file === file));
const results: Results = Object.fromEntries(left.filter(([file]) => !tests.some((test) => test.file === file)));
const lost: CaseTest[] = [];
for (const test of tests) {
  const ofTest = played.filter(({ file, titles }) => file === test.file && patternOf(test.title).test(titles));
  if (ofTest.length === 0) lost.push(test);
  const byRunner = Object.groupBy(ofTest, ({ runner }) => runner);
  const counts = Object.entries(byRunner).map(([runner, all]) => {
    const passed = all.filter((each) => each.passed).length;
    return [runner, { passed, failed: all.length - passed }] as const;
  });
  if (counts.length === 0) continue;
  results[test.file] = { on, tests: { ...results[test.file]?.tests, [test.title]: Object.fromEntries(counts) } };
}
// In the order of their names, whichever of them were played this time.
const inOrder = Object.fromEntries(Object.entries(results).sort(([a], [b]) => a.localeCompare(b)));
await writeFile(resultsFile, `${JSON.stringify(inOrder, null, 2)}\n`);
await writeFile('docs/security-cases.md', securityCasesTable(results));
for (const { file, title } of lost) console.error(`Nothing that was played has this name: ${file}: ${title}`);
for (const { file, titles, runner } of played.filter(({ passed }) => !passed))
  console.error(`Failed in ${runner}: ${file}: ${titles}`);
process.exitCode = lost.length === 0 && played.every(({ passed }) => passed) ? 0 : 1;

async function inNode(files: string[]): Promise<Played[]> {
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
        runner: 'Node' as const,
        passed: status === 'passed',
      })),
  );
}

async function inBrowsers(files: string[]): Promise<Played[]> {
  if (files.length === 0) return [];
  const scenarios = await playScenarios(files, { TEST_LONG: '1' });
  return scenarios.map(({ file, titles, browser, passed }) => ({
    file: join('tests/e2e', file),
    titles: titles.join(' › '),
    runner: browserTitles[browser],
    passed,
  }));
}

/** A title of the source as it may be once it is filled in: by printf's placeholders, `$name` and template literals. */
function patternOf(title: string): RegExp {
  const parts = title
    .replaceAll(/\\(['"`])/g, '$1')
    .split(/%[sjdifo#%]|\$\{[^}]*\}|\$[a-z]\w*/i)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('.*'));
}
