// Reads the configuration from environment variables, which the README lists.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { type Language, languages } from './sms/messages.ts';
import { type Caps, CapsText, defaultCaps } from './verification/caps.ts';
import type { DestinationRules } from './verification/destination.ts';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

type Credential =
  | { kind: 'certificate'; certificatePem: string; privateKeyPem: string }
  | { kind: 'secret'; secret: string };

export interface WebhookConfiguration {
  url: string;
  secret: string;
  timeoutMs?: number;
}

export interface GatewayConfiguration {
  /** Origin of the gateway for browsers; its host ends each text with a code. */
  publicOrigin: string;
  /** Entra ID, or the sandbox. */
  loginOrigin: string;
  graphOrigin: string;
  tenantId: string;
  /** Of the gateway's app registration. */
  clientId: string;
  credential: Credential;
  /** Exact origins, or `moz-extension://*`. */
  allowedOrigins: readonly string[];
  /** Keys the hashes of codes, phone numbers and addresses; at least 32 bytes. */
  codeKey: Uint8Array;
  /** Keys before `codeKey`, only to read what they hashed or sealed. */
  oldCodeKeys: readonly Uint8Array[];
  /** Path of the SQLite file, or `:memory:`. */
  database: string;
  /** The organization's name in texts. */
  organization: string;
  /** Of notices about a registered number: the operator's choice, because a thief would choose one that is not read. */
  language: Language;
  destinations: DestinationRules;
  caps: Caps;
  /** Refuses accounts with a directory role. */
  refuseAdministrators: boolean;
  /** Object id of a group: only its members are written, nested groups included. Undefined: everybody is. */
  allowedGroup: string | undefined;
  /** Client ids (`azp`). Undefined: every client with the scope is accepted. */
  allowedClients: readonly string[] | undefined;
  /**
   * Conditional Access authentication context (`c1` … `c99`) that proves a second factor. Undefined: a recent sign-in is
   * enough, with a password alone.
   */
  authenticationContext: string | undefined;
  /** Trusts the authentication context without a look at the tenant's Conditional Access policies. */
  policyUnchecked: boolean;
  trustedProxies: number;
}

export interface ServerConfiguration {
  gateway: GatewayConfiguration;
  webhook: WebhookConfiguration;
  host: string;
  port: number;
  /** How long readiness fails before the server stops. */
  shutdownGraceMs: number;
}

/** Endpoints of the national clouds (Microsoft Graph, "National cloud deployments"). */
const clouds = {
  global: { login: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com' },
  usgov: { login: 'https://login.microsoftonline.us', graph: 'https://graph.microsoft.us' },
  usgovdod: { login: 'https://login.microsoftonline.us', graph: 'https://dod-graph.microsoft.us' },
  china: { login: 'https://login.partner.microsoftonline.cn', graph: 'https://microsoftgraph.chinacloudapi.cn' },
} as const;

export const guid = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'a GUID'),
  v.toLowerCase(),
);
const list = v.pipe(
  v.string(),
  v.transform((text) => text.split(/[\s,]/).filter(Boolean)),
);
const wholeNumber = (maximum: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,6}$/, 'a whole number'),
    v.transform(Number),
    v.maxValue(maximum, `at most ${maximum}`),
  );
