/** `unknown`: a value that the service added later. */
export type PhoneType = 'mobile' | 'alternateMobile' | 'office' | 'unknown';

/** Microsoft Graph `authenticationMethodSignInState`, or `unknown`. */
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
  /** The full number as in Microsoft Graph; never stored. */
  phoneNumber: string;
  smsSignIn: SmsSignInState;
}

/** Microsoft Graph `userPreferredMethodForSecondaryAuthentication`, or `none`. */
export type DefaultMethodKind =
  | 'push'
  | 'oath'
  | 'voiceMobile'
  | 'voiceAlternateMobile'
  | 'voiceOffice'
  | 'sms'
  | 'none'
  | 'unknown';

export const defaultMethodChoices = [
  'push',
  'oath',
  'voiceMobile',
  'voiceAlternateMobile',
  'voiceOffice',
  'sms',
] as const;
export type DefaultMethodChoice = (typeof defaultMethodChoices)[number];

/** Sign-in methods that are not phones; `other` cannot be the default. */
export type OtherMethod = 'push' | 'oath' | 'other';

export interface DefaultMethod {
  kind: DefaultMethodKind;
  /** The service chooses the strongest method instead of the user's default. */
  systemPreferred: boolean;
}

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

/** The part of a method that is stored to notice new and changed methods. */
export interface KnownMethod {
  id: string;
  /** Masked number. */
  masked: string;
}
