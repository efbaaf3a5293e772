// `npm run release:check`: builds the store packages from the last commit into .output/release and checks them.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import * as v from 'valibot';
import packageJson from '../../package.json' with { type: 'json' };
import { lintAddOn } from '../add-on-linter.ts';
import { buildExtension } from '../build.ts';
import { commandLine } from '../command-line.ts';
import { type Count, check, run, Steps } from '../steps.ts';
import { chromeStorePackage, differences, entriesOf } from './packages.ts';
import { shippedPackages } from './shipped-packages.ts';

const { strict } = commandLine(
  `npm run release:check [-- --strict]
  --strict  counts checks that could not be made as failed; use it before you publish`,
  { strict: { type: 'boolean', default: false } },
).values;
const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-release-'));
const out = resolve('.output/release');
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const file = (kind: string) => join(out, `${packageJson.name}-${packageJson.version}-${kind}`);
const [chrome, firefox, sources, materials] = [
  file('chrome.zip'),
  file('firefox.zip'),
  file('sources.zip'),
  file('sbom.json'),
];

const steps = new Steps();
const notAsked: string[] = [];

await steps.take('everything is committed', async () => {
  const { status, output } = await run('git', ['status', '--porcelain'], { quiet: true });
  if (output) console.error(`A release is what is committed. This is not:\n${output}`);
  return check(status === 0 && output === '');
});
await steps.take('packages', async () => {
  const built = await buildExtension(join(folder, 'built'));
  await writeFile(chrome, await chromeStorePackage(await readFile(built.chromiumPackage)));
  await writeFile(firefox, await readFile(built.firefox));
  return check((await run('git', ['archive', '--format=zip', '--output', sources, 'HEAD'])).status === 0);
});
await steps.take('versions, words, permissions, privacy, licences (vitest)', async () =>
  check((await run('vitest', ['run', 'scripts', 'tests/unit/manifest', 'lib/shared/language'])).status === 0),
);
await steps.take('add-on linter (web-ext)', () => lintAddOn(firefox));
await steps.take('the same bytes from the source package, in another folder', rebuild);
await steps.take('bill of materials (CycloneDX)', billOfMaterials);
await steps.take('known weaknesses (npm audit)', audit);

await rm(folder, { recursive: true, force: true });
console.log(`\nSHA-256 of what is in ${relative(process.cwd(), out)}:`);
const sums = await Promise.all([chrome, firefox, sources, materials].map(sumOf));
console.log(sums.join('\n'));
await writeFile(join(out, 'SHA256SUMS'), `${sums.join('\n')}\n`);
console.log(`\n${steps.line}${notAsked.length > 0 ? `, NOT CHECKED: ${notAsked.join('; ')}` : ''}`);
process.exitCode = steps.succeeded && !(strict && notAsked.length > 0) ? 0 : 1;

/** Builds the source package in another folder, as a store reviewer does, and compares the bytes. */
async function rebuild(): Promise<Count> {
  const elsewhere = join(folder, 'somewhere else altogether');
  for (const [path, content] of await entriesOf(await readFile(sources))) {
    await mkdir(dirname(join(elsewhere, path)), { recursive: true });
    await writeFile(join(elsewhere, path), content);
  }
  // npm's environment variables describe this folder.
  const ours = Object.keys(process.env).filter((name) => /^npm_(package|lifecycle|config_local)/.test(name));
  const environment = Object.fromEntries(ours.map((name) => [name, '']));
  for (const command of [['ci'], ['run', 'build']]) {
    if ((await run('npm', command, { folder: elsewhere, environment })).status !== 0) return check(false);
  }
  const built = (kind: string) =>
    readFile(join(elsewhere, `.output/${packageJson.name}-${packageJson.version}-${kind}`));
  const again = {
    [chrome]: await chromeStorePackage(await built('chrome.zip')),
    [firefox]: await built('firefox.zip'),
  };
  const counts = await Promise.all(
    Object.entries(again).map(async ([path, theirs]) => {
      const here = await readFile(path);
      if (here.equals(theirs)) return true;
      console.error(
        `${relative(out, path)} differs: ${(await differences(here, theirs)).join(', ') || 'how it is packed'}`,
      );
      return false;
    }),
  );
  return check(counts.every(Boolean));
}

/** Selects the shipped components, because `npm sbom --omit dev` also omits libraries that a tool needs, such as Preact. */
async function billOfMaterials(): Promise<Count> {
  const { output } = await run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], { quiet: true });
  const Component = v.looseObject({ 'bom-ref': v.string(), name: v.string(), version: v.string() });
  const Materials = v.looseObject({
    bomFormat: v.literal('CycloneDX'),
    metadata: v.looseObject({ component: Component }),
    components: v.array(Component),
    dependencies: v.array(v.object({ ref: v.string(), dependsOn: v.array(v.string()) })),
  });
  const all = v.parse(Materials, JSON.parse(output));
  const shipped = shippedPackages();
  const components = all.components.filter((each) =>
    shipped.some(({ name, version }) => name === each.name && version === each.version),
  );
  // npm takes the name of the folder.
  const component = { ...all.metadata.component, name: packageJson.name };
  const kept = new Set([component, ...components].map((each) => each['bom-ref']));
  const dependencies = all.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => kept.has(each)) }));
  const bill = { ...all, metadata: { ...all.metadata, component }, components, dependencies };
  await writeFile(materials, `${JSON.stringify(bill, null, 2)}\n`);
  const missing = shipped.filter(({ name, version }) => !kept.has(`${name}@${version}`)).map(({ name }) => name);
  if (missing.length > 0) console.error(`Shipped and not in the bill: ${missing.join(', ')}.`);
  return check(missing.length === 0);
}

/** Asks the registry for known vulnerabilities, and reports if it does not answer. */
async function audit(): Promise<Count> {
  const { output } = await run('npm', ['audit', '--json'], { quiet: true });
  const Weakness = v.object({ name: v.string(), severity: v.string() });
  const report = v.safeParse(v.object({ vulnerabilities: v.record(v.string(), Weakness) }), JSON.parse(output || '{}'));
  if (!report.success) {
    notAsked.push('known weaknesses, since the registry does not answer npm audit');
    console.error('NOT CHECKED: the registry gave no answer. Ask again where it does, before anything is published.');
    return { passed: 0, failed: strict ? 1 : 0 };
  }
  const shipped = new Set(shippedPackages().map(({ name }) => name));
  const weak = Object.values(report.output.vulnerabilities);
  for (const { name, severity } of weak) console.error(`${name}: ${severity}${shipped.has(name) ? '' : ' (a tool)'}`);
  return check(!weak.some(({ name, severity }) => shipped.has(name) || severity === 'critical'));
}

async function sumOf(path: string): Promise<string> {
  const sum = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  return `${sum}  ${relative(out, path)}`;
}