const countries = v.pipe(list, v.array(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, 'ISO 3166 codes such as GB, US'))));
const extensionOrigin = v.pipe(
  v.string(),
  v.regex(
    /^(chrome-extension:\/\/[a-p]{32}|moz-extension:\/\/(\*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}))$/,
    'chrome-extension://<id> or moz-extension://*',
  ),
);
/** Addresses appear in logs of proxies and in the list of processes, so that they may hold no secret. */
const webAddress = v.pipe(
  v.string(),
  v.url('an address'),
  v.regex(/^https?:/, 'an https address'),
  v.regex(/^[^?#@]*$/, 'an address without user name, password, query and fragment'),
);
const origin = v.pipe(
  webAddress,
  v.check((text) => URL.parse(text)?.origin === text, 'an origin, without a path or a trailing slash'),
);

const key = v.pipe(
  v.string(),
  v.base64('Base64'),
  v.transform((text) => new Uint8Array(Buffer.from(text, 'base64'))),
  v.check((bytes) => bytes.byteLength >= 32, '32 bytes or more'),
);

/** Limits that only their own variable opens, so that a forgotten limit does not. */
const openedBy = {
  AUTHENTICATION_CONTEXT: 'SINGLE_FACTOR',
  ALLOWED_GROUP: 'EVERYBODY',
  ALLOWED_CLIENTS: 'EVERY_CLIENT',
  COUNTRIES_ALLOWED: 'EVERY_COUNTRY',
} as const;
const allow = v.optional(v.literal('allow', 'allow'));

/** NAME_FILE can replace each variable: the path of a file with the value. */
export const Environment = v.object({
  PUBLIC_ORIGIN: origin,
  TENANT_ID: guid,
  CLIENT_ID: guid,
  CERTIFICATE: v.optional(v.pipe(v.string(), v.check(isCertificate, 'a certificate in PEM form'))),
  PRIVATE_KEY: v.optional(v.pipe(v.string(), v.check(isRsaKey, 'an RSA private key in PEM form'))),
  CLIENT_SECRET: v.optional(v.pipe(v.string(), v.minLength(16, '16 characters or more'))),
  ALLOWED_ORIGINS: v.pipe(list, v.array(extensionOrigin), v.minLength(1, 'one origin or more')),
  CODE_KEY: key,
  CODE_KEY_OLD: v.optional(key),
  WEBHOOK_URL: webAddress,
  WEBHOOK_SECRET: v.pipe(v.string(), v.minLength(32, '32 characters or more')),
  ORGANIZATION: v.optional(
    // Letters of GSM 03.38: any other letter halves the length of a text.
    v.pipe(
      v.string(),
      v.trim(),
      v.regex(/^[A-Za-z0-9 .,&'()+/-]{1,40}$/, "up to 40 letters, digits, spaces and .,&'()+/-"),
    ),
    'your organization',
  ),
  LANGUAGE: v.optional(v.picklist(languages, languages.join(', ')), 'en'),
  CLOUD: v.optional(
    v.picklist(Object.keys(clouds) as (keyof typeof clouds)[], 'global, usgov, usgovdod or china'),
    'global',
  ),
  // SQLite would open the file that a URI names, and not the one that was made private.
  DATABASE: v.optional(v.pipe(v.string(), v.regex(/^(?!file:)/i, 'a path, not a URI')), 'gateway.sqlite'),
  HOST: v.optional(v.pipe(v.string(), v.minLength(1)), '0.0.0.0'),
  PORT: v.optional(wholeNumber(65_535), '8080'),
  SHUTDOWN_GRACE_SECONDS: v.optional(wholeNumber(60), '5'),
  TRUSTED_PROXIES: v.optional(wholeNumber(10), '0'),
  ADMINISTRATORS: v.optional(v.picklist(['refuse', 'allow'], 'refuse or allow'), 'refuse'),
  ALLOWED_GROUP: v.optional(guid),
  EVERYBODY: allow,
  ALLOWED_CLIENTS: v.optional(v.pipe(list, v.array(guid), v.minLength(1, 'one client id or more'))),
  EVERY_CLIENT: allow,
  AUTHENTICATION_CONTEXT: v.optional(v.pipe(v.string(), v.regex(/^c[1-9]\d?$/, 'c1 to c99'))),
  SINGLE_FACTOR: allow,
  POLICY_UNCHECKED: allow,
  COUNTRIES_ALLOWED: v.optional(v.pipe(countries, v.minLength(1, 'one country or more'))),
  EVERY_COUNTRY: allow,
  COUNTRIES_REFUSED: v.optional(countries, ''),
  ADDITIONAL_MOBILE_RANGES: v.optional(
    v.pipe(list, v.array(v.pipe(v.string(), v.regex(/^(?=.{8,16}$)\+[1-9]\d{3,}x+$/, 'ranges such as +447700900xxx')))),
    '',
  ),
  CAPS_USER: v.optional(CapsText, defaultCaps.user),
  CAPS_NUMBER: v.optional(CapsText, defaultCaps.number),
  CAPS_ADDRESS: v.optional(CapsText, defaultCaps.address),
  CAPS_SITE: v.optional(CapsText, defaultCaps.site),
  CAPS_COUNTRY: v.optional(CapsText, defaultCaps.country),
  CAPS_TOTAL: v.optional(CapsText, defaultCaps.total),
  /** For tests only. */
  ALLOW_INSECURE_LOOPBACK: v.optional(v.picklist(['true', 'false'], 'true or false')),
  LOGIN_ORIGIN: v.optional(origin),
  GRAPH_ORIGIN: v.optional(origin),
});

/** One line per wrong variable, without its value, which may be a secret. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

/** @throws ConfigurationError with every missing or invalid variable */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>): ServerConfiguration {
  const lines: string[] = [];
  const values: Record<string, string> = {};
  for (const name of Object.keys(Environment.entries)) {
    const value = environment[name];
    const path = environment[`${name}_FILE`];
    if (value && path) lines.push(`${name}: given twice, also by ${name}_FILE`);
    else if (value) values[name] = value;
    else if (path)
      try {
        values[name] = readFileSync(path, 'utf8').trim();
      } catch {
        lines.push(`${name}_FILE: the file cannot be read`);
        // Prevents a second line that reports the variable as missing.
        values[name] = '';
      }
  }
  const parsed = v.safeParse(Environment, values);
  for (const issue of parsed.issues ?? []) {
    const [name = ''] = String(v.getDotPath(issue)).split('.');
    if (lines.some((line) => line.startsWith(`${name}_FILE:`) || line.startsWith(`${name}: given twice`))) continue;
    lines.push(values[name] === undefined ? `${name}: missing` : `${name}: must be ${issue.message}`);
  }
  // A copy of the key that is to be replaced would leave everything under that key.
  if (values.CODE_KEY && values.CODE_KEY === values.CODE_KEY_OLD) lines.push('CODE_KEY_OLD: must differ from CODE_KEY');
  lines.push(...credentialLines(values), ...limitLines(values), ...loopbackLines(values));
  if (lines.length > 0 || !parsed.success) throw new ConfigurationError([...new Set(lines)]);

  const e = parsed.output;
  const cloud = clouds[e.CLOUD];
  return {
    host: e.HOST,
    port: e.PORT,
    shutdownGraceMs: e.SHUTDOWN_GRACE_SECONDS * 1000,
    webhook: { url: e.WEBHOOK_URL, secret: e.WEBHOOK_SECRET },
    gateway: {
      publicOrigin: e.PUBLIC_ORIGIN,
      loginOrigin: e.LOGIN_ORIGIN ?? cloud.login,
      graphOrigin: e.GRAPH_ORIGIN ?? cloud.graph,
      tenantId: e.TENANT_ID,
      clientId: e.CLIENT_ID,
      credential:
        e.CLIENT_SECRET === undefined
          ? { kind: 'certificate', certificatePem: e.CERTIFICATE ?? '', privateKeyPem: e.PRIVATE_KEY ?? '' }
          : { kind: 'secret', secret: e.CLIENT_SECRET },
      allowedOrigins: e.ALLOWED_ORIGINS,
      codeKey: e.CODE_KEY,
      oldCodeKeys: e.CODE_KEY_OLD ? [e.CODE_KEY_OLD] : [],
      database: e.DATABASE,
      organization: e.ORGANIZATION,
      language: e.LANGUAGE,
      destinations: {
        allowedCountries: e.COUNTRIES_ALLOWED,
        refusedCountries: e.COUNTRIES_REFUSED,
        additionalMobileRanges: e.ADDITIONAL_MOBILE_RANGES,
      },
      caps: {
        user: e.CAPS_USER,
        number: e.CAPS_NUMBER,
        address: e.CAPS_ADDRESS,
        site: e.CAPS_SITE,
        country: e.CAPS_COUNTRY,
        total: e.CAPS_TOTAL,
      },
      refuseAdministrators: e.ADMINISTRATORS === 'refuse',
      allowedGroup: e.ALLOWED_GROUP,
      allowedClients: e.ALLOWED_CLIENTS,
      authenticationContext: e.AUTHENTICATION_CONTEXT,
      policyUnchecked: e.POLICY_UNCHECKED !== undefined,
      trustedProxies: e.TRUSTED_PROXIES,
    },
  };
}

function credentialLines({ CERTIFICATE, PRIVATE_KEY, CLIENT_SECRET }: Record<string, string>): string[] {
  if (CLIENT_SECRET !== undefined && (CERTIFICATE !== undefined || PRIVATE_KEY !== undefined))
    return ['CLIENT_SECRET: give either a certificate or a secret, not both'];
  if (CLIENT_SECRET !== undefined) return [];
  if (CERTIFICATE === undefined && PRIVATE_KEY === undefined)
    return ['CERTIFICATE, PRIVATE_KEY: missing (or set CLIENT_SECRET)'];
  if (CERTIFICATE === undefined) return ['CERTIFICATE: missing'];
  if (PRIVATE_KEY === undefined) return ['PRIVATE_KEY: missing'];
  if (!isCertificate(CERTIFICATE) || !isRsaKey(PRIVATE_KEY)) return [];
  return new X509Certificate(CERTIFICATE).checkPrivateKey(createPrivateKey(PRIVATE_KEY))
    ? []
    : ['PRIVATE_KEY: does not belong to CERTIFICATE'];
}

function limitLines(values: Record<string, string>): string[] {
  const isPolicyNeedless = values.POLICY_UNCHECKED !== undefined && values.SINGLE_FACTOR !== undefined;
  const lines = Object.entries(openedBy).flatMap(([limit, opening]) => {
    const isLimited = values[limit] !== undefined;
    const isOpened = values[opening] !== undefined;
    if (isLimited && isOpened) return [`${opening}: give either ${limit} or ${opening}, not both`];
    return isLimited || isOpened ? [] : [`${limit}: missing (or set ${opening}=allow)`];
  });
  return isPolicyNeedless ? [...lines, 'POLICY_UNCHECKED: only with AUTHENTICATION_CONTEXT'] : lines;
}

/** Plain HTTP exposes tokens and codes, so that it is allowed only to loopback and only on request. */
function loopbackLines(values: Record<string, string>): string[] {
  const isLoopbackAllowed = values.ALLOW_INSECURE_LOOPBACK === 'true';
  const lines: string[] = [];
  for (const name of ['PUBLIC_ORIGIN', 'WEBHOOK_URL', 'LOGIN_ORIGIN', 'GRAPH_ORIGIN']) {
    const address = URL.parse(values[name] ?? '');
    if (!address || (isLoopbackAllowed && ['127.0.0.1', 'localhost', '[::1]'].includes(address.hostname))) continue;
    if (address.protocol !== 'https:')
      lines.push(`${name}: must be https (http only to loopback, with ALLOW_INSECURE_LOOPBACK=true)`);
    if (name === 'LOGIN_ORIGIN' || name === 'GRAPH_ORIGIN')
      lines.push(`${name}: only to loopback, with ALLOW_INSECURE_LOOPBACK=true; choose a CLOUD instead`);
  }
  return lines;
}

function isCertificate(pem: string): boolean {
  try {
    return Boolean(new X509Certificate(pem));
  } catch {
    return false;
  }
}

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
