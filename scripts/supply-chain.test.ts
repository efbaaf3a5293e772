// `npm run test:unit -- scripts/supply-chain -u` updates docs/licences.md.
import { expect, test } from 'vitest';
import { lockedPackages, shippedPackages } from './release/shipped-packages.ts';

const shipped = shippedPackages();

/** Licences that allow redistribution with the package and the gateway. */
const shippedLicences = ['MIT', 'ISC', 'Apache-2.0', 'BSD-3-Clause', 'MPL-2.0', '0BSD'];

test('case 63: every shipped package has a licence that allows redistribution', () => {
  expect(shipped.length).toBeGreaterThan(5);
  const others = shipped.filter(({ license }) => !shippedLicences.includes(license));
  expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
});

test('case 63: no shipped package has an install script', () => {
  expect(shipped.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name)).toEqual([]);
});

test('case 63: every package in the lock file has a checksum', () => {
  // Packages of other platforms get their checksum where they are installed.
  const without = lockedPackages().filter(({ integrity, optional }) => !integrity && !optional);
  expect(without.map(({ name }) => name)).toEqual([]);
});

test('case 63: the gateway installs the tested versions with the same checksums', () => {
  const tested = new Map(shipped.map(({ name, version, integrity }) => [name, { version, integrity }]));
  const installed = lockedPackages('services/gateway/package-lock.json');
  expect(installed.length).toBeGreaterThan(3);
  for (const { name, version, integrity } of installed) expect({ version, integrity }, name).toEqual(tested.get(name));
});

test('docs/licences.md is up to date', async () => {
  const rows = shipped.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`).toSorted();
  await expect(`# What is shipped with the extension and the gateway

Generated from \`package-lock.json\` by \`scripts/supply-chain.test.ts\`.

| Package | Version | Licence |
| --- | --- | --- |
${rows.join('\n')}
`).toMatchFileSnapshot('../docs/licences.md');
});
