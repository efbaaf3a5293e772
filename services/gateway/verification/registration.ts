// Registers a proven phone number in Graph. Each step starts by reading Graph, so that it can be interrupted and repeated,
// and a write counts only once a read shows it.
import type { Clock, GatewayConfiguration } from '../configuration.ts';
import { type Graph, isSameNumber } from '../directory/graph.ts';
import { GraphError, loggableGraphError, mayHaveSaved, refusalOf } from '../directory/graph-error.ts';
import { type Log, loggableError } from '../log.ts';
import { Problem, type ProblemKind } from '../problems.ts';
import type { SendEvent, SendText } from '../sms/sender.ts';
import { createAnnouncement, noticeNumber } from './announcement.ts';
import type { Registration, Store, StoredChallenge } from './store.ts';

/** How long a write may take until Graph's reads show it. */
const propagationMs = 30_000;
/** How often a write that Graph accepts without effect is made. */
const maximumWrites = 3;
/** Then the registration fails and the phone number is deleted. No try is planned further ahead. */
const giveUpMs = 3_600_000;
const longestBackoffMs = 60_000;
/** Between steps while the database cannot be read or written. */
export const databaseRetryMs = 5_000;

type Outcome =
  | { kind: 'retry'; registration: Registration }
  | { kind: 'done'; smsSignIn: string | undefined }
  | { kind: 'failed'; error: ProblemKind };

export interface Registrations {
  /** Takes one step of a registration that is due. Never rejects: what failed is logged and tried again. */
  settle(oid: string, id: string): Promise<void>;
  /** Takes a step of each registration that is due. Never rejects. */
  settleDue(): Promise<void>;
  /** Waits for running steps and starts no others. */
  close(): Promise<void>;
}

