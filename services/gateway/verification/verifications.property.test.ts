// Random sequences of requests, waits, restarts and crashes, compared with a model of the rules.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alice, bob, type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const caps = {
  user: [{ limit: 4, windowMs: hour }],
  number: [{ limit: 3, windowMs: 20 * minute }],
  address: [],
  site: [],
  country: [{ limit: 6, windowMs: hour }],
  total: [],
} as const;

interface ModelChallenge {
  user: string;
  number: string;
  state: 'sent' | 'done' | 'failed' | 'cancelled';
  error?: string;
  triesLeft: number;
  createdAt: number;
  codes: string[];
  sentAt: number;
  /** Whether the process crashed while it sent the newest text. */
  isOutcomeUnknown: boolean;
}

/** Of the newest code. */
const expiryOf = ({ sentAt, createdAt }: ModelChallenge) => Math.min(sentAt + 10 * minute, createdAt + 30 * minute);

/** The rules without a database, hashes and Graph. */
class Model {
  now = 0;
  readonly challenges = new Map<string, ModelChallenge>();
  readonly sends: { user: string; number: string; at: number }[] = [];
  readonly wrong: { user: string; at: number }[] = [];
  readonly registered = new Map<string, string>();

  isCapped(user: string, number: string): boolean {
    const within = (windowMs: number, matches: (send: { user: string; number: string }) => boolean) =>
      this.sends.filter((send) => send.at > this.now - windowMs && matches(send)).length;
    return (
      within(30 * second, (send) => send.number === number) >= 1 ||
      within(caps.user[0].windowMs, (send) => send.user === user) >= caps.user[0].limit ||
      within(caps.number[0].windowMs, (send) => send.number === number) >= caps.number[0].limit ||
      within(caps.country[0].windowMs, () => true) >= caps.country[0].limit
    );
  }

  /** @returns the expected problem, or undefined when a text is sent */
  start(id: string, user: string, number: string): string | undefined {
    if (this.registered.get(user) === number) return 'already-registered';
    if (this.registered.has(user)) return 'too-many-phones';
    if (this.isCapped(user, number)) return 'send-throttled';
    for (const challenge of this.challenges.values())
      if (challenge.user === user && challenge.state === 'sent')
        Object.assign(challenge, {
          state: 'failed',
          error: this.isExpired(challenge) ? 'code-expired' : 'code-replaced',
        });
    this.sends.push({ user, number, at: this.now });
    const fresh = { triesLeft: 5, createdAt: this.now, codes: [], sentAt: this.now, isOutcomeUnknown: false };
    this.challenges.set(id, { user, number, state: 'sent', ...fresh });
    return undefined;
  }

  resend(challenge: ModelChallenge): string | undefined {
    const refusal = this.openRefusal(challenge);
    if (refusal) return refusal;
    if (this.now >= challenge.createdAt + 30 * minute) return 'code-expired';
    if (this.isCapped(challenge.user, challenge.number)) return 'send-throttled';
    this.sends.push({ user: challenge.user, number: challenge.number, at: this.now });
    Object.assign(challenge, { sentAt: this.now, isOutcomeUnknown: false });
    return undefined;
  }

  confirm(challenge: ModelChallenge, code: string): string | undefined {
    const refusal = this.openRefusal(challenge);
    if (refusal) return refusal;
    if (this.now >= expiryOf(challenge)) return 'code-expired';
    if (this.wrong.filter(({ user, at }) => user === challenge.user && at > this.now - 24 * hour).length >= 15)
      return 'too-many-attempts';
    if (code === challenge.codes.at(-1)) {
      if (this.registered.has(challenge.user)) Object.assign(challenge, { state: 'failed', error: 'too-many-phones' });
      else {
        this.registered.set(challenge.user, challenge.number);
        challenge.state = 'done';
      }
      return undefined;
    }
    if (challenge.codes.includes(code)) return 'code-replaced';
    challenge.triesLeft--;
    this.wrong.push({ user: challenge.user, at: this.now });
    if (challenge.triesLeft > 0) return 'wrong-code';
    Object.assign(challenge, { state: 'failed', error: 'too-many-attempts' });
    return 'too-many-attempts';
  }

  /** Its last code expired, and it gets no further one. */
  private isExpired({ createdAt }: ModelChallenge): boolean {
    return this.now > createdAt + 30 * minute;
  }

  private openRefusal(challenge: ModelChallenge): string | undefined {
    if (challenge.state === 'cancelled') return 'not-found';
    if (challenge.state === 'done') return 'code-used';
    return challenge.state === 'failed' ? challenge.error : undefined;
  }
}

interface Real {
  gateway: GatewayUnderTest;
  startedAt: number;
}

