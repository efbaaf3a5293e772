// The words of the seam: what an organization's identity service knows about a person's phones.

/** `unknown` stands for values a service adds later: shown read-only. */
export type PhoneType = 'mobile' | 'alternateMobile' | 'office' | 'unknown';

/** Microsoft Graph `authenticationMethodSignInState`; `unknown` as above. It drives the whole interface. */
export type SmsSignInState =
  | 'ready'
  | 'notEnabled'
  | 'notConfigured'
  | 'phoneNumberNotUnique'
  | 'notAllowedByPolicy'
  | 'notSupported'
  | 'unknown';

export interface PhoneMethod {
  id: string;
  type: PhoneType;
  /** In full, as the service writes it. Lives in memory only. */
  number: string;
  smsSignIn: SmsSignInState;
}

/** Values of `userPreferredMethodForSecondaryAuthentication`; `none` where nothing was chosen. */
export type DefaultMethodKind =
  | 'push'
  | 'oath'
  | 'voiceMobile'
  | 'voiceAlternateMobile'
  | 'voiceOffice'
  | 'sms'
  | 'none'
  | 'unknown';

/** What a person can choose. */
export const defaultMethodChoices = [
  'push',
  'oath',
  'voiceMobile',
  'voiceAlternateMobile',
  'voiceOffice',
  'sms',
] as const;
export type DefaultMethodChoice = (typeof defaultMethodChoices)[number];

/** Methods that are no phones, as far as they matter beside one: those that can be the default, and any other. */
export type OtherMethod = 'push' | 'oath' | 'other';

export interface DefaultMethod {
  kind: DefaultMethodKind;
  /** The organization lets the service choose the strongest method, whatever the person chose. */
  systemPreferred: boolean;
}

/** The choice that means a phone; a mobile number is texted. */
export function defaultOfPhoneType(type: PhoneType): DefaultMethodChoice | undefined {
  switch (type) {
    case 'mobile':
      return 'sms';
    case 'alternateMobile':
      return 'voiceAlternateMobile';
    case 'office':
      return 'voiceOffice';
    case 'unknown':
      return undefined;
  }
}

/** The phone a default method means: `sms` and `voiceMobile` are both the mobile number. */
export function phoneTypeOfDefault(kind: DefaultMethodKind): PhoneType | undefined {
  switch (kind) {
    case 'sms':
    case 'voiceMobile':
      return 'mobile';
    case 'voiceAlternateMobile':
      return 'alternateMobile';
    case 'voiceOffice':
      return 'office';
    default:
      return undefined;
  }
}

/** What is remembered of a method at rest: enough to notice that it is new or changed. */
export interface KnownMethod {
  id: string;
  /** Masked number. */
  masked: string;
}
