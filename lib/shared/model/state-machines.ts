// The transitions of commands and verifications. docs/architecture.md draws both; a test compares the drawings with these tables.

/** `accepted`: waits for its turn. `requested`: its request is about to be sent, or was sent. `settling`: its effect is read. */
export const commandTransitions = {
  accepted: ['requested', 'failed', 'cancelled'],
  requested: ['settling', 'done', 'needs-step-up', 'failed', 'cancelled'],
  // A removal that first makes another method the default sends a second request.
  settling: ['requested', 'done', 'needs-step-up', 'failed'],
  'needs-step-up': ['requested', 'settling', 'failed', 'cancelled'],
  // A later sync may show that the change took effect after all.
  failed: ['done'],
  done: [],
  cancelled: [],
} as const satisfies Transitions;
export type CommandState = keyof typeof commandTransitions;

export const verificationTransitions = {
  sending: ['awaiting-code', 'needs-step-up', 'failed', 'cancelled'],
  'awaiting-code': ['confirming', 'needs-step-up', 'failed', 'cancelled'],
  confirming: ['awaiting-code', 'registered', 'needs-step-up', 'failed', 'cancelled'],
  'needs-step-up': ['sending', 'awaiting-code', 'confirming', 'failed', 'cancelled'],
  registered: ['done'],
  // After a lost answer the same text message is asked for under the same id.
  failed: ['sending'],
  done: [],
  cancelled: [],
} as const satisfies Transitions;
export type VerificationState = keyof typeof verificationTransitions;

export type Transitions = Record<string, readonly string[]>;

/** Receives every illegal transition. The service worker replaces it by its log, tests by a function that throws. */
export const illegalTransition = {
  report(from: string, to: string): void {
    console.error('Illegal state transition.', from, to);
  },
};

export function checkTransition(transitions: Transitions, from: string, to: string): void {
  if (from !== to && !transitions[from]?.includes(to)) illegalTransition.report(from, to);
}
