// A write followed through its states on a pretend service and a clock that only the test moves.
import { describe, expect, test } from 'vitest';
import { type ErrorKind, IdentityError } from '../../shared/model/errors.ts';
import type { Write } from '../../shared/model/graph-writes.ts';
import type { DefaultMethodKind, SmsSignInState } from '../../shared/model/phone-method.ts';
import type { CommandRow } from '../../shared/model/rows.ts';
import { freshSignInClaims } from '../auth/claims.ts';
import { step, type WriteDependencies, type WriteRow } from './graph-write.ts';

const second = 1_000;
const start = Date.UTC(2026, 7, 3, 9);
const accountId = 'account';

interface Scene {
  kind?: 'enable' | 'disable';
  /** Any other write. */
  command?: Write;
  entry?: Partial<CommandRow>;
  /** What the sign-in state is at a time after the request, in milliseconds; before any request at Infinity. */
  state(afterRequest: number, sent: readonly string[]): SmsSignInState | 'gone';
  /** The default method, likewise. */
  defaultMethod?(afterRequest: number, sent: readonly string[]): DefaultMethodKind;
  /** What the request rejects with; of several, each with its own. */
  request?: IdentityError | (IdentityError | undefined)[];
  /** What a read rejects with, by its number from 1. */
  read?(count: number): IdentityError | undefined;
  /** What getting the directory rejects with. */
  directory?: IdentityError;
}

/** Plays a write until it ends or waits for the person. Times are relative to the start. */
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

describe('ends well', () => {
  test('at once: request, read, done', async () => {
    const { entry, sent, readAt, states } = await play({ state: () => 'ready' });
    expect(states).toEqual(['requested', 'settling', 'done']);
    expect(sent).toEqual(['enable mobile']);
    expect(readAt).toEqual([0]);
    expect(entry).toMatchObject({ state: 'done', smsSignIn: 'ready', error: undefined });
  });

  test('when the change has spread, with longer and longer waits between the reads', async () => {
    const { entry, sent, readAt } = await play({ state: (after) => (after < 20 * second ? 'notEnabled' : 'ready') });
    expect(entry.state).toBe('done');
    expect(readAt).toEqual([0, 1, 3, 7, 15, 23].map((seconds) => seconds * second));
    expect(sent).toHaveLength(1);
  });

  test('switching off', async () => {
    const { entry, sent } = await play({
      kind: 'disable',
      state: (after) => (after < 5 * second ? 'ready' : 'notEnabled'),
    });
    expect(sent).toEqual(['disable mobile']);
    expect(entry).toMatchObject({ state: 'done', smsSignIn: 'notEnabled' });
  });

  test('with a number that stays notConfigured: it owes the sign-in that finishes it', async () => {
    const { entry, took } = await play({ state: () => 'notConfigured' });
    expect(entry).toMatchObject({ state: 'done', smsSignIn: 'notConfigured' });
    expect(entry.error).toBeUndefined();
    expect(took).toBeGreaterThanOrEqual(10 * second);
    expect(took).toBeLessThan(20 * second);
  });

  test('notConfigured only on the way is not the end', async () => {
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
  ])('when the answer was %s and the effect is there', async (_, request) => {
    const { entry, sent } = await play({ request, state: () => 'ready' });
    expect(entry).toMatchObject({ state: 'done', smsSignIn: 'ready', error: undefined });
    expect(sent).toHaveLength(1);
  });
});

