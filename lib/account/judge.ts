// Whether a command has had its effect, told from what the service says now. Pure.
import type { Snapshot } from '../identity/backend.ts';
import type { ErrorKind } from '../identity/errors.ts';
import type { SmsSignInState } from '../identity/phone-method.ts';
import type { Command } from '../messaging/commands.ts';

/** The commands that change something at the service. */
export type Write = Extract<Command, { kind: 'enable' | 'disable' }>;

export function isWrite(command: Command): command is Write {
  return command.kind === 'enable' || command.kind === 'disable';
}

export type Verdict =
  | { effect: 'there'; smsSignIn?: SmsSignInState }
  /** Not to be seen yet; `smsSignIn` is how the method stands now. */
  | { effect: 'pending'; smsSignIn?: SmsSignInState }
  /** It will not come: this is why. */
  | { effect: 'impossible'; kind: ErrorKind };

export function judge(command: Write, snapshot: Snapshot): Verdict {
  const method = snapshot.methods.find(({ id }) => id === command.methodId);
  if (!method) return { effect: 'impossible', kind: 'unexpected-answer' };
  const { smsSignIn } = method;
  switch (command.kind) {
    case 'enable':
      if (smsSignIn === 'ready') return { effect: 'there', smsSignIn };
      if (smsSignIn === 'phoneNumberNotUnique') return { effect: 'impossible', kind: 'number-in-use' };
      if (smsSignIn === 'notAllowedByPolicy') return { effect: 'impossible', kind: 'not-available' };
      return { effect: 'pending', smsSignIn };
    case 'disable':
      return { effect: smsSignIn === 'ready' ? 'pending' : 'there', smsSignIn };
  }
}
