// From "code used" to "Graph shows the number": each step can be interrupted and done again, since each starts by reading
// what Graph says. Writes are settled by reading again, never by believing an answer.
import { Problem, type ProblemKind } from '../api/problems.ts';
import type { Clock, GatewayConfiguration } from '../configuration.ts';
import type { Graph, Phone } from '../directory/graph.ts';
import { GraphError } from '../directory/graph-error.ts';
import { type Log, originOf } from '../log.ts';
import type { SendText } from '../text/sender.ts';
import { noticeText } from '../text/words.ts';
import { textDestination } from './destination.ts';
import type { JournalEntry, Store, StoredChallenge } from './store.ts';

/** Until a write shows in Graph's reads. */
const propagationMs = 30_000;
/** A write Graph took without effect is made again, so often. */
const maximumWrites = 3;
/** Then it is given up, and the number forgotten. */
const giveUpMs = 3_600_000;
const longestBackoffMs = 60_000;
/** After a step that could not even be put off, since the database takes nothing. */
const databaseRestMs = 5_000;

type Step =
  | { kind: 'again'; entry: JournalEntry }
  | { kind: 'done'; smsSignIn: string | undefined; entry: JournalEntry }
  | { kind: 'failed'; error: ProblemKind };

export interface Journal {
  /** Takes one step with an entry when it is due; nothing otherwise. Never rejects. */
  settle(oid: string, id: string): Promise<void>;
  settleDue(): Promise<void>;
  /** Waits for the step at work, then takes no more. */
  close(): Promise<void>;
}

