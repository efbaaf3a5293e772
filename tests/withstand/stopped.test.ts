// Stops the service worker at every point at which a command waits: before and after each request, and before each write to the
// database.
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
  /** The id of the command or verification that a step-up is for. */
  waiting: string;
}

interface Story {
  /** By default the user is signed in and has a mobile number that is not enabled. */
  begin?(world: World): Promise<void> | void;
  isSignedOut?: boolean;
  command(world: World): Command | Promise<Command>;
  input?(world: World): TypedInput;
  /** The next command of the user if the first had no effect; by default the same. */
  again?(world: World): Promise<Command>;
  /** Whether the wanted state is reached. */
  reached(world: World): boolean | Promise<boolean>;
  /** The writes that one click may cause. */
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

const windowStories: Record<'sign-in' | 'step-up' | 'try-sign-in', Story> = {
  ...stories,
  'try-sign-in': {
    ...stories['try-sign-in'],
    // Only a number that is enabled has a trial.
    begin: async (world) => stories.disable.begin?.(world),
    reached: async ({ extension }) =>
      (await extension.database.outbox.toArray()).some(
        ({ command, state }) => command.kind === 'try-sign-in' && state === 'done',
      ),
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

/** What a page shows as under way, and whether it shows a reason or a demand. */
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

/** @returns false if the command has fewer points */
async function stoppedAt(story: Story, number: number): Promise<string | false> {
  await begin(story);
  const { extension, service } = world;
  const before = service.carriedOut.length;
  let passed = 0;
  let where: string | undefined;
  const asked = Date.now();
  extension.stopAt = (point) => {
    // Later points repeat earlier ones.
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
    expect(await story.reached(world), 'without a stop').toBe(true);
    return false;
  }

  const view = await seen(id);
  expect(view.running, 'under way after two minutes').toEqual([]);
  await expectTruth();
  const done = service.carriedOut.slice(before);
  expect(new Set(done), `each at most once: ${done}`).toHaveLength(done.length);
  if (!story.once) expect(done).toEqual([]);
  for (const each of done) expect(each).toMatch(story.once ?? /$^/);
  const isReached = await story.reached(world);
  if (!isReached) {
    expect(view.said, 'a reason or a demand is shown').toBe(true);
    // The user repeats the command with the kept input.
    const again = await extension.ask((await story.again?.(world)) ?? command, input);
    await extension.pass(2 * minute);
    expect((await seen(again)).running).toEqual([]);
    expect(await story.reached(world), 'after the repeated command').toBe(true);
    await expectTruth();
  }
  await extension.close();
  return where;
}

describe.each(Object.entries({ ...stories, ...furtherStories }))('[case 54] %s', (_, story) => {
  test('ends in the state of the service after a stop at any point, and sends no write twice', async () => {
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

/** @returns false if the commands have fewer points */
async function abandonedAt(story: Story, choice: 'Start again' | 'Cancel', number: number): Promise<string | false> {
  await begin(story);
  const { extension } = world;
  let passed = 0;
  let where: string | undefined;
  extension.stopAt = (point) => {
    if (where !== undefined) return false;
    passed += 1;
    if (passed <= number) return false;
    where = point;
    last = point;
    return true;
  };
  const command = await story.command(world);
  const row = async (id: string) => (await extension.database.outbox.get(id))?.state;
  extension.leavesWindowsOpen = true;
  const id = await extension.ask(command);
  extension.leavesWindowsOpen = false;
  // The popup is opened again.
  await extension.look();
  expect(await row(id), 'after the popup was opened again').toMatch(
    where === undefined ? /^requested$/ : /^(requested|cancelled)$/,
  );
  if (choice === 'Start again') await extension.ask(command, { replaces: id });
  else await extension.dismiss(id);
  await extension.pass(2 * minute);
  extension.stopAt = undefined;
  await extension.look();
  expect((await seen(id)).running, 'under way after the choice').toEqual([]);
  expect(await row(id)).toBe('cancelled');
  await expectTruth();
  if (!(await story.reached(world))) {
    await extension.ask((await story.again?.(world)) ?? command);
    await extension.pass(2 * minute);
    expect((await seen(id)).running).toEqual([]);
    expect(await story.reached(world), 'after a further sign-in').toBe(true);
  }
  if (where === undefined) return false;
  await extension.close();
  return where;
}

describe.each(['sign-in', 'step-up', 'try-sign-in'] as const)('the window of a %s stays open', (kind) => {
  test.each(['Start again', 'Cancel'] as const)('%s ends the wait for it, with a stop at any point', async (choice) => {
    const points: string[] = [];
    for (;;) {
      const where = await abandonedAt(windowStories[kind], choice, points.length).catch((error: unknown) => {
        throw new Error(`stopped at point ${points.length}, ${last}: ${error}`, { cause: error });
      });
      if (where === false) break;
      points.push(where);
    }
    expect(points.length).toBeGreaterThan(2);
  });
});
