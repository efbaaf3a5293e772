import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigurationError, Environment, readConfiguration } from './configuration.ts';
import { gatewayCertificate } from './testing/tenant.ts';

let good: Record<string, string>;
const folder = mkdtempSync(join(tmpdir(), 'gateway-configuration-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  const { certificatePem, privateKeyPem } = await gatewayCertificate();
  good = {
    PUBLIC_ORIGIN: 'https://gateway.contoso.example',
    TENANT_ID: '7C000000-0000-4000-8000-000000000001',
    CLIENT_ID: '7c000000-0000-4000-8000-000000000002',
    CERTIFICATE: certificatePem,
    PRIVATE_KEY: privateKeyPem,
    ALLOWED_ORIGINS: 'chrome-extension://abcdefghijklmnopabcdefghijklmnop, moz-extension://*',
    CODE_KEY: Buffer.alloc(32, 1).toString('base64'),
    WEBHOOK_URL: 'https://texts.contoso.example/send',
    WEBHOOK_SECRET: 'x'.repeat(32),
    AUTHENTICATION_CONTEXT: 'c25',
    ALLOWED_GROUP: '7C000000-0000-4000-8000-000000000003',
    ALLOWED_CLIENTS: '7C000000-0000-4000-8000-000000000004',
    COUNTRIES_ALLOWED: 'GB, US',
  };
});

