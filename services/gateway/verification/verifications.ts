// A verification from its first text to the proven phone number.

import type { Clock, GatewayConfiguration } from '../configuration.ts';
import type { PhoneType } from '../directory/graph.ts';
import type { Log, LogEvent } from '../log.ts';
import { Problem } from '../problems.ts';
import { cooldown, longestWindowMs } from './caps.ts';
import { type Challenge, challengeLifetimeMs, challengeOf } from './challenge.ts';
import { checkCode, maximumTries } from './code-check.ts';
import type { CodeDelivery } from './code-delivery.ts';
import { codeHash, isCodeOf, mark, newCode } from './codes.ts';
import { checkContinuation } from './continuation.ts';
import { type Destination, textDestination } from './destination.ts';
import type { Registrations } from './registration.ts';
import type { Purpose, Store, StoredChallenge, StoredSend } from './store.ts';
import type { TextRefusal } from './text-refusal.ts';
import type { User } from './user.ts';

/** Browsers give up on a request later than this; a slower write is followed by GET. */
const answerWithinMs = 10_000;

/** The networks that a request counts for in the caps. */
export interface ClientAddress {
  /** An IPv4 address or an IPv6 /64, within which a host chooses its address, or one value for all unknown ones. */
  address: string;
  /** The /48 of an IPv6 address, which is what a provider gives one site (RFC 6177). */
  site?: string;
}

/** Who sent a request, and from where. */
export interface Caller extends User, ClientAddress {}

interface Start {
  phoneNumber: string;
  type: PhoneType;
  purpose: Purpose;
}

/** Every function but `forget` and `close` throws a Problem. */
export interface Verifications {
  start(caller: Caller, id: string, start: Start): Promise<Challenge>;
  get(caller: Caller, id: string): Promise<Challenge>;
  resend(caller: Caller, id: string): Promise<Challenge>;
  confirm(caller: Caller, id: string, code: string): Promise<Challenge>;
  cancel(caller: Caller, id: string): void;
  /**
   * Deletes phone numbers of expired verifications.
   * @param purge also deletes rows that count in no cap any more
   */
  forget(options: { purge: boolean }): void;
  /** Waits for texts that are being sent. */
  close(): Promise<void>;
}

