// Takes writes through their states with a fake service and a fake clock.
import { describe, expect, test } from 'vitest';
import type { Write } from '../../shared/model/command-row.ts';
import { type ErrorKind, IdentityError } from '../../shared/model/errors.ts';
import type { DefaultMethodKind, SmsSignInState } from '../../shared/model/phone-method.ts';
import type { CommandRow } from '../../shared/model/rows.ts';
import { step, type WriteDependencies, type WriteRow } from './graph-write.ts';

const second = 1_000;
const start = Date.UTC(2026, 7, 3, 9);
const accountId = 'account';

interface Scene {
  kind?: 'enable' | 'disable';
  /** Replaces `kind`. */
  command?: Write;
  entry?: Partial<CommandRow>;
  /** The sign-in state that a read shows, in ms after the last request; `Infinity` before any request. */
  state(afterRequest: number, sent: readonly string[]): SmsSignInState | 'gone';
  /** The default method that a read shows. */
  defaultMethod?(afterRequest: number, sent: readonly string[]): DefaultMethodKind;
  /** Rejects the requests; a list has one entry for each request. */
  request?: IdentityError | (IdentityError | undefined)[];
  /** Rejects the read with this number, counted from 1. */
  read?(count: number): IdentityError | undefined;
  /** Whether another sign-in can meet a demand after one was completed. */
  canMeet?: boolean;
  /** Rejects the call that gets the directory. */
  directory?: IdentityError;
}

/** Takes a write to its end or to step-up. Times are relative to the start. */
async function play(scene: Scene) {
  let time = start;
  let requestedAt = Number.NEGATIVE_INFINITY;
  const sent: string[] = [];
  const readAt: number[] = [];
  const states: CommandRow['state'][] = [];
  let entry = {
    id: 'one',
    command: scene.command ?? { kind: scene.kind ?? 'enable', accountId, methodId: 'mobile' },
    accountId,
    state: 'accepted',
    createdAt: start,
    updatedAt: start,
    ...scene.entry,
  } as WriteRow;

  async function send(what: string): Promise<void> {
    sent.push(what);
    requestedAt = time;
    const refusal = Array.isArray(scene.request) ? scene.request[sent.length - 1] : scene.request;
    if (refusal) throw refusal;
  }
  const dependencies: WriteDependencies = {
    requirePermitted: async () => {},
    canMeet: async (_, __, signIns, isAsked = signIns > 0) => !isAsked || scene.canMeet === true,
    async directory() {
      if (scene.directory) throw scene.directory;
      return {
        snapshot: () => Promise.reject(new Error('A write reads through the cache')),
        enableSmsSignIn: (id) => send(`enable ${id}`),
        disableSmsSignIn: (id) => send(`disable ${id}`),
        remove: (id) => send(`remove ${id}`),
        setDefaultMethod: (choice) => send(`default ${choice}`),
        otherMethods: () => Promise.reject(new Error('A write asks for nothing else')),
      };
    },
    async read() {
      readAt.push(time - start);
      const failure = scene.read?.(readAt.length);
      if (failure) throw failure;
      const smsSignIn = scene.state(time - requestedAt, sent);
      return {
        methods:
          smsSignIn === 'gone' ? [] : [{ id: 'mobile', type: 'mobile', phoneNumber: '+44 7700900102', smsSignIn }],
        defaultMethod: scene.defaultMethod
          ? { kind: scene.defaultMethod(time - requestedAt, sent), systemPreferred: false }
          : 'unknown',
      };
    },
    async save(_, change) {
      entry = { ...entry, ...change, updatedAt: time } as WriteRow;
      if (change.state) states.push(change.state);
    },
    now: () => time,
  };

  for (let steps = 0; ['accepted', 'requested', 'settling'].includes(entry.state); steps += 1) {
    if (steps > 50) throw new Error(`Does not end: ${states.join(' → ')}`);
    if (entry.state === 'settling') time = Math.max(time, entry.readAt ?? 0);
    await step(entry, dependencies);
  }
  return { entry, sent, readAt, states, took: time - start };
}

const failure = (kind: ErrorKind, status?: number) => new IdentityError(kind, status ? { status } : {});

