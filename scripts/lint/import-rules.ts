// The import rules of docs/architecture.md, checked by dependency-cruiser.
import { execFileSync } from 'node:child_process';
import { cruise, type IFlattenedRuleSet, type IForbiddenRuleType, type IReporterOutput } from 'dependency-cruiser';

const folders = ['lib', 'components', 'entrypoints', 'services', 'scripts', 'tests'];
const exempt = '[.]test[.]|/testing/|[.]config[.]ts$';
const anywhere = '^(lib|components|entrypoints|services|scripts|tests)/';

const moduleRules: IForbiddenRuleType[] = [
  { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
  { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^#i18n$' } },
  // lib/shared serves every context.
  only('shared-imports-itself', '^lib/shared/', '^lib/shared/'),
  only('background-imports-shared', '^lib/background/', '^lib/(shared|background)/'),
  only('banner-imports-shared', '^lib/banner/', '^lib/(shared|banner)/'),
  only('pages-import-shared', '^components/', '^(components|lib/shared)/'),
  only('product-stands-alone', '^(lib|components|entrypoints)/', '^(lib|components|entrypoints)/'),
  // The gateway is deployed from its folder alone.
  only('gateway-stands-alone', '^services/gateway/', '^services/gateway/'),
  { name: 'scripts-without-tests', severity: 'error', from: { path: '^scripts/' }, to: { path: '^tests/' } },
  {
    name: 'browser-in-messages-and-language',
    severity: 'error',
    from: { path: '^lib/shared/', pathNot: `^lib/shared/(messages|language)/|${exempt}` },
    to: { path: '^lib/shared/browser[.]ts$' },
  },
  {
    name: 'one-import-of-the-browser-api',
    severity: 'error',
    from: { path: '^(lib|components|entrypoints)/', pathNot: `^lib/shared/browser[.]ts$|${exempt}` },
    to: { path: '/wxt/dist/browser|/webextension-polyfill/', dependencyTypesNot: ['type-only'] },
  },
  {
    // The rules above keep components away from lib/background/db; this one covers IndexedDB itself.
    name: 'pages-read-by-data',
    severity: 'error',
    from: { path: '^components/', pathNot: `^components/data/|${exempt}` },
    to: { path: '/dexie/' },
  },
  {
    name: 'no-phone-metadata-in-the-worker',
    severity: 'error',
    from: { path: '^entrypoints/(background|banner)[.]ts$' },
    to: { path: '/libphonenumber-js/', reachable: true },
  },
];

const folderRules: IForbiddenRuleType[] = [
  {
    name: 'no-folder-cycle',
    severity: 'error',
    scope: 'folder',
    from: { path: '^(lib|components|entrypoints|services)' },
    to: { circular: true, path: '^(lib|components|entrypoints|services)' },
  },
];

function only(name: string, from: string, to: string): IForbiddenRuleType {
  return { name, severity: 'error', from: { path: from, pathNot: exempt }, to: { path: anywhere, pathNot: to } };
}

/**
 * @param root folder of a checkout
 * @returns one line per violation; also when fewer modules were read than git knows, since then the rules prove nothing
 */
export async function importViolations(root = process.cwd()): Promise<string[]> {
  const known = execFileSync('git', ['ls-files', '--', ...folders], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => /[.](tsx?|mjs|js)$/.test(file) && !file.endsWith('.d.ts'));
  const roots = folders.filter((folder) => known.some((file) => file.startsWith(`${folder}/`)));
  const modules = await violationsOf(root, roots, { forbidden: moduleRules });
  // The folder rule has no exemptions of its own, so tests are left out of what it reads.
  const product = roots.filter((folder) => folder !== 'scripts' && folder !== 'tests');
  const byFolder = await violationsOf(root, product, { forbidden: folderRules }, exempt);
  const missing = known.filter((file) => !modules.read.has(file));
  return [
    ...modules.violations,
    ...byFolder.violations,
    ...missing.map((file) => `not-read: dependency-cruiser did not read ${file}`),
  ];
}

async function violationsOf(
  baseDir: string,
  roots: string[],
  ruleSet: IFlattenedRuleSet,
  exclude?: string,
): Promise<{ read: Set<string>; violations: string[] }> {
  const { output }: IReporterOutput = await cruise(
    roots,
    {
      baseDir,
      ruleSet,
      validate: true,
      doNotFollow: { path: 'node_modules' },
      ...(exclude ? { exclude: { path: exclude } } : {}),
      // TypeScript 7 has no compiler API: with the default parser nothing is read, and nothing reported.
      parser: 'swc',
      tsPreCompilationDeps: true,
    },
    {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  );
  if (typeof output === 'string') throw new Error('dependency-cruiser gave text instead of a result.');
  return {
    read: new Set(output.modules.map(({ source }) => source)),
    violations: output.summary.violations.map(({ rule, from, to, cycle }) => {
      const path = cycle ? [from, ...cycle.map(({ name }) => name)].join(' → ') : `${from} → ${to}`;
      return `${rule.name}: ${path}`;
    }),
  };
}
