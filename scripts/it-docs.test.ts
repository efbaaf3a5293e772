import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clouds, hostPermissions } from '../lib/shared/model/clouds.ts';
import { chromiumId, chromiumPublicKey, geckoId, redirectUris } from '../lib/shared/model/extension-ids.ts';
import { policyKeys } from '../lib/shared/policy/setting-definitions.ts';
import { checkPolicy } from '../lib/shared/policy/validate.ts';

const folder = 'docs/it';
const names = (await readdir(folder)).filter((name) => name.endsWith('.md'));
const pages = Object.fromEntries(
  await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
);
const page = (name: string) => pages[name] ?? '';

test('docs/it/README.md names all ids and redirect URIs', () => {
  for (const each of [chromiumId(chromiumPublicKey), geckoId, ...Object.values(redirectUris)]) {
    expect(page('README.md')).toContain(each);
  }
});

test('docs/it/hosts-and-permissions.md names every host and every permission', async () => {
  for (const { login, graph } of Object.values(clouds)) {
    for (const host of [login, graph]) expect(page('hosts-and-permissions.md')).toContain(host);
  }
  const config = await readFile('wxt.config.ts', 'utf8');
  const permissions = [...(/ permissions: \[(.*)\]/.exec(config)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(
    ([, name]) => name,
  );
  expect(permissions.length).toBeGreaterThan(3);
  for (const each of [...permissions, ...hostPermissions('global')]) {
    expect(page('hosts-and-permissions.md')).toContain(`\`${each}\``);
  }
});

test('the pages for IT name existing settings, and their JSON examples are valid', () => {
  for (const [name, text] of Object.entries(pages)) {
    for (const [, block = ''] of text.matchAll(/```json\n([\s\S]*?)```/g)) {
      expect(checkPolicy(JSON.parse(block)).rejected, name).toEqual([]);
    }
  }
  const named = [...page('help-desk.md').matchAll(/`(paused|smsSignIn|banner\w+|tenantId|clientId)`/g)].map(
    ([, key]) => key,
  );
  expect(named.length).toBeGreaterThan(5);
  for (const key of named) expect(policyKeys).toContain(key);
});

test('texts that the help desk page quotes exist in the interface', async () => {
  const words = await readFile('lib/shared/language/locales/en.yml', 'utf8');
  const quoted = [...page('help-desk.md').matchAll(/_([A-Z][^_|]+[.?])_/g)].map(([, sentence = '']) => sentence);
  expect(quoted.length).toBeGreaterThan(8);
  for (const sentence of quoted) expect(words).toContain(sentence);
});
