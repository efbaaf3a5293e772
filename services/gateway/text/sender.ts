// A way to text: the webhook here, the sandbox's handset, or an organization's own.

export interface Text {
  /** E.164, without spaces. */
  to: string;
  body: string;
  /** The same for every try of the same text, different for every other: the sender may text at most once per id. */
  id: string;
}

/**
 * `accepted`: the provider has it. `refused`: certainly not sent; `cannotReceive` when that is the number's fault.
 * `unknown`: it may or may not have gone out (time-out, broken connection), so nobody may try again by himself.
 */
export type SendOutcome = { kind: 'accepted' } | { kind: 'refused'; cannotReceive?: boolean } | { kind: 'unknown' };

/** What it throws reads as `unknown`. */
export type SendText = (text: Text) => Promise<SendOutcome>;
