// Cases 38 to 46 and 53 at random: any order of requests, waits, restarts and crashes behaves as a model that fits on a page.
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
  country: [{ limit: 6, windowMs: hour }],
} as const;

interface ModelChallenge {
  person: string;
  number: string;
  state: 'sent' | 'done' | 'failed' | 'cancelled';
  why?: string;
  triesLeft: number;
  createdAt: number;
  codes: string[];
  sentAt: number;
  /** Whether the server was killed while it sent the newest text. */
  unsure: boolean;
}

/** What the rules say, without a database, hashes or Graph. */
class Model {
  now = 0;
  readonly challenges = new Map<string, ModelChallenge>();
  readonly sends: { person: string; number: string; at: number }[] = [];
  readonly wrong: { person: string; at: number }[] = [];
  readonly registered = new Map<string, string>();

  isCapped(person: string, number: string): boolean {
    const within = (windowMs: number, matches: (send: { person: string; number: string }) => boolean) =>
      this.sends.filter((send) => send.at > this.now - windowMs && matches(send)).length;
    return (
      within(30 * second, (send) => send.number === number) >= 1 ||
      within(caps.user[0].windowMs, (send) => send.person === person) >= caps.user[0].limit ||
      within(caps.number[0].windowMs, (send) => send.number === number) >= caps.number[0].limit ||
      within(caps.country[0].windowMs, () => true) >= caps.country[0].limit
    );
  }

  /** The problem expected of a start, or undefined when a text goes out. */
  start(id: string, person: string, number: string): string | undefined {
    if (this.registered.get(person) === number) return 'already-registered';
    if (this.registered.has(person)) return 'too-many-phones';
    if (this.isCapped(person, number)) return 'send-throttled';
    for (const challenge of this.challenges.values())
      if (challenge.person === person && challenge.state === 'sent')
        Object.assign(challenge, {
          state: 'failed',
          why: this.isForgotten(challenge) ? 'code-expired' : 'code-replaced',
        });
    this.sends.push({ person, number, at: this.now });
    const fresh = { triesLeft: 5, createdAt: this.now, codes: [], sentAt: this.now, unsure: false };
    this.challenges.set(id, { person, number, state: 'sent', ...fresh });
    return undefined;
  }

  resend(challenge: ModelChallenge): string | undefined {
    const refusal = this.openRefusal(challenge);
    if (refusal) return refusal;
    if (this.now >= challenge.createdAt + 30 * minute) return 'code-expired';
    if (this.isCapped(challenge.person, challenge.number)) return 'send-throttled';
    this.sends.push({ person: challenge.person, number: challenge.number, at: this.now });
    Object.assign(challenge, { sentAt: this.now, unsure: false });
    return undefined;
  }

  confirm(challenge: ModelChallenge, code: string): string | undefined {
    const refusal = this.openRefusal(challenge);
    if (refusal) return refusal;
    if (this.now >= challenge.sentAt + 10 * minute) return 'code-expired';
    if (this.wrong.filter(({ person, at }) => person === challenge.person && at > this.now - 24 * hour).length >= 15)
      return 'too-many-attempts';
    if (code === challenge.codes.at(-1)) {
      if (this.registered.has(challenge.person)) Object.assign(challenge, { state: 'failed', why: 'too-many-phones' });
      else {
        this.registered.set(challenge.person, challenge.number);
        challenge.state = 'done';
      }
      return undefined;
    }
    if (challenge.codes.includes(code)) return 'code-replaced';
    challenge.triesLeft--;
    this.wrong.push({ person: challenge.person, at: this.now });
    if (challenge.triesLeft > 0) return 'wrong-code';
    Object.assign(challenge, { state: 'failed', why: 'too-many-attempts' });
    return 'too-many-attempts';
  }

  /** Its last code ended, and there can be no further one. */
  private isForgotten({ createdAt }: ModelChallenge): boolean {
    return this.now > createdAt + 40 * minute;
  }

