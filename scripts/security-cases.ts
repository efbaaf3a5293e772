// The security cases of docs/security-cases.md and the tests that show them.
import { globSync, readFileSync } from 'node:fs';

export interface SecurityCase {
  number: number;
  title: string;
  file: string;
  /** Function, constant or property that decides the case. */
  name: string;
}

/** Reads the tables of docs/security-cases.md. */
export function securityCases(): SecurityCase[] {
  const rows = readFileSync('docs/security-cases.md', 'utf8').matchAll(
    /^\| (\d+)\s*\| (.*?)\s*\| `([^`]+)`\s*\| `([^`]+)`\s*\|$/gm,
  );
  return [...rows].map(([, number, title = '', file = '', name = '']) => ({
    number: Number(number),
    title,
    file,
    name,
  }));
}

export interface CaseTest {
  file: string;
  /** As written in the source, with its case numbers and placeholders. */
  title: string;
}

const folders = '{components,entrypoints,lib,scripts,services,tests}';

/** Finds the tests of each case by the numbers in their titles: "case 20: …", "cases 6, 7 and 11: …". */
export function testsByCase(): Map<number, CaseTest[]> {
  const found = new Map<number, CaseTest[]>();
  for (const file of globSync(`${folders}/**/*.{test,e2e}.{ts,tsx}`).toSorted()) {
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

export const isScenario = ({ file }: CaseTest) => file.endsWith('.e2e.ts');
