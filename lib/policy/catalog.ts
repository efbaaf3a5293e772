// Every setting an organization can manage, once: the validator, the schema Chromium loads, the reference table and the
// deployment templates are made from it. Flat keys, since Chromium drops a whole top-level key for one bad value in it.
import { type CloudName, clouds } from '../identity/entra/clouds.ts';

/** What is wrong with a value that was received. */
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
  | 'no-such-address';

interface Common {
  /** For administrators, in templates and reference: what it does. */
  title: string;
  description: string;
  /** A value that is right, for templates and tests. */
  example: string | number | boolean | readonly string[];
  /** `locks`: people cannot change it. `presets`: people may choose otherwise. */
  effect: 'locks' | 'presets';
}

interface Text {
  type: 'text';
  /** Of the whole value, in what both RE2 (Chromium) and JavaScript (with `u`) read alike. It also limits the length. */
  pattern: string;
  /** In words, for administrators. */
  form: string;
  /** What a pattern cannot tell. */
  check?: (value: string) => Rejection | undefined;
  default?: string;
}

export type Setting = Common &
  (
    | Text
    | { type: 'choice'; values: readonly string[]; default: string }
    | { type: 'integer'; minimum: number; maximum: number; unit: string; default: number }
    | { type: 'boolean'; default: boolean }
    | { type: 'list'; of: Pick<Text, 'pattern' | 'form' | 'check'>; most: number; default: readonly string[] }
  );

