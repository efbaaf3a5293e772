/** `unknown`: a value that the service added later. */
export const phoneTypes = ['mobile', 'alternateMobile', 'office', 'unknown'] as const;
export type PhoneType = (typeof phoneTypes)[number];

/** Microsoft Graph `authenticationMethodSignInState`, or `unknown`. */
export const smsSignInStates = [
  'ready',
  'notEnabled',
  'notConfigured',
  'phoneNumberNotUnique',
  'notAllowedByPolicy',
  'notSupported',
  'unknown',
] as const;
export type SmsSignInState = (typeof smsSignInStates)[number];

export interface PhoneMethod {
  id: string;
  type: PhoneType;
  /** The full number as in Microsoft Graph; never stored. */
  phoneNumber: string;
  smsSignIn: SmsSignInState;
}

export const defaultMethodChoices = [
  'push',
  'oath',
  'voiceMobile',
  'voiceAlternateMobile',
  'voiceOffice',
  'sms',
] as const;
export type DefaultMethodChoice = (typeof defaultMethodChoices)[number];
/** Microsoft Graph `userPreferredMethodForSecondaryAuthentication`, or `none`. */
export type DefaultMethodKind = DefaultMethodChoice | 'none' | 'unknown';

/** Sign-in methods that are not phones; `other` cannot be the default. */
export type OtherMethod = 'push' | 'oath' | 'other';

export interface DefaultMethod {
  kind: DefaultMethodKind;
  /** The service chooses the strongest method instead of the user's default. */
  systemPreferred: boolean;
}

const defaultOfType = { mobile: 'sms', alternateMobile: 'voiceAlternateMobile', office: 'voiceOffice' } as const;

export function defaultOfPhoneType(type: PhoneType): DefaultMethodChoice | undefined {
  return type === 'unknown' ? undefined : defaultOfType[type];
}

export function phoneTypeOfDefault(kind: DefaultMethodKind): PhoneType | undefined {
  return kind === 'voiceMobile' ? 'mobile' : phoneTypes.find((type) => defaultOfPhoneType(type) === kind);
}

/** False if the directory does not tell the number. */
export function hasDigits(masked: string): boolean {
  return /\d$/.test(masked);
}

/** The part of a method that is stored to notice new and changed methods. */
export interface KnownMethod {
  id: string;
  masked: string;
}