export function createRegistrations({
  configuration,
  store,
  graph,
  permission,
  sendText,
  sendEvent,
  clock,
  log,
}: {
  configuration: Pick<GatewayConfiguration, 'codeKey' | 'destinations' | 'language' | 'organization'>;
  store: Store;
  graph: Graph;
  permission: (oid: string) => Promise<void>;
  sendText: SendText;
  sendEvent: SendEvent;
  clock: Clock;
  log: Log;
}): Registrations {
  const { destinations } = configuration;
  const announce = createAnnouncement({ configuration, store, sendText, sendEvent, later, clock, log });
  /** Steps of one user run in sequence, because Graph handles concurrent writes to a user badly. */
  const steps = new Set<{ oid: string; end: Promise<void> }>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryDatabaseAt = 0;
  let isClosed = false;

  function settle(oid: string, id: string): Promise<void> {
    const earlier = [...steps].filter((other) => other.oid === oid).map(({ end }) => end);
    const step = { oid, end: Promise.all(earlier).then(() => takeStep(oid, id)) };
    steps.add(step);
    return step.end.finally(() => {
      steps.delete(step);
      setTimer();
    });
  }

  async function settleDue(): Promise<void> {
    let due: Registration[] = [];
    try {
      const now = clock.now();
      store.clampRegistrations(now, now + giveUpMs);
      due = store.registrationsDue(now);
    } catch (error) {
      logFailure('registrations-not-read', error);
    }
    for (const { oid, id } of due) await settle(oid, id);
    setTimer();
  }

  /** The timer must not run hot while the database fails. */
  function logFailure(event: 'registrations-not-read' | 'registration-step-failed', error: unknown, ids = {}) {
    log({ level: 'error', event, ...ids, ...loggableError(error) });
    retryDatabaseAt = clock.now() + databaseRetryMs;
  }

  /** @returns when a registration is due; now, if the database cannot tell */
  function nextTry(): number | undefined {
    try {
      return store.nextRegistrationTry();
    } catch (error) {
      logFailure('registrations-not-read', error);
      return clock.now();
    }
  }

  /** Only wakes; the database and the clock decide what is due. */
  function setTimer() {
    clearTimeout(timer);
    const next = isClosed ? undefined : nextTry();
    if (next === undefined) return;
    const wait = Math.max(next, retryDatabaseAt) - clock.now();
    timer = setTimeout(() => void settleDue(), Math.min(Math.max(wait, 250), 60_000));
    timer.unref();
  }

  async function takeStep(oid: string, id: string): Promise<void> {
    if (isClosed) return;
    try {
      const registration = store.registration(oid, id);
      const challenge = store.challenge(oid, id);
      if (!registration || !challenge || registration.next_try_at > clock.now()) return;
      await (registration.step === 'write' ? write(registration, challenge) : announce(registration));
    } catch (error) {
      logFailure('registration-step-failed', error, { oid, id });
      postpone(oid, id);
    }
  }

  function postpone(oid: string, id: string) {
    try {
      const current = store.registration(oid, id);
      if (current) store.updateRegistration(later(current));
    } catch {
      // The row stays due, and `logFailure` has set when to look at it again.
    }
  }

  async function write(registration: Registration, challenge: StoredChallenge): Promise<void> {
    const { oid, id } = registration;
    store.setState(oid, id, 'writing');
    const outcome = await tryWrite(registration, challenge).catch((error: unknown): Outcome => {
      if (error instanceof Problem) return { kind: 'failed', error: error.kind };
      if (!(error instanceof GraphError)) throw error;
      log({ level: 'warn', event: 'graph-refused', oid, id, ...loggableGraphError(error) });
      if (!error.isTemporary) return { kind: 'failed', error: 'not-permitted' };
      const current = store.registration(oid, id) ?? registration;
      return { kind: 'retry', registration: later(current, error.details.retryAfterMs) };
    });
    const now = clock.now();
    if (outcome.kind === 'retry' && now - registration.started_at < giveUpMs)
      return void store.updateRegistration(outcome.registration);
    const current = store.registration(oid, id) ?? registration;
    const notice =
      outcome.kind === 'done' || current.attempted_at !== null
        ? { ...current, step: 'notify' as const, started_at: now, tries: 0, next_try_at: now }
        : undefined;
    store.transaction(() => {
      if (outcome.kind === 'done') store.end(oid, id, 'done', now, { smsSignIn: outcome.smsSignIn });
      else
        store.end(oid, id, 'failed', now, { error: outcome.kind === 'failed' ? outcome.error : 'service-unavailable' });
      if (notice) store.updateRegistration(notice);
      else store.deleteRegistration(oid, id);
    });
    const { number_mark: number, type, purpose } = challenge;
    const person = { oid, id, number };
    log(
      outcome.kind === 'done'
        ? { level: 'info', event: 'phone-written', ...person, type, purpose }
        : {
            ...{ level: 'warn', event: 'phone-not-written', ...person },
            kind: outcome.kind === 'failed' ? outcome.error : 'given-up',
          },
    );
    if (notice) await announce(notice);
  }

  /** @throws Problem, GraphError */
  async function tryWrite(registration: Registration, challenge: StoredChallenge): Promise<Outcome> {
    const { oid, id } = registration;
    const { phone_number: phoneNumber, type, purpose } = challenge;
    if (phoneNumber === null) return { kind: 'failed', error: 'service-unavailable' };

    const phones = await graph.phones(oid);
    const current = phones.find((phone) => phone.phoneType === type);
    if (current && isSameNumber(current, phoneNumber))
      return { kind: 'done', smsSignIn: current.smsSignInState ?? undefined };
    if (clock.now() - (registration.written_at ?? Number.NEGATIVE_INFINITY) < propagationMs)
      return { kind: 'retry', registration: later(registration) };
    if (registration.refusal) return { kind: 'failed', error: registration.refusal };
    if (registration.writes >= maximumWrites) return { kind: 'failed', error: 'service-unavailable' };
    if (purpose === 'add' && current) return { kind: 'failed', error: 'too-many-phones' };

    await permission(oid);
    // Stored before the write, because a crash may hide its answer, and afterwards Graph no longer knows the old number.
    const prepared: Registration = {
      ...registration,
      attempted_at: clock.now(),
      notice_number: registration.notice_number ?? noticeNumber(phones, { type, phoneNumber }, destinations),
    };
    store.updateRegistration(prepared);

    let refusal: ProblemKind | null = null;
    let { attempted_at } = prepared;
    try {
      await graph.writePhone(oid, current?.id, { phoneNumber, phoneType: type });
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      if (!mayHaveSaved(error)) attempted_at = registration.attempted_at;
      // After an unclear answer, the next steps read during the propagation time before one of them writes again.
      const written_at = error.mayHaveTakenEffect ? clock.now() : prepared.written_at;
      if (error.isTemporary) {
        store.updateRegistration({ ...prepared, attempted_at, written_at });
        throw error;
      }
      log({ level: 'warn', event: 'graph-refused', oid, id, ...loggableGraphError(error) });
      refusal = refusalOf(error);
      // Graph answers 400, too, when an earlier write saved the number and no read shows it yet.
      if (refusal === 'invalid-number' && attempted_at !== null) refusal = null;
    }
    // Graph often answers 409 and saves the number, and a saved number may show late: the reads decide in both cases.
    const written: Registration = {
      ...prepared,
      attempted_at,
      written_at: clock.now(),
      writes: registration.writes + 1,
      tries: 0,
      refusal,
    };
    store.updateRegistration(written);
    const shown = (await graph.phones(oid)).find((phone) => phone.phoneType === type);
    if (shown && isSameNumber(shown, phoneNumber))
      return { kind: 'done', smsSignIn: shown.smsSignInState ?? undefined };
    if (refusal && purpose === 'add' && shown) return { kind: 'failed', error: 'too-many-phones' };
    // Only a conflict may have been saved.
    if (refusal && refusal !== 'number-in-use') return { kind: 'failed', error: refusal };
    return { kind: 'retry', registration: later(written) };
  }

  function later(registration: Registration, waitMs = 0): Registration {
    const now = clock.now();
    const backoffMs = Math.min(1000 * 2 ** registration.tries, longestBackoffMs);
    return {
      ...registration,
      tries: registration.tries + 1,
      // Giving up must not wait: it deletes the phone number.
      next_try_at: now + Math.max(backoffMs, Math.min(waitMs, registration.started_at + giveUpMs - now)),
    };
  }

  return {
    settle,
    settleDue,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await Promise.all([...steps].map(({ end }) => end));
    },
  };
}
