// The catalog of managed settings: the rules, with words and an example for administrators. The schema Chromium loads, the
// reference table and the deployment templates are made from it; the extension itself needs the rules only.
import { type PolicyKey, policyKeys, type Rule, rules } from './rules.ts';

interface Words {
  /** In templates and reference: what it does. */
  title: string;
  description: string;
  /** A value that is right, for templates and tests. */
  example: string | number | boolean | readonly string[];
}

export type Setting = Rule & Words;

const words = {
  cloud: {
    title: 'Cloud',
    description:
      'The Microsoft cloud the organization is in: global, usgov (GCC High), usgovdod (DoD) or china (operated by 21Vianet).',
    example: 'global',
  },
  tenantId: {
    title: 'Directory (tenant) ID',
    description: 'The organization people sign in to. Together with clientId it connects the extension to it.',
    example: '11111111-2222-4333-8444-555555555555',
  },
  clientId: {
    title: 'Application (client) ID',
    description: "The app registration of this extension in the organization's directory.",
    example: '66666666-7777-4888-9999-aaaaaaaaaaaa',
  },
  scopes: {
    title: 'Permissions asked of Microsoft Graph',
    description:
      'Delegated permissions, all of which an administrator has to consent to. With UserAuthMethod-Phone.ReadWrite alone the default sign-in method is neither shown nor changed.',
    example: ['UserAuthMethod-Phone.ReadWrite'],
  },
  gatewayUrl: {
    title: 'Address of the verification gateway',
    description:
      'Where the organization runs a verification gateway, numbers are registered in the extension. It needs gatewayScope too. Without it people are led to the Security info page.',
    example: 'https://gateway.contoso.example',
  },
  gatewayScope: {
    title: 'Permission asked of the verification gateway',
    description: "The gateway's permission, as api://{client id of the gateway}/PhoneVerification.",
    example: 'api://bbbbbbbb-cccc-4ddd-8eee-ffffffffffff/PhoneVerification',
  },
  accountPages: {
    title: 'Further account pages',
    description:
      "Pages of the organization on which SMS sign-in is offered, beside those of the cloud. The browser asks each person once whether the extension may reach them, unless the browser's own policy grants it.",
    example: ['https://account.contoso.example/profile'],
  },
  smsSignIn: {
    title: 'SMS sign-in',
    description:
      'auto: offered to whom the directory makes it available. off: no option for it anywhere; phone numbers are still shown and registered.',
    example: 'off',
  },
  bannerMode: {
    title: 'Banner on the account page',
    description:
      'off: no banner. once: Not now is for good. until-enabled: it comes again after snoozeDays until SMS sign-in is on, or the person says never.',
    example: 'once',
  },
  bannerStart: {
    title: 'First day of the banner',
    description: 'No banner before this day, in the time zone of the computer.',
    example: '2026-09-01',
  },
  bannerEnd: {
    title: 'Last day of the banner',
    description: 'No banner after this day, in the time zone of the computer.',
    example: '2026-12-31',
  },
  snoozeDays: {
    title: 'Days until the banner asks again',
    description: 'How long the banner stays away after Not now.',
    example: 14,
  },
  organizationName: {
    title: 'Name of the organization',
    description: 'What people call the organization; shown instead of its directory ID.',
    example: 'Contoso',
  },
  supportText: {
    title: 'Whom to ask',
    description: 'Shown where somebody needs help: in plain text, as it is.',
    example: 'Ask the service desk on floor 3, or by phone.',
  },
  supportUrl: {
    title: 'Help page',
    description: "The organization's own page for help.",
    example: 'https://help.contoso.example/phone',
  },
  supportEmail: {
    title: 'Email address for help',
    description: 'An address people can write to for help.',
    example: 'help@contoso.example',
  },
  supportPhone: {
    title: 'Phone number for help',
    description: 'A number people can call for help.',
    example: '+1 206 555 0100',
  },
  learnMoreUrl: {
    title: 'Page about SMS sign-in',
    description:
      'A page about SMS sign-in that people are led to, where they add a method and in the settings. Without it there is only the link to the guide for administrators.',
    example: 'https://help.contoso.example/sms-sign-in',
  },
  strongerMethodsUrl: {
    title: 'Page about stronger methods',
    description:
      'If set, people read that a passkey or an authenticator app is safer than text messages, with a link to this page.',
    example: 'https://help.contoso.example/passkeys',
  },
  defaultCountry: {
    title: 'Country of phone numbers',
    description: 'The country that is chosen at first where a phone number is entered.',
    example: 'GB',
  },
  allowedCountries: {
    title: 'Countries of phone numbers',
    description:
      'Only numbers of these countries can be entered in the extension; empty: of all. The verification gateway has a list of its own.',
    example: ['GB', 'US'],
  },
  syncIntervalHours: {
    title: 'Hours between two looks at the directory',
    description: 'How often phone numbers are read again while nobody looks, give or take a fifth.',
    example: 12,
  },
  numberReviewDays: {
    title: 'Days until a number is reviewed',
    description: 'After how many days people are asked whether a number is still theirs; 0: never.',
    example: 90,
  },
  tenantLock: {
    title: 'Only this organization',
    description: 'Accounts of other organizations than tenantId are refused, also where they were connected by hand.',
    example: true,
  },
  allowManualSetup: {
    title: 'Set-up by hand',
    description: 'Whether people may connect the extension to an organization themselves.',
    example: false,
  },
  allowRemove: {
    title: 'Removing phone numbers',
    description: 'Whether people may remove their phone numbers in the extension.',
    example: false,
  },
  paused: {
    title: 'Pause',
    description: 'The extension does nothing, asks no service, and says so.',
    example: true,
  },
} as const satisfies Record<PolicyKey, Words>;

export { type PolicyKey, policyKeys };

export const catalog = Object.fromEntries(policyKeys.map((key) => [key, { ...rules[key], ...words[key] }])) as {
  [Key in PolicyKey]: (typeof rules)[Key] & (typeof words)[Key];
};
