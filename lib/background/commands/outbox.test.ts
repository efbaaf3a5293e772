import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { waitFor } from '../../../scripts/driver/wait-for.ts';
import type { Command } from '../../shared/model/commands.ts';
import { IdentityError } from '../../shared/model/errors.ts';
import type { SmsSignInState } from '../../shared/model/phone-method.ts';
import type { CommandRow } from '../../shared/model/rows.ts';
import type { PhoneDirectory, Snapshot } from '../backend.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { Cancelled, createOutbox, type Handlers, type Outbox } from './outbox.ts';

const second = 1_000;
const accountId = '7e000000-0000-4000-8000-00000000c0de.0e000000-0000-4000-8000-000000000002';
const otherAccountId = '7e000000-0000-4000-8000-00000000c0de.0e000000-0000-4000-8000-000000000003';
const enable: Command = { kind: 'enable', accountId, methodId: 'mobile' };
const signIn: Command = { kind: 'sign-in', connectionId: 'tenant', from: 'popup' };
const id = '5d8f1c7a-90b2-4e63-8a1d-2c4b6e8f0a13';
const secondId = '0c3e5a79-1b4d-4f68-92a7-6d8e0f1b3c57';

let database: Database;
let time: number;
const now = () => time;

beforeEach(() => {
  time = Date.UTC(2026, 7, 3, 9);
  database = openDatabase(`outbox-${crypto.randomUUID()}`);
});
afterEach(async () => {
  await database.delete();
});

/** A service with one mobile number and settable answers. */
function createService() {
  const service = {
    state: 'notEnabled' as SmsSignInState,
    propagation: 0,
    /** The state after enabling. */
    enabled: 'ready' as SmsSignInState,
    /** Errors of the next requests, with or without the effect of the request. */
    answers: [] as { error: IdentityError; effect: boolean }[],
    sent: [] as string[],
    effects: 0,
    reads: 0,
    readFails: undefined as IdentityError | undefined,
    shownFrom: 0,
    before: 'notEnabled' as SmsSignInState,
    change(command: 'enable' | 'disable', who: string) {
      service.sent.push(`${command} ${who}`);
      const answer = service.answers.shift();
      if (!answer || answer.effect) {
        service.before = service.state;
        service.state = command === 'enable' ? service.enabled : 'notEnabled';
        service.shownFrom = time + service.propagation;
        service.effects += 1;
      }
      if (answer) throw answer.error;
    },
    snapshot(): Snapshot {
      service.reads += 1;
      if (service.readFails) throw service.readFails;
      const smsSignIn = time < service.shownFrom ? service.before : service.state;
      return {
        methods: [{ id: 'mobile', type: 'mobile', phoneNumber: '+44 7700900102', smsSignIn }],
        defaultMethod: 'unknown',
      };
    },
  };
  return service;
}