const idOf = (index: number) => `1e000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const users = [alice, bob];
const numbers = ['+44 7700900111', '+44 7700900112', '+44 7700900113'];

/** Compares the texts, the challenges and the written numbers with the model. */
async function expectAgreement(model: Model, real: Real): Promise<void> {
  const { gateway } = real;
  expect(gateway.texts).toHaveLength(model.sends.length);
  for (const [id, challenge] of model.challenges) {
    const { body, problem } = await gateway.get(challenge.user, id);
    if (challenge.state === 'cancelled') {
      expect(problem).toBe('not-found');
      continue;
    }
    const isExpired = challenge.state === 'sent' && model.now >= expiryOf(challenge);
    const isOver = isExpired && model.now >= challenge.createdAt + 30 * minute;
    expect(body).toMatchObject({ state: isOver ? 'failed' : challenge.state, attemptsLeft: challenge.triesLeft });
    expect(body.error?.kind).toBe(
      challenge.state === 'failed'
        ? challenge.error
        : isExpired
          ? 'code-expired'
          : challenge.state === 'sent' && challenge.isOutcomeUnknown
            ? 'send-failed'
            : undefined,
    );
  }
  for (const user of users) expect(gateway.tenant.phoneNumber(user)).toBe(model.registered.get(user));
}

/** How often each outcome occurred; the test requires every one of them. */
const tally = new Map<string, number>();

function oneIn(times: number): fc.Arbitrary<boolean> {
  return fc.integer({ min: 1, max: times }).map((drawn) => drawn === times);
}

type Command = fc.AsyncCommand<Model, Real>;

class Start implements Command {
  readonly index: number;
  readonly user: string;
  readonly number: string;
  readonly isCrash: boolean;
  constructor(index: number, user: string, number: string, isCrash: boolean) {
    this.index = index;
    this.user = user;
    this.number = number;
    this.isCrash = isCrash;
  }
  check = () => true;
  async run(model: Model, real: Real) {
    const id = idOf(this.index);
    const known = model.challenges.get(id);
    // An id stays with its first user, because for another user it would be another verification.
    const user = known?.user ?? this.user;
    if (known) {
      const again = await real.gateway.start(user, id, { number: this.number });
      const isSame = known.number === this.number && known.state !== 'cancelled';
      expect(again.status).toBe(isSame ? 200 : 409);
    } else {
      const expected = model.start(id, user, this.number);
      if (expected === undefined && this.isCrash)
        await crashDuring(real, () => real.gateway.start(user, id, { number: this.number }));
      else expect((await real.gateway.start(user, id, { number: this.number })).problem).toBe(expected);
      record(model, real, id, expected, this.isCrash);
    }
    await expectAgreement(model, real);
  }
  toString = () =>
    `start(${this.index}, ${users.indexOf(this.user)}, ${this.number.slice(-1)}${this.isCrash ? ', crash' : ''})`;
}

class Resend implements Command {
  readonly back: number;
  readonly isCrash: boolean;
  constructor(back: number, isCrash: boolean) {
    this.back = back;
    this.isCrash = isCrash;
  }
  check = (model: Readonly<Model>) => this.back < model.challenges.size;
  async run(model: Model, real: Real) {
    const [id, challenge] = fromNewest(model, this.back);
    const expected = model.resend(challenge);
    if (expected === undefined && this.isCrash) await crashDuring(real, () => real.gateway.resend(challenge.user, id));
    else expect((await real.gateway.resend(challenge.user, id)).problem).toBe(expected);
    record(model, real, id, expected, this.isCrash);
    await expectAgreement(model, real);
  }
  toString = () => `resend(${this.back}${this.isCrash ? ', crash' : ''})`;
}

/** Sends a code once or several times in parallel. */
class Confirm implements Command {
  readonly back: number;
  readonly which: 'newest' | 'older' | 'wrong';
  readonly times: number;
  constructor(back: number, which: 'newest' | 'older' | 'wrong', times: number) {
    this.back = back;
    this.which = which;
    this.times = times;
  }
  check = (model: Readonly<Model>) => this.back < model.challenges.size;
  async run(model: Model, real: Real) {
    const [id, challenge] = fromNewest(model, this.back);
    const newest = challenge.codes.at(-1) ?? '';
    const code =
      this.which === 'wrong' ? real.gateway.wrongCode() : this.which === 'older' ? (challenge.codes[0] ?? '') : newest;
    const asks = Array.from({ length: this.times }, () => real.gateway.confirm(challenge.user, id, code));
    const problems = (await Promise.all(asks)).map(({ problem }) => problem ?? 'confirmed');
    const expected = asks.map(() => model.confirm(challenge, code) ?? 'confirmed');
    for (const outcome of expected) tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
    expect(problems.sort()).toEqual(expected.sort());
    await expectAgreement(model, real);
  }
  toString = () => `confirm(${this.back}, ${this.which}${this.times > 1 ? `, ${this.times} times` : ''})`;
}

class Cancel implements Command {
  readonly back: number;
  constructor(back: number) {
    this.back = back;
  }
  check = (model: Readonly<Model>) => this.back < model.challenges.size;
  async run(model: Model, real: Real) {
    const [id, challenge] = fromNewest(model, this.back);
    expect((await real.gateway.cancel(challenge.user, id)).status).toBe(204);
    challenge.state = 'cancelled';
    await expectAgreement(model, real);
  }
  toString = () => `cancel(${this.back})`;
}

class Advance implements Command {
  readonly milliseconds: number;
  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
  }
  check = () => true;
  async run(model: Model, real: Real) {
    model.now += this.milliseconds;
    real.gateway.clock.time = real.startedAt + model.now;
    await expectAgreement(model, real);
  }
  toString = () => `advance(${this.milliseconds / second} s)`;
}

class Restart implements Command {
  readonly kind: 'restart' | 'crash';
  constructor(kind: 'restart' | 'crash') {
    this.kind = kind;
  }
  check = () => true;
  async run(model: Model, real: Real) {
    await real.gateway[this.kind]();
    await expectAgreement(model, real);
  }
  toString = () => this.kind;
}

class Remove implements Command {
  readonly user: string;
  constructor(user: string) {
    this.user = user;
  }
  check = (model: Readonly<Model>) => model.registered.has(this.user);
  async run(model: Model, real: Real) {
    model.registered.delete(this.user);
    real.gateway.tenant.phonesOf(this.user).clear();
    await expectAgreement(model, real);
  }
  toString = () => `remove(${users.indexOf(this.user)})`;
}

/** @param back 0: the newest verification; 1: the one before it */
function fromNewest(model: Model, back: number): [string, ModelChallenge] {
  const entry = [...model.challenges].at(-1 - back);
  if (!entry) throw new Error('There is no such verification');
  return entry;
}

function known(model: Model, id: string): ModelChallenge {
  const challenge = model.challenges.get(id);
  if (!challenge) throw new Error('There is no such verification');
  return challenge;
}

/** Crashes and restarts the process while it sends a text. */
async function crashDuring(real: Real, ask: () => Promise<unknown>): Promise<void> {
  const before = real.gateway.texts.length;
  real.gateway.outcomes.push(() => new Promise(() => {}));
  void ask();
  await expect.poll(() => real.gateway.texts.length, { interval: 1 }).toBe(before + 1);
  await real.gateway.crash();
}

/** Counts the outcome, and adds the code of a sent text to the model. */
function record(model: Model, real: Real, id: string, refusal: string | undefined, isCrash: boolean): void {
  const outcome = refusal ?? (isCrash ? 'crash while sending' : 'sent');
  tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  if (refusal !== undefined) return;
  const challenge = known(model, id);
  challenge.codes.push(real.gateway.code());
  challenge.isOutcomeUnknown = isCrash;
}

test('cases 38–46: random sequences of requests, waits, restarts and crashes agree with the model of the rules', async () => {
  const start = fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(...users), fc.constantFrom(...numbers), oneIn(4))
    .map(([index, user, number, isCrash]) => new Start(index, user, number, isCrash));
  const back = fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 4);
  const resend = fc.tuple(back, oneIn(4)).map(([from, isCrash]) => new Resend(from, isCrash));
  const confirm = (which: Confirm['which']) =>
    fc.tuple(back, fc.constantFrom(1, 1, 1, 2, 4)).map(([from, times]) => new Confirm(from, which, times));
  // The time limits of the rules, one millisecond less and one more.
  const advance = (...spans: number[]) =>
    fc.tuple(fc.constantFrom(...spans), fc.constantFrom(-1, 0, 0, 1)).map(([span, by]) => new Advance(span + by));
  const remove = fc.constantFrom(...users).map((user) => new Remove(user));
  const commands = [
    ...[start, start, start, start, resend, resend],
    ...[confirm('newest'), confirm('older'), confirm('wrong'), confirm('wrong'), confirm('wrong'), confirm('wrong')],
    ...[
      advance(30 * second),
      advance(30 * second),
      advance(5 * minute, 10 * minute),
      advance(20 * minute, 30 * minute, hour),
    ],
    ...[remove, remove, back.map((from) => new Cancel(from))],
    fc.constantFrom('restart' as const, 'crash' as const).map((kind) => new Restart(kind)),
  ];
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 60, size: 'max' }), async (sequence) => {
      const gateway = await gatewayUnderTest({ caps });
      await fc.asyncModelRun(
        () => ({ model: new Model(), real: { gateway, startedAt: gateway.clock.time } }),
        sequence,
      );
      await gateway.end();
    }),
    // A slow machine runs fewer sequences; the outcomes below must occur all the same.
    { numRuns: 45, interruptAfterTimeLimit: 45_000, markInterruptAsFailure: false },
  );
  const outcomes = [
    'sent',
    'crash while sending',
    'send-throttled',
    'confirmed',
    'code-used',
    'wrong-code',
    'too-many-attempts',
  ];
  expect([...tally.keys()]).toEqual(expect.arrayContaining([...outcomes, 'code-replaced', 'code-expired']));
});
