// The rules of a verification, with the numbers of the security cases they answer.
import { afterEach, describe, expect, test } from 'vitest';
import type { GatewayConfiguration, SendOutcome } from '../gateway.ts';
import { alice, bob, type GatewayUnderTest, gatewayUnderTest, newId } from '../testing/gateway-under-test.ts';

const minute = 60_000;
let under: GatewayUnderTest;
afterEach(() => under.end());

async function begin(changes: Partial<GatewayConfiguration> = {}) {
  under = await gatewayUnderTest(changes);
  return under;
}

/** A verification that waits for its code. */
async function sent(changes: Partial<GatewayConfiguration> = {}) {
  const gateway = await begin(changes);
  const id = newId();
  const answer = await gateway.start(alice, id);
  expect(answer.status).toBe(200);
  return { gateway, id, challenge: answer.body };
}

describe('from a number to a registered phone', () => {
  test('a text, the code, the number in Graph', async () => {
    const { gateway, id, challenge } = await sent();
    expect(challenge).toEqual({
      id,
      state: 'sent',
      sentTo: '+44 •••• 101',
      codeLength: 6,
      sentAt: gateway.clock.time,
      expiresAt: gateway.clock.time + 10 * minute,
      resendAt: gateway.clock.time + 30_000,
      attemptsLeft: 5,
      now: gateway.clock.time,
    });
    expect(gateway.texts).toHaveLength(1);
    expect(gateway.texts[0]?.to).toBe('+447700900101');
    expect(gateway.tenant.number(alice)).toBeUndefined();

    const done = await gateway.confirm(alice, id, gateway.code());
    expect(done.body).toMatchObject({ state: 'done', smsSignIn: 'ready' });
    expect(gateway.tenant.number(alice)).toBe('+44 7700900101');
    expect((await gateway.get(alice, id)).body).toMatchObject({ state: 'done', smsSignIn: 'ready' });
  });

  test('the text names the code in words and binds it to the host in its last line, within one text', async () => {
    const { gateway } = await sent();
    const body = gateway.texts[0]?.body ?? '';
    const code = gateway.code();
    expect(body.split('\n').at(-1)).toBe(`@gateway.contoso.example #${code}`);
    expect(body).toContain(`${code.slice(0, 3)} ${code.slice(3)} is your code`);
    expect(body).toContain('Nobody will ask you for it');
    expect(body.length).toBeLessThanOrEqual(160);
  });

  test('one text per id: the same request again, also in parallel and after a restart, answers the same challenge', async () => {
    const gateway = await begin();
    const id = newId();
    const both = await Promise.all([gateway.start(alice, id), gateway.start(alice, id)]);
    await gateway.restart();
    const later = await gateway.start(alice, id, { number: '+44 (7700) 900-101' });
    for (const answer of [...both, later]) expect(answer.body).toEqual(both[0]?.body);
    expect(gateway.texts).toHaveLength(1);
  });

  test('the same id for another request is a conflict, and texts nobody', async () => {
    const { gateway, id } = await sent();
    for (const other of [{ number: '+44 7700 900102' }, { type: 'office' }, { purpose: 'change' }]) {
      const answer = await gateway.start(alice, id, other);
      expect([answer.status, answer.problem]).toEqual([409, 'invalid-request']);
    }
    expect(gateway.texts).toHaveLength(1);
  });

  test('a cancelled verification is gone, its code worthless and its id taken', async () => {
    const { gateway, id } = await sent();
    expect((await gateway.cancel(alice, id)).status).toBe(204);
    expect((await gateway.cancel(alice, id)).status).toBe(204);
    expect((await gateway.get(alice, id)).problem).toBe('not-found');
    expect((await gateway.confirm(alice, id, gateway.code())).problem).toBe('not-found');
    expect((await gateway.resend(alice, id)).problem).toBe('not-found');
    expect((await gateway.start(alice, id)).status).toBe(409);
    expect(gateway.texts).toHaveLength(1);
  });

  test('a number that is proven cannot be cancelled on its way to Graph', async () => {
    const { gateway, id } = await sent();
    gateway.tenant.faults.push({ path: 'phoneMethods', times: 100, status: 503, retryAfter: 5 });
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('writing');
    expect((await gateway.cancel(alice, id)).problem).toBe('code-used');
    expect((await gateway.get(alice, id)).body.state).toBe('writing');
  });

  test('a newer verification for the same phone ends the older one', async () => {
    const { gateway, id } = await sent();
    const newer = newId();
    await gateway.start(alice, newer, { number: '+44 7700 900102' });
    expect((await gateway.confirm(alice, id, gateway.code(0))).problem).toBe('code-replaced');
    expect((await gateway.get(alice, id)).body).toMatchObject({ state: 'failed', error: { kind: 'code-replaced' } });
    expect((await gateway.confirm(alice, newer, gateway.code())).body.state).toBe('done');
    expect(gateway.tenant.number(alice)).toBe('+44 7700900102');
  });

  test('half an hour after its start a verification takes no further text', async () => {
    const { gateway, id } = await sent();
    for (let elapsed = 0; elapsed < 27; elapsed += 9) {
      gateway.advance(9 * minute);
      expect((await gateway.resend(alice, id)).status).toBe(200);
    }
    gateway.advance(3 * minute);
    expect((await gateway.resend(alice, id)).problem).toBe('code-expired');
    expect((await gateway.get(alice, id)).body.state).toBe('sent');
    gateway.advance(7 * minute);
    expect((await gateway.get(alice, id)).body).toMatchObject({ state: 'failed', error: { kind: 'code-expired' } });
  });
});