describe('says why it did not', () => {
  test('not-effective: success without effect, looked for until it must have spread', async () => {
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

  test('neither answered nor readable: said after ten seconds', async () => {
    const request = failure('offline');
    const { entry, took } = await play({ request, state: () => 'notEnabled', read: () => failure('offline') });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'offline' } });
    expect(took).toBeGreaterThanOrEqual(10 * second);
    expect(took).toBeLessThan(20 * second);
  });

  test('a plain refusal: one read, no waiting', async () => {
    const { entry, readAt, took } = await play({
      request: failure('unexpected-answer', 400),
      state: () => 'notEnabled',
    });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'unexpected-answer', status: 400 } });
    expect([readAt, took]).toEqual([[0], 0]);
  });

  test('a refused number that is not configured is refused, not waiting for a sign-in', async () => {
    const { entry } = await play({ request: failure('unexpected-answer', 400), state: () => 'notConfigured' });
    expect(entry).toMatchObject({ state: 'failed', error: { status: 400 } });
  });

  test('number-in-use, with the ids of the refusal', async () => {
    const request = new IdentityError('number-in-use', { status: 409, requestId: 'a-request' });
    const { entry } = await play({ request, state: () => 'phoneNumberNotUnique' });
    expect(entry).toMatchObject({
      state: 'failed',
      error: { kind: 'number-in-use', status: 409, requestId: 'a-request' },
    });
  });

  test('what reading tells is truer than what the answer told', async () => {
    const notAvailable = await play({ state: () => 'notAllowedByPolicy' });
    expect(notAvailable.entry).toMatchObject({ state: 'failed', error: { kind: 'not-available' } });
    const gone = await play({ state: () => 'gone' });
    expect(gone.entry).toMatchObject({ state: 'failed', error: { kind: 'unexpected-answer' } });
  });

  test('case 45: 429, without a read that would meet the same', async () => {
    const request = new IdentityError('service-unavailable', { status: 429, retryAt: start + 17 * second });
    const { entry, readAt } = await play({ request, state: () => 'notEnabled' });
    expect(entry).toMatchObject({ state: 'failed', error: { status: 429, retryAt: start + 17 * second } });
    expect(readAt).toEqual([]);
  });

  test('nothing was sent when there is no way to the service', async () => {
    const { entry, sent, took } = await play({ directory: failure('offline'), state: () => 'notEnabled' });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'offline' } });
    expect(took).toBe(0);
    expect(sent).toEqual([]);
  });

  test('when reading fails to the end: why the request failed, or else why the read did', async () => {
    const unreadable = { state: () => 'ready' as const, read: () => failure('service-unavailable', 500) };
    const { entry, took } = await play(unreadable);
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'service-unavailable' } });
    expect(took).toBeGreaterThanOrEqual(35 * second);
    const both = await play({ ...unreadable, request: failure('offline') });
    expect(both.entry).toMatchObject({ state: 'failed', error: { kind: 'offline' } });
  });

  test('a read that failed in between is made up for', async () => {
    const { entry } = await play({
      state: () => 'ready',
      read: (count) => (count < 3 ? failure('offline') : undefined),
    });
    expect(entry.state).toBe('done');
  });
});

describe('a click that is too old', () => {
  test('is not carried out any more', async () => {
    const { entry, sent, readAt } = await play({
      entry: { updatedAt: start - 120 * second - 1 },
      state: () => 'ready',
    });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'interrupted' } });
    expect([sent, readAt]).toEqual([[], []]);
  });

  test('of two minutes is not', async () => {
    const { entry, sent } = await play({ entry: { updatedAt: start - 120 * second }, state: () => 'ready' });
    expect([entry.state, sent.length]).toEqual(['done', 1]);
  });
});

describe('case 54: stopped after the request may have been sent', () => {
  test('is never sent again: the effect is looked for', async () => {
    const { entry, sent } = await play({ entry: { state: 'requested', sentAt: start }, state: () => 'ready' });
    expect(entry).toMatchObject({ state: 'done', smsSignIn: 'ready', error: undefined });
    expect(sent).toEqual([]);
  });

  test("without effect it was interrupted, which is nobody's fault", async () => {
    const { entry, sent, took } = await play({
      entry: { state: 'requested', sentAt: start },
      state: () => 'notEnabled',
    });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'interrupted' } });
    expect(sent).toEqual([]);
    expect(took).toBeGreaterThanOrEqual(35 * second);
  });
});

