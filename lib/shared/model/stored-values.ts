// The values that fields of rows can have. Apart from rows.ts, whose schemas are not in the first load of pages.
import { cloudNames } from './clouds.ts';
import { phoneTypes, smsSignInStates } from './phone-method.ts';
import { commandTransitions, verificationTransitions } from './state-machines.ts';

export const storedValues = {
  connections: { cloud: cloudNames },
  accounts: { session: ['signed-in', 'signed-out'] },
  methods: { type: phoneTypes, smsSignIn: smsSignInStates },
  outbox: { state: Object.keys(commandTransitions) },
  registrations: { state: ['waiting', 'registered', 'abandoned'] },
  verifications: { type: phoneTypes, purpose: ['add', 'change'], state: Object.keys(verificationTransitions) },
  /** `damaged`: the database was rebuilt because rows were damaged. `lost`: all rows are gone. */
  notices: { id: ['signed-out-by-policy', 'damaged', 'lost'] },
} as const;

export type SessionState = (typeof storedValues.accounts.session)[number];
export type HostedState = (typeof storedValues.registrations.state)[number];
/** A change keeps the old number until the new one is verified. */
export type VerificationPurpose = (typeof storedValues.verifications.purpose)[number];
export type NoticeId = (typeof storedValues.notices.id)[number];
