// The rules with titles, descriptions and examples: source of the schema for Chromium, docs/it/settings.md and the deployment
// templates. The extension itself loads only the rules.
import { type PolicyKey, policyKeys, type Rule, rules } from './setting-definitions.ts';

interface Words {
  title: string;
  description: string;
  example: string | number | boolean | readonly string[];
}

export type Setting = Rule & Words;

const words = {
  cloud: {
    title: 'Cloud',
    description:
      'The Microsoft cloud of the organization: global, usgov (GCC High), usgovdod (DoD) or china (operated by 21Vianet).',
    example: 'global',
  },
  tenantId: {
    title: 'Directory (tenant) ID',
    description: 'The organization that users sign in to. Set it together with clientId to connect the extension.',
    example: '11111111-2222-4333-8444-555555555555',
  },
  clientId: {
    title: 'Application (client) ID',
    description: "The app registration of this extension in the organization's directory.",
    example: '66666666-7777-4888-9999-aaaaaaaaaaaa',
  },
  scopes: {
    title: 'Microsoft Graph permissions',
    description:
      'Delegated permissions that the extension requests. An administrator has to consent to all of them. With UserAuthMethod-Phone.ReadWrite alone, the default sign-in method is neither shown nor changed.',
    example: ['UserAuthMethod-Phone.ReadWrite'],
  },
  gatewayUrl: {
    title: 'Verification gateway URL',
    description:
      "The address of the organization's verification gateway, with which users register numbers in the extension. Requires gatewayScope. Without it, users are sent to the Security info page.",
    example: 'https://gateway.contoso.example',
  },
  gatewayScope: {
    title: 'Verification gateway scope',
    description:
      'The scope of the verification gateway: api://{client ID of the gateway}/PhoneVerification. Requires gatewayUrl.',
    example: 'api://bbbbbbbb-cccc-4ddd-8eee-ffffffffffff/PhoneVerification',
  },
  accountPages: {
    title: 'Additional account pages',
    description:
      "The organization's own pages on which the banner offers SMS sign-in, in addition to those of the cloud. The browser asks each user once for access to them, unless a browser policy grants it.",
    example: ['https://account.contoso.example/profile'],
  },
  smsSignIn: {
    title: 'SMS sign-in',
    description:
      'auto: offered to users for whom the directory makes it available. off: not offered; phone numbers can still be viewed and registered.',
    example: 'off',
  },
  bannerMode: {
    title: 'Banner on the account page',
    description:
      'off: no banner. once: not shown again after Not now. until-enabled: shown again snoozeDays after Not now, until SMS sign-in is on or the user chooses never.',
    example: 'once',
  },
  bannerStart: {
    title: 'Banner start date',
    description: 'The first day on which the banner is shown, in the time zone of the computer.',
    example: '2026-09-01',
  },
  bannerEnd: {
    title: 'Banner end date',
    description: 'The last day on which the banner is shown, in the time zone of the computer.',
    example: '2026-12-31',
  },
  snoozeDays: {
    title: 'Banner snooze (days)',
    description: 'How long the banner is hidden after Not now.',
    example: 14,
  },
  organizationName: {
    title: 'Organization name',
    description: 'The name that users know, shown instead of the directory ID.',
    example: 'Contoso',
  },
  supportText: {
    title: 'Support text',
    description: 'Plain text about whom to ask for help, shown next to errors.',
    example: 'Ask the service desk on floor 3, or by phone.',
  },
  supportUrl: {
    title: 'Support URL',
    description: "The organization's help page.",
    example: 'https://help.contoso.example/phone',
  },
  supportEmail: { title: 'Support email', description: 'An email address for help.', example: 'help@contoso.example' },
  supportPhone: { title: 'Support phone', description: 'A phone number for help.', example: '+1 206 555 0100' },
  learnMoreUrl: {
    title: 'Learn more URL',
    description:
      'A page about SMS sign-in, linked where users add a method and on the options page. Without it, only the guide for administrators is linked.',
    example: 'https://help.contoso.example/sms-sign-in',
  },
  strongerMethodsUrl: {
    title: 'Stronger methods URL',
    description:
      'If set, users read that a passkey or an authenticator app is safer than text messages, with a link to this page.',
    example: 'https://help.contoso.example/passkeys',
  },
  defaultCountry: {
    title: 'Default country',
    description: 'The country that is preselected where a phone number is entered.',
    example: 'GB',
  },
  allowedCountries: {
    title: 'Allowed countries',
    description:
      'The countries whose numbers can be entered in the extension; empty: all. The verification gateway has its own list.',
    example: ['GB', 'US'],
  },
  syncIntervalHours: {
    title: 'Sync interval (hours)',
    description: 'How often phone numbers are read in the background, plus or minus 20 percent at random.',
    example: 12,
  },
  numberReviewDays: {
    title: 'Number review interval (days)',
    description: 'After how many days users are asked whether a number is still theirs; 0: never.',
    example: 90,
  },
  tenantLock: {
    title: 'Restrict to this tenant',
    description: 'Refuse accounts of other organizations than tenantId, and ignore connections that users set up.',
    example: true,
  },
  allowManualSetup: {
    title: 'Allow manual setup',
    description: 'Whether users may connect the extension to an organization themselves.',
    example: false,
  },
  allowRemove: {
    title: 'Allow removing phone numbers',
    description: 'Whether users may remove their phone numbers in the extension.',
    example: false,
  },
  paused: {
    title: 'Pause the extension',
    description: 'The extension sends no requests, changes nothing, and says that the organization has paused it.',
    example: true,
  },
} as const satisfies Record<PolicyKey, Words>;

export { type PolicyKey, policyKeys };

export const catalog = Object.fromEntries(policyKeys.map((key) => [key, { ...rules[key], ...words[key] }])) as {
  [Key in PolicyKey]: (typeof rules)[Key] & (typeof words)[Key];
};
