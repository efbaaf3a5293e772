// A verification from the first text to the proven number: the rules. What follows a proven number is the journal's.
import * as v from 'valibot';
import type { Person } from '../api/access-token.ts';
import { Problem, type ProblemKind } from '../api/problems.ts';
import type { Clock, GatewayConfiguration } from '../configuration.ts';
import type { Graph } from '../directory/graph.ts';
import { GraphError } from '../directory/graph-error.ts';
import { type Log, originOf } from '../log.ts';
import type { SendOutcome, SendText } from '../text/sender.ts';
import { codeText } from '../text/words.ts';
import { type Cap, type CappedBy, cappedBy, cooldown, longestWindowMs, wrongCodesCap } from './caps.ts';
import { codeHash, codeLength, isSameHash, mark, newCode } from './codes.ts';
import { type Destination, textDestination } from './destination.ts';
import { isSame, type Journal, loggable } from './journal.ts';
import type { Store, StoredChallenge, StoredSend } from './store.ts';

/** NIST SP 800-63B-4: useless after ten minutes. */
const codeLivesMs = 10 * 60_000;
/** Newer codes prolong a verification, up to this: then the sign-in it began with is too long ago. */
const challengeLivesMs = 30 * 60_000;
const tries = 5;
/** An answer is owed before the browser gives up; a write that takes longer is followed by GET. */
const answerWithinMs = 10_000;

export const StartRequest = v.strictObject({
  number: v.pipe(v.string(), v.maxLength(40)),
  type: v.picklist(['mobile', 'alternateMobile', 'office']),
  channel: v.literal('sms'),
  purpose: v.picklist(['add', 'change']),
});
export type StartRequest = v.InferOutput<typeof StartRequest>;

export const ConfirmRequest = v.strictObject({ code: v.pipe(v.string(), v.regex(/^\d{6}$/)) });

/** Times are milliseconds since 1970 by the gateway's clock; `now` lets a client with another clock reckon. */
export interface Challenge {
  id: string;
  state: 'sent' | 'confirmed' | 'writing' | 'done' | 'failed';
  sentTo: string;
  codeLength: number;
  sentAt: number;
  expiresAt: number;
  resendAt: number;
  attemptsLeft: number;
  now: number;
  error?: { kind: ProblemKind; at: number };
  smsSignIn?: string;
}

export interface Verifications {
  start(person: Person, id: string, request: StartRequest, address: string | undefined): Promise<Challenge>;
  get(person: Person, id: string): Promise<Challenge>;
  resend(person: Person, id: string, address: string | undefined): Promise<Challenge>;
  confirm(person: Person, id: string, code: string): Promise<Challenge>;
  cancel(person: Person, id: string): void;
  /** Numbers nobody came back for, and what counts against no cap any more. */
  forget(): void;
  /** Waits for texts on their way. */
  close(): Promise<void>;
}