describe('a write is done', () => {
  test('after one read if that shows the change', async () => {
    const { entry, sent, readAt, states } = await play({ state: () => 'ready' });
    expect(states).toEqual(['requested', 'settling', 'done']);
    expect(sent).toEqual(['enable mobile']);
    expect(readAt).toEqual([0]);
    expect(entry).toMatchObject({ state: 'done', smsSignIn: 'ready', error: undefined });
  });

  test('once a read shows the change, with growing waits between the reads', async () => {
    const { entry, sent, readAt } = await play({ state: (after) => (after < 20 * second ? 'notEnabled' : 'ready') });
    expect(entry.state).toBe('done');
    expect(readAt).toEqual([0, 1, 3, 7, 15, 23].map((seconds) => seconds * second));
    expect(sent).toHaveLength(1);
  });

  test('that turns SMS sign-in off', async () => {
    const { entry, sent } = await play({
      kind: 'disable',
      state: (after) => (after < 5 * second ? 'ready' : 'notEnabled'),
    });
    expect(sent).toEqual(['disable mobile']);
    expect(entry).toMatchObject({ state: 'done', smsSignIn: 'notEnabled' });
  });

  test('with a number that stays notConfigured, because only a sign-in completes it', async () => {
    const { entry, took } = await play({ state: () => 'notConfigured' });
    expect(entry).toMatchObject({ state: 'done', smsSignIn: 'notConfigured' });
    expect(entry.error).toBeUndefined();
    expect(took).toBeGreaterThanOrEqual(10 * second);
    expect(took).toBeLessThan(20 * second);
  });

  test('as ready if the number is notConfigured only in between', async () => {
    const { entry } = await play({ state: (after) => (after < 6 * second ? 'notConfigured' : 'ready') });
    expect(entry).toMatchObject({ state: 'done', smsSignIn: 'ready' });
  });

  test.each([
    ['lost', failure('offline')],
    ['a time-out', failure('service-unavailable')],
    ['a 500', failure('service-unavailable', 500)],
    ['unreadable', failure('unexpected-answer', 200)],
    ['a refusal that was saved all the same', failure('unexpected-answer', 400)],
    ['in use, and saved all the same', failure('number-in-use', 409)],
  ])('if the answer was %s and a read shows the change', async (_, request) => {
    const { entry, sent } = await play({ request, state: () => 'ready' });
    expect(entry).toMatchObject({ state: 'done', smsSignIn: 'ready', error: undefined });
    expect(sent).toHaveLength(1);
  });
});

describe('a write fails', () => {
  test('as not-effective if no read shows the accepted change within the propagation time', async () => {
    const { entry, sent, took } = await play({ state: () => 'notEnabled' });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'not-effective' } });
    expect(took).toBeGreaterThanOrEqual(35 * second);
    expect(sent).toHaveLength(1);
  });

  test.each([
    ['offline', failure('offline')],
    ['service-unavailable', failure('service-unavailable', 503)],
  ])(
    '%s: what an answer that was lost led to is looked for as long as a change may take to show',
    async (kind, request) => {
      const { entry, sent, took } = await play({ request, state: () => 'notEnabled' });
      expect(entry).toMatchObject({ state: 'failed', error: { kind } });
      expect(took).toBeGreaterThanOrEqual(35 * second);
      expect(sent).toHaveLength(1);
      const late = await play({ request, state: (after) => (after < 30 * second ? 'notEnabled' : 'ready') });
      expect(late.entry).toMatchObject({ state: 'done', error: undefined });
    },
  );

  test('after ten seconds if neither the request nor the reads get an answer', async () => {
    const request = failure('offline');
    const { entry, took } = await play({ request, state: () => 'notEnabled', read: () => failure('offline') });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'offline' } });
    expect(took).toBeGreaterThanOrEqual(10 * second);
    expect(took).toBeLessThan(20 * second);
  });

  test('after one read if it was refused', async () => {
    const { entry, readAt, took } = await play({
      request: failure('unexpected-answer', 400),
      state: () => 'notEnabled',
    });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'unexpected-answer', status: 400 } });
    expect([readAt, took]).toEqual([[0], 0]);
  });

  test('with the refusal if the refused number is notConfigured', async () => {
    const { entry } = await play({ request: failure('unexpected-answer', 400), state: () => 'notConfigured' });
    expect(entry).toMatchObject({ state: 'failed', error: { status: 400 } });
  });

  test('as number-in-use, with the ids of the refusal', async () => {
    const request = new IdentityError('number-in-use', { status: 409, requestId: 'a-request' });
    const { entry } = await play({ request, state: () => 'phoneNumberNotUnique' });
    expect(entry).toMatchObject({
      state: 'failed',
      error: { kind: 'number-in-use', status: 409, requestId: 'a-request' },
    });
  });

  test('with the reason that a read shows, rather than the one of the answer', async () => {
    const notAvailable = await play({ state: () => 'notAllowedByPolicy' });
    expect(notAvailable.entry).toMatchObject({ state: 'failed', error: { kind: 'not-available' } });
    const gone = await play({ state: () => 'gone' });
    expect(gone.entry).toMatchObject({ state: 'failed', error: { kind: 'unexpected-answer' } });
  });

  test('case 45: without a read after a 429', async () => {
    const request = new IdentityError('service-unavailable', { status: 429, retryAt: start + 17 * second });
    const { entry, readAt } = await play({ request, state: () => 'notEnabled' });
    expect(entry).toMatchObject({ state: 'failed', error: { status: 429, retryAt: start + 17 * second } });
    expect(readAt).toEqual([]);
  });

  test('without a request if the directory is not available', async () => {
    const { entry, sent, took } = await play({ directory: failure('offline'), state: () => 'notEnabled' });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'offline' } });
    expect(took).toBe(0);
    expect(sent).toEqual([]);
  });

  test('with the error of the request, or else of the read, if every read fails', async () => {
    const unreadable = { state: () => 'ready' as const, read: () => failure('service-unavailable', 500) };
    const { entry, took } = await play(unreadable);
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'service-unavailable' } });
    expect(took).toBeGreaterThanOrEqual(35 * second);
    const both = await play({ ...unreadable, request: failure('offline') });
    expect(both.entry).toMatchObject({ state: 'failed', error: { kind: 'offline' } });
  });

  test('not because of one failed read', async () => {
    const { entry } = await play({
      state: () => 'ready',
      read: (count) => (count < 3 ? failure('offline') : undefined),
    });
    expect(entry.state).toBe('done');
  });
});