describe('a text that may not have gone out', () => {
  test('is said so, its code counts if it did, and only the person may ask for another', async () => {
    const gateway = await begin();
    const id = newId();
    gateway.outcomes.push({ kind: 'unknown' });
    const answer = await gateway.start(alice, id);
    expect(answer.body).toMatchObject({ state: 'sent', error: { kind: 'send-failed' } });
    expect((await gateway.start(alice, id)).body).toMatchObject({ error: { kind: 'send-failed' } });
    expect(gateway.texts).toHaveLength(1);
    expect((await gateway.resend(alice, id)).problem).toBe('send-throttled');
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
  });

  test('a crash while it is sent is settled as unsure, never by sending again', async () => {
    const gateway = await begin();
    const id = newId();
    gateway.outcomes.push(() => new Promise<SendOutcome>(() => {}));
    void gateway.start(alice, id);
    await expect.poll(() => gateway.texts.length).toBe(1);
    await gateway.crash();
    expect((await gateway.get(alice, id)).body).toMatchObject({ state: 'sent', error: { kind: 'send-failed' } });
    expect((await gateway.start(alice, id)).body).toMatchObject({ state: 'sent', error: { kind: 'send-failed' } });
    expect(gateway.texts).toHaveLength(1);
    gateway.advance(30_000);
    const again = await gateway.resend(alice, id);
    expect(again.body.error).toBeUndefined();
    expect(gateway.texts).toHaveLength(2);
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
  });

  test('one that certainly did not counts against no cap and needs no wait', async () => {
    const gateway = await begin({
      caps: {
        user: [{ limit: 1, windowMs: 60 * minute }],
        number: [{ limit: 1, windowMs: 60 * minute }],
        address: [],
        country: [],
      },
    });
    const id = newId();
    gateway.outcomes.push({ kind: 'refused' });
    const refused = await gateway.start(alice, id);
    expect(refused.body).toMatchObject({ state: 'sent', error: { kind: 'send-failed' }, resendAt: gateway.clock.time });
    const again = await gateway.resend(alice, id);
    expect(again.status).toBe(200);
    expect(again.body.resendAt).toBe(gateway.clock.time + 60 * minute);
    expect(gateway.texts).toHaveLength(1);
  });

  test('a number the provider knows cannot be texted ends the verification', async () => {
    const gateway = await begin();
    const id = newId();
    gateway.outcomes.push({ kind: 'refused', cannotReceive: true });
    expect((await gateway.start(alice, id)).body).toMatchObject({
      state: 'failed',
      error: { kind: 'cannot-receive-texts' },
    });
    expect((await gateway.resend(alice, id)).problem).toBe('cannot-receive-texts');
  });
});

