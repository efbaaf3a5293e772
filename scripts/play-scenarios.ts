// Plays scenarios in real browsers and returns the result of each.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { type BrowserName, browserNames } from './browsers.ts';
import { run } from './steps.ts';

export interface PlayedScenario {
  /** Path below tests/e2e. */
  file: string;
  /** Titles from the outermost inwards; the first is that of the file. */
  titles: string[];
  browser: BrowserName;
  /** Passed at the first attempt. */
  passed: boolean;
}

// https://playwright.dev/docs/api/class-testreporter
const Spec = v.object({
  title: v.string(),
  file: v.string(),
  tests: v.array(v.object({ projectName: v.picklist(browserNames), status: v.string() })),
});
interface Suite {
  title: string;
  specs: v.InferOutput<typeof Spec>[];
  suites?: Suite[] | undefined;
}
const Suite: v.GenericSchema<Suite> = v.object({
  title: v.string(),
  specs: v.array(Spec),
  suites: v.optional(v.array(v.lazy(() => Suite))),
});

/** @param given arguments of Playwright, such as files and `--project` */
export async function playScenarios(
  given: string[],
  environment: Record<string, string> = {},
): Promise<PlayedScenario[]> {
  const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-played-'));
  const report = join(folder, 'playwright.json');
  await run('playwright', ['test', '--config', 'tests/e2e', '--reporter=list,json', ...given], {
    environment: { ...environment, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  });
  const { suites } = v.parse(v.object({ suites: v.array(Suite) }), JSON.parse(await readFile(report, 'utf8')));
  await rm(folder, { recursive: true });
  return suites.flatMap((suite) => playedIn(suite, []));
}

function playedIn({ title, specs, suites = [] }: Suite, outer: string[]): PlayedScenario[] {
  const titles = [...outer, title];
  const own = specs.flatMap((spec) =>
    spec.tests
      .filter(({ status }) => status !== 'skipped')
      .map(({ projectName, status }) => ({
        file: spec.file,
        titles: [...titles, spec.title],
        browser: projectName,
        passed: status === 'expected',
      })),
  );
  return [...own, ...suites.flatMap((suite) => playedIn(suite, titles))];
}
