// The managed settings: values, default, and whether users can change them. Titles and descriptions are in catalog.ts, so that
// the extension does not load them. Keys are flat, because Chromium drops a whole top-level key for one invalid value in it.
import { cloudNames } from '../model/clouds.ts';
import { gatewayScopePattern, isGatewayScope, isOfMicrosoft } from '../model/gateway.ts';

export type Rejection =
  | 'unknown-key'
  | 'not-text'
  | 'not-true-or-false'
  | 'not-a-whole-number'
  | 'not-a-list'
  | 'not-a-choice'
  | 'out-of-range'
  | 'malformed'
  | 'too-many'
  | 'no-such-day'
  | 'no-such-address'
  | 'not-a-gateway';

export interface TextForm {
  /** Matches the whole value and limits its length; only syntax that RE2 (Chromium) and JavaScript (flag `u`) share. */
  pattern: string;
  /** The pattern in words, for administrators. */
  form: string;
  /** Checks what the pattern cannot express. */
  check?: (value: string) => Rejection | undefined;
}

/** `isPreset`: users may choose another value; without it, they cannot. */
export type Rule = { isPreset?: true } & (
  | ({ type: 'text'; default?: string } & TextForm)
  | { type: 'choice'; values: readonly string[]; default: string }
  | { type: 'integer'; minimum: number; maximum: number; unit: string; default: number }
  | { type: 'boolean'; default: boolean }
  | { type: 'list'; of: TextForm; most: number; default: readonly string[] }
);

const guid = {
  pattern: '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$',
  form: 'a GUID',
};
const link = {
  pattern: '^https://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?([/?#][!#-;=?-\\[\\]_a-z~]{0,900})?$',
  form: 'an https address',
  check: checkAddress,
};
const country = { pattern: '^[A-Z]{2}$', form: 'two capital letters of ISO 3166' };
const day = { pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', form: 'a day as YYYY-MM-DD', check: checkDay };
/** Text without control characters. */
const line = (most: number) => ({
  pattern: `^[^\\x00-\\x1f\\x7f]{1,${most}}$`,
  form: `text of one line, up to ${most} characters`,
});

/** Microsoft's guide to SMS sign-in for administrators. */
export const administratorGuideUrl =
  'https://learn.microsoft.com/entra/identity/authentication/howto-authentication-sms-signin';

export const rules = {
  cloud: { type: 'choice', values: cloudNames, default: 'global' },
  tenantId: { type: 'text', ...guid },
  clientId: { type: 'text', ...guid },
  scopes: {
    type: 'list',
    of: { pattern: '^[A-Za-z][A-Za-z0-9.-]{0,99}$', form: 'the name of a delegated permission of Microsoft Graph' },
    most: 10,
    default: ['UserAuthenticationMethod.ReadWrite'],
  },
  gatewayUrl: {
    type: 'text',
    pattern: '^https://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?/?$',
    form: 'an https address without a path, and not of a Microsoft service',
    check: (value) => checkAddress(value) ?? (isOfMicrosoft(new URL(value).hostname) ? 'not-a-gateway' : undefined),
  },
  gatewayScope: {
    type: 'text',
    pattern: gatewayScopePattern,
    form: 'api://, the identifier of the gateway, and the name of its permission; not of a Microsoft service',
    check: (value) => (isGatewayScope(value) ? undefined : 'not-a-gateway'),
  },
  accountPages: {
    type: 'list',
    of: {
      // No port, because Firefox has no match patterns with one; at least two labels, because a single one is not a public host.
      pattern: '^https://([A-Za-z0-9-]{1,63}[.]){1,10}[A-Za-z][A-Za-z0-9-]{1,62}(/[!$-)+-;=@-Z_a-z~]{0,500})?$',
      form: 'an https address: a host, and optionally the beginning of a path',
      check: checkAddress,
    },
    most: 20,
    default: [],
  },
  smsSignIn: { type: 'choice', values: ['auto', 'off'], default: 'auto' },
  bannerMode: { type: 'choice', values: ['off', 'once', 'until-enabled'], default: 'until-enabled' },
  bannerStart: { type: 'text', ...day },
  bannerEnd: { type: 'text', ...day },
  snoozeDays: { type: 'integer', minimum: 1, maximum: 90, unit: 'days', default: 7 },
  organizationName: { type: 'text', ...line(80) },
  supportText: { type: 'text', ...line(300) },
  supportUrl: { type: 'text', ...link },
  supportEmail: {
    type: 'text',
    pattern: "^[A-Za-z0-9.!#$*+/=^_`{|}~'-]{1,64}@[A-Za-z0-9.-]{1,253}$",
    form: 'an email address',
  },
  supportPhone: { type: 'text', pattern: '^[+]?[0-9][0-9 ().-]{1,29}$', form: 'a phone number' },
  learnMoreUrl: { type: 'text', ...link, default: administratorGuideUrl },
  strongerMethodsUrl: { type: 'text', ...link },
  defaultCountry: { type: 'text', ...country, isPreset: true },
  allowedCountries: { type: 'list', of: country, most: 250, default: [] },
  syncIntervalHours: { type: 'integer', minimum: 1, maximum: 168, unit: 'hours', default: 6 },
  numberReviewDays: { type: 'integer', minimum: 0, maximum: 3650, unit: 'days', default: 180 },
  tenantLock: { type: 'boolean', default: false },
  allowManualSetup: { type: 'boolean', default: true },
  allowRemove: { type: 'boolean', default: true },
  paused: { type: 'boolean', default: false },
} as const satisfies Record<string, Rule>;

export type PolicyKey = keyof typeof rules;
export const policyKeys = Object.keys(rules) as PolicyKey[];

interface ValueTypes {
  text: string;
  integer: number;
  boolean: boolean;
  list: readonly string[];
  choice: string;
}

/** Valid values of the keys that are set. Read them through `effectivePolicy()`. */
export type PolicyValues = {
  [Key in PolicyKey]?: (typeof rules)[Key] extends { values: readonly (infer Choice)[] }
    ? Choice
    : ValueTypes[(typeof rules)[Key]['type']];
};

function checkAddress(value: string): Rejection | undefined {
  return URL.canParse(value) ? undefined : 'no-such-address';
}

function checkDay(value: string): Rejection | undefined {
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value) ? undefined : 'no-such-day';
}
