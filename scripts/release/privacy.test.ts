// PRIVACY.md names every host and every storage key of the code, and no others.
import 'fake-indexeddb/auto';
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openDatabase } from '../../lib/background/db/database.ts';
import { clouds } from '../../lib/shared/model/clouds.ts';
import { retentionDays } from '../../lib/shared/tables/tables.ts';

const policy = readFileSync('PRIVACY.md', 'utf8');
const section = (from: string, to: string) => policy.slice(policy.indexOf(from), policy.indexOf(to)).split('\n');
const namesIn = (lines: string[], column: number) =>
  lines
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => [...(line.split('|')[column] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
    .toSorted();

const sources = Object.fromEntries(
  globSync('{components,entrypoints,lib}/**/*.{ts,tsx}', { exclude: ['**/*.test.ts', '**/*.test.tsx'] }).map(
    (file) => [file, readFileSync(file, 'utf8')] as const,
  ),
);

test('PRIVACY.md names exactly the hosts of all clouds', () => {
  const hosts = new Set(Object.values(clouds).flatMap(({ login, graph }) => [login, graph]));
  expect(namesIn(section('| host', '## What it keeps'), 1)).toEqual([...hosts].toSorted());
});

test('every host in the code is named in PRIVACY.md', () => {
  const told = new Set(
    Object.values(clouds).flatMap(({ login, graph, securityInfo, accountPages }) => [
      ...[login, graph],
      ...[securityInfo, ...accountPages].flatMap((page) => (page ? [new URL(page).host] : [])),
    ]),
  );
  const named = Object.entries(sources).flatMap(([file, code]) =>
    [...withoutComments(code).matchAll(/https?:\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)+)/g)].map(
      ([, host = '']) => `${file}: ${host}`,
    ),
  );
  expect(named.length).toBeGreaterThan(0);
  const others = named
    .map((each) => each.split(': ')[1] ?? '')
    .filter((host) => !told.has(host) && !host.endsWith('.example'));
  for (const host of others)
    expect(section('## What it sends', '## What it keeps').join(), host).toContain(`\`${host}\``);
});

test('PRIVACY.md names exactly the tables and keys that are stored on disk', () => {
  const database = openDatabase();
  const tables = database.tables.map(({ name }) => name);
  database.close();
  expect(namesIn(section('**On this computer**', '## What it sees'), 2)).toEqual(
    [...tables, ...keysOf('local')].toSorted(),
  );
  expect(policy).toContain(`${retentionDays} days after`);
});

test('PRIVACY.md names exactly the keys of the session storage', () => {
  expect(namesIn(section('**In memory', '**On this computer**'), 2)).toEqual(keysOf('session'));
});

test('PRIVACY.md names the data collection permissions of Firefox', () => {
  const [, list = ''] =
    /data_collection_permissions: \{ required: \[([^\]]*)\] \}/.exec(readFileSync('wxt.config.ts', 'utf8')) ?? [];
  const kinds = [...list.matchAll(/'(\w+)'/g)].map(([, kind = '']) => kind);
  expect(kinds).toHaveLength(2);
  for (const kind of kinds) expect(policy).toContain(`\`${kind}\``);
});

/** @returns storage keys of files that use this storage area, without the part after the colon */
function keysOf(area: 'local' | 'session'): string[] {
  const uses = area === 'local' ? /storage\.local|\blocal: / : /storage\.session|\bSessionStorage\b|\bmemory\./;
  const keys = Object.values(sources)
    .filter((code) => uses.test(code))
    .flatMap((code) => [
      ...[...code.matchAll(/`([a-zA-Z-]+):\$\{/g)].map(([, key = '']) => key),
      ...[...code.matchAll(/Key = '([a-z-]+)[:']/g)].map(([, key = '']) => key),
    ]);
  return [...new Set(keys)].toSorted();
}

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}