describe('a click', () => {
  test('older than two minutes is not carried out', async () => {
    const { entry, sent, readAt } = await play({
      entry: { updatedAt: start - 120 * second - 1 },
      state: () => 'ready',
    });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'interrupted' } });
    expect([sent, readAt]).toEqual([[], []]);
  });

  test('two minutes old is carried out', async () => {
    const { entry, sent } = await play({ entry: { updatedAt: start - 120 * second }, state: () => 'ready' });
    expect([entry.state, sent.length]).toEqual(['done', 1]);
  });
});

describe('case 54: a write that was interrupted after its request', () => {
  test('is settled by reads, without a second request', async () => {
    const { entry, sent } = await play({ entry: { state: 'requested', sentAt: start }, state: () => 'ready' });
    expect(entry).toMatchObject({ state: 'done', smsSignIn: 'ready', error: undefined });
    expect(sent).toEqual([]);
  });

  test('fails as interrupted if no read shows the change', async () => {
    const { entry, sent, took } = await play({
      entry: { state: 'requested', sentAt: start },
      state: () => 'notEnabled',
    });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'interrupted' } });
    expect(sent).toEqual([]);
    expect(took).toBeGreaterThanOrEqual(35 * second);
  });
});

describe('case 53: a demand for step-up', () => {
  const claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}';
  const challenge = new IdentityError('needs-step-up', { status: 401 }, claims);
  const signedIn = { stepUp: { resume: 'requested', signIns: 1 } } as const;

  test.each([
    ['a 403', failure('needs-step-up', 403)],
    ['a claims challenge', challenge],
  ])('makes the write wait: %s', async (_, request) => {
    const { entry, readAt } = await play({ request, state: () => 'notEnabled' });
    expect(entry).toMatchObject({
      state: 'needs-step-up',
      error: { kind: 'needs-step-up' },
      stepUp: { resume: 'requested', signIns: 0 },
    });
    expect(readAt).toEqual([]);
  });

  test('as signed-out before the request makes the write wait', async () => {
    const { entry, sent } = await play({ directory: failure('signed-out'), state: () => 'notEnabled' });
    expect(entry).toMatchObject({ state: 'needs-step-up', stepUp: { resume: 'requested', signIns: 0 } });
    expect(sent).toEqual([]);
  });

  test('as a 403 after a sign-in means not-permitted', async () => {
    const { entry, sent } = await play({
      entry: signedIn,
      request: failure('needs-step-up', 403),
      state: () => 'notEnabled',
    });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'not-permitted', status: 403 } });
    expect(sent).toHaveLength(1);
  });

  test.each([
    ['a claims challenge', { request: challenge }],
    ['signed-out', { directory: failure('signed-out') }],
  ])('that a sign-in has met fails the write: %s', async (_, scene) => {
    const { entry, readAt } = await play({ ...scene, entry: signedIn, state: () => 'notEnabled' });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'step-up-repeated' } });
    expect(readAt).toEqual([]);
  });

  test('that differs makes the write wait again, and the sign-ins are counted', async () => {
    const { entry } = await play({ entry: signedIn, request: challenge, canMeet: true, state: () => 'notEnabled' });
    expect(entry).toMatchObject({ state: 'needs-step-up', stepUp: { resume: 'requested', signIns: 1 } });
  });

  test('while settling resumes the reads, not the request', async () => {
    for (const read of [failure('signed-out', 401), challenge]) {
      for (const entry of [{}, signedIn]) {
        const played = await play({ entry, state: () => 'ready', read: () => read });
        expect(played.entry).toMatchObject({ state: 'needs-step-up', stepUp: { resume: 'settling' } });
        expect(played.sent).toHaveLength(1);
      }
    }
  });

  test('while settling that a sign-in has met fails the write', async () => {
    const { entry } = await play({
      entry: { state: 'settling', stepUp: { resume: 'settling', signIns: 1 }, readAt: start },
      state: () => 'ready',
      read: () => challenge,
    });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'step-up-repeated' } });
  });

  test('while settling keeps the refusal of the request', async () => {
    const { entry } = await play({
      request: failure('unexpected-answer', 400),
      state: () => 'notEnabled',
      read: () => failure('signed-out', 401),
    });
    expect(entry).toMatchObject({ state: 'needs-step-up', error: { kind: 'unexpected-answer', status: 400 } });
  });
});