/** One run of the service worker. It stops at the point with this number, counted from 0. */
function createRun(service: ReturnType<typeof createService>, handlers: Partial<Handlers> = {}, stopAt = Infinity) {
  let passed = 0;
  const stopped = Promise.withResolvers<'stopped'>();
  const running = { is: true };
  const wakeAt = vi.fn();
  const syncSoon = vi.fn(async () => {});
  const point = async () => {
    if (passed === stopAt) {
      running.is = false;
      stopped.resolve('stopped');
    }
    passed += 1;
    if (!running.is) await new Promise(() => {});
  };
  // There is a point before and after each change of a row.
  const table = new Proxy(database.outbox, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (key !== 'update') return typeof value === 'function' ? value.bind(target) : value;
      return async (...given: Parameters<typeof target.update>) => {
        await point();
        await target.update(...given);
        await point();
      };
    },
  });
  const seen = new Proxy(database, {
    get(target, key) {
      if (key === 'outbox') return table;
      if (key !== 'transaction') {
        const value = Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      }
      return (mode: 'rw', _: unknown, work: () => Promise<unknown>) => target.transaction(mode, target.outbox, work);
    },
  });
  const directory = (who: string): PhoneDirectory => ({
    snapshot: async () => service.snapshot(),
    async enableSmsSignIn() {
      await point();
      await passing(() => service.change('enable', who));
    },
    async disableSmsSignIn() {
      await point();
      await passing(() => service.change('disable', who));
    },
    remove: () => Promise.reject(new Error('not here')),
    setDefaultMethod: () => Promise.reject(new Error('not here')),
    otherMethods: () => Promise.reject(new Error('not here')),
  });
  /** The effect at the service stays if the run stops before the answer. */
  async function passing<Result>(act: () => Result): Promise<Result> {
    let outcome: () => Result;
    try {
      const result = act();
      outcome = () => result;
    } catch (error) {
      outcome = () => {
        throw error;
      };
    }
    await point();
    return outcome();
  }
  const outbox = createOutbox({
    database: seen,
    handlers: handlers as Handlers,
    write: {
      async directory({ accountId: who }) {
        await point();
        return directory(who === accountId ? 'one' : 'other');
      },
      async read() {
        await point();
        return passing(() => service.snapshot());
      },
      canMeet: async (_, __, signIns, isAsked = signIns > 0) => !isAsked,
      now,
    },
    forgetChallenge: async () => {},
    requirePermitted: async () => {},
    now,
    wakeAt,
    syncSoon,
    startCommand: async () => {},
  });
  return { outbox, syncSoon, stopped: stopped.promise, wakeAt, points: () => passed };
}

const rowOf = async (which = id) => {
  const row = await database.outbox.get(which);
  if (!row) throw new Error(`No row ${which}`);
  return row;
};
const isWaiting = ({ state }: CommandRow) => ['accepted', 'requested', 'settling'].includes(state);

/** Moves the clock to each due time and resumes the outbox, as alarms do, until every command has ended or waits. */
async function goOn(outbox: Outbox): Promise<void> {
  for (let rounds = 0; ; rounds += 1) {
    await outbox.resume();
    const waiting = (await database.outbox.toArray()).filter(isWaiting);
    if (waiting.length === 0) return;
    if (rounds > 60) throw new Error(`Does not end: ${JSON.stringify(waiting)}`);
    const due = waiting.flatMap(({ state, readAt }) => (state === 'settling' && readAt ? [readAt] : []));
    if (due.length > 0) time = Math.max(time, Math.min(...due));
  }
}

describe('a command', () => {
  test('has a row once it is accepted, and is carried out after that', async () => {
    const held = Promise.withResolvers<undefined>();
    const connect = vi.fn(() => held.promise);
    const { outbox } = createRun(createService(), { connect });
    const command: Command = {
      kind: 'connect',
      connection: { cloud: 'global', tenant: 'contoso.example', clientId: 'client' },
    };
    await outbox.accept({ id, command });
    expect(await rowOf()).toMatchObject({ command, createdAt: time });
    expect((await rowOf()).state).toMatch(/^(accepted|requested)$/);
    held.resolve(undefined);
    await waitFor(async () => expect((await rowOf()).state).toBe('done'));
    expect(connect).toHaveBeenCalledTimes(1);
  });

  test('sent twice under one id is carried out once', async () => {
    const service = createService();
    const { outbox } = createRun(service);
    await Promise.all([outbox.accept({ id, command: enable }), outbox.accept({ id, command: enable })]);
    await goOn(outbox);
    await outbox.accept({ id, command: enable });
    await goOn(outbox);
    expect(service.sent).toEqual(['enable one']);
    expect(await database.outbox.count()).toBe(1);
  });

  test('case 55: equal to a running command is cancelled, as after a double click or a click in two windows', async () => {
    const service = createService();
    const { outbox } = createRun(service);
    await outbox.accept({ id, command: enable });
    await outbox.accept({ id: secondId, command: { ...enable } });
    expect(await rowOf(secondId)).toMatchObject({ state: 'cancelled', dismissed: true });
    await goOn(outbox);
    expect(service.sent).toEqual(['enable one']);
    expect(await rowOf()).toMatchObject({ state: 'done' });
  });

  test('equal to an ended command is carried out', async () => {
    const service = createService();
    service.answers.push({ error: new IdentityError('unexpected-answer', { status: 400 }), effect: false });
    const { outbox } = createRun(service);
    await outbox.accept({ id, command: enable });
    await goOn(outbox);
    await outbox.accept({ id: secondId, command: enable });
    await goOn(outbox);
    expect([(await rowOf()).state, (await rowOf(secondId)).state]).toEqual(['failed', 'done']);
    expect(service.sent).toHaveLength(2);
  });

  test.each([
    ['failed', new IdentityError('offline'), { error: { kind: 'offline' } }],
    ['failed', new TypeError('a defect'), { error: { kind: 'internal-error' } }],
    ['cancelled', new Cancelled(), {}],
  ])('whose handler rejects is %s', async (state, error, more) => {
    const { outbox } = createRun(createService(), { 'sign-in': () => Promise.reject(error) });
    await outbox.accept({ id, command: signIn });
    await waitFor(async () => expect(await rowOf()).toMatchObject({ state, ...more }));
    expect(JSON.stringify(await rowOf())).not.toContain('a defect');
  });
});

