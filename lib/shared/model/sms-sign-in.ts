import { hasSmsSignIn } from './clouds.ts';
import type { CachedMethod, Connection } from './rows.ts';

export interface SmsSignInOption {
  /** `none`: SMS sign-in is not available for the number. */
  sms: 'ready' | 'notEnabled' | 'notConfigured' | 'inUse' | 'unknown' | 'none';
  canEnable: boolean;
}

/** Decides whether a number can be enabled. Source: Graph, `enableSmsSignIn` (mobile numbers only). */
export function smsSignInOption(
  method: Pick<CachedMethod, 'type' | 'smsSignIn'>,
  connection: Pick<Connection, 'cloud' | 'smsSignIn'>,
): SmsSignInOption {
  const sms = hasSmsSignIn(connection) ? displayedState(method) : 'none';
  return { sms, canEnable: sms === 'notEnabled' || sms === 'notConfigured' };
}

function displayedState({ type, smsSignIn }: Pick<CachedMethod, 'type' | 'smsSignIn'>): SmsSignInOption['sms'] {
  if (smsSignIn === 'ready') return 'ready';
  if (type !== 'mobile' || smsSignIn === 'notAllowedByPolicy' || smsSignIn === 'notSupported') return 'none';
  return smsSignIn === 'phoneNumberNotUnique' ? 'inUse' : smsSignIn;
}