describe('a removal', () => {
  const command: Write = { kind: 'remove', accountId, methodId: 'mobile' };

  test('is done when the number is gone', async () => {
    const { entry, sent, readAt } = await play({ command, state: (after) => (after < 5 * second ? 'ready' : 'gone') });
    expect(sent).toEqual(['remove mobile']);
    expect(readAt).toEqual([0, 1, 3, 7].map((seconds) => seconds * second));
    expect(entry).toMatchObject({ state: 'done', error: undefined });
  });

  test.each([
    ['lost', failure('offline')],
    ['that it is not there, since somebody else was faster', failure('unexpected-answer', 404)],
  ])('is done if the answer was %s and the number is gone', async (_, request) => {
    const { entry, sent } = await play({ command, request, state: () => 'gone' });
    expect(entry).toMatchObject({ state: 'done', error: undefined });
    expect(sent).toHaveLength(1);
  });

  test('without effect fails, also for a notConfigured number', async () => {
    const { entry, took } = await play({ command, state: () => 'notConfigured' });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'not-effective' } });
    expect(took).toBeGreaterThanOrEqual(35 * second);
  });

  test.each(['is-default-method', 'needs-other-removed-first'] as const)('case 51: is refused as %s', async (kind) => {
    const { entry, readAt } = await play({ command, request: failure(kind, 400), state: () => 'ready' });
    expect(entry).toMatchObject({ state: 'failed', error: { kind, status: 400 } });
    expect(readAt).toEqual([0]);
  });

  test('that was interrupted before it arrived fails as interrupted, without a second request', async () => {
    const { entry, sent } = await play({ command, entry: { state: 'requested', sentAt: start }, state: () => 'ready' });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'interrupted' } });
    expect(sent).toEqual([]);
  });
});

describe('a change of the default method', () => {
  const command: Write = { kind: 'make-default', accountId, method: 'sms' };

  test('is done when a read shows it', async () => {
    const defaultMethod = (after: number) => (after < 2 * second ? ('push' as const) : ('sms' as const));
    const { entry, sent, took } = await play({ command, state: () => 'ready', defaultMethod });
    expect([sent, took]).toEqual([['default sms'], 3 * second]);
    expect(entry).toMatchObject({ state: 'done', error: undefined });
  });

  test('without effect fails as not-effective', async () => {
    const { entry } = await play({ command, state: () => 'ready', defaultMethod: () => 'push' });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'not-effective' } });
  });

  test('refused after a fresh sign-in is not-permitted', async () => {
    const { entry } = await play({
      command,
      entry: { stepUp: { resume: 'requested', signIns: 1 } },
      request: failure('needs-step-up', 403),
      state: () => 'ready',
      defaultMethod: () => 'push',
    });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'not-permitted' } });
  });
});