describe('writes', () => {
  test('of one account are carried out one after the other, in the order of their clicks', async () => {
    const service = createService();
    service.propagation = 5 * second;
    const { outbox, wakeAt } = createRun(service);
    await outbox.accept({ id, command: enable });
    time += 1;
    await outbox.accept({ id: secondId, command: { ...enable, kind: 'disable' } });
    await outbox.resume();
    expect(service.sent).toEqual(['enable one']);
    expect(await rowOf(secondId)).toMatchObject({ state: 'accepted' });
    expect(wakeAt).toHaveBeenLastCalledWith((await rowOf()).readAt);
    await goOn(outbox);
    expect(service.sent).toEqual(['enable one', 'disable one']);
    expect([(await rowOf()).state, (await rowOf(secondId)).state]).toEqual(['done', 'done']);
  });

  test('of different accounts do not wait for each other', async () => {
    const service = createService();
    service.propagation = 5 * second;
    const { outbox } = createRun(service);
    await outbox.accept({ id, command: enable });
    await outbox.accept({ id: secondId, command: { ...enable, accountId: otherAccountId } as Command });
    await outbox.resume();
    expect(service.sent.sort()).toEqual(['enable one', 'enable other']);
  });

  test('go on after the database has refused one change of a row', async () => {
    const service = createService();
    const { outbox } = createRun(service);
    const update = vi.spyOn(database.outbox, 'update');
    const refusal = new Error('QuotaExceededError');
    update.mockRejectedValueOnce(refusal).mockRejectedValueOnce(refusal);
    await outbox.accept({ id, command: enable });
    await outbox.resume();
    await goOn(outbox);
    expect(update.mock.calls.length).toBeGreaterThan(2);
    expect(await rowOf()).toMatchObject({ state: 'done' });
    expect(service.effects).toBe(1);
  });
});