const guid = {
  pattern: '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$',
  form: 'a GUID',
};
const link = {
  pattern: '^https://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?([/?#][!#-;=?-\\[\\]_a-z~]{0,900})?$',
  form: 'an https address',
  check: noSuchAddress,
};
/** Two letters of ISO 3166. */
const country = { pattern: '^[A-Z]{2}$', form: 'two capital letters of ISO 3166' };
const day = { pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', form: 'a day as YYYY-MM-DD', check: noSuchDay };
/** One line: no control characters. */
const line = (most: number) => ({
  pattern: `^[^\\x00-\\x1f\\x7f]{1,${most}}$`,
  form: `text of one line, up to ${most} characters`,
});

export const catalog = {
  cloud: {
    type: 'choice',
    values: Object.keys(clouds) as CloudName[],
    default: 'global',
    example: 'global',
    effect: 'locks',
    title: 'Cloud',
    description:
      'The Microsoft cloud the organization is in: global, usgov (GCC High), usgovdod (DoD) or china (operated by 21Vianet).',
  },
  tenantId: {
    type: 'text',
    ...guid,
    example: '11111111-2222-4333-8444-555555555555',
    effect: 'locks',
    title: 'Directory (tenant) ID',
    description: 'The organization people sign in to. Together with clientId it connects the extension to it.',
  },
  clientId: {
    type: 'text',
    ...guid,
    example: '66666666-7777-4888-9999-aaaaaaaaaaaa',
    effect: 'locks',
    title: 'Application (client) ID',
    description: "The app registration of this extension in the organization's directory.",
  },
  scopes: {
    type: 'list',
    of: { pattern: '^[A-Za-z][A-Za-z0-9.-]{0,99}$', form: 'the name of a delegated permission of Microsoft Graph' },
    most: 10,
    default: ['UserAuthenticationMethod.ReadWrite'],
    example: ['UserAuthMethod-Phone.ReadWrite'],
    effect: 'locks',
    title: 'Permissions asked of Microsoft Graph',
    description:
      'Delegated permissions, all of which an administrator has to consent to. With UserAuthMethod-Phone.ReadWrite alone the default sign-in method is neither shown nor changed.',
  },
  gatewayUrl: {
    type: 'text',
    pattern: '^https://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?/?$',
    form: 'an https address without a path',
    check: noSuchAddress,
    example: 'https://gateway.contoso.example',
    effect: 'locks',
    title: 'Address of the verification gateway',
    description:
      'Where the organization runs a verification gateway, numbers are registered in the extension. It needs gatewayScope too. Without it people are led to the Security info page.',
  },
  gatewayScope: {
    type: 'text',
    pattern: '^(api|https)://[!-~]{1,300}/[A-Za-z0-9_.-]{1,100}$',
    form: 'the identifier of an API and the name of its permission',
    example: 'api://bbbbbbbb-cccc-4ddd-8eee-ffffffffffff/PhoneVerification',
    effect: 'locks',
    title: 'Permission asked of the verification gateway',
    description: "The gateway's permission, as api://{client id of the gateway}/PhoneVerification.",
  },
  accountPages: {
    type: 'list',
    of: {
      // Without port, since Firefox has no match patterns with one; a single word is no host pages are on.
      pattern: '^https://([A-Za-z0-9-]{1,63}[.]){1,10}[A-Za-z][A-Za-z0-9-]{1,62}(/[!$-)+-;=@-Z_a-z~]{0,500})?$',
      form: 'an https address: a host, and optionally the beginning of a path',
      check: noSuchAddress,
    },
    most: 20,
    default: [],
    example: ['https://account.contoso.example/profile'],
    effect: 'locks',
    title: 'Further account pages',
    description:
      "Pages of the organization on which SMS sign-in is offered, beside those of the cloud. The browser asks each person once whether the extension may reach them, unless the browser's own policy grants it.",
  },
  smsSignIn: {
    type: 'choice',
    values: ['auto', 'off'],
    default: 'auto',
    example: 'off',
    effect: 'locks',
    title: 'SMS sign-in',
    description:
      'auto: offered to whom the directory makes it available. off: no option for it anywhere; phone numbers are still shown and registered.',
  },
  bannerMode: {
    type: 'choice',
    values: ['off', 'once', 'until-enabled'],
    default: 'until-enabled',
    example: 'once',
    effect: 'locks',
    title: 'Banner on the account page',
    description:
      'off: no banner. once: Not now is for good. until-enabled: it comes again after snoozeDays until SMS sign-in is on, or the person says never.',
  },
  bannerStart: {
    type: 'text',
    ...day,
    example: '2026-09-01',
    effect: 'locks',
    title: 'First day of the banner',
    description: 'No banner before this day, in the time zone of the computer.',
  },
  bannerEnd: {
    type: 'text',
    ...day,
    example: '2026-12-31',
    effect: 'locks',
    title: 'Last day of the banner',
    description: 'No banner after this day, in the time zone of the computer.',
  },
  snoozeDays: {
    type: 'integer',
    minimum: 1,
    maximum: 90,
    unit: 'days',
    default: 7,
    example: 14,
    effect: 'locks',
    title: 'Days until the banner asks again',
    description: 'How long the banner stays away after Not now.',
  },
  organizationName: {
    type: 'text',
    ...line(80),
    example: 'Contoso',
    effect: 'locks',
    title: 'Name of the organization',
    description: 'What people call the organization; shown instead of its directory ID.',
  },
  supportText: {
    type: 'text',
    ...line(300),
    example: 'Ask the service desk on floor 3, or by phone.',
    effect: 'locks',
    title: 'Whom to ask',
    description: 'Shown where somebody needs help: in plain text, as it is.',
  },
  supportUrl: {
    type: 'text',
    ...link,
    example: 'https://help.contoso.example/phone',
    effect: 'locks',
    title: 'Help page',
    description: "The organization's own page for help.",
  },
  supportEmail: {
    type: 'text',
    pattern: "^[A-Za-z0-9.!#$*+/=^_`{|}~'-]{1,64}@[A-Za-z0-9.-]{1,253}$",
    form: 'an email address',
    example: 'help@contoso.example',
    effect: 'locks',
    title: 'Email address for help',
    description: 'An address people can write to for help.',
  },
  supportPhone: {
    type: 'text',
    pattern: '^[+]?[0-9][0-9 ().-]{1,29}$',
    form: 'a phone number',
    example: '+1 206 555 0100',
    effect: 'locks',
    title: 'Phone number for help',
    description: 'A number people can call for help.',
  },
  learnMoreUrl: {
    type: 'text',
    ...link,
    default: 'https://learn.microsoft.com/entra/identity/authentication/howto-authentication-sms-signin',
    example: 'https://help.contoso.example/sms-sign-in',
    effect: 'locks',
    title: 'Page about SMS sign-in',
    description: 'Where Learn more leads to.',
  },
  strongerMethodsUrl: {
    type: 'text',
    ...link,
    example: 'https://help.contoso.example/passkeys',
    effect: 'locks',
    title: 'Page about stronger methods',
    description:
      'If set, people read that a passkey or an authenticator app is safer than text messages, with a link to this page.',
  },
  defaultCountry: {
    type: 'text',
    ...country,
    example: 'GB',
    effect: 'presets',
    title: 'Country of phone numbers',
    description: 'The country that is chosen at first where a phone number is entered.',
  },
  allowedCountries: {
    type: 'list',
    of: country,
    most: 250,
    default: [],
    example: ['GB', 'US'],
    effect: 'locks',
    title: 'Countries of phone numbers',
    description:
      'Only numbers of these countries can be entered in the extension; empty: of all. The verification gateway has a list of its own.',
  },
  syncIntervalHours: {
    type: 'integer',
    minimum: 1,
    maximum: 168,
    unit: 'hours',
    default: 6,
    example: 12,
    effect: 'locks',
    title: 'Hours between two looks at the directory',
    description: 'How often phone numbers are read again while nobody looks, give or take a fifth.',
  },
  numberReviewDays: {
    type: 'integer',
    minimum: 0,
    maximum: 3650,
    unit: 'days',
    default: 180,
    example: 90,
    effect: 'locks',
    title: 'Days until a number is reviewed',
    description: 'After how many days people are asked whether a number is still theirs; 0: never.',
  },
  tenantLock: {
    type: 'boolean',
    default: false,
    example: true,
    effect: 'locks',
    title: 'Only this organization',
    description: 'Accounts of other organizations than tenantId are refused, also where they were connected by hand.',
  },
  allowManualSetup: {
    type: 'boolean',
    default: true,
    example: false,
    effect: 'locks',
    title: 'Set-up by hand',
    description: 'Whether people may connect the extension to an organization themselves.',
  },
  allowRemove: {
    type: 'boolean',
    default: true,
    example: false,
    effect: 'locks',
    title: 'Removing phone numbers',
    description: 'Whether people may remove their phone numbers in the extension.',
  },
  paused: {
    type: 'boolean',
    default: false,
    example: true,
    effect: 'locks',
    title: 'Pause',
    description: 'The extension does nothing, asks no service, and says so.',
  },
} as const satisfies Record<string, Setting>;

export type PolicyKey = keyof typeof catalog;
export const policyKeys = Object.keys(catalog) as PolicyKey[];

type ValueOf<Of> = Of extends { type: 'choice'; values: readonly (infer Choice)[] }
  ? Choice
  : Of extends { type: 'integer' }
    ? number
    : Of extends { type: 'boolean' }
      ? boolean
      : Of extends { type: 'list' }
        ? readonly string[]
        : string;

/** Valid values, of the keys that are set. */
export type PolicyValues = { [Key in PolicyKey]?: ValueOf<(typeof catalog)[Key]> };

function noSuchAddress(value: string): Rejection | undefined {
  return URL.canParse(value) ? undefined : 'no-such-address';
}

function noSuchDay(value: string): Rejection | undefined {
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value) ? undefined : 'no-such-day';
}
