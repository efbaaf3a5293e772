// What the user sees for each fault of each request: checked in Node (faults.test.ts) and in browsers (faults.e2e.ts).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Outcome {
  /** Text of the interface. */
  sees: string;
  /** When the service worker repeats the request while no page is open. */
  itself: string;
  /** What the user can do. */
  person: string;
}

export const expectedOutcomesFile = join(import.meta.dirname, 'expected-outcomes.md');
const separator = '; ';

/** Joins requests with equal outcomes, and faults with equal outcomes. */
export function describeOutcomes(outcomes: ReadonlyMap<string, ReadonlyMap<string, Outcome>>): string {
  const sections = Map.groupBy(outcomes, ([, ofRequest]) => JSON.stringify([...ofRequest]));
  const texts = [...sections.values()].map((requests) => {
    const lines = Map.groupBy(requests[0]?.[1] ?? [], ([, { sees, itself, person }]) =>
      [sees, itself, person].join(' | '),
    );
    const list = [...lines].map(
      ([outcome, faults]) => `- ${faults.map(([name]) => name).join(separator)}\n  ${outcome}`,
    );
    return `## ${requests.map(([name]) => name).join(separator)}\n\n${list.join('\n')}\n`;
  });
  return `# Expected outcome of each fault

Below each list of faults: what the user sees, when the service worker tries again, what the user can do.
Update with \`npm run test:slow -- tests/withstand/faults -u\`.

${texts.join('\n')}`;
}

/** @returns outcomes of one request by the name of the fault */
export function expectedOutcomes(request: string): Map<string, Outcome> {
  const sections = readFileSync(expectedOutcomesFile, 'utf8').split('\n## ').slice(1);
  const section = sections.find((each) => each.split('\n')[0]?.split(separator).includes(request)) ?? '';
  const outcomes = [...section.matchAll(/^- (.*)\n {2}(.*) \| (.*) \| (.*)$/gm)].flatMap(
    ([, faults = '', sees = '', itself = '', person = '']) =>
      faults.split(separator).map((fault) => [fault, { sees, itself, person }] as const),
  );
  if (outcomes.length === 0) throw new Error(`${expectedOutcomesFile} has no section "${request}".`);
  return new Map(outcomes);
}