describe('case 53: a sign-in is demanded', () => {
  test('the first time it waits for the person, with the claims of a fresh sign-in', async () => {
    const { entry, readAt } = await play({ request: failure('needs-step-up', 403), state: () => 'notEnabled' });
    expect(entry).toMatchObject({
      state: 'needs-step-up',
      error: { kind: 'needs-step-up', status: 403 },
      stepUp: { resume: 'requested', done: false, claims: freshSignInClaims },
    });
    expect(readAt).toEqual([]);
  });

  test('case 36: or with those of the challenge', async () => {
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}';
    const request = new IdentityError('needs-step-up', { status: 401 }, claims);
    expect((await play({ request, state: () => 'notEnabled' })).entry.stepUp).toMatchObject({ claims });
  });

  test('the second time it means not-permitted', async () => {
    const stepUp = { resume: 'requested', done: true } as const;
    const { entry, sent } = await play({
      entry: { stepUp },
      request: failure('needs-step-up', 403),
      state: () => 'notEnabled',
    });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'not-permitted', status: 403 } });
    expect(sent).toHaveLength(1);
  });

  test('signed-out asks for a sign-in without claims, before and after a fresh one', async () => {
    for (const done of [false, true]) {
      const { entry, sent } = await play({
        entry: { stepUp: { resume: 'requested', done } },
        directory: failure('signed-out'),
        state: () => 'notEnabled',
      });
      expect(entry).toMatchObject({ state: 'needs-step-up', stepUp: { resume: 'requested', done: false } });
      expect(entry.stepUp).not.toHaveProperty('claims');
      expect(sent).toEqual([]);
    }
  });

  test('while settling: goes on with settling, not with sending', async () => {
    const claims = '{"access_token":{}}';
    for (const read of [failure('signed-out', 401), new IdentityError('needs-step-up', { status: 401 }, claims)]) {
      const { entry, sent } = await play({ state: () => 'ready', read: () => read });
      expect(entry).toMatchObject({ state: 'needs-step-up', stepUp: { resume: 'settling', done: false } });
      expect(entry.stepUp?.claims).toBe(read.claims);
      expect(sent).toHaveLength(1);
    }
  });

  test('while settling after a refusal: the refusal is kept', async () => {
    const { entry } = await play({
      request: failure('unexpected-answer', 400),
      state: () => 'notEnabled',
      read: () => failure('signed-out', 401),
    });
    expect(entry).toMatchObject({ state: 'needs-step-up', error: { kind: 'unexpected-answer', status: 400 } });
  });
});

describe('removing', () => {
  const command: Write = { kind: 'remove', accountId, methodId: 'mobile' };

  test('ends when the number is gone', async () => {
    const { entry, sent, readAt } = await play({ command, state: (after) => (after < 5 * second ? 'ready' : 'gone') });
    expect(sent).toEqual(['remove mobile']);
    expect(readAt).toEqual([0, 1, 3, 7].map((seconds) => seconds * second));
    expect(entry).toMatchObject({ state: 'done', error: undefined });
  });

  test.each([
    ['lost', failure('offline')],
    ['that it is not there, since somebody else was faster', failure('unexpected-answer', 404)],
  ])('the answer was %s, and the number is gone', async (_, request) => {
    const { entry, sent } = await play({ command, request, state: () => 'gone' });
    expect(entry).toMatchObject({ state: 'done', error: undefined });
    expect(sent).toHaveLength(1);
  });

  test('success without effect, also of a number that owes a sign-in', async () => {
    const { entry, took } = await play({ command, state: () => 'notConfigured' });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'not-effective' } });
    expect(took).toBeGreaterThanOrEqual(35 * second);
  });

  test.each(['is-default-method', 'needs-other-removed-first'] as const)('case 51: refused: %s', async (kind) => {
    const { entry, readAt } = await play({ command, request: failure(kind, 400), state: () => 'ready' });
    expect(entry).toMatchObject({ state: 'failed', error: { kind, status: 400 } });
    expect(readAt).toEqual([0]);
  });

  test('interrupted before it arrived: looked for, never sent again', async () => {
    const { entry, sent } = await play({ command, entry: { state: 'requested', sentAt: start }, state: () => 'ready' });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'interrupted' } });
    expect(sent).toEqual([]);
  });
});