/** The lines of the ConfigurationError; none when the environment is valid. */
function lines(environment: Record<string, string | undefined>): readonly string[] {
  try {
    readConfiguration(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.lines;
    throw error;
  }
  return [];
}

test('the required variables suffice, and the others have safe defaults', () => {
  const { gateway, host, port, shutdownGraceMs, webhook } = readConfiguration(good);
  expect([host, port, shutdownGraceMs]).toEqual(['0.0.0.0', 8080, 5_000]);
  expect(webhook).toEqual({ url: good.WEBHOOK_URL, secret: good.WEBHOOK_SECRET });
  expect(gateway).toMatchObject({
    tenantId: '7c000000-0000-4000-8000-000000000001',
    loginOrigin: 'https://login.microsoftonline.com',
    graphOrigin: 'https://graph.microsoft.com',
    credential: { kind: 'certificate' },
    allowedOrigins: ['chrome-extension://abcdefghijklmnopabcdefghijklmnop', 'moz-extension://*'],
    refuseAdministrators: true,
    trustedProxies: 0,
    caps: {
      user: [
        { limit: 5, windowMs: 3_600_000 },
        { limit: 10, windowMs: 86_400_000 },
      ],
    },
    authenticationContext: 'c25',
    allowedGroup: '7c000000-0000-4000-8000-000000000003',
    allowedClients: ['7c000000-0000-4000-8000-000000000004'],
    destinations: { allowedCountries: ['GB', 'US'], refusedCountries: [], additionalMobileRanges: [] },
  });
});

test('CODE_KEY_OLD is read beside CODE_KEY, also from a file, and must be another key', () => {
  expect(readConfiguration(good).gateway.oldCodeKeys).toEqual([]);
  const old = Buffer.alloc(32, 2).toString('base64');
  const path = join(folder, 'code-key-old');
  writeFileSync(path, `${old}\n`);
  for (const given of [{ CODE_KEY_OLD: old }, { CODE_KEY_OLD_FILE: path }]) {
    const { codeKey, oldCodeKeys } = readConfiguration({ ...good, ...given }).gateway;
    expect(codeKey).toEqual(new Uint8Array(32).fill(1));
    expect(oldCodeKeys).toEqual([new Uint8Array(32).fill(2)]);
  }
  expect(lines({ ...good, CODE_KEY_OLD: good.CODE_KEY })).toEqual(['CODE_KEY_OLD: must differ from CODE_KEY']);
});

test('an empty environment is refused with one line for each missing variable', () => {
  expect(lines({})).toEqual([
    ...['PUBLIC_ORIGIN', 'TENANT_ID', 'CLIENT_ID', 'ALLOWED_ORIGINS', 'CODE_KEY', 'WEBHOOK_URL', 'WEBHOOK_SECRET'].map(
      (name) => `${name}: missing`,
    ),
    'CERTIFICATE, PRIVATE_KEY: missing (or set CLIENT_SECRET)',
    'AUTHENTICATION_CONTEXT: missing (or set SINGLE_FACTOR=allow)',
    'ALLOWED_GROUP: missing (or set EVERYBODY=allow)',
    'ALLOWED_CLIENTS: missing (or set EVERY_CLIENT=allow)',
    'COUNTRIES_ALLOWED: missing (or set EVERY_COUNTRY=allow)',
  ]);
});

describe('case 81: an address with a secret is refused at the start, and the secret is not repeated', () => {
  const addresses = [
    'user:canary@texts.contoso.example/send',
    'canary@texts.contoso.example',
    ':canary@texts.contoso.example/',
  ]
    .concat([
      'texts.contoso.example/send?key=canary',
      'texts.contoso.example/send#canary',
      'texts.contoso.example/send?',
    ])
    .concat(['texts.contoso.example/send#', '@texts.contoso.example/send', 'texts.contoso.example?key=canary']);
  for (const name of ['WEBHOOK_URL', 'PUBLIC_ORIGIN', 'LOGIN_ORIGIN', 'GRAPH_ORIGIN'])
    for (const address of addresses)
      test(`${name} https://${address}`, () => {
        const said = lines({ ...good, [name]: `https://${address}` });
        expect(said).toContain(`${name}: must be an address without user name, password, query and fragment`);
        expect(said.join()).not.toContain('canary');
      });

  test('an origin on loopback with a user name is refused, too', () => {
    const loopback = { ...good, ALLOW_INSECURE_LOOPBACK: 'true' };
    for (const name of ['PUBLIC_ORIGIN', 'WEBHOOK_URL', 'LOGIN_ORIGIN', 'GRAPH_ORIGIN'])
      expect(lines({ ...loopback, [name]: 'http://user:canary@127.0.0.1:1' }).join()).toMatch(
        `${name}: must be an address without`,
      );
  });

  test('a path, a port and percent signs are no secrets', () => {
    const WEBHOOK_URL = 'https://texts.contoso.example:8443/a/b%40c';
    expect(readConfiguration({ ...good, WEBHOOK_URL }).webhook.url).toBe(WEBHOOK_URL);
  });
});

describe('a wrong value is refused with a line that names its variable', () => {
  const mistakes: Record<string, string[]> = {
    PUBLIC_ORIGIN: ['gateway.contoso.example', 'https://gateway.contoso.example/', 'http://gateway.contoso.example'],
    TENANT_ID: ['contoso.example', 'x7c000000-0000-4000-8000-000000000001'],
    CLIENT_ID: ['gateway', '7c000000-0000-4000-8000-0000000000021'],
    CERTIFICATE: ['-----BEGIN CERTIFICATE-----'],
    PRIVATE_KEY: ['secret'],
    CLIENT_SECRET: ['a secret beside the certificate'],
    ALLOWED_ORIGINS: [
      ...['https://www.contoso.example', '*', ',', 'moz-extension://', 'moz-extension://**'],
      ...['xmoz-extension://*', 'xchrome-extension://abcdefghijklmnopabcdefghijklmnop'],
      ...['chrome-extension://abcdefghijklmnopabcdefghijklmnopa', 'chrome-extension://abcdefghijklmnopabcdefghijklmno'],
      ...['chrome-extension://abcdefghijklmnopabcdefghijklmnoz', 'chrome-extension://*'],
      ...[
        'moz-extension://7c000000-0000-4000-8000-00000000000',
        'moz-extension://7c000000-0000-4000-8000-0000000000012',
      ],
    ],
    CODE_KEY: ['short', Buffer.alloc(31).toString('base64')],
    LANGUAGE: ['en-GB', 'xx'],
    CODE_KEY_OLD: ['short', Buffer.alloc(31).toString('base64')],
    WEBHOOK_URL: [
      'ftp://texts.contoso.example/https:',
      'texts.contoso.example',
      'http://texts.contoso.example',
      'http://127.0.0.1:9/texts',
    ],
    WEBHOOK_SECRET: ['short'],
    ORGANIZATION: ['Contöso', 'x'.repeat(41)],
    CLOUD: ['moon'],
    DATABASE: ['file:gateway.sqlite', 'file:///data/gateway.sqlite?mode=memory', 'FILE:x'],
    PORT: ['http', '65536', '-1', '80x', 'x80', '8.0', '1000000'],
    SHUTDOWN_GRACE_SECONDS: ['long', '61'],
    TRUSTED_PROXIES: ['all', '11'],
    ADMINISTRATORS: ['maybe'],
    ALLOWED_GROUP: ['employees'],
    ALLOWED_CLIENTS: ['extension', ','],
    AUTHENTICATION_CONTEXT: ['c0', 'c100', 'xc1', 'c1x'],
    COUNTRIES_ALLOWED: ['United Kingdom', 'gb', 'XGB', 'GBx', 'xGB'],
    COUNTRIES_REFUSED: ['+44'],
    ADDITIONAL_MOBILE_RANGES: [
      ...['07700900xxx', '+447700900', '+4477xxxxxxxxxxxxx', '+4477xx', 'x+447700900xxx', '+447700900xxx1'],
      ...['+047700900xxx', '+447xxxxxxxxx', '+44770x900xxx', '447700900xxx'],
    ],
    CAPS_USER: ['5', '5/1d', '0/1h', '5/25h'],
    CAPS_NUMBER: ['5 per hour'],
    CAPS_ADDRESS: ['-1/1h'],
    CAPS_SITE: ['1/1w'],
    CAPS_COUNTRY: ['many'],
    CAPS_TOTAL: ['all'],
    SINGLE_FACTOR: ['true'],
    POLICY_UNCHECKED: ['true'],
    EVERYBODY: ['yes', 'true'],
    EVERY_CLIENT: ['true'],
    EVERY_COUNTRY: ['*'],
    ALLOW_INSECURE_LOOPBACK: ['yes'],
    LOGIN_ORIGIN: ['https://login.contoso.example', 'http://127.0.0.1:1'],
    GRAPH_ORIGIN: ['https://graph.contoso.example', 'http://127.0.0.1:1'],
  };
  for (const [name, values] of Object.entries(mistakes))
    for (const value of values)
      test(`${name}=${value.slice(0, 40)}`, () => {
        const said = lines({ ...good, [name]: value });
        expect(said.length).toBeGreaterThan(0);
        for (const line of said) expect(line).toContain(`${name}: `);
        // A secret in the wrong variable must not reach a log.
        if (name === 'CLIENT_SECRET' || name === 'PRIVATE_KEY') expect(said.join()).not.toContain(value);
      });
});

const limits = {
  AUTHENTICATION_CONTEXT: 'SINGLE_FACTOR',
  ALLOWED_GROUP: 'EVERYBODY',
  ALLOWED_CLIENTS: 'EVERY_CLIENT',
  COUNTRIES_ALLOWED: 'EVERY_COUNTRY',
} as const;
for (const [limit, opening] of Object.entries(limits)) {
  test(`case 77: ${limit} is required unless ${opening}=allow opens it, and both at once are refused`, () => {
    for (const missing of [undefined, ''])
      expect(lines({ ...good, [limit]: missing })).toEqual([`${limit}: missing (or set ${opening}=allow)`]);
    expect(lines({ ...good, [limit]: undefined, [opening]: 'yes' })).toEqual([`${opening}: must be allow`]);
    expect(lines({ ...good, [opening]: 'allow' })).toEqual([
      `${opening}: give either ${limit} or ${opening}, not both`,
    ]);
    expect(lines({ ...good, [limit]: undefined, [opening]: 'allow' })).toEqual([]);
  });
}

test('case 64: POLICY_UNCHECKED=allow opens the look at the policies, which only a context needs', () => {
  expect(readConfiguration(good).gateway.policyUnchecked).toBe(false);
  const unchecked = { ...good, POLICY_UNCHECKED: 'allow' };
  expect(readConfiguration(unchecked).gateway.policyUnchecked).toBe(true);
  expect(lines({ ...unchecked, AUTHENTICATION_CONTEXT: undefined, SINGLE_FACTOR: 'allow' })).toEqual([
    'POLICY_UNCHECKED: only with AUTHENTICATION_CONTEXT',
  ]);
});

test('case 77: an opened limit is stated as undefined', () => {
  const opened = { ...good, SINGLE_FACTOR: 'allow', EVERYBODY: 'allow', EVERY_CLIENT: 'allow', EVERY_COUNTRY: 'allow' };
  const { gateway } = readConfiguration({
    ...opened,
    AUTHENTICATION_CONTEXT: undefined,
    ALLOWED_GROUP: undefined,
    ALLOWED_CLIENTS: undefined,
    COUNTRIES_ALLOWED: undefined,
  });
  expect([
    gateway.authenticationContext,
    gateway.allowedGroup,
    gateway.allowedClients,
    gateway.destinations.allowedCountries,
  ]).toEqual([undefined, undefined, undefined, undefined]);
});

test('lists, origins, contexts, ranges and the choice for administrators are read', () => {
  const origins = [
    'moz-extension://7c000000-0000-4000-8000-00000000000f',
    'chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba',
  ];
  const { gateway } = readConfiguration({
    ...good,
    ALLOWED_ORIGINS: ` ${origins.join(',\n, ')} `,
    AUTHENTICATION_CONTEXT: 'c1',
    ADMINISTRATORS: 'allow',
    ADDITIONAL_MOBILE_RANGES: '+12345xx +12345678901234x',
  });
  expect(gateway).toMatchObject({
    allowedOrigins: origins,
    authenticationContext: 'c1',
    refuseAdministrators: false,
    destinations: { additionalMobileRanges: ['+12345xx', '+12345678901234x'] },
  });
});

test('the credential is a certificate with its key, or a secret, and never both', () => {
  const { CERTIFICATE, PRIVATE_KEY, ...rest } = good;
  const CLIENT_SECRET = 'a secret of the app registration';
  expect(readConfiguration(good).gateway.credential).toEqual({
    ...{ kind: 'certificate', certificatePem: CERTIFICATE, privateKeyPem: PRIVATE_KEY },
  });
  expect(readConfiguration({ ...rest, CLIENT_SECRET }).gateway.credential).toEqual({
    ...{ kind: 'secret', secret: CLIENT_SECRET },
  });
  for (const certificate of [{ CERTIFICATE }, { PRIVATE_KEY }, { CERTIFICATE, PRIVATE_KEY }])
    expect(lines({ ...rest, ...certificate, CLIENT_SECRET })).toEqual([
      'CLIENT_SECRET: give either a certificate or a secret, not both',
    ]);
});

test('a private key that does not belong to the certificate is refused', async () => {
  const { generateKeyPairSync } = await import('node:crypto');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const PRIVATE_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  expect(lines({ ...good, PRIVATE_KEY })).toEqual(['PRIVATE_KEY: does not belong to CERTIFICATE']);
  expect(lines({ ...good, PRIVATE_KEY: undefined })).toEqual(['PRIVATE_KEY: missing']);
  expect(lines({ ...good, CERTIFICATE: undefined })).toEqual(['CERTIFICATE: missing']);
});

test('a value is read from the file of NAME_FILE; a missing file and a second value are refused', () => {
  const path = join(folder, 'webhook-secret');
  writeFileSync(path, `${'y'.repeat(32)}\n`);
  const { WEBHOOK_SECRET, ...rest } = good;
  expect(readConfiguration({ ...rest, WEBHOOK_SECRET_FILE: path }).webhook.secret).toBe('y'.repeat(32));
  expect(lines({ ...good, WEBHOOK_SECRET_FILE: path })).toEqual([
    'WEBHOOK_SECRET: given twice, also by WEBHOOK_SECRET_FILE',
  ]);
  expect(lines({ ...rest, WEBHOOK_SECRET_FILE: join(folder, 'absent') })).toEqual([
    'WEBHOOK_SECRET_FILE: the file cannot be read',
  ]);
});

test('plain HTTP is accepted only to loopback and only with ALLOW_INSECURE_LOOPBACK', () => {
  const loopback = { ...good, LOGIN_ORIGIN: 'http://127.0.0.1:1', GRAPH_ORIGIN: 'http://localhost:2' };
  expect(readConfiguration({ ...loopback, ALLOW_INSECURE_LOOPBACK: 'true' }).gateway).toMatchObject({
    loginOrigin: 'http://127.0.0.1:1',
    graphOrigin: 'http://localhost:2',
  });
  const allowed = { ...good, ALLOW_INSECURE_LOOPBACK: 'true' };
  for (const WEBHOOK_URL of ['http://127.0.0.1:1/texts', 'http://localhost:1/texts', 'http://[::1]:1/texts'])
    expect(lines({ ...allowed, WEBHOOK_URL })).toEqual([]);
  const plain = 'must be https (http only to loopback, with ALLOW_INSECURE_LOOPBACK=true)';
  const other = 'only to loopback, with ALLOW_INSECURE_LOOPBACK=true; choose a CLOUD instead';
  for (const WEBHOOK_URL of ['http://texts.contoso.example', 'http://127.0.0.1.contoso.example'])
    expect(lines({ ...allowed, WEBHOOK_URL })).toEqual([`WEBHOOK_URL: ${plain}`]);
  for (const name of ['LOGIN_ORIGIN', 'GRAPH_ORIGIN']) {
    expect(lines({ ...allowed, [name]: 'https://graph.contoso.example' })).toEqual([`${name}: ${other}`]);
    const both = [`${name}: ${plain}`, `${name}: ${other}`];
    expect(lines({ ...allowed, [name]: 'http://graph.contoso.example' })).toEqual(both);
    expect(lines({ ...good, [name]: 'http://127.0.0.1:1' })).toEqual(both);
    expect(lines({ ...good, ALLOW_INSECURE_LOOPBACK: 'false', [name]: 'http://127.0.0.1:1' })).toEqual(both);
  }
  expect(lines({ ...allowed, WEBHOOK_URL: 'ftp://127.0.0.1/https:' })).toEqual([
    'WEBHOOK_URL: must be an https address',
  ]);
});

test('each national cloud has its own Graph origin', () => {
  const graphOf = (CLOUD: string) => readConfiguration({ ...good, CLOUD }).gateway.graphOrigin;
  expect(['usgov', 'usgovdod', 'china'].map(graphOf)).toEqual([
    'https://graph.microsoft.us',
    'https://dod-graph.microsoft.us',
    'https://microsoftgraph.chinacloudapi.cn',
  ]);
});

test('the README explains exactly the variables of the environment', () => {
  const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
  const explained = [...readme.matchAll(/^\| `([A-Z_]+)` *\|/gm)].map(([, name]) => name);
  expect(explained.sort()).toEqual(Object.keys(Environment.entries).sort());
});
