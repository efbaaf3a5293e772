// Limits of the stores: versions, changelog, names, texts, reasons for permissions, picture sizes.
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import gatewayPackage from '../../services/gateway/package.json' with { type: 'json' };
import { localeNames, readLocale } from '../locales.ts';

const changelog = readFileSync('CHANGELOG.md', 'utf8');
const releases = [...changelog.matchAll(/^## \[([^\]]+)\](?: - (\S+))?$/gm)].map(([, version = '', date]) => ({
  version,
  date,
}));

test('case 63: all packages and the changelog have the same version', () => {
  const lockFile = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as { version: string };
  const newest = releases.find(({ date }) => date)?.version;
  for (const version of [
    lockFile('package-lock.json').version,
    gatewayPackage.version,
    lockFile('services/gateway/package-lock.json').version,
    newest,
  ])
    expect(version).toBe(packageJson.version);
});

test('the changelog has the format of Keep a Changelog', () => {
  const [unreleased, ...others] = releases;
  expect(unreleased).toEqual({ version: 'Unreleased', date: undefined });
  expect(changelog.match(/^## /gm)).toHaveLength(releases.length);
  for (const { version, date } of others) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
  }
  expect(others.map(({ date }) => date)).toEqual(
    others
      .map(({ date }) => date)
      .toSorted()
      .toReversed(),
  );
  for (const [, heading] of changelog.matchAll(/^### (.*)$/gm))
    expect(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']).toContain(heading);
});

const lengthOf = (text: string) => [...text].length;

test.each(localeNames)('case 63: name and description of %s fit the limits of all stores', async (name) => {
  const words = await readLocale(name);
  // Limit of addons-linter; the Chrome Web Store allows 75.
  expect(lengthOf(words.get('extension.name') ?? '')).toBeGreaterThanOrEqual(2);
  expect(lengthOf(words.get('extension.name') ?? '')).toBeLessThanOrEqual(45);
  // https://developer.chrome.com/docs/extensions/reference/manifest/description
  expect(lengthOf(words.get('extension.description') ?? '')).toBeGreaterThan(0);
  expect(lengthOf(words.get('extension.description') ?? '')).toBeLessThanOrEqual(132);
});

const listings = globSync('docs/store/*.md').filter((file) => basename(file) !== 'README.md');

describe.each(listings)('%s', (file) => {
  const sections = new Map(
    readFileSync(file, 'utf8')
      .split(/^## /m)
      .slice(1)
      .map((text) => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n')).trim()] as const),
  );

  test('belongs to an existing locale and has all sections', () => {
    expect(localeNames).toContain(basename(file, '.md'));
    expect([...sections.keys()]).toEqual(['Summary', 'Description', 'Pictures']);
  });

  test('fits the limits of the store forms', () => {
    // Limit of addons.mozilla.org.
    expect(lengthOf(sections.get('Summary') ?? '')).toBeLessThanOrEqual(250);
    // Limits of Edge Add-ons; the Chrome Web Store allows 16,000.
    expect(lengthOf(sections.get('Description') ?? '')).toBeGreaterThanOrEqual(250);
    expect(lengthOf(sections.get('Description') ?? '')).toBeLessThanOrEqual(10_000);
    expect(sections.get('Pictures')?.split('\n')).toHaveLength(5);
    for (const line of sections.get('Pictures')?.split('\n') ?? []) expect(line).toMatch(/^- \S.{0,59}$/u);
  });
});

test('docs/store/README.md gives a reason for each permission of the manifest and for no other', () => {
  const config = readFileSync('wxt.config.ts', 'utf8');
  const [, named = ''] = / permissions: \[(.*)\]/.exec(config) ?? [];
  const told = [...readFileSync('docs/store/README.md', 'utf8').matchAll(/^\| `([a-z]+)`\s+\|/gm)].map(
    ([, name]) => name,
  );
  expect(told.toSorted()).toEqual([...named.matchAll(/'(\w+)'/g)].map(([, name]) => name).toSorted());
});

test.each(
  globSync('docs/store/pictures/*.png').map((file) => ({ file, size: /(\d+)x(\d+)/.exec(file)?.slice(1).map(Number) })),
)('$file has the size that the stores require and no transparency', ({ file, size = [1280, 800] }) => {
  const png = readFileSync(file);
  // https://www.w3.org/TR/png-3/#11IHDR: width, height, depth, kind of colour (2: truecolour, 3: with a palette, no alpha).
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(size);
  expect([2, 3]).toContain(png[25]);
});

test('the store pictures are five screenshots, a small tile and a large tile', () => {
  const names = globSync('docs/store/pictures/*.png')
    .map((file) => basename(file))
    .toSorted();
  const screenshots = [1, 2, 3, 4, 5].map((number) => `screenshot-${number}.png`);
  expect(names).toEqual([...screenshots, 'tile-1400x560.png', 'tile-440x280.png']);
});