  private openRefusal(challenge: ModelChallenge): string | undefined {
    if (challenge.state === 'cancelled') return 'not-found';
    if (challenge.state === 'done') return 'code-used';
    return challenge.state === 'failed' ? challenge.why : undefined;
  }
}

interface Real {
  gateway: GatewayUnderTest;
  startedAt: number;
}

const idOf = (index: number) => `1e000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const people = [alice, bob];
const numbers = ['+44 7700900111', '+44 7700900112', '+44 7700900113'];

/** After each step: nothing but the model's texts went out, and every challenge shows what the model says. */
async function agrees(model: Model, real: Real): Promise<void> {
  const { gateway } = real;
  expect(gateway.texts).toHaveLength(model.sends.length);
  for (const [id, challenge] of model.challenges) {
    const { body, problem } = await gateway.get(challenge.person, id);
    if (challenge.state === 'cancelled') {
      expect(problem).toBe('not-found');
      continue;
    }
    const isExpired = challenge.state === 'sent' && model.now >= challenge.sentAt + 10 * minute;
    const isOver = isExpired && model.now >= challenge.createdAt + 30 * minute;
    expect(body).toMatchObject({ state: isOver ? 'failed' : challenge.state, attemptsLeft: challenge.triesLeft });
    expect(body.error?.kind).toBe(
      challenge.state === 'failed'
        ? challenge.why
        : isExpired
          ? 'code-expired'
          : challenge.state === 'sent' && challenge.unsure
            ? 'send-failed'
            : undefined,
    );
  }
  for (const person of people) expect(gateway.tenant.number(person)).toBe(model.registered.get(person));
}

/** How often each outcome came about: sequences that reach nothing prove nothing. */
const tally = new Map<string, number>();

function oneIn(times: number): fc.Arbitrary<boolean> {
  return fc.integer({ min: 1, max: times }).map((drawn) => drawn === times);
}

type Command = fc.AsyncCommand<Model, Real>;

class Start implements Command {
  readonly index: number;
  readonly person: string;
  readonly number: string;
  readonly isKilled: boolean;
  constructor(index: number, person: string, number: string, isKilled: boolean) {
    this.index = index;
    this.person = person;
    this.number = number;
    this.isKilled = isKilled;
  }
  check = () => true;
  async run(model: Model, real: Real) {
    const id = idOf(this.index);
    const known = model.challenges.get(id);
    // The same id of another person would be another challenge: here ids belong to who first took them.
    const person = known?.person ?? this.person;
    if (known) {
      const again = await real.gateway.start(person, id, { number: this.number });
      const isSame = known.number === this.number && known.state !== 'cancelled';
      expect(again.status).toBe(isSame ? 200 : 409);
    } else {
      const expected = model.start(id, person, this.number);
      if (expected === undefined && this.isKilled)
        await killed(real, () => real.gateway.start(person, id, { number: this.number }));
      else expect((await real.gateway.start(person, id, { number: this.number })).problem).toBe(expected);
      note(model, real, id, expected, this.isKilled);
    }
    await agrees(model, real);
  }
  toString = () =>
    `start(${this.index}, ${people.indexOf(this.person)}, ${this.number.slice(-1)}${this.isKilled ? ', killed' : ''})`;
}

class Resend implements Command {
  readonly back: number;
  readonly isKilled: boolean;
  constructor(back: number, isKilled: boolean) {
    this.back = back;
    this.isKilled = isKilled;
  }
  check = (model: Readonly<Model>) => this.back < model.challenges.size;
  async run(model: Model, real: Real) {
    const [id, challenge] = fromNewest(model, this.back);
    const expected = model.resend(challenge);
    if (expected === undefined && this.isKilled) await killed(real, () => real.gateway.resend(challenge.person, id));
    else expect((await real.gateway.resend(challenge.person, id)).problem).toBe(expected);
    note(model, real, id, expected, this.isKilled);
    await agrees(model, real);
  }
  toString = () => `resend(${this.back}${this.isKilled ? ', killed' : ''})`;
}

/** The newest code, an older one, or a wrong one; once or several times at the same moment. */
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
    const asks = Array.from({ length: this.times }, () => real.gateway.confirm(challenge.person, id, code));
    const problems = (await Promise.all(asks)).map(({ problem }) => problem ?? 'taken');
    const expected = asks.map(() => model.confirm(challenge, code) ?? 'taken');
    for (const outcome of expected) tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
    expect(problems.sort()).toEqual(expected.sort());
    await agrees(model, real);
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
    expect((await real.gateway.cancel(challenge.person, id)).status).toBe(204);
    challenge.state = 'cancelled';
    await agrees(model, real);
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
    await agrees(model, real);
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
    await agrees(model, real);
  }
  toString = () => this.kind;
}

class Remove implements Command {
  readonly person: string;
  constructor(person: string) {
    this.person = person;
  }
  check = (model: Readonly<Model>) => model.registered.has(this.person);
  async run(model: Model, real: Real) {
    model.registered.delete(this.person);
    real.gateway.tenant.phonesOf(this.person).clear();
    await agrees(model, real);
  }
  toString = () => `remove(${people.indexOf(this.person)})`;
}

/** 0 is the newest verification, 1 the one before: most of what people do concerns those. */
function fromNewest(model: Model, back: number): [string, ModelChallenge] {
  const entry = [...model.challenges].at(-1 - back);
  if (!entry) throw new Error('checked before');
  return entry;
}

function known(model: Model, id: string): ModelChallenge {
  const challenge = model.challenges.get(id);
  if (!challenge) throw new Error('checked before');
  return challenge;
}

/** The server goes down while the text is on its way, and comes up again. */
async function killed(real: Real, ask: () => Promise<unknown>): Promise<void> {
  const before = real.gateway.texts.length;
  real.gateway.outcomes.push(() => new Promise(() => {}));
  void ask();
  await expect.poll(() => real.gateway.texts.length, { interval: 1 }).toBe(before + 1);
  await real.gateway.crash();
}

/** The code a text brought, when one went out. */
function note(model: Model, real: Real, id: string, refusal: string | undefined, isKilled: boolean): void {
  const outcome = refusal ?? (isKilled ? 'killed while sending' : 'sent');
  tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  if (refusal !== undefined) return;
  const challenge = known(model, id);
  challenge.codes.push(real.gateway.code());
  challenge.unsure = isKilled;
}

test('cases 38–46: random sequences of requests, waits, restarts and crashes agree with the model', async () => {
  const start = fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(...people), fc.constantFrom(...numbers), oneIn(4))
    .map(([index, person, number, isKilled]) => new Start(index, person, number, isKilled));
  const back = fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 4);
  const resend = fc.tuple(back, oneIn(4)).map(([from, isKilled]) => new Resend(from, isKilled));
  const confirm = (which: Confirm['which']) =>
    fc.tuple(back, fc.constantFrom(1, 1, 1, 2, 4)).map(([from, times]) => new Confirm(from, which, times));
  // The boundaries of every rule, and just beside them.
  const advance = (...spans: number[]) =>
    fc.tuple(fc.constantFrom(...spans), fc.constantFrom(-1, 0, 0, 1)).map(([span, by]) => new Advance(span + by));
  const remove = fc.constantFrom(...people).map((person) => new Remove(person));
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
    // Where several other things run, fewer sequences, but enough for what is asked for below.
    { numRuns: 45, interruptAfterTimeLimit: 45_000, markInterruptAsFailure: false },
  );
  const outcomes = [
    'sent',
    'killed while sending',
    'send-throttled',
    'taken',
    'code-used',
    'wrong-code',
    'too-many-attempts',
  ];
  expect([...tally.keys()]).toEqual(expect.arrayContaining([...outcomes, 'code-replaced', 'code-expired']));
}, 60_000);
