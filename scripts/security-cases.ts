// What a trustworthy extension of this kind withstands, by number, and the tests that show it. A test says in its name which
// cases it is about: "case 20: …", "cases 6, 7 and 11: …".
import { existsSync, globSync, readFileSync } from 'node:fs';
import * as v from 'valibot';

export const securityCases: Record<number, string> = {
  1: 'A page that is all but invisible',
  2: "The banner's host restyled",
  3: 'Something on top that lets clicks through',
  4: 'A popover or dialog in the top layer',
  5: 'The banner moved under the pointer',
  6: 'The banner cloned or wrapped',
  7: 'Clicks and keys made by a script',
  8: 'A page that keeps removing the banner',
  9: 'The account page inside a foreign frame',
  10: "The extension's pages inside a frame",
  11: 'Messages and events of the page',
  12: 'What a content script may ask for',
  13: 'Foreign senders',
  14: 'Payloads: wrong types, prototype keys, huge strings',
  15: 'Origins that are no account pages',
  16: 'Senders in frames',
  17: 'Unknown kinds of message',
  18: 'Web-accessible resources',
  19: 'What tells a page that the extension is there',
  20: 'Numbers and tokens where they do not belong',
  21: 'Tokens outside of memory storage',
  22: 'What is left after signing out',
  23: 'Markup in names, numbers and policy',
  24: 'Links from policy that run code',
  25: 'Content security policy and connections',
  26: 'Code made from text',
  27: 'Another state',
  28: 'Another issuer in the answer, or none',
  29: 'PKCE other than S256',
  30: 'Nonce, audience and tenant of the id token',
  31: 'An authorization code used twice',
  32: 'An account outside of the tenant',
  33: 'Another issuer in the metadata',
  34: 'A foreign redirect address',
  35: 'A wrong code read as a lost session',
  36: 'Claims challenges',
  37: 'A token for another audience',
  38: 'Too many wrong codes',
  39: 'A resend that forgets failures',
  40: 'The older code',
  41: 'Codes at the edge of their time',
  42: 'A code after its success',
  43: 'Two confirmations at once',
  44: "Another person's, number's or purpose's challenge",
  45: 'Cooldown and Retry-After',
  46: 'Caps by number, user, address and country',
  47: 'Premium and short numbers, refused countries',
  48: 'Comparing codes, and codes in logs',
  49: '"In use" before possession is proven',
  50: 'A change before the new number is proven',
  51: 'Removing the default method',
  52: 'The notice to the old number',
  53: 'An old sign-in',
  54: 'The background stopped anywhere',
  55: 'A double click',
  56: 'Offline, time-outs, errors, absurd answers',
  57: 'A clock that is wrong',
  58: 'Two windows at once',
  59: 'Policy that changes midway',
  60: 'Policy that is absent or invalid',
  61: 'Permission withheld or taken back',
  62: 'Hosts nobody configured',
  63: 'What the extension is made of',
};

export interface CaseTest {
  file: string;
  /** As it stands in the source, with its cases and with what is filled in. */
  title: string;
}

const folders = '{components,entrypoints,lib,scripts,services,tests}';

/** The tests of each case, told by their names in the sources. */
export function testsByCase(): Map<number, CaseTest[]> {
  const found = new Map<number, CaseTest[]>();
  for (const file of globSync(`${folders}/**/*.{test,e2e}.ts`).toSorted()) {
    const strings = readFileSync(file, 'utf8').matchAll(
      /(['"`])((?:(?!\1)[^\\\n]|\\.)*\bcases? \d(?:(?!\1)[^\\\n]|\\.)*)\1/g,
    );
    for (const [, , title = ''] of strings) {
      const numbers = [...title.matchAll(/\bcases? (\d+(?:(?:, | and |, case )\d+)*)/g)].flatMap(
        ([, list = '']) => list.match(/\d+/g) ?? [],
      );
      for (const number of new Set(numbers.map(Number))) {
        found.set(number, [...(found.get(number) ?? []), { file, title }]);
      }
    }
  }
  return found;
}

const runners = ['Node', 'Chromium', 'Firefox'] as const;
export type Runner = (typeof runners)[number];

const Counts = v.object({ passed: v.number(), failed: v.number() });
export type Counts = v.InferOutput<typeof Counts>;

/** By file: the day it was last played, and what came of it by title in the source and where it ran. */
const Results = v.record(
  v.string(),
  v.object({ on: v.string(), tests: v.record(v.string(), v.record(v.picklist(runners), Counts)) }),
);
export type Results = v.InferOutput<typeof Results>;

/** What came of the last runs of `npm run security-table`. */
export const resultsFile = 'docs/security-results.json';

export function readResults(): Results {
  if (!existsSync(resultsFile)) return {};
  return v.parse(Results, JSON.parse(readFileSync(resultsFile, 'utf8')));
}

/** In Node what is beside the code, in browsers the scenarios. */
export const isScenario = ({ file }: CaseTest) => file.endsWith('.e2e.ts');

export function securityCasesTable(outcomes: Results): string {
  const [since = 'never'] = Object.values(outcomes)
    .map(({ on }) => on)
    .toSorted();
  const tests = testsByCase();
  const rows = Object.entries(securityCases).map(([number, what]) => {
    const list = tests.get(Number(number)) ?? [];
    const names = list.map(({ file, title }) => `${nameWithoutCase(title)} (\`${file}\`)`).join('<br>');
    const results = list.map(({ file, title }) => outcomes[file]?.tests[title]);
    const unknown = results.filter((result) => !result).length;
    const told = runners.flatMap((runner) => {
      const counts = results.flatMap((result) => result?.[runner] ?? []);
      const sum = (outcome: keyof Counts) => counts.reduce((total, each) => total + each[outcome], 0);
      const failed = sum('failed') > 0 ? [`**${sum('failed')} failed**`] : [];
      return counts.length === 0 ? [] : [`${runner}: ${[`${sum('passed')} passed`, ...failed].join(', ')}`];
    });
    if (unknown > 0) told.push(`${unknown} written since`);
    return `| ${number} | ${what} | ${names} | ${told.join('<br>')} |`;
  });
  return `# What it withstands

Which tests show it is told by their names; \`scripts/security-cases.test.ts\` fails when a case has none. What came of them was
seen on ${since} or later by \`npm run security-table\`, which plays them in Node and in both browsers. A test in the source may be many when it runs: one for
each of the values it is given. Of case 63 \`npm run release:check\` shows the rest: Mozilla's linter, the packages made again from the source
package to the byte, the bill of materials, and known weaknesses as far as the registry answers.

| Case | What | Tests | Result |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function nameWithoutCase(name: string): string {
  return (
    name
      .replaceAll(/\[?\bcases? \d+(?:(?:, | and |, case |–)\d+)*\]?:? ?/g, '')
      .replaceAll(/\\(['"`])/g, '$1')
      .replaceAll('|', '\\|') || '(all of it)'
  );
}
