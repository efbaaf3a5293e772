// The background is stopped at every point where a command waits: before a request leaves, after the service acted but before the
// answer is there, between two writings to the database. For every command, at every such point, with the real code.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { overviewOf } from '../../components/view-model/accounts.ts';
import type { Progress } from '../../components/view-model/progress.ts';
import { emptyAdding, registrationStep } from '../../components/view-model/registration.ts';
import type { Command, CommandKind, TypedInput } from '../../lib/shared/model/commands.ts';
import { Extension, stopTime } from './extension.ts';
import { modelAccount, modelConnection, modelTenant, ServiceModel } from './service-model.ts';

const accountId = modelAccount;
const minute = 60_000;
const number = '+447700900150';
const typed = { phoneNumber: number };
const verificationId = '8a000000-0000-4000-8000-000000000001';

interface World {
  service: ServiceModel;
  extension: Extension;
  /** The command that a step-up is for. */
  waiting: string;
}

interface Story {
  /** Before the command: signed in, with a mobile number that is not enabled, unless it says otherwise. */
  begin?(world: World): Promise<void> | void;
  isSignedOut?: boolean;
  command(world: World): Command | Promise<Command>;
  input?(world: World): TypedInput;
  /** What the person asks for after it did not come off; else the same. */
  again?(world: World): Promise<Command>;
  /** Whether what the person wanted is so. */
  reached(world: World): boolean | Promise<boolean>;
  /** What the service may have been asked to do for one click. */
  once?: RegExp;
}

const methodId = async ({ extension }: World, type = 'mobile') =>
  (await extension.database.methods.where({ accountId }).toArray()).find((method) => method.type === type)?.id ?? '';
const signedIn = async ({ extension }: World) =>
  (await extension.database.accounts.get(accountId))?.session === 'signed-in';
const texted = async ({ extension, service }: World) => {
  service.changeElsewhere(() => service.phones.clear());
  await extension.ask({ kind: 'sync', accountId });
  await extension.ask({ kind: 'text-code', accountId, verificationId, type: 'mobile', purpose: 'add' }, typed);
  await extension.pass(1_000);
};
const verification = ({ extension }: World) => extension.database.verifications.get(verificationId);

