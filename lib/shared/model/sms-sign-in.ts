import { type CloudName, hasSmsSignIn } from './clouds.ts';
import type { PhoneType, SmsSignInState } from './phone-method.ts';

export interface SmsSignInOption {
  /** `none`: SMS sign-in is not available for the number. */
  sms: 'ready' | 'notEnabled' | 'notConfigured' | 'inUse' | 'unknown' | 'none';
  canEnable: boolean;
}

/** Decides whether a number can be enabled. Source: Graph, `enableSmsSignIn` (mobile numbers only). */
export function smsSignInOption(
  method: { type: PhoneType; smsSignIn: SmsSignInState },
  connection: { cloud: CloudName; smsSignIn?: 'off' },
): SmsSignInOption {
  const sms = hasSmsSignIn(connection) ? displayedState(method) : 'none';
  return { sms, canEnable: sms === 'notEnabled' || sms === 'notConfigured' };
}

function displayedState(method: { type: PhoneType; smsSignIn: SmsSignInState }): SmsSignInOption['sms'] {
  if (method.smsSignIn === 'ready') return 'ready';
  if (method.type !== 'mobile') return 'none';
  switch (method.smsSignIn) {
    case 'notAllowedByPolicy':
    case 'notSupported':
      return 'none';
    case 'phoneNumberNotUnique':
      return 'inUse';
    default:
      return method.smsSignIn;
  }
}
