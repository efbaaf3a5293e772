// Size budgets in bytes; a build that exceeds one fails. A part contains what the browser reads before it can go on, so
// code that a later step imports does not count. docs/decisions/startup-performance.md lists the contents.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const budgets = {
  // Preact and the polyfill take about 40 kB.
  "the popup's first load": 135_000,
  // The validation of managed settings takes about 8 kB, claims challenges take about 5 kB.
  'the worker': 232_000,
  'the banner': 8_000,
  // Locales take a third.
  'the store package': 264_000,
};
export type Part = keyof typeof budgets;
export type Sizes = Partial<Record<Part, number>>;

/** @param folder unpacked extension */
export function sizesOf(folder: string): Sizes {
  return {
    "the popup's first load": sizeOf(folder, firstLoad(folder, 'popup.html')),
    'the worker': sizeOf(folder, ['background.js']),
    'the banner': sizeOf(folder, ['banner.js']),
  };
}

/** @throws Error that names each part over its budget */
export function keepBudgets(sizes: Sizes): void {
  const over = Object.entries(sizes)
    .filter(([part, size]) => size > budgets[part as Part])
    .map(([part, size]) => `${part} is ${size} bytes, over its budget of ${budgets[part as Part]}`);
  if (over.length > 0) throw new Error(`Too large: ${over.join('; ')}. See scripts/budgets.ts.`);
}

/** @returns the page and every file that it imports statically, directly or indirectly */
export function firstLoad(folder: string, page: string): string[] {
  const found = new Set([page]);
  for (const file of found) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const name of file.endsWith('.html') ? named(text) : file.endsWith('.js') ? imported(text, file) : []) {
      found.add(name);
    }
  }
  return [...found];
}

function named(html: string): string[] {
  return [...html.matchAll(/\s(?:src|href)="\/([^"]+)"/g)].map(([, path = '']) => path);
}

/** @returns paths of the static imports of a minified module, from the root of the extension */
function imported(code: string, file: string): string[] {
  const addresses = [...code.matchAll(/(?:\bfrom|\bimport)\s*["'`](\.{1,2}\/[^"'`]+\.js)["'`]/g)];
  return addresses.map(([, address = '']) => new URL(address, `file:///${file}`).pathname.slice(1));
}

function sizeOf(folder: string, files: string[]): number {
  return files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}
