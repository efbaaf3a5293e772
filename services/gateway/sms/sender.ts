import type { PhoneType } from '../directory/graph.ts';

export interface Text {
  /** E.164, without spaces. */
  to: string;
  body: string;
  /** Idempotency key: a sender sends at most one text per id. */
  id: string;
}

/**
 * `accepted`: the provider has the text. `refused`: the text was not sent; with `cannotReceive` because of the phone
 * number. `unknown`: the text may have been sent (timeout, broken connection), so that no retry is allowed.
 */
export type SendOutcome = { kind: 'accepted' } | { kind: 'refused'; cannotReceive?: boolean } | { kind: 'unknown' };

/** Tells the organization's own system that a phone number was registered, without the number. */
export interface NumberEvent {
  event: 'number-added' | 'number-changed';
  /** Object id. */
  user: string;
  type: PhoneType;
  /** ISO 8601. */
  at: string;
  /** Idempotency key: the event is repeated until it is accepted. */
  id: string;
}

export type SendEvent = (event: NumberEvent) => Promise<SendOutcome>;

/** A rejection counts as `unknown`. */
export type SendText = (text: Text) => Promise<SendOutcome>;
