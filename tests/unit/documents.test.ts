// Documents name only files, headings, commands and interface texts that exist.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const names = globSync(['*.md', '.github/*.md', 'docs/**/*.md', 'services/*/*.md']);
const pages = new Map(names.map((name) => [name, readFileSync(name, 'utf8')]));
const guide = [...pages].filter(([name]) => dirname(name) === join('docs', 'guide'));

/** Anchors as GitHub generates them. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test('links and pictures in documents lead to existing files and headings', () => {
  expect(pages.size).toBeGreaterThan(30);
  for (const [name, text] of pages) {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(
      (each) => each[1] ?? each[2] ?? '',
    );
    for (const target of targets) {
      if (/^https?:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? name : join(dirname(name), path);
      expect(existsSync(file), `${name}: ${target}`).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(readFileSync(file, 'utf8')), `${name}: ${target}`).toContain(anchor);
    }
  }
});

test('npm commands in documents exist', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const [name, text] of pages) {
    for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g))
      expect(Object.keys(scripts), name).toContain(script);
  }
});

test('source paths in documents exist', () => {
  const named = [...pages].flatMap(([name, text]) =>
    [...text.matchAll(/`((?:components|entrypoints|lib|scripts|services|tests)\/[\w./-]*)`/g)].map(([, path = '']) => ({
      name,
      path,
    })),
  );
  expect(named.length).toBeGreaterThan(40);
  const picture = 'docs/architecture.svg';
  for (const [, path = ''] of readFileSync(picture, 'utf8').matchAll(/>((?:lib|components|services)\/[\w./-]*)/g)) {
    named.push({ name: picture, path });
  }
  expect(named.filter(({ path }) => !existsSync(path))).toEqual([]);
});

/** Texts of the browser, of the sign-in page and of the guide. */
const foreignTexts = ['+', 'On your account page', 'In the popup', 'Nobody will ever ask you for a code.'];

test('texts that the guide quotes exist in the interface', () => {
  const words = readFileSync('lib/shared/language/locales/en.yml', 'utf8');
  let count = 0;
  for (const [name, text] of guide) {
    for (const [, , quoted = ''] of text.matchAll(/(\*\*|(?<!\w)_)([^*_\n]+)\1/g)) {
      if (foreignTexts.includes(quoted)) continue;
      count += 1;
      expect(words, name).toContain(quoted);
    }
    for (const [, quoted = ''] of text.matchAll(/^> (.+)$/gm)) expect(words, name).toContain(quoted);
  }
  expect(count).toBeGreaterThan(50);
});