describe('case 53: a fresh sign-in', () => {
  const demanded = () => ({ error: new IdentityError('needs-step-up', { status: 403 }), effect: false });

  test('resumes the command that it was for, and no other', async () => {
    const service = createService();
    service.answers.push(demanded(), demanded());
    const { outbox } = createRun(service);
    await outbox.accept({ id, command: enable });
    await outbox.accept({ id: secondId, command: { ...enable, methodId: 'other' } as Command });
    await goOn(outbox);
    expect([(await rowOf()).state, (await rowOf(secondId)).state]).toEqual(['needs-step-up', 'needs-step-up']);
    await outbox.signedIn(accountId, id);
    await goOn(outbox);
    expect(await rowOf()).toMatchObject({ state: 'done' });
    expect(await rowOf(secondId)).toMatchObject({ state: 'needs-step-up' });
    expect(service.effects).toBe(1);
  });

  test('of the account for something else does not resume a command that waits for step-up', async () => {
    const service = createService();
    service.answers.push(demanded());
    const { outbox } = createRun(service);
    await outbox.accept({ id, command: enable });
    await goOn(outbox);
    await outbox.signedIn(accountId);
    await outbox.signedIn(otherAccountId, id);
    await goOn(outbox);
    expect(await rowOf()).toMatchObject({ state: 'needs-step-up' });
    expect(service.sent).toHaveLength(1);
  });

  test('that is followed by another demand means not-permitted', async () => {
    const service = createService();
    service.answers.push(demanded(), demanded());
    const { outbox } = createRun(service);
    await outbox.accept({ id, command: enable });
    await goOn(outbox);
    await outbox.signedIn(accountId, id);
    await goOn(outbox);
    expect(await rowOf()).toMatchObject({ state: 'failed', error: { kind: 'not-permitted' } });
    expect(service.sent).toHaveLength(2);
  });

  test('does not resume a command that the user has dismissed', async () => {
    const service = createService();
    service.answers.push(demanded());
    const { outbox } = createRun(service);
    await outbox.accept({ id, command: enable });
    await goOn(outbox);
    await outbox.dismiss(id);
    await outbox.signedIn(accountId, id);
    await goOn(outbox);
    expect(await rowOf()).toMatchObject({ state: 'cancelled', dismissed: true });
    expect(service.sent).toHaveLength(1);
  });
});

