// Compares the accessibility tree of a page with accessibility/{name}.txt, where message keys stand for interface text.
// `npm run test:e2e -- tests/e2e/keyboard.e2e.ts --update-snapshots` rewrites the files.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { Surface } from '../../scripts/driver/surface.ts';
import { filled } from '../../scripts/journey/text.ts';

const folder = join(import.meta.dirname, 'accessibility');
/** `{key}` or `{key name=value; name=value}` */
const message = /\{([\w.]+)(?: ([^}]*))?\}/g;

export async function expectTree(surface: Surface, name: string): Promise<void> {
  const tree = `${stable(await surface.accessibilityTree())}\n`;
  const file = join(folder, `${name}.txt`);
  const stored = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (/^(all|changed)$/.test(test.info().config.updateSnapshots) && tree !== inWords(stored)) {
    writeFileSync(file, inKeys(tree, stored));
  } else {
    expect(tree, `the accessibility tree of ${name}`).toBe(inWords(stored));
  }
}

/** Without times, countdowns and the address that depends on the browser. */
function stable(tree: string): string {
  return tree
    .replaceAll(/\d{1,2}:\d\d(\s[AP]M)?/g, '10:42')
    .replaceAll(/https:\/\/\w+\.(chromiumapp|extensions\.allizom)\.org/g, 'https://the-browsers-own.example')
    .replaceAll(/\bin \d+ seconds/g, 'in 30 seconds');
}

function inWords(stored: string): string {
  return stored.replaceAll(message, (_, key: string, values = '') =>
    filled(key, Object.fromEntries(values.split('; ').map((pair: string) => pair.split('=')))),
  );
}

/** Texts that no file has yet stay in words, for their keys to be put in by hand. */
function inKeys(tree: string, stored: string): string {
  const others = readdirSync(folder).map((each) => readFileSync(join(folder, each), 'utf8'));
  const texts = [...others, stored].join('\n').match(/"[^"]+"/g) ?? [];
  const known = new Map(texts.map((each) => [inWords(each), each]));
  return tree.replaceAll(/"[^"]+"/g, (each) => known.get(each) ?? each);
}