describe('codes', () => {
  test('case 38: five wrong codes end the verification, and the right one comes too late', async () => {
    const { gateway, id } = await sent();
    const wrong = gateway.wrongCode();
    for (const left of [4, 3, 2, 1]) {
      const answer = await gateway.confirm(alice, id, wrong);
      expect([answer.status, answer.problem, answer.body.attemptsLeft]).toEqual([422, 'wrong-code', left]);
      expect((await gateway.get(alice, id)).body.attemptsLeft).toBe(left);
    }
    const last = await gateway.confirm(alice, id, wrong);
    expect([last.status, last.problem, last.body.attemptsLeft]).toEqual([429, 'too-many-attempts', 0]);
    expect((await gateway.confirm(alice, id, gateway.code())).problem).toBe('too-many-attempts');
    expect((await gateway.get(alice, id)).body).toMatchObject({
      state: 'failed',
      error: { kind: 'too-many-attempts' },
    });
    expect(gateway.tenant.number(alice)).toBeUndefined();
  });

  test('case 38: wrong codes of one person add up over verifications, with a time when it goes on', async () => {
    const gateway = await begin();
    const firstWrongAt = gateway.clock.time;
    for (let round = 0; round < 3; round++) {
      const id = newId();
      await gateway.start(alice, id);
      for (let attempt = 0; attempt < 5; attempt++) await gateway.confirm(alice, id, gateway.wrongCode());
      gateway.advance(minute);
    }
    const id = newId();
    await gateway.start(alice, id);
    const refused = await gateway.confirm(alice, id, gateway.code());
    expect(refused.problem).toBe('too-many-attempts');
    expect(refused.body.retryAt).toBe(firstWrongAt + 24 * 60 * minute);
    expect(refused.headers.get('retry-after')).toBe(String((24 * 60 - 3) * 60));
    // Another person is not held up by it.
    const other = newId();
    gateway.advance(minute);
    await gateway.start(bob, other);
    expect((await gateway.confirm(bob, other, gateway.code())).body.state).toBe('done');
  });

  test('case 39: a new text keeps the failure count', async () => {
    const { gateway, id } = await sent();
    for (let attempt = 0; attempt < 3; attempt++) await gateway.confirm(alice, id, gateway.wrongCode());
    gateway.advance(30_000);
    expect((await gateway.resend(alice, id)).body.attemptsLeft).toBe(2);
    await gateway.confirm(alice, id, gateway.wrongCode());
    expect((await gateway.confirm(alice, id, gateway.wrongCode())).problem).toBe('too-many-attempts');
    gateway.advance(30_000);
    expect((await gateway.resend(alice, id)).problem).toBe('too-many-attempts');
    expect(gateway.texts).toHaveLength(2);
  });

  test('case 40: an older code is refused with its own words and costs no try; the newest one counts', async () => {
    const { gateway, id } = await sent();
    gateway.advance(30_000);
    await gateway.resend(alice, id);
    const older = await gateway.confirm(alice, id, gateway.code(0));
    expect([older.status, older.problem, older.body.attemptsLeft]).toEqual([409, 'code-replaced', 5]);
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
  });

  test('case 40: a new code is never one of the older ones, even when chance says so', async () => {
    const gateway = await begin();
    const drawn = [111_111, 111_111, 111_111, 222_222];
    gateway.useRandom(() => drawn.shift() ?? 0);
    const id = newId();
    await gateway.start(alice, id);
    gateway.advance(30_000);
    await gateway.resend(alice, id);
    expect([gateway.code(0), gateway.code(1)]).toEqual(['111111', '222222']);
  });

  test('case 41: a code counts until just before ten minutes, and no longer at ten', async () => {
    const { gateway, id, challenge } = await sent();
    gateway.clock.time = challenge.expiresAt;
    const late = await gateway.confirm(alice, id, gateway.code());
    expect([late.status, late.problem]).toEqual([410, 'code-expired']);
    expect((await gateway.get(alice, id)).body).toMatchObject({
      state: 'sent',
      attemptsLeft: 5,
      error: { kind: 'code-expired', at: challenge.expiresAt },
    });
    gateway.clock.time = challenge.expiresAt - 1;
    expect((await gateway.get(alice, id)).body.error).toBeUndefined();
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
  });

  test('case 41: a new text lives its own ten minutes', async () => {
    const { gateway, id } = await sent();
    gateway.advance(9 * minute);
    await gateway.resend(alice, id);
    gateway.advance(9 * minute);
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
  });

  test('case 42: a code opens nothing a second time', async () => {
    const { gateway, id } = await sent();
    await gateway.confirm(alice, id, gateway.code());
    const writes = gateway.tenant.writes().length;
    const replay = await gateway.confirm(alice, id, gateway.code());
    expect([replay.status, replay.problem]).toEqual([409, 'code-used']);
    expect((await gateway.resend(alice, id)).problem).toBe('code-used');
    expect(gateway.tenant.writes()).toHaveLength(writes);
  });

  test('case 43: of parallel confirmations exactly one wins, and Graph is written once', async () => {
    const { gateway, id } = await sent();
    const answers = await Promise.all(Array.from({ length: 8 }, () => gateway.confirm(alice, id, gateway.code())));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ problem }) => problem === 'code-used')).toHaveLength(7);
    expect(gateway.tenant.writes()).toHaveLength(1);
  });

  test('case 43: parallel wrong codes are all counted', async () => {
    const { gateway, id } = await sent();
    await Promise.all(Array.from({ length: 4 }, () => gateway.confirm(alice, id, gateway.wrongCode())));
    expect((await gateway.get(alice, id)).body.attemptsLeft).toBe(1);
  });

  test('case 44: a verification belongs to its person; the same id of another is another', async () => {
    const { gateway, id } = await sent();
    expect((await gateway.confirm(bob, id, gateway.code())).problem).toBe('not-found');
    expect((await gateway.get(bob, id)).problem).toBe('not-found');
    expect((await gateway.cancel(bob, id)).problem).toBe('not-found');
    expect((await gateway.start(bob, id, { number: '+44 7700 900102' })).status).toBe(200);
    expect((await gateway.confirm(bob, id, gateway.code(0))).problem).toBe('wrong-code');
    await gateway.confirm(bob, id, gateway.code(1));
    expect(gateway.tenant.number(bob)).toBe('+44 7700900102');
    expect(gateway.tenant.number(alice)).toBeUndefined();
  });

  test('case 44: a code sent for one number or purpose opens no verification of another', async () => {
    const gateway = await begin();
    gateway.tenant.setPhone(alice, 'mobile', '+44 7700900109');
    const change = newId();
    const add = newId();
    await gateway.start(alice, change, { purpose: 'change' });
    await gateway.start(alice, add, { type: 'office', number: '+44 7700 900102' });
    expect((await gateway.confirm(alice, change, gateway.code(1))).problem).toBe('wrong-code');
    expect((await gateway.confirm(alice, add, gateway.code(0))).problem).toBe('wrong-code');
  });

  test('case 48: neither replies nor logs nor the database hold a code, logs no number and no token', async () => {
    const { gateway, id } = await sent();
    gateway.advance(30_000);
    const replies = [await gateway.resend(alice, id), await gateway.get(alice, id)];
    const wrong = gateway.wrongCode();
    replies.push(await gateway.confirm(alice, id, wrong), await gateway.confirm(alice, id, gateway.code(0)));
    const { readFileSync } = await import('node:fs');
    const path = gateway.configuration.database;
    const stored = [path, `${path}-wal`].map((file) => readFileSync(file).toString('latin1')).join('');
    expect(stored).toContain('+44 7700900101');
    replies.push(await gateway.confirm(alice, id, gateway.code()));
    const said = JSON.stringify([replies.map(({ body, headers }) => [body, [...headers]]), gateway.logs]);
    for (const code of [gateway.code(0), gateway.code(1)]) {
      expect(stored).not.toContain(code);
      expect(said).not.toContain(code);
    }
    expect(said).not.toContain('7700900101');
    expect(JSON.stringify(gateway.logs)).not.toContain(wrong);
    expect(JSON.stringify(gateway.logs)).not.toContain('eyJ');
    expect(gateway.logs.map(({ event }) => event)).toContain('number-proven');
  });
});