export function createVerifications({
  configuration,
  stepUpClaims,
  store,
  graph,
  permission,
  sendText,
  journal,
  clock,
  random,
  log,
}: {
  configuration: GatewayConfiguration;
  stepUpClaims: string;
  store: Store;
  graph: Graph;
  permission: (oid: string) => Promise<void>;
  sendText: SendText;
  journal: Journal;
  clock: Clock;
  random?: ((exclusiveMaximum: number) => number) | undefined;
  log: Log;
}): Verifications {
  const { codeKey, organization, publicOrigin, caps } = configuration;
  const host = new URL(publicOrigin).host;
  const numberMark = (e164: string) => mark(codeKey, 'number', e164);

  /** Texts on their way in this process: a repeated request waits for the same one. */
  const sending = new Map<string, Promise<void>>();

  async function start(
    person: Person,
    id: string,
    request: StartRequest,
    address: string | undefined,
  ): Promise<Challenge> {
    const { oid } = person;
    const known = store.challenge(oid, id);
    if (known) return repeated(known, request);

    if (!person.signedInRecently) throw new Problem('needs-step-up', { claims: stepUpClaims });
    const destination = textDestination(request.number, configuration.destinations);
    await refuseByOwnPhones(oid, request, destination);

    const now = clock.now();
    const first = store.transaction(() => {
      forgetAt(now);
      if (store.challenge(oid, id)) return undefined;
      const challenge = {
        oid,
        id,
        number: destination.number,
        number_mark: numberMark(destination.e164),
        masked: destination.masked,
        type: request.type,
        purpose: request.purpose,
        state: 'sent' as const,
        send: 1,
        tries_left: tries,
        created_at: now,
      };
      const send = newSend(challenge, destination, address, now);
      refuseOverCaps(send);
      store.supersede(oid, request.type, now);
      store.insertChallenge(challenge);
      const code = newCode(random);
      store.insertSend({ ...send, code_hash: hashOf(challenge, 1, code) });
      return code;
    });
    // Lost to a parallel request with the same id.
    if (first === undefined) return repeated(stored(oid, id), request);
    await deliver(oid, id, 1, destination.e164, first);
    return view(stored(oid, id));
  }

  /** The same id again: the answer again, never a text. */
  async function repeated(known: StoredChallenge, request: StartRequest): Promise<Challenge> {
    if (
      known.type !== request.type ||
      known.purpose !== request.purpose ||
      known.number_mark !== markOf(request.number)
    )
      throw new Problem('invalid-request', { status: 409, detail: 'The id stands for another request.' });
    if (known.state === 'cancelled')
      throw new Problem('invalid-request', { status: 409, detail: 'The verification was cancelled.' });
    await sending.get(keyOf(known.oid, known.id));
    return view(stored(known.oid, known.id));
  }

  /** Without its code yet: the caps come first. */
  function newSend(
    { oid, id, send, number_mark }: Pick<StoredChallenge, 'oid' | 'id' | 'send' | 'number_mark'>,
    { callingCode }: Destination,
    address: string | undefined,
    at: number,
  ): StoredSend {
    const address_mark = address === undefined ? null : mark(codeKey, 'address', address);
    return {
      oid,
      id,
      send,
      at,
      number_mark,
      address_mark,
      calling_code: callingCode,
      code_hash: null,
      delivery: 'sending',
    };
  }

  function markOf(typed: string): string | undefined {
    try {
      return numberMark(textDestination(typed, configuration.destinations).e164);
    } catch {
      return undefined;
    }
  }

  /**
   * Only what concerns the person's own phones may be said before the number is proven: whether it is a colleague's
   * sign-in name is for those who hold it. Also keeps texts from going out that no write could follow.
   */
  async function refuseByOwnPhones(
    oid: string,
    { type, purpose }: StartRequest,
    { number }: Destination,
  ): Promise<void> {
    try {
      await permission(oid);
      const phones = await graph.phones(oid);
      if (phones.some((phone) => isSame(phone, number))) throw new Problem('already-registered');
      const hasType = phones.some((phone) => phone.phoneType === type);
      if (purpose === 'add' && hasType) throw new Problem('too-many-phones');
      if (purpose === 'change' && !hasType)
        throw new Problem('not-found', { detail: 'There is no phone of this type to change.' });
      // Graph's own rule for an alternate mobile number.
      if (type === 'alternateMobile' && !phones.some((phone) => phone.phoneType === 'mobile'))
        throw new Problem('not-permitted', { detail: 'An alternate mobile number needs a mobile number first.' });
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      log({ level: 'warn', event: 'graph-refused', oid, ...loggable(error) });
      if (!error.isPassing) throw new Problem('not-permitted');
      throw new Problem('service-unavailable', { retryAt: clock.now() + (error.details.retryAfterMs ?? 5000) });
    }
  }

  /** @throws Problem `send-throttled` with the time when every cap leaves room again */
  function refuseOverCaps(send: StoredSend) {
    let retryAt = fullUntil('number', send, [cooldown], send.at);
    for (const by of cappedBy) {
      const until = fullUntil(by, send, caps[by], send.at);
      if (until > 0) log({ level: 'warn', event: 'cap-reached', cap: by, oid: send.oid, country: send.calling_code });
      retryAt = Math.max(retryAt, until);
    }
    if (retryAt > 0) throw new Problem('send-throttled', { retryAt });
  }

  /** When all of these caps leave room again; 0: now. */
  function fullUntil(by: CappedBy, send: StoredSend, of: readonly Cap[], now: number): number {
    const { oid: user, number_mark: number, address_mark: address, calling_code: country } = send;
    const value = { user, number, address, country }[by];
    if (value === null) return 0;
    const ends = of.map((cap) => {
      const at = store.sendThatFillsCap(by, value, cap, now);
      return at === undefined ? 0 : at + cap.windowMs;
    });
    return Math.max(0, ...ends);
  }

  function hashOf(c: Pick<StoredChallenge, 'oid' | 'id' | 'number' | 'type' | 'purpose'>, send: number, code: string) {
    const { oid, id, number, type, purpose } = c;
    return codeHash(codeKey, { oid, id, send, number: number ?? '', type, purpose }, code);
  }

  function deliver(oid: string, id: string, send: number, to: string, code: string): Promise<void> {
    const work = (async () => {
      const outcome = await sendText({ to, body: codeText({ code, organization, host }), id: `${id}-${send}` }).catch(
        (error: unknown): SendOutcome => {
          log({ level: 'error', event: 'text-sender-failed', oid, id, ...originOf(error) });
          return { kind: 'unknown' };
        },
      );
      try {
        store.transaction(() => {
          store.setDelivery(oid, id, send, outcome.kind);
          if (outcome.kind === 'refused' && outcome.cannotReceive && store.challenge(oid, id)?.state === 'sent')
            store.end(oid, id, 'failed', clock.now(), { error: 'cannot-receive-texts' });
        });
      } catch (error) {
        // The text may be there, so refusing the request would be wrong: the person is told that it is unsure.
        log({ level: 'error', event: 'delivery-not-noted', oid, id, send, ...originOf(error) });
      }
      log({ level: outcome.kind === 'accepted' ? 'info' : 'warn', event: `text-${outcome.kind}`, oid, id, send });
    })().finally(() => sending.delete(keyOf(oid, id)));
    sending.set(keyOf(oid, id), work);
    return work;
  }

  async function get({ oid }: Person, id: string): Promise<Challenge> {
    const challenge = visible(oid, id);
    if (challenge.state === 'confirmed' || challenge.state === 'writing') await withinReason(journal.settle(oid, id));
    return view(stored(oid, id));
  }

  async function resend({ oid }: Person, id: string, address: string | undefined): Promise<Challenge> {
    const now = clock.now();
    const next = store.transaction(() => {
      const challenge = open(oid, id);
      if (challenge.number === null || now >= challenge.created_at + challengeLivesMs)
        throw new Problem('code-expired');
      const earlier = sendsOf(oid, id);
      const last = earlier[0];
      if (last?.delivery === 'sending') throw new Problem('send-throttled', { retryAt: last.at + cooldown.windowMs });
      const destination = textDestination(challenge.number, configuration.destinations);
      const send = newSend({ ...challenge, send: challenge.send + 1 }, destination, address, now);
      refuseOverCaps(send);
      // Different from every earlier one, so that an older code can be told from the newest.
      const isEarlier = (code: string) =>
        earlier.some((one) => one.code_hash && isSameHash(one.code_hash, hashOf(challenge, one.send, code)));
      let code = newCode(random);
      while (isEarlier(code)) code = newCode(random);
      store.setSend(oid, id, send.send);
      store.insertSend({ ...send, code_hash: hashOf(challenge, send.send, code) });
      return { send: send.send, to: destination.e164, code };
    });
    await deliver(oid, id, next.send, next.to, next.code);
    return view(stored(oid, id));
  }

  async function confirm({ oid }: Person, id: string, code: string): Promise<Challenge> {
    const now = clock.now();
    // Read, compared and decided in one transaction: of two parallel confirmations one finds the code used. What refuses
    // is thrown after it, since what it counted must stay.
    const refusal = store.transaction((): Problem | undefined => {
      const challenge = open(oid, id);
      const [newest, ...older] = store.sends(oid, id);
      if (!newest || now >= newest.at + codeLivesMs) return new Problem('code-expired');
      const cappedSince = store.wrongCodeThatFillsCap(oid, wrongCodesCap, now);
      if (cappedSince !== undefined)
        return new Problem('too-many-attempts', {
          attemptsLeft: challenge.tries_left,
          retryAt: cappedSince + wrongCodesCap.windowMs,
        });
      const matches = (send: StoredSend) =>
        send.code_hash !== null && isSameHash(send.code_hash, hashOf(challenge, send.send, code));
      if (matches(newest)) {
        store.setState(oid, id, 'confirmed');
        store.insertJournalEntry(oid, id, now);
        return undefined;
      }
      // Not counted: whoever has an older text holds the number, and an older code opens nothing.
      if (older.some(matches)) return new Problem('code-replaced', { attemptsLeft: challenge.tries_left });
      const left = challenge.tries_left - 1;
      store.setTriesLeft(oid, id, left);
      store.insertWrongCode(oid, now);
      if (left > 0) return new Problem('wrong-code', { attemptsLeft: left });
      store.end(oid, id, 'failed', now, { error: 'too-many-attempts' });
      log({ level: 'warn', event: 'verification-locked', oid, id });
      return new Problem('too-many-attempts', { attemptsLeft: 0 });
    });
    if (refusal) throw refusal;
    log({ level: 'info', event: 'number-proven', oid, id });
    await withinReason(journal.settle(oid, id));
    return view(stored(oid, id));
  }

  function cancel({ oid }: Person, id: string): void {
    store.transaction(() => {
      const { state } = stored(oid, id);
      if (state === 'confirmed' || state === 'writing') throw new Problem('code-used');
      store.end(oid, id, 'cancelled', clock.now());
    });
  }

  function forgetAt(now: number): void {
    store.purge(now - longestWindowMs);
    store.expire(now - challengeLivesMs - codeLivesMs, now);
  }

  /** Newest first. What the database has as on its way, while nobody here is at it, is unsure: its outcome could not be noted. */
  function sendsOf(oid: string, id: string): StoredSend[] {
    return store
      .sends(oid, id)
      .map((each) =>
        each.delivery === 'sending' && !sending.has(keyOf(oid, id)) ? { ...each, delivery: 'unknown' } : each,
      );
  }

  function stored(oid: string, id: string): StoredChallenge {
    const challenge = store.challenge(oid, id);
    if (!challenge) throw new Problem('not-found');
    return challenge;
  }

  function visible(oid: string, id: string): StoredChallenge {
    const challenge = stored(oid, id);
    if (challenge.state === 'cancelled') throw new Problem('not-found');
    return challenge;
  }

  /** A challenge that still waits for its code. @throws Problem saying what became of it */
  function open(oid: string, id: string): StoredChallenge {
    const challenge = visible(oid, id);
    if (challenge.state === 'failed')
      throw new Problem(
        challenge.error ?? 'service-unavailable',
        challenge.error === 'too-many-attempts' ? { attemptsLeft: 0 } : {},
      );
    if (challenge.state !== 'sent') throw new Problem('code-used');
    return challenge;
  }

  function view(challenge: StoredChallenge): Challenge {
    const { oid, id, state, masked, tries_left, created_at, sms_sign_in } = challenge;
    if (state === 'cancelled') throw new Problem('not-found');
    const now = clock.now();
    const newest = sendsOf(oid, id)[0];
    // Its texts are forgotten a day after they went out, a challenge whose number waits for Graph a little later.
    const sentAt = newest?.at ?? created_at;
    const expiresAt = sentAt + codeLivesMs;
    const error = errorOf(challenge, newest, expiresAt, now);
    const isOver = now >= created_at + challengeLivesMs;
    return {
      id,
      state: state === 'sent' && isOver && error?.kind === 'code-expired' ? 'failed' : state,
      sentTo: masked,
      codeLength,
      sentAt,
      expiresAt,
      resendAt: Math.max(
        newest && newest.delivery !== 'refused' ? sentAt + cooldown.windowMs : sentAt,
        // Caps that concern only the person may be told; the others come out when they refuse.
        ...(newest ? (['user', 'number'] as const).map((by) => fullUntil(by, newest, caps[by], now)) : []),
      ),
      attemptsLeft: tries_left,
      now,
      ...(error ? { error } : {}),
      ...(sms_sign_in === null ? {} : { smsSignIn: sms_sign_in }),
    };
  }

  return {
    start,
    get,
    resend,
    confirm,
    cancel,
    forget: () => store.transaction(() => forgetAt(clock.now())),
    async close() {
      await Promise.all(sending.values());
    },
  };
}

/** What is wrong with a challenge that waits or has failed. A text that may not have gone out is said so, not hidden. */
function errorOf(
  { state, error, error_at, created_at }: StoredChallenge,
  newest: StoredSend | undefined,
  expiresAt: number,
  now: number,
): Challenge['error'] {
  if (error) return { kind: error, at: error_at ?? created_at };
  if (state !== 'sent') return undefined;
  if (now >= expiresAt) return { kind: 'code-expired', at: expiresAt };
  if (newest?.delivery === 'unknown' || newest?.delivery === 'refused') return { kind: 'send-failed', at: newest.at };
  return undefined;
}

function keyOf(oid: string, id: string): string {
  return `${oid} ${id}`;
}

function withinReason(work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, answerWithinMs);
    timer.unref();
    void work.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
