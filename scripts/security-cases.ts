// What a trustworthy extension of this kind withstands, by number, and the tests that show it. A test says in its name which
// cases it is about: "case 20: …", "cases 6, 7 and 11: …".
import { globSync, readFileSync } from 'node:fs';

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

interface CaseTest {
  file: string;
  name: string;
}

const folders = '{components,entrypoints,lib,scripts,services,tests}';

/** The tests of each case, told by their names in the sources. */
export function testsByCase(): Map<number, CaseTest[]> {
  const found = new Map<number, CaseTest[]>();
  for (const file of globSync(`${folders}/**/*.{test,e2e}.ts`).toSorted()) {
    const strings = readFileSync(file, 'utf8').matchAll(
      /(['"`])((?:(?!\1)[^\\\n]|\\.)*\bcases? \d(?:(?!\1)[^\\\n]|\\.)*)\1/g,
    );
    for (const [, , name = ''] of strings) {
      const numbers = [...name.matchAll(/\bcases? (\d+(?:(?:, | and |, case )\d+)*)/g)].flatMap(
        ([, list = '']) => list.match(/\d+/g) ?? [],
      );
      for (const number of new Set(numbers.map(Number))) {
        found.set(number, [...(found.get(number) ?? []), { file, name: nameWithoutCase(name) }]);
      }
    }
  }
  return found;
}

function nameWithoutCase(name: string): string {
  return (
    name.replaceAll(/\[?\bcases? \d+(?:(?:, | and |, case )\d+)*\]?:? ?/g, '').replaceAll('|', '\\|') || '(all of it)'
  );
}

const runBy = (file: string) => (file.endsWith('.e2e.ts') ? 'Chromium and Firefox' : 'Node');

export function securityCasesTable(): string {
  const tests = testsByCase();
  const rows = Object.entries(securityCases).map(([number, title]) => {
    const list = tests.get(Number(number)) ?? [];
    const names = list.map(({ file, name }) => `${name} (\`${file}\`)`).join('<br>');
    return `| ${number} | ${title} | ${names} | ${[...new Set(list.map(({ file }) => runBy(file)))].join('; ')} |`;
  });
  return `# What it withstands

Generated from the names of the tests by \`scripts/security-cases.test.ts\`, which fails when a number has none. All of them pass, or \`npm test\`
and \`npm run test:long\` fail.

| Case | What | Tests | Run in |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}
