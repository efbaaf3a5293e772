import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { importViolations } from './import-rules.ts';

/** Creates a git checkout with these files, and returns the violations of the import rules in it. */
async function violationsIn(files: Record<string, string>): Promise<string[]> {
  const root = await mkdtemp(join(tmpdir(), 'phone-sign-in-imports-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  execFileSync('git', ['add', '--force', '.'], { cwd: root });
  return importViolations(root);
}

const nothing = 'export {};\n';
const importing = (path: string) => `import '${path}';\n`;
/** @param path of the imported file inside the package, below `dist` */
const library = (name: string, path = 'index') => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({
    name,
    exports: { '.': './dist/index.js', './*': './dist/*.js' },
  }),
  [`node_modules/${name}/dist/${path}.js`]: nothing,
});

test('a checkout without violations passes', async () => {
  const files = {
    'lib/shared/browser.ts': importing('wxt/browser'),
    'lib/shared/messages/send.ts': importing('../browser.ts'),
    'lib/background/start.ts': importing('../shared/messages/send.ts'),
    'lib/background/db/database.ts': importing('dexie'),
    'components/data/rows.ts': importing('../../lib/shared/messages/send.ts'),
    'components/popup.tsx': importing('./data/rows.ts'),
    'entrypoints/background.ts': importing('../lib/background/start.ts'),
    ...library('wxt', 'browser'),
    ...library('dexie'),
  };
  expect(await violationsIn(files)).toEqual([]);
});

test('a cycle of type-only imports is reported', async () => {
  const violations = await violationsIn({
    'lib/shared/one.ts': "import type { Two } from './two.ts';\nexport type One = Two[];\n",
    'lib/shared/two.ts': "import type { One } from './one.ts';\nexport type Two = One | 2;\n",
  });
  expect(violations.join()).toContain('no-cycle: lib/shared/one.ts → lib/shared/two.ts → lib/shared/one.ts');
});

test('two folders that import each other without a cycle of files are reported', async () => {
  const violations = await violationsIn({
    'lib/shared/model/one.ts': importing('../policy/two.ts'),
    'lib/shared/policy/two.ts': nothing,
    'lib/shared/policy/three.ts': importing('../model/four.ts'),
    'lib/shared/model/four.ts': nothing,
  });
  expect(violations.filter((each) => each.startsWith('no-cycle'))).toEqual([]);
  expect(violations.join()).toContain('no-folder-cycle: lib/shared/model → lib/shared/policy → lib/shared/model');
});

const target = (path: string) => ({ [path]: nothing });

test.each<[rule: string, from: string, to: string, files: Record<string, string>]>([
  ['shared-imports-itself', 'lib/shared/a.ts', '../background/b.ts', target('lib/background/b.ts')],
  ['background-imports-shared', 'lib/background/a.ts', '../banner/b.ts', target('lib/banner/b.ts')],
  ['banner-imports-shared', 'lib/banner/a.ts', '../background/b.ts', target('lib/background/b.ts')],
  ['pages-import-shared', 'components/a.tsx', '../lib/background/b.ts', target('lib/background/b.ts')],
  ['pages-read-by-data', 'components/a.tsx', 'dexie', library('dexie')],
  ['product-stands-alone', 'entrypoints/a.ts', '../services/sandbox/b.ts', target('services/sandbox/b.ts')],
  ['product-stands-alone', 'lib/background/a.ts', '../../scripts/b.ts', target('scripts/b.ts')],
  ['gateway-stands-alone', 'services/gateway/a.ts', '../../lib/shared/b.ts', target('lib/shared/b.ts')],
  ['scripts-without-tests', 'scripts/a.ts', '../tests/b.ts', target('tests/b.ts')],
  ['browser-in-messages-and-language', 'lib/shared/model/a.ts', '../browser.ts', target('lib/shared/browser.ts')],
  ['one-import-of-the-browser-api', 'lib/background/a.ts', 'wxt/browser', library('wxt', 'browser')],
  ['one-import-of-the-browser-api', 'lib/banner/a.ts', 'webextension-polyfill', library('webextension-polyfill')],
  ['resolvable', 'lib/shared/a.ts', './missing.ts', {}],
])('%s: %s must not import %s', async (rule, from, to, files) => {
  const violations = await violationsIn({ [from]: importing(to), ...files });
  expect(violations.filter((each) => each.startsWith(`${rule}: ${from} → `))).toHaveLength(1);
});

test('phone metadata that the service worker reaches through other modules is reported', async () => {
  const violations = await violationsIn({
    'entrypoints/background.ts': importing('../lib/background/start.ts'),
    'lib/background/start.ts': importing('../shared/phone/parse.ts'),
    'lib/shared/phone/parse.ts': importing('libphonenumber-js'),
    ...library('libphonenumber-js'),
  });
  expect(violations.join()).toContain('no-phone-metadata-in-the-worker: entrypoints/background.ts → ');
});

test('tests and testing folders are exempt from the rules of their context', async () => {
  const violations = await violationsIn({
    'lib/shared/a.test.ts': importing('../background/b.ts'),
    'lib/shared/testing/c.ts': importing('../../background/b.ts'),
    'lib/background/b.ts': nothing,
  });
  expect(violations).toEqual([]);
});

test('a module that dependency-cruiser does not read is reported', async () => {
  // An ignored folder name hides the module from dependency-cruiser, but not from git.
  const violations = await violationsIn({ 'lib/shared/node_modules/a.ts': nothing, 'lib/shared/b.ts': nothing });
  expect(violations).toEqual(['not-read: dependency-cruiser did not read lib/shared/node_modules/a.ts']);
});