describe('how often', () => {
  test('case 45: half a minute between texts to a number, told in the body and by Retry-After', async () => {
    const { gateway, id, challenge } = await sent();
    gateway.advance(10_500);
    const early = await gateway.resend(alice, id);
    expect([early.status, early.problem, early.body.retryAt]).toEqual([429, 'send-throttled', challenge.resendAt]);
    expect(early.headers.get('retry-after')).toBe('20');
    expect((await gateway.start(alice, newId())).problem).toBe('send-throttled');
    gateway.clock.time = challenge.resendAt - 1;
    expect((await gateway.resend(alice, id)).problem).toBe('send-throttled');
    gateway.clock.time = challenge.resendAt;
    expect((await gateway.resend(alice, id)).status).toBe(200);
    expect(gateway.texts).toHaveLength(2);
  });

  const people = (index: number) => `0c000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const numbers = (index: number) => `+44 7700 900${String(200 + index)}`;
  const capped = {
    user: { same: { person: 1 }, other: { person: 2 } },
    number: { same: { number: 1 }, other: { number: 2 } },
    address: { same: { address: '192.0.2.1' }, other: { address: '192.0.2.2' } },
    country: { same: { country: 'GB' }, other: { country: 'US' } },
  } as const;

  for (const by of ['user', 'number', 'address', 'country'] as const) {
    test(`case 46: the cap per ${by} holds, slides, says when, and survives a restart`, async () => {
      const limit = 3;
      const windowMs = 60 * minute;
      const none: readonly { limit: number; windowMs: number }[] = [];
      const gateway = await begin({
        caps: { user: none, number: none, address: none, country: none, [by]: [{ limit, windowMs }] },
      });
      let unique = 0;
      /** Everything is new with each text, except what is capped. */
      const text = (shared: { person?: number; number?: number; address?: string; country?: string }) => {
        unique++;
        const number = shared.country === 'US' ? `+1 206 555 01${10 + unique}` : numbers(shared.number ?? 10 + unique);
        return gateway.start(
          people(shared.person ?? 10 + unique),
          newId(),
          // Different phones of one person, so that no verification ends another.
          { number },
          { address: shared.address ?? `198.51.100.${unique}` },
        );
      };
      const startedAt = gateway.clock.time;
      for (let count = 0; count < limit; count++) {
        expect((await text(capped[by].same)).status).toBe(200);
        gateway.advance(minute);
      }
      await gateway.restart();
      const refused = await text(capped[by].same);
      expect([refused.problem, refused.body.retryAt]).toEqual(['send-throttled', startedAt + windowMs]);
      expect(gateway.logs).toContainEqual(expect.objectContaining({ event: 'cap-reached', cap: by }));
      expect((await text(capped[by].other)).status).toBe(200);
      gateway.clock.time = startedAt + windowMs - 1;
      expect((await text(capped[by].same)).problem).toBe('send-throttled');
      gateway.clock.time = startedAt + windowMs;
      expect((await text(capped[by].same)).status).toBe(200);
      // The second text still fills the window.
      expect((await text(capped[by].same)).problem).toBe('send-throttled');
    });
  }

  test('case 46: parallel requests cannot overrun a cap', async () => {
    const none: readonly { limit: number; windowMs: number }[] = [];
    const gateway = await begin({
      caps: { user: [{ limit: 2, windowMs: 60 * minute }], number: none, address: none, country: none },
    });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => gateway.start(alice, newId(), { number: numbers(index) })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(gateway.texts).toHaveLength(2);
  });
});

describe('case 47: refused before anything is sent', () => {
  // Ofcom reserves ranges for fiction also among landlines and premium numbers.
  const refused = {
    'a premium number': ['+44 909 879 0123', 'cannot-receive-texts'],
    'a premium number in North America': ['+1 900 555 0123', 'cannot-receive-texts'],
    'a landline': ['+44 20 7946 0018', 'cannot-receive-texts'],
    'a personal number, where fraud earns': ['+44 70 0000 0000', 'cannot-receive-texts'],
    'an extension': ['+1 206 555 0109 x42', 'cannot-receive-texts'],
    'a short number': ['+44 999', 'invalid-number'],
    'a number without country': ['07700 900101', 'invalid-number'],
    'a number cut short': ['+44 7700 90010', 'invalid-number'],
    words: ['+call me', 'invalid-number'],
    'a satellite network': ['+881 6 1234 5678', 'country-refused'],
    'a disallowed country': ['+1 206 555 0100', 'country-refused'],
  } as const;
  for (const [what, [number, problem]] of Object.entries(refused)) {
    test(what, async () => {
      const gateway = await begin({
        destinations: { refusedCountries: ['US'], additionalMobileRanges: ['+447700900xxx'] },
      });
      const expected = what.includes('North America') || what === 'an extension' ? 'country-refused' : problem;
      const answer = await gateway.start(alice, newId(), { number });
      expect([answer.status, answer.problem]).toEqual([422, expected]);
      expect(gateway.texts).toEqual([]);
    });
    if (number.startsWith('+1'))
      test(`${what}, where its country is allowed`, async () => {
        const gateway = await begin();
        const answer = await gateway.start(alice, newId(), { number });
        expect(answer.problem).toBe(what === 'a disallowed country' ? undefined : problem);
      });
  }

  test('every country outside a list of allowed ones', async () => {
    const gateway = await begin({
      destinations: { allowedCountries: ['GB'], refusedCountries: [], additionalMobileRanges: ['+447700900xxx'] },
    });
    expect((await gateway.start(alice, newId(), { number: '+1 206 555 0100' })).problem).toBe('country-refused');
    expect((await gateway.start(alice, newId())).status).toBe(200);
  });

  test('numbers reserved for fiction, unless configuration names their range', async () => {
    const gateway = await begin({ destinations: { refusedCountries: [], additionalMobileRanges: [] } });
    expect((await gateway.start(alice, newId())).problem).toBe('invalid-number');
  });
});

describe('case 49: what is said before the number is proven', () => {
  test("a colleague's sign-in name gets its text like any other; that it is in use comes after the code", async () => {
    const gateway = await begin();
    gateway.tenant.inUse.add('+447700900101');
    const [inUse, free] = [newId(), newId()];
    const one = await gateway.start(alice, inUse);
    const other = await gateway.start(bob, free, { number: '+44 7700 900102' });
    const { id: _1, sentTo: _2, ...challenge } = one.body;
    const { id: _3, sentTo: _4, ...otherChallenge } = other.body;
    expect(challenge).toEqual(otherChallenge);
    expect((await gateway.confirm(alice, inUse, gateway.code(0))).body).toMatchObject({
      state: 'done',
      smsSignIn: 'phoneNumberNotUnique',
    });
  });

  test('a refusal that saved nothing is "in use", after the code', async () => {
    const { gateway, id } = await sent();
    gateway.tenant.faults.push({
      method: 'POST',
      path: 'phoneMethods',
      times: 1,
      status: 409,
      code: 'phoneNumberNotUnique',
    });
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('writing');
    gateway.advance(30_000);
    expect((await gateway.get(alice, id)).body).toMatchObject({ state: 'failed', error: { kind: 'number-in-use' } });
    expect((await gateway.confirm(alice, id, gateway.code())).problem).toBe('number-in-use');
  });

  test("one's own numbers may be told of at once: registered already, a phone of the type there, none to change", async () => {
    const gateway = await begin();
    gateway.tenant.setPhone(alice, 'mobile', '+44 7700900101');
    expect((await gateway.start(alice, newId())).problem).toBe('already-registered');
    expect((await gateway.start(alice, newId(), { purpose: 'change' })).problem).toBe('already-registered');
    expect((await gateway.start(alice, newId(), { number: '+44 7700 900102' })).problem).toBe('too-many-phones');
    expect((await gateway.start(bob, newId(), { purpose: 'change' })).problem).toBe('not-found');
    expect((await gateway.start(bob, newId(), { type: 'alternateMobile' })).problem).toBe('not-permitted');
    expect(gateway.texts).toEqual([]);
    // A colleague's registered number is nobody else's business.
    expect((await gateway.start(bob, newId())).status).toBe(200);
  });
});

describe('a change', () => {
  async function changing() {
    const gateway = await begin();
    gateway.tenant.setPhone(alice, 'mobile', '+44 7700900109');
    const id = newId();
    expect((await gateway.start(alice, id, { purpose: 'change' })).status).toBe(200);
    return { gateway, id };
  }

  test('case 50: keeps the old number until the new one is proven', async () => {
    const { gateway, id } = await changing();
    await gateway.confirm(alice, id, gateway.wrongCode());
    expect(gateway.tenant.number(alice)).toBe('+44 7700900109');
    expect(gateway.tenant.writes()).toEqual([]);
    await gateway.confirm(alice, id, gateway.code());
    expect(gateway.tenant.number(alice)).toBe('+44 7700900101');
    expect(gateway.tenant.writes().map(({ method }) => method)).toEqual(['PATCH']);
  });

  test('case 50: keeps the old number when the verification is cancelled or expires', async () => {
    const { gateway, id } = await changing();
    gateway.advance(10 * minute);
    await gateway.confirm(alice, id, gateway.code());
    await gateway.cancel(alice, id);
    expect(gateway.tenant.number(alice)).toBe('+44 7700900109');
    expect(gateway.tenant.writes()).toEqual([]);
  });

  test('case 52: tells the old number, once, after the change', async () => {
    const { gateway, id } = await changing();
    await gateway.confirm(alice, id, gateway.code(0));
    expect(gateway.texts.map(({ to }) => to)).toEqual(['+447700900101', '+447700900109']);
    const notice = gateway.texts[1]?.body ?? '';
    expect(notice).toContain('was changed to another number');
    expect(notice).not.toMatch(/\d{3}/);
    await gateway.restart();
    await gateway.get(alice, id);
    expect(gateway.texts).toHaveLength(2);
  });

  test('case 52: a notice that may not have gone out is repeated with the same id, also by a server started anew', async () => {
    const { gateway, id } = await changing();
    gateway.outcomes.push({ kind: 'unknown' });
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
    gateway.advance(minute);
    await gateway.restart();
    const notices = gateway.texts.filter(({ to }) => to === '+447700900109');
    expect(notices.map((text) => text.id)).toEqual([`${id}-notice`, `${id}-notice`]);
    gateway.advance(minute);
    await gateway.restart();
    expect(gateway.texts.filter(({ to }) => to === '+447700900109')).toHaveLength(2);
  });

  test('case 52: a number beside the mobile one is told to the mobile one', async () => {
    const gateway = await begin();
    gateway.tenant.setPhone(alice, 'mobile', '+44 7700900109');
    const id = newId();
    await gateway.start(alice, id, { type: 'alternateMobile' });
    await gateway.confirm(alice, id, gateway.code());
    expect(gateway.texts[1]).toMatchObject({ to: '+447700900109', body: expect.stringContaining('was added') });
  });

  test('case 52: an old number that cannot be texted is left out, and that is logged', async () => {
    const gateway = await begin();
    gateway.tenant.setPhone(alice, 'office', '+44 2079460018x7');
    const id = newId();
    await gateway.start(alice, id, { type: 'office', purpose: 'change' });
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
    expect(gateway.texts).toHaveLength(1);
    expect(gateway.logs).toContainEqual(expect.objectContaining({ event: 'notice-not-sent' }));
  });
});

describe('case 53: a recent sign-in', () => {
  test('is demanded when a verification starts, with the claims to ask for', async () => {
    const gateway = await begin();
    gateway.keepToken(alice, await gateway.tenant.token(alice));
    gateway.advance(10 * minute + 1000);
    const refused = await gateway.start(alice, newId());
    expect([refused.status, refused.problem]).toEqual([401, 'needs-step-up']);
    const claims = { access_token: { amr: { essential: true, values: ['ngcmfa'] } } };
    expect(JSON.parse(refused.body.claims)).toEqual(claims);
    const header = /^Bearer error="insufficient_claims", claims="([^"]+)"$/.exec(
      refused.headers.get('www-authenticate') ?? '',
    );
    expect(JSON.parse(atob(header?.[1] ?? ''))).toEqual(claims);
    expect(gateway.texts).toEqual([]);
    expect((await gateway.start(alice, newId(), {}, { token: await gateway.tenant.token(alice) })).status).toBe(200);
  });

  test('is not asked for again on the way: the code, the state and the repeated request need only a valid token', async () => {
    const gateway = await begin();
    gateway.keepToken(alice, await gateway.tenant.token(alice));
    const id = newId();
    await gateway.start(alice, id);
    gateway.advance(9 * minute);
    await gateway.resend(alice, id);
    gateway.advance(9 * minute);
    expect((await gateway.start(alice, id)).status).toBe(200);
    expect((await gateway.get(alice, id)).status).toBe(200);
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
  });
});

test('numbers are forgotten as soon as nothing needs them, texts when no cap does', async () => {
  const { gateway, id } = await sent();
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(gateway.configuration.database, { readOnly: true });
  const numbers = () =>
    database.prepare('SELECT count(*) AS n FROM challenges WHERE number IS NOT NULL').get() as { n: number };
  const rows = () => database.prepare('SELECT count(*) AS n FROM sends').get() as { n: number };
  expect(numbers().n).toBe(1);
  await gateway.confirm(alice, id, gateway.code());
  expect(numbers().n).toBe(0);
  // Given up without a word.
  await gateway.start(bob, newId(), { number: '+44 7700 900102' });
  gateway.advance(41 * minute);
  await gateway.start(bob, newId(), { number: '+44 7700 900103', type: 'office' });
  expect(numbers().n).toBe(1);
  // Nor when nobody else comes.
  gateway.advance(41 * minute);
  await gateway.restart();
  expect(numbers().n).toBe(0);
  expect(rows().n).toBe(3);
  gateway.advance((24 * 60 - 41) * minute);
  await gateway.start(bob, newId(), { number: '+44 7700 900104' });
  expect(rows().n).toBe(1);
  database.close();
});