describe('a removal of the default method', () => {
  const command: Write = { kind: 'remove', accountId, methodId: 'mobile', defaultFirst: 'push' };
  /** Shows each of the two changes a second after its request. */
  const willing: Scene = {
    command,
    defaultMethod: (after, sent) => (sent.length > 1 || after >= second ? 'push' : 'sms'),
    state: (after, sent) => (sent.includes('remove mobile') && after >= second ? 'gone' : 'ready'),
  };

  test('sends the second request once a read shows the new default', async () => {
    const { entry, sent, states, readAt } = await play(willing);
    expect(sent).toEqual(['default push', 'remove mobile']);
    expect(states).toEqual(['requested', 'settling', 'requested', 'settling', 'done']);
    expect(readAt).toEqual([0, 1, 1, 2].map((seconds) => seconds * second));
    expect(entry).toMatchObject({ state: 'done', defaultChanged: true, error: undefined });
  });

  test('removes nothing if the default does not change', async () => {
    const unmoved = await play({ ...willing, defaultMethod: () => 'sms' });
    expect(unmoved.sent).toEqual(['default push']);
    expect(unmoved.entry).toMatchObject({ state: 'failed', error: { kind: 'not-effective' } });
    const refused = await play({
      ...willing,
      defaultMethod: () => 'sms',
      entry: { stepUp: { resume: 'requested', signIns: 1 } },
      request: failure('needs-step-up', 403),
    });
    expect(refused.sent).toEqual(['default push']);
    expect(refused.entry).toMatchObject({ state: 'failed', error: { kind: 'not-permitted' } });
    for (const { entry } of [unmoved, refused]) expect(entry.defaultChanged).toBeUndefined();
  });

  test('continues when the default cannot be read for the propagation time, because the service refuses it otherwise (G2)', async () => {
    const { defaultMethod: _, ...unreadable } = willing;
    const { entry, sent, took } = await play(unreadable);
    expect(sent).toEqual(['default push', 'remove mobile']);
    expect(took).toBeGreaterThanOrEqual(35 * second);
    expect(entry).toMatchObject({ state: 'done', defaultChanged: true });
    const refused = await play({ ...unreadable, request: [undefined, failure('is-default-method', 400)] });
    expect(refused.entry).toMatchObject({ state: 'failed', error: { kind: 'is-default-method' } });
    const unanswered = await play({ ...unreadable, request: failure('service-unavailable', 503) });
    expect(unanswered.sent).toEqual(['default push']);
  });

  test('keeps the new default if the removal is refused, and says so', async () => {
    const request = [undefined, failure('is-default-method', 400)];
    const { entry, sent } = await play({ ...willing, request, state: () => 'ready' });
    expect(sent).toEqual(['default push', 'remove mobile']);
    expect(entry).toMatchObject({ state: 'failed', defaultChanged: true, error: { kind: 'is-default-method' } });
  });

  test('resumes with the request that demanded step-up', async () => {
    const waiting = await play({ ...willing, request: failure('needs-step-up', 403) });
    expect(waiting.entry).toMatchObject({ state: 'needs-step-up', stepUp: { resume: 'requested', signIns: 0 } });
    expect(waiting.sent).toEqual(['default push']);
    const second = await play({ ...willing, request: [undefined, failure('needs-step-up', 403)] });
    expect(second.sent).toEqual(['default push', 'remove mobile']);
    expect(second.entry).toMatchObject({ state: 'needs-step-up', defaultChanged: true });
    const { entry, sent } = await play({
      ...willing,
      entry: { ...second.entry, state: 'accepted' },
      state: () => 'gone',
    });
    expect(sent).toEqual(['remove mobile']);
    expect(entry.state).toBe('done');
  });

  test('interrupted after the first request reads the default, then removes the number', async () => {
    const { entry, sent } = await play({
      ...willing,
      entry: { state: 'requested', sentAt: start },
      defaultMethod: () => 'push',
    });
    expect(sent).toEqual(['remove mobile']);
    expect(entry.state).toBe('done');
  });

  test.each<[string, Partial<CommandRow>]>([
    ['was sent', { state: 'requested', sentAt: start, createdAt: start - 3_600 * second }],
    ['was being looked for', { state: 'settling', settleBy: start - 3_600 * second, readAt: start }],
  ])('interrupted an hour ago, when the first request %s, removes nothing', async (_, entry) => {
    const told = await play({ ...willing, entry, defaultMethod: () => 'push' });
    expect(told.sent).toEqual([]);
    expect(told.entry).toMatchObject({ state: 'failed', defaultChanged: true, error: { kind: 'interrupted' } });
  });
});