export function createVerifications({
  configuration: { codeKey, oldCodeKeys, destinations },
  stepUpClaims,
  checkPolicy,
  store,
  textRefusal,
  delivery,
  registrations,
  clock,
  random,
  log,
}: {
  configuration: Pick<GatewayConfiguration, 'codeKey' | 'oldCodeKeys' | 'destinations'>;
  stepUpClaims: string;
  /** @throws Problem while no policy demands the second factor that tokens claim */
  checkPolicy: () => Promise<void>;
  store: Store;
  textRefusal: TextRefusal;
  delivery: CodeDelivery;
  registrations: Registrations;
  clock: Clock;
  random?: ((exclusiveMaximum: number) => number) | undefined;
  log: Log;
}): Verifications {
  const codeKeys = [codeKey, ...oldCodeKeys];

  /** Tells who did what, for an investigation: address and number are keyed, so that equal ones can be found. */
  function audit(
    event: LogEvent,
    { oid, client, session, address }: Caller,
    { id, number_mark: number }: Pick<StoredChallenge, 'id' | 'number_mark'>,
    more: Record<string, string | number> = {},
  ): void {
    log({
      ...{ level: 'info', event, oid, id, client, session, address: mark(codeKey, 'address', address), number },
      ...more,
    });
  }

  async function start(caller: Caller, id: string, { phoneNumber, type, purpose }: Start): Promise<Challenge> {
    const { oid, secondFactor } = caller;
    const isSameRequest = (known: StoredChallenge) =>
      known.type === type && known.purpose === purpose && isNumberOf(known, phoneNumber);
    const known = store.challenge(oid, id);
    if (known) return repeat(known, isSameRequest(known));

    await checkPolicy();
    if (secondFactor.atStart === 'claim-missing') throw new Problem('not-configured');
    if (secondFactor.atStart !== 'proven') throw new Problem('needs-step-up', { claims: stepUpClaims });
    const destination = textDestination(phoneNumber, destinations);
    await textRefusal.byOwnPhones(oid, destination.phoneNumber, type, purpose);

    const now = clock.now();
    const code = store.transaction(() => {
      expire(now);
      if (store.challenge(oid, id)) return undefined;
      const challenge = {
        oid,
        id,
        phone_number: destination.phoneNumber,
        number_mark: mark(codeKey, 'number', destination.e164),
        masked: destination.masked,
        type,
        purpose,
        state: 'sent' as const,
        send: 1,
        tries_left: maximumTries,
        created_at: now,
        client: caller.client ?? null,
        session: caller.session ?? null,
      };
      const send = newSend(challenge, destination, caller, now);
      renewMarks(destination, caller);
      textRefusal.byCaps(send);
      store.supersede(oid, type, now);
      store.insertChallenge(challenge);
      const first = newCode(random);
      store.insertSend({ ...send, code_hash: codeHash(codeKey, challenge, 1, first) });
      return first;
    });
    if (code === undefined) {
      // A parallel request with the same id was first.
      const winner = stored(oid, id);
      return repeat(winner, isSameRequest(winner));
    }
    audit('verification-started', caller, stored(oid, id), { type, purpose });
    await delivery.deliver(oid, id, 1, destination.e164, code);
    return view(oid, id);
  }

  /** A known id is answered with its challenge and never with another text. */
  async function repeat({ oid, id, state }: StoredChallenge, isSameRequest: boolean): Promise<Challenge> {
    if (!isSameRequest)
      throw new Problem('invalid-request', { status: 409, detail: 'The id belongs to another request.' });
    if (state === 'cancelled')
      throw new Problem('invalid-request', { status: 409, detail: 'The verification was cancelled.' });
    await delivery.wait(oid, id);
    return view(oid, id);
  }

  function isNumberOf({ number_mark }: StoredChallenge, phoneNumber: string): boolean {
    try {
      const { e164 } = textDestination(phoneNumber, destinations);
      return codeKeys.some((key) => mark(key, 'number', e164) === number_mark);
    } catch {
      // A phone number that is refused equals no stored one.
      return false;
    }
  }

  /** Counts texts of the last day, which an old key marked, in the caps. */
  function renewMarks(destination: Destination, from: ClientAddress): void {
    const current = marksOf(codeKey, destination, from);
    for (const oldKey of oldCodeKeys) {
      const old = marksOf(oldKey, destination, from);
      for (const column of ['number_mark', 'address_mark', 'site_mark'] as const)
        store.replaceMark(column, old[column], current[column]);
    }
  }

  function newSend(
    { oid, id, send }: Pick<StoredChallenge, 'oid' | 'id' | 'send'>,
    destination: Destination,
    from: ClientAddress,
    at: number,
  ): StoredSend {
    const { callingCode: calling_code } = destination;
    const marks = marksOf(codeKey, destination, from);
    return { oid, id, send, at, ...marks, calling_code, code_hash: null, delivery: 'sending' };
  }

  async function get({ oid }: Caller, id: string): Promise<Challenge> {
    const { state } = stored(oid, id);
    if (state === 'confirmed' || state === 'writing') await atMost(answerWithinMs, registrations.settle(oid, id));
    return view(oid, id);
  }

  async function resend(caller: Caller, id: string): Promise<Challenge> {
    const { oid } = caller;
    await checkPolicy();
    const now = clock.now();
    const next = store.transaction(() => {
      const challenge = continued(caller, id, now);
      if (challenge.phone_number === null) throw new Problem('code-expired');
      const earlier = delivery.sends(oid, id);
      const sending = earlier.find(({ delivery: state }) => state === 'sending');
      if (sending) throw new Problem('send-throttled', { retryAt: sending.at + cooldown.windowMs });
      const destination = textDestination(challenge.phone_number, destinations);
      const send = newSend({ oid, id, send: challenge.send + 1 }, destination, caller, now);
      renewMarks(destination, caller);
      textRefusal.byCaps(send);
      // A code that was sent before could not be told from the older text.
      const isEarlier = (code: string) => earlier.some((one) => isCodeOf(codeKeys, one, challenge, code));
      let code = newCode(random);
      while (isEarlier(code)) code = newCode(random);
      store.setSend(oid, id, send.send);
      store.insertSend({ ...send, code_hash: codeHash(codeKey, challenge, send.send, code) });
      return { send: send.send, to: destination.e164, code };
    });
    audit('code-resent', caller, stored(oid, id), { send: next.send });
    await delivery.deliver(oid, id, next.send, next.to, next.code);
    return view(oid, id);
  }

  async function confirm(caller: Caller, id: string, code: string): Promise<Challenge> {
    const { oid } = caller;
    await checkPolicy();
    const now = clock.now();
    // One transaction decides, so that of two parallel confirmations the second finds the code used.
    const problem = store.transaction(() => {
      const refusal = checkCode({ store, codeKeys, log }, continued(caller, id, now), code, now);
      if (refusal) return refusal;
      store.setState(oid, id, 'confirmed');
      store.insertRegistration(oid, id, now);
      return undefined;
    });
    if (problem) {
      audit('code-refused', caller, stored(oid, id), { kind: problem.kind });
      throw problem;
    }
    audit('number-proven', caller, stored(oid, id));
    await atMost(answerWithinMs, registrations.settle(oid, id));
    return view(oid, id);
  }

  function cancel(caller: Caller, id: string): void {
    const { oid } = caller;
    const challenge = store.transaction(() => {
      const current = stored(oid, id);
      if (current.state === 'confirmed' || current.state === 'writing') throw new Problem('code-used');
      store.end(oid, id, 'cancelled', clock.now());
      return current;
    });
    audit('verification-cancelled', caller, challenge);
  }

  function expire(now: number): void {
    store.clampVerifications(now);
    store.expire(now - challengeLifetimeMs, now);
  }

  function stored(oid: string, id: string): StoredChallenge {
    const challenge = store.challenge(oid, id);
    if (!challenge) throw new Problem('not-found');
    return challenge;
  }

  /** A challenge that waits for its code, for a token that may go on with it. @throws Problem */
  function continued(user: User, id: string, now: number): StoredChallenge {
    store.clampVerifications(now);
    const challenge = stored(user.oid, id);
    checkContinuation(challenge, user, now, stepUpClaims);
    return challenge;
  }

  function view(oid: string, id: string): Challenge {
    const now = clock.now();
    const newest = delivery.sends(oid, id)[0];
    return challengeOf(stored(oid, id), newest, newest ? textRefusal.ownCapsFullUntil(newest, now) : 0, now);
  }

  return {
    start,
    get,
    resend,
    confirm,
    cancel,
    forget: ({ purge }) =>
      store.transaction(() => {
        const now = clock.now();
        expire(now);
        if (purge) store.purge(now - longestWindowMs);
      }),
    close: () => delivery.close(),
  };
}

function marksOf(key: Uint8Array, { e164 }: Destination, { address, site }: ClientAddress) {
  return {
    number_mark: mark(key, 'number', e164),
    address_mark: mark(key, 'address', address),
    site_mark: site === undefined ? null : mark(key, 'address', site),
  };
}

function atMost(milliseconds: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    timer.unref();
    void work.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