const stories: Record<CommandKind, Story> = {
  connect: {
    isSignedOut: true,
    begin: ({ extension }) => extension.database.connections.clear(),
    command: () => ({ kind: 'connect', connection: modelConnection }),
    reached: async ({ extension }) => (await extension.database.connections.count()) === 1,
  },
  disconnect: {
    command: () => ({ kind: 'disconnect', connectionId: modelTenant }),
    reached: async ({ extension }) =>
      (await extension.database.connections.count()) + (await extension.database.accounts.count()) === 0 &&
      ![...extension.memory.keys()].some((key) => key.startsWith('tokens:')),
  },
  'sign-in': {
    isSignedOut: true,
    command: () => ({ kind: 'sign-in', connectionId: modelTenant, from: 'popup' }),
    reached: signedIn,
  },
  'sign-out': {
    command: () => ({ kind: 'sign-out', accountId, atService: true }),
    reached: async ({ extension }) =>
      (await extension.database.accounts.count()) + (await extension.database.methods.count()) === 0 &&
      ![...extension.memory.keys()].some((key) => key.startsWith('tokens:')),
  },
  sync: {
    begin: ({ service }) => service.changeElsewhere(() => service.register('office', '+442079460109')),
    command: () => ({ kind: 'sync', accountId }),
    reached: async ({ extension }) => (await extension.database.methods.count()) === 2,
  },
  enable: {
    command: async (world) => ({ kind: 'enable', accountId, methodId: await methodId(world) }),
    reached: ({ service }) => service.phones.get('mobile')?.sms === 'ready',
    once: /^ready/,
  },
  disable: {
    begin: async ({ service, extension }) => {
      service.changeElsewhere(() => service.register('mobile', '+447700900104', 'ready'));
      await extension.ask({ kind: 'sync', accountId });
    },
    command: async (world) => ({ kind: 'disable', accountId, methodId: await methodId(world) }),
    reached: ({ service }) => service.phones.get('mobile')?.sms === 'notEnabled',
    once: /^notEnabled/,
  },
  'make-default': {
    command: () => ({ kind: 'make-default', accountId, method: 'sms' }),
    reached: ({ service }) => service.default === 'sms',
    once: /^default/,
  },
  remove: {
    begin: async ({ service, extension }) => {
      service.changeElsewhere(() => {
        service.default = 'sms';
      });
      await extension.ask({ kind: 'sync', accountId });
    },
    command: async (world) => ({ kind: 'remove', accountId, methodId: await methodId(world), defaultFirst: 'push' }),
    reached: ({ service }) => !service.phones.has('mobile'),
    once: /^(remove|default)/,
  },
  'list-methods': {
    command: () => ({ kind: 'list-methods', accountId }),
    reached: async ({ extension }) => Boolean((await extension.database.accounts.get(accountId))?.otherMethods),
  },
  'step-up': {
    begin: async (world) => {
      await world.extension.pass(11 * minute);
      world.waiting = await world.extension.ask({ kind: 'enable', accountId, methodId: await methodId(world) });
    },
    command: ({ waiting }) => ({ kind: 'step-up', accountId, waitingId: waiting, from: 'popup' }),
    again: async (world) => {
      const { command, state } = (await world.extension.database.outbox.get(world.waiting)) ?? {};
      if (state === 'needs-step-up' || !command) return stories['step-up'].command(world);
      return command;
    },
    reached: ({ service }) => service.phones.get('mobile')?.sms === 'ready',
    once: /^ready/,
  },
  'add-hosted': {
    command: () => ({ kind: 'add-hosted', accountId }),
    reached: async ({ extension }) =>
      (await extension.database.registrations.where({ accountId, state: 'waiting' }).count()) === 1,
  },
  'try-sign-in': {
    command: async (world) => ({ kind: 'try-sign-in', accountId, methodId: await methodId(world), from: 'popup' }),
    reached: () => true,
  },
  'text-code': {
    begin: async ({ service, extension }) => {
      service.changeElsewhere(() => service.phones.clear());
      await extension.ask({ kind: 'sync', accountId });
    },
    command: () => ({ kind: 'text-code', accountId, verificationId, type: 'mobile', purpose: 'add' }),
    input: () => typed,
    reached: async (world) =>
      (await verification(world))?.state === 'awaiting-code' && world.service.texts.length === 1,
    once: /^text/,
  },
  'resend-code': {
    begin: async (world) => {
      await texted(world);
      await world.extension.pass(31_000);
    },
    command: () => ({ kind: 'resend-code', accountId, verificationId }),
    reached: async (world) => {
      const sent = world.service.verifications.get(verificationId)?.sentAt ?? 0;
      return world.service.texts.length === 2 && (await verification(world))?.challenge?.sentAt === sent;
    },
    once: /^text/,
  },
  'confirm-code': {
    begin: texted,
    command: () => ({ kind: 'confirm-code', accountId, verificationId }),
    input: ({ service }) => ({ code: service.texts.at(-1)?.code ?? '' }),
    reached: async (world) => (await verification(world))?.state === 'done' && world.service.phones.has('mobile'),
    once: /^register/,
  },
  'cancel-verification': {
    begin: texted,
    command: () => ({ kind: 'cancel-verification', accountId, verificationId }),
    reached: async (world) => (await verification(world))?.state === 'cancelled',
  },
  'confirm-number': {
    command: async (world) => ({ kind: 'confirm-number', accountId, methodId: await methodId(world) }),
    reached: async ({ extension }) => (await extension.database.confirmations.count()) === 1,
  },
  'change-settings': {
    command: () => ({ kind: 'change-settings', settings: { banner: false } }),
    reached: async ({ extension }) => (await extension.database.settings.get('settings'))?.banner === false,
  },
};

/** The same with something in between. */
const furtherStories: Record<string, Story> = {
  'sync with tokens that have ended': {
    ...stories.sync,
    begin: async (world) => {
      await stories.sync.begin?.(world);
      await world.extension.pass(2 * 60 * minute);
      world.service.changeElsewhere(() => world.service.register('alternateMobile', '+447700900119'));
    },
    reached: async ({ extension }) => (await extension.database.methods.count()) === 3,
  },
  'text-code with a sign-in that is too old': {
    ...stories['text-code'],
    begin: async (world) => {
      await world.extension.pass(11 * minute);
      await stories['text-code'].begin?.(world);
      await world.extension.ask(await stories['text-code'].command(world), typed);
      world.waiting = verificationId;
    },
    command: stories['step-up'].command,
    input: () => typed,
    again: async (world) => {
      const isWaiting = (await verification(world))?.state === 'needs-step-up';
      return stories[isWaiting ? 'step-up' : 'text-code'].command(world);
    },
  },
};

const start = Date.UTC(2026, 7, 3, 9);
let world: World;
let last = '';

beforeEach(() => stopTime(start));
afterEach(async () => {
  await world.extension.close();
  vi.useRealTimers();
});