export function createJournal({
  configuration,
  store,
  graph,
  permission,
  sendText,
  clock,
  log,
}: {
  configuration: GatewayConfiguration;
  store: Store;
  graph: Graph;
  permission: (oid: string) => Promise<void>;
  sendText: SendText;
  clock: Clock;
  log: Log;
}): Journal {
  /** Per person one at a time: Graph takes concurrent writes on the same user badly. */
  const working = new Map<string, Promise<void>>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let restUntil = 0;
  let isClosed = false;

  function settle(oid: string, id: string): Promise<void> {
    const step = (working.get(oid) ?? Promise.resolve()).then(() => takeStep(oid, id));
    working.set(oid, step);
    return step.finally(() => {
      if (working.get(oid) === step) working.delete(oid);
      wakeForNext();
    });
  }

  async function settleDue(): Promise<void> {
    for (const { oid, id } of store.journalEntriesDue(clock.now())) await settle(oid, id);
    wakeForNext();
  }

  /** A timer is only the alarm: what is due is decided by the database and the clock. */
  function wakeForNext() {
    clearTimeout(timer);
    const next = isClosed ? undefined : store.nextJournalTry();
    if (next === undefined) return;
    const wait = Math.max(next, restUntil) - clock.now();
    timer = setTimeout(() => void settleDue(), Math.min(Math.max(wait, 250), 60_000));
    timer.unref();
  }

  async function takeStep(oid: string, id: string): Promise<void> {
    if (isClosed) return;
    const entry = store.journalEntry(oid, id);
    const challenge = store.challenge(oid, id);
    if (!entry || !challenge || entry.next_try_at > clock.now()) return;
    try {
      await (entry.step === 'write' ? write(entry, challenge) : notify(entry, challenge));
    } catch (error) {
      // A defect of ours must not stop the journal, nor lose the entry.
      log({ level: 'error', event: 'journal-step-failed', oid, id, ...originOf(error) });
      try {
        store.updateJournalEntry(later(entry));
      } catch {
        restUntil = clock.now() + databaseRestMs;
      }
    }
  }

  async function write(entry: JournalEntry, challenge: StoredChallenge): Promise<void> {
    const { oid, id } = entry;
    if (challenge.state === 'confirmed') store.setState(oid, id, 'writing');
    const step = await nextStep(entry, challenge).catch((error: unknown): Step => {
      if (error instanceof Problem) return { kind: 'failed', error: error.kind };
      if (!(error instanceof GraphError)) throw error;
      log({ level: 'warn', event: 'graph-refused', oid, id, ...loggable(error) });
      if (!error.isPassing) return { kind: 'failed', error: 'not-permitted' };
      return { kind: 'again', entry: later(store.journalEntry(oid, id) ?? entry, error.details.retryAfterMs) };
    });
    const now = clock.now();
    if (step.kind === 'again' && now - entry.started_at < giveUpMs) return void store.updateJournalEntry(step.entry);
    store.transaction(() => {
      if (step.kind === 'done') {
        store.end(oid, id, 'done', now, { smsSignIn: step.smsSignIn });
        if (step.entry.notify) {
          store.updateJournalEntry({ ...step.entry, step: 'notify', started_at: now, tries: 0, next_try_at: now });
          return;
        }
      } else {
        store.end(oid, id, 'failed', now, { error: step.kind === 'failed' ? step.error : 'service-unavailable' });
      }
      store.deleteJournalEntry(oid, id);
    });
    log(
      step.kind === 'done'
        ? { level: 'info', event: 'phone-written', oid, id, type: challenge.type, purpose: challenge.purpose }
        : {
            level: 'warn',
            event: 'phone-not-written',
            oid,
            id,
            kind: step.kind === 'failed' ? step.error : 'given-up',
          },
    );
    const owed = store.journalEntry(oid, id);
    if (owed?.step === 'notify') await notify(owed, challenge);
  }

  async function nextStep(entry: JournalEntry, challenge: StoredChallenge): Promise<Step> {
    const { oid } = entry;
    const { number, type, purpose } = challenge;
    if (number === null) return { kind: 'failed', error: 'service-unavailable' };
    const now = clock.now();

    const phones = await graph.phones(oid);
    const current = phones.find((phone) => phone.phoneType === type);
    if (current && isSame(current, number))
      return { kind: 'done', smsSignIn: current.smsSignInState ?? undefined, entry };
    if (entry.written_at !== null && now - entry.written_at < propagationMs)
      return { kind: 'again', entry: later(entry) };
    if (entry.refusal) return { kind: 'failed', error: entry.refusal };
    if (entry.writes >= maximumWrites) return { kind: 'failed', error: 'service-unavailable' };
    if (purpose === 'add' && current) return { kind: 'failed', error: 'too-many-phones' };

    await permission(oid);
    // Before the write, since afterwards Graph no longer knows the old number.
    const notify =
      entry.notify ?? current?.phoneNumber ?? phones.find((phone) => phone.phoneType === 'mobile')?.phoneNumber;
    const prepared: JournalEntry = { ...entry, notify: notify || null };
    store.updateJournalEntry(prepared);

    let refusal: ProblemKind | null = null;
    try {
      await (current ? graph.change(oid, current.id, number, type) : graph.add(oid, number, type));
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      // It may have taken effect and only not show yet: the next steps read for a while before one writes again.
      if (error.mayHaveTakenEffect) store.updateJournalEntry({ ...prepared, written_at: clock.now() });
      if (error.isPassing || error.details.status === 403) throw error;
      log({ level: 'warn', event: 'graph-refused', oid, id: entry.id, ...loggable(error) });
      refusal = kindOfRefusal(error);
    }
    // "409 but saved" is the usual case, and a saved number may take its time to show: both wait for the reading.
    const written: JournalEntry = {
      ...prepared,
      written_at: clock.now(),
      writes: entry.writes + 1,
      tries: 0,
      refusal,
    };
    store.updateJournalEntry(written);
    const shown = (await graph.phones(oid)).find((phone) => phone.phoneType === type);
    if (shown && isSame(shown, number))
      return { kind: 'done', smsSignIn: shown.smsSignInState ?? undefined, entry: written };
    if (refusal && purpose === 'add' && shown) return { kind: 'failed', error: 'too-many-phones' };
    // Another refusal than a conflict is never half done.
    if (refusal && refusal !== 'number-in-use') return { kind: 'failed', error: refusal };
    return { kind: 'again', entry: later(written) };
  }

  /** Twice is better than never here, so it is repeated until accepted, always with the same id (README, "The webhook"). */
  async function notify(entry: JournalEntry, challenge: StoredChallenge): Promise<void> {
    const { oid, id } = entry;
    const to = entry.notify === null ? undefined : destinationOf(entry.notify);
    const outcome = to
      ? await sendText({
          to,
          body: noticeText({ organization: configuration.organization, changed: challenge.purpose === 'change' }),
          id: `${id}-notice`,
        }).catch(() => ({ kind: 'unknown' as const }))
      : { kind: 'refused' as const, cannotReceive: true };
    const isOver = clock.now() - entry.started_at >= giveUpMs;
    if (outcome.kind !== 'accepted' && !('cannotReceive' in outcome && outcome.cannotReceive) && !isOver) {
      store.updateJournalEntry(later(entry));
      return;
    }
    store.deleteJournalEntry(oid, id);
    log(
      outcome.kind === 'accepted'
        ? { level: 'info', event: 'notice-sent', oid, id }
        : { level: 'warn', event: 'notice-not-sent', oid, id },
    );
  }

  function destinationOf(number: string): string | undefined {
    try {
      return textDestination(number, configuration.destinations).e164;
    } catch {
      return undefined;
    }
  }

  function later(entry: JournalEntry, waitMs?: number): JournalEntry {
    const backoffMs = Math.min(1000 * 2 ** entry.tries, longestBackoffMs);
    return { ...entry, tries: entry.tries + 1, next_try_at: clock.now() + Math.max(waitMs ?? 0, backoffMs) };
  }

  return {
    settle,
    settleDue,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await Promise.all(working.values());
    },
  };
}

/** Graph's rule: numbers are compared with white space removed. */
export function isSame(phone: Phone, number: string): boolean {
  return (phone.phoneNumber ?? '').replace(/\s/g, '') === number.replace(/\s/g, '');
}

/** Bodies of most refusals are unknown: by status, and what the reading afterwards shows wins over it. */
function kindOfRefusal({ details: { status } }: GraphError): ProblemKind {
  if (status === 409) return 'number-in-use';
  return status === 400 ? 'invalid-number' : 'not-permitted';
}

export function loggable({ details: { status, code, requestId } }: GraphError) {
  return {
    ...(status === undefined ? {} : { status }),
    ...(code === undefined ? {} : { code }),
    ...(requestId === undefined ? {} : { graphRequestId: requestId }),
  };
}