describe('making the default', () => {
  const command: Write = { kind: 'make-default', accountId, method: 'sms' };

  test('ends when it shows', async () => {
    const defaultMethod = (after: number) => (after < 2 * second ? ('push' as const) : ('sms' as const));
    const { entry, sent, took } = await play({ command, state: () => 'ready', defaultMethod });
    expect([sent, took]).toEqual([['default sms'], 3 * second]);
    expect(entry).toMatchObject({ state: 'done', error: undefined });
  });

  test('success without effect', async () => {
    const { entry } = await play({ command, state: () => 'ready', defaultMethod: () => 'push' });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'not-effective' } });
  });

  test('refused after a fresh sign-in: not permitted', async () => {
    const { entry } = await play({
      command,
      entry: { stepUp: { resume: 'requested', done: true } },
      request: failure('needs-step-up', 403),
      state: () => 'ready',
      defaultMethod: () => 'push',
    });
    expect(entry).toMatchObject({ state: 'failed', error: { kind: 'not-permitted' } });
  });
});

describe('removing the default: another first, then the number', () => {
  const command: Write = { kind: 'remove', accountId, methodId: 'mobile', defaultFirst: 'push' };
  /** A service that does each of the two a second after it was asked. */
  const willing: Scene = {
    command,
    defaultMethod: (after, sent) => (sent.length > 1 || after >= second ? 'push' : 'sms'),
    state: (after, sent) => (sent.includes('remove mobile') && after >= second ? 'gone' : 'ready'),
  };

  test('two requests, the second once the first shows', async () => {
    const { entry, sent, states, readAt } = await play(willing);
    expect(sent).toEqual(['default push', 'remove mobile']);
    expect(states).toEqual(['requested', 'settling', 'requested', 'settling', 'done']);
    expect(readAt).toEqual([0, 1, 1, 2].map((seconds) => seconds * second));
    expect(entry).toMatchObject({ state: 'done', defaultChanged: true, error: undefined });
  });

  test('nothing is removed when the default does not change', async () => {
    const unmoved = await play({ ...willing, defaultMethod: () => 'sms' });
    expect(unmoved.sent).toEqual(['default push']);
    expect(unmoved.entry).toMatchObject({ state: 'failed', error: { kind: 'not-effective' } });
    const refused = await play({
      ...willing,
      defaultMethod: () => 'sms',
      entry: { stepUp: { resume: 'requested', done: true } },
      request: failure('needs-step-up', 403),
    });
    expect(refused.sent).toEqual(['default push']);
    expect(refused.entry).toMatchObject({ state: 'failed', error: { kind: 'not-permitted' } });
    for (const { entry } of [unmoved, refused]) expect(entry.defaultChanged).toBeUndefined();
  });

  test('a refused removal leaves the new default, and says so', async () => {
    const request = [undefined, failure('is-default-method', 400)];
    const { entry, sent } = await play({ ...willing, request, state: () => 'ready' });
    expect(sent).toEqual(['default push', 'remove mobile']);
    expect(entry).toMatchObject({ state: 'failed', defaultChanged: true, error: { kind: 'is-default-method' } });
  });

  test('a fresh sign-in that the first demands lets it go on from there', async () => {
    const waiting = await play({ ...willing, request: failure('needs-step-up', 403) });
    expect(waiting.entry).toMatchObject({ state: 'needs-step-up', stepUp: { resume: 'requested', done: false } });
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

  test('stopped after the first was sent: it is looked for, and the removal follows', async () => {
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
  ])('what was stopped an hour ago, when the first %s, removes nothing now', async (_, entry) => {
    const told = await play({ ...willing, entry, defaultMethod: () => 'push' });
    expect(told.sent).toEqual([]);
    expect(told.entry).toMatchObject({ state: 'failed', defaultChanged: true, error: { kind: 'interrupted' } });
  });
});
