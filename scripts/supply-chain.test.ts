// What the extension is made of: where each package comes from, under which licence, and what may run when it is installed.
// `npx vitest run scripts/supply-chain -u` writes docs/licences.md; `npm sbom` makes the bill of materials of a release.
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { expect, test } from 'vitest';

const Package = v.object({
  version: v.optional(v.string()),
  license: v.optional(v.string()),
  integrity: v.optional(v.string()),
  resolved: v.optional(v.string()),
  dev: v.optional(v.boolean(), false),
  optional: v.optional(v.boolean(), false),
  devOptional: v.optional(v.boolean(), false),
  hasInstallScript: v.optional(v.boolean(), false),
});
const { packages } = v.parse(
  v.object({ packages: v.record(v.string(), Package) }),
  JSON.parse(readFileSync('package-lock.json', 'utf8')),
);
const all = Object.entries(packages).filter(([path]) => path.startsWith('node_modules/'));
/** An optional package of another platform or a wished-for companion is neither bundled nor installed with the gateway. */
const shipped = all.filter(([, { dev, devOptional, optional }]) => !dev && !devOptional && !optional);
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** What may be passed on with the package and the gateway. */
const shippedLicences = ['MIT', 'ISC', 'Apache-2.0', 'BSD-3-Clause', 'MPL-2.0', '0BSD'];

test('case 63: what is shipped is under a licence that lets it be', () => {
  expect(shipped.length).toBeGreaterThan(5);
  const others = shipped.filter(([, { license = '' }]) => !shippedLicences.includes(license));
  expect(others.map(([path, { license }]) => `${nameOf(path)}: ${license}`)).toEqual([]);
});

test('case 63: nothing shipped runs a script when it is installed', () => {
  expect(shipped.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path))).toEqual([]);
});

test('case 63: each package has its checksum', () => {
  // Those of other platforms get theirs where they can be had (lock-file.test.ts).
  const without = all.filter(([, { integrity, optional }]) => !integrity && !optional);
  expect(without.map(([path]) => nameOf(path))).toEqual([]);
});

test('docs/licences.md is up to date', async () => {
  const rows = shipped
    .map(([path, { version, license }]) => `| ${nameOf(path)} | ${version} | ${license} |`)
    .toSorted();
  await expect(`# What is shipped with the extension and the gateway

Generated from \`package-lock.json\` by \`scripts/supply-chain.test.ts\`.

| Package | Version | Licence |
| --- | --- | --- |
${rows.join('\n')}
`).toMatchFileSnapshot('../docs/licences.md');
});
