// Decides from a snapshot of the account whether a write has taken effect.

import type { Write } from '../../shared/model/command-row.ts';
import type { ErrorKind } from '../../shared/model/errors.ts';
import { type DefaultMethodChoice, phoneTypeOfDefault, type SmsSignInState } from '../../shared/model/phone-method.ts';
import type { Snapshot } from '../backend.ts';

/** The request that a write sends next: a removal may first make another method the default. */
export function stageOf(command: Write, defaultChanged: boolean | undefined): Write {
  if (command.kind !== 'remove' || !command.defaultFirst || defaultChanged) return command;
  return { kind: 'make-default', accountId: command.accountId, method: command.defaultFirst };
}

export type Verdict =
  /** `smsSignIn`: the current state of the method. */
  { effect: 'there' | 'pending'; smsSignIn?: SmsSignInState } | { effect: 'impossible'; kind: ErrorKind };

export function judge(command: Write, snapshot: Snapshot): Verdict {
  if (command.kind === 'make-default') return judgeDefault(command.method, snapshot);
  const method = snapshot.methods.find(({ id }) => id === command.methodId);
  // No `smsSignIn`: a removal does not wait for the sign-in that a notConfigured number needs.
  if (command.kind === 'remove') return { effect: method ? 'pending' : 'there' };
  if (!method) return { effect: 'impossible', kind: 'unexpected-answer' };
  const { smsSignIn } = method;
  if (command.kind === 'disable') return { effect: smsSignIn === 'ready' ? 'pending' : 'there', smsSignIn };
  if (smsSignIn === 'phoneNumberNotUnique') return { effect: 'impossible', kind: 'number-in-use' };
  if (smsSignIn === 'notAllowedByPolicy') return { effect: 'impossible', kind: 'not-available' };
  return { effect: smsSignIn === 'ready' ? 'there' : 'pending', smsSignIn };
}

function judgeDefault(wanted: DefaultMethodChoice, { methods, defaultMethod }: Snapshot): Verdict {
  const phone = phoneTypeOfDefault(wanted);
  if (phone && !methods.some(({ type }) => type === phone)) return { effect: 'impossible', kind: 'unexpected-answer' };
  if (defaultMethod === 'unknown') return { effect: 'pending' };
  const { kind } = defaultMethod;
  // `sms` and `voiceMobile` both mean the mobile number.
  const isThere = kind === wanted || (phone !== undefined && phoneTypeOfDefault(kind) === phone);
  return { effect: isThere ? 'there' : 'pending' };
}