describe('two windows', () => {
  test('a command dismissed in one window during the sign-in of the other is either cancelled or sent, never both', async () => {
    const ends = new Set<string>();
    for (let later = 0; later < 8; later += 1) {
      const service = createService();
      service.answers.push({ error: new IdentityError('needs-step-up', { status: 403 }), effect: false });
      const { outbox } = createRun(service);
      await outbox.accept({ id, command: enable });
      await goOn(outbox);
      const signedIn = outbox.signedIn(accountId, id);
      for (let turn = 0; turn < later; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      await Promise.all([signedIn, outbox.dismiss(id)]);
      await goOn(outbox);
      const { state } = await rowOf();
      ends.add(state);
      expect(service.sent).toHaveLength(state === 'cancelled' ? 1 : 2);
      await database.outbox.clear();
    }
    expect([...ends].sort()).toEqual(['cancelled', 'done']);
  });
});

describe('a failed write', () => {
  const gone: Snapshot = { methods: [], defaultMethod: 'unknown' };
  const remove: Command = { kind: 'remove', accountId, methodId: 'mobile' };
  const failed = (kind: 'not-effective' | 'not-permitted'): CommandRow => ({
    id,
    command: remove,
    accountId,
    state: 'failed',
    error: { kind, at: time },
    settleBy: time,
    createdAt: time,
    updatedAt: time,
  });

  test('becomes done once a sync shows the change', async () => {
    await database.outbox.add(failed('not-effective'));
    const { outbox } = createRun(createService());
    await outbox.confirmLateSuccess(otherAccountId, gone);
    expect(await rowOf()).toMatchObject({ state: 'failed' });
    time += 60 * second;
    await outbox.confirmLateSuccess(accountId, gone);
    expect(await rowOf()).toMatchObject({ state: 'done', updatedAt: time });
    expect(await rowOf()).not.toHaveProperty('error');
  });

  test('stays failed if it was refused, or if the change appears much later', async () => {
    const { outbox } = createRun(createService());
    await database.outbox.add(failed('not-permitted'));
    await outbox.confirmLateSuccess(accountId, gone);
    await database.outbox.put(failed('not-effective'));
    time += 601 * second;
    await outbox.confirmLateSuccess(accountId, gone);
    expect(await rowOf()).toMatchObject({ state: 'failed' });
  });

  test('that may still take effect is followed by an early sync', async () => {
    const service = createService();
    service.answers.push({ error: new IdentityError('unexpected-answer', { status: 409 }), effect: false });
    const { outbox, syncSoon } = createRun(service);
    await outbox.accept({ id, command: enable });
    await goOn(outbox);
    expect(syncSoon).toHaveBeenCalledExactlyOnceWith(accountId);
  });
});

describe('signed out while settling', () => {
  test('any sign-in of the account resumes the reads, without a second request', async () => {
    const service = createService();
    service.readFails = new IdentityError('signed-out', { status: 401 });
    const { outbox } = createRun(service);
    await outbox.accept({ id, command: enable });
    await goOn(outbox);
    expect(await rowOf()).toMatchObject({ state: 'needs-step-up', stepUp: { resume: 'settling' } });
    service.readFails = undefined;
    await outbox.signedIn(otherAccountId);
    await goOn(outbox);
    expect(await rowOf()).toMatchObject({ state: 'needs-step-up' });
    time += 3_600 * second;
    await outbox.signedIn(accountId);
    await goOn(outbox);
    expect(await rowOf()).toMatchObject({ state: 'done', smsSignIn: 'ready' });
    expect(service.sent).toEqual(['enable one']);
  });

  test('the reason of the refusal is kept', async () => {
    const service = createService();
    service.answers.push({ error: new IdentityError('unexpected-answer', { status: 400 }), effect: false });
    service.state = 'notConfigured';
    service.readFails = new IdentityError('signed-out', { status: 401 });
    const { outbox } = createRun(service);
    await outbox.accept({ id, command: enable });
    await goOn(outbox);
    service.readFails = undefined;
    await outbox.signedIn(accountId);
    await goOn(outbox);
    expect(await rowOf()).toMatchObject({ state: 'failed', error: { kind: 'unexpected-answer', status: 400 } });
  });
});

describe('a start of the service worker', () => {
  test('cancels commands that had opened a window, and carries out the other fresh ones', async () => {
    const sync = vi.fn(async () => undefined);
    const { outbox } = createRun(createService(), { sync });
    const row = { createdAt: time, updatedAt: time, state: 'requested' as const };
    await database.outbox.bulkAdd([
      { ...row, id, command: signIn },
      { ...row, id: secondId, command: { kind: 'sync', accountId } },
    ]);
    await outbox.recover();
    expect(await rowOf()).toMatchObject({ state: 'cancelled' });
    await waitFor(async () => expect(await rowOf(secondId)).toMatchObject({ state: 'done' }));
    expect(sync).toHaveBeenCalledTimes(1);
  });

  test('leaves a command of a newer version alone', async () => {
    const { outbox } = createRun(createService());
    const row = { id, command: { kind: 'later' }, state: 'accepted', createdAt: time, updatedAt: time };
    await database.table('outbox').add(row);
    time += 24 * 3_600 * second;
    await outbox.recover();
    await outbox.resume();
    expect(await rowOf()).toEqual(row);
  });

  test('does not carry out an old command', async () => {
    const opens = vi.fn(async () => undefined);
    const { outbox } = createRun(createService(), { 'add-hosted': opens });
    const updatedAt = time - 24 * 3_600 * second;
    const command: Command = { kind: 'add-hosted', accountId };
    await database.outbox.add({ id, command, state: 'accepted', createdAt: updatedAt, updatedAt });
    await outbox.recover();
    expect(await rowOf()).toMatchObject({ state: 'failed', error: { kind: 'interrupted' } });
    expect(opens).not.toHaveBeenCalled();
  });
});

describe('case 54: stopped', () => {
  interface Story {
    name: string;
    prepare(service: ReturnType<typeof createService>): void;
    /** The final state without a stop. */
    ends: CommandRow['state'];
    /** The number of requests that are allowed: one that was answered by a demand for step-up has no effect. */
    requests?: 2;
  }
  const stories: Story[] = [
    { name: 'enabling', prepare: () => {}, ends: 'done' },
    {
      name: 'enabling, seen after 20 seconds',
      prepare: (service) => {
        service.propagation = 20 * second;
      },
      ends: 'done',
    },
    {
      name: 'an answer that was lost',
      prepare: (service) => service.answers.push({ error: new IdentityError('offline'), effect: true }),
      ends: 'done',
    },
    {
      name: 'a request that was lost',
      prepare: (service) => service.answers.push({ error: new IdentityError('offline'), effect: false }),
      ends: 'failed',
    },
    {
      name: 'a number that owes a sign-in',
      prepare: (service) => {
        service.enabled = 'notConfigured';
      },
      ends: 'done',
    },
    {
      name: 'a number in use',
      prepare: (service) => {
        service.enabled = 'phoneNumberNotUnique';
        service.answers.push({ error: new IdentityError('number-in-use', { status: 409 }), effect: true });
      },
      ends: 'failed',
    },
    {
      name: 'success without effect',
      prepare: (service) => {
        service.enabled = 'notEnabled';
      },
      ends: 'failed',
    },
    {
      name: 'a fresh sign-in that was demanded',
      prepare: (service) =>
        service.answers.push({ error: new IdentityError('needs-step-up', { status: 403 }), effect: false }),
      ends: 'done',
      requests: 2,
    },
  ];

  /** Plays the story in runs that stop at these points, and a last run to the end. */
  async function tell(story: Story, stops: readonly number[]) {
    await database.outbox.clear();
    const service = createService();
    story.prepare(service);
    const runs = [...stops, Number.POSITIVE_INFINITY];
    let wasStopped = 0;
    let asked = false;
    for (const stopAt of runs) {
      const run = createRun(service, {}, stopAt);
      const whole = async () => {
        if (asked) await run.outbox.recover();
        asked = true;
        // A page without an answer sends the same id again.
        await run.outbox.accept({ id, command: enable });
        await goOn(run.outbox);
        if ((await rowOf()).state === 'needs-step-up') await run.outbox.signedIn(accountId, id);
        await goOn(run.outbox);
        return 'ended';
      };
      const end = await Promise.race([whole(), run.stopped]);
      if (end === 'ended') break;
      wasStopped += 1;
    }
    return { story, service, row: await rowOf(), wasStopped };
  }

  function expectTheTruth({ story, service, row }: Awaited<ReturnType<typeof tell>>): void {
    expect(service.sent.length).toBeLessThanOrEqual(story.requests ?? 1);
    expect(service.effects).toBeLessThanOrEqual(1);
    expect(['done', 'failed']).toContain(row.state);
    const truth = service.state;
    if (row.state === 'done') {
      expect(row).toMatchObject({ smsSignIn: truth });
      expect(['ready', 'notConfigured']).toContain(truth);
    } else {
      expect(['notEnabled', 'phoneNumberNotUnique', 'notConfigured']).toContain(truth);
      expect(row.error?.kind).toBeTruthy();
    }
  }

  test.each(stories)(
    'at every point of $name, the request is sent at most once and the row ends in the state of the service',
    async (story) => {
      const untouched = await tell(story, []);
      expect(untouched.row.state).toBe(story.ends);
      for (let stopAt = 0; ; stopAt += 1) {
        const told = await tell(story, [stopAt]);
        expectTheTruth(told);
        if (told.wasStopped === 0) {
          expect(stopAt).toBeGreaterThan(5);
          return;
        }
      }
    },
  );

  test('several times at random points, the same holds', async () => {
    const anywhere = fc.array(fc.nat({ max: 16 }), { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...stories), anywhere, async (story, stops) => {
        expectTheTruth(await tell(story, stops));
      }),
      { numRuns: 60 },
    );
  });
});