async function begin(story: Story): Promise<void> {
  vi.setSystemTime(start);
  const service = new ServiceModel();
  service.register('mobile', '+447700900102');
  world = { service, extension: new Extension(service), waiting: '' };
  const { extension } = world;
  await extension.ask({ kind: 'connect', connection: modelConnection });
  if (!story.isSignedOut) await extension.ask({ kind: 'sign-in', connectionId: modelTenant, from: 'popup' });
  await extension.pass(1_000);
  await story.begin?.(world);
  await extension.settled();
}

/** What the person sees: what of it is under way, and what is said. */
async function seen(id: string): Promise<{ running: string[]; said: boolean }> {
  const { extension } = world;
  const rows = await extension.rows();
  const known = { rows, asked: [], now: Date.now() };
  const running = rows.outbox
    .filter(({ state }) => ['accepted', 'requested', 'settling'].includes(state))
    .map(({ command }) => command.kind as string);
  const openRequests = rows.verifications.filter(({ state, request }) => request || state === 'registered');
  running.push(...openRequests.map(({ state }) => `verification ${state}`));
  const overview = overviewOf(known, accountId);
  if (overview.screen === 'account') {
    const { tiles, isSyncing, signIn, adding } = overview.current;
    const parts: Record<string, Progress> = {
      signIn,
      adding,
      ...Object.fromEntries(tiles.map((tile) => [tile.method.type, tile.progress])),
    };
    running.push(...Object.keys(parts).filter((name) => parts[name]?.state === 'running'));
    if (isSyncing) running.push('refreshing');
    const step = registrationStep(known, {
      ...emptyAdding(accountId),
      sent: { id: verificationId, phoneNumber: number, type: 'mobile' },
    });
    if ((step.step === 'number' && step.isSending) || (step.step === 'registered' && step.isAppearing))
      running.push(step.step);
    if (step.step === 'code' && (step.isConfirming || step.isResending)) running.push(step.step);
    if (step.step === 'step-up') return { running, said: true };
    if ((step.step === 'number' || step.step === 'code') && step.error) return { running, said: true };
  }
  const ended = rows.outbox.filter((row) => row.id === id || row.id === world.waiting);
  return { running, said: ended.some(({ state }) => ['failed', 'cancelled', 'needs-step-up'].includes(state)) };
}

async function expectTruth(): Promise<void> {
  const { extension, service } = world;
  if (!(await signedIn(world))) return;
  const methods = await extension.database.methods.where({ accountId }).toArray();
  expect(methods.map(({ id, smsSignIn }) => [id, smsSignIn]).toSorted()).toEqual(
    [...service.phones.values()].map(({ id, sms }) => [id, sms]).toSorted(),
  );
}

/** @returns false when the command ended without coming to a point of this number */
async function stoppedAt(story: Story, number: number): Promise<string | false> {
  await begin(story);
  const { extension, service } = world;
  const before = service.carriedOut.length;
  let passed = 0;
  let where: string | undefined;
  const asked = Date.now();
  extension.stopAt = (point) => {
    // What comes later is the same again.
    if (where !== undefined || Date.now() - asked > 5_000) return false;
    passed += 1;
    if (passed <= number) return false;
    where = point;
    last = point;
    return true;
  };
  const command = await story.command(world);
  const input = story.input?.(world);
  const id = await extension.ask(command, input);
  await extension.pass(2 * minute);
  extension.stopAt = undefined;
  if (where === undefined) {
    expect(await story.reached(world), 'without being stopped').toBe(true);
    return false;
  }

  const view = await seen(id);
  expect(view.running, 'under way two minutes later').toEqual([]);
  await expectTruth();
  const done = service.carriedOut.slice(before);
  expect(new Set(done), `each at most once: ${done}`).toHaveLength(done.length);
  if (!story.once) expect(done).toEqual([]);
  for (const each of done) expect(each).toMatch(story.once ?? /$^/);
  const isReached = await story.reached(world);
  if (!isReached) {
    expect(view.said, 'not done, so something is said of it').toBe(true);
    // The person asks again, with what was typed, which is still there.
    const again = await extension.ask((await story.again?.(world)) ?? command, input);
    await extension.pass(2 * minute);
    expect((await seen(again)).running).toEqual([]);
    expect(await story.reached(world), 'asked again').toBe(true);
    await expectTruth();
  }
  await extension.close();
  return where;
}

describe.each(Object.entries({ ...stories, ...furtherStories }))('[case 54] %s', (_, story) => {
  test('stopped at every point: the truth is shown, nothing is done twice, nothing is lost, nothing waits for ever', async () => {
    const points: string[] = [];
    for (;;) {
      const where = await stoppedAt(story, points.length).catch((error: unknown) => {
        throw new Error(`stopped at point ${points.length}, ${last}: ${error}`, { cause: error });
      });
      if (where === false) break;
      points.push(where);
    }
    expect(points.length).toBeGreaterThan(2);
  });
});
