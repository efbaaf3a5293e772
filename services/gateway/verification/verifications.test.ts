import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { GatewayConfiguration, SendOutcome } from '../gateway.ts';
import { alice, bob, type GatewayUnderTest, gatewayUnderTest, newId } from '../testing/gateway-under-test.ts';
import { sufficientPolicy } from '../testing/policy.ts';
import type { Caps } from './caps.ts';

const minute = 60_000;
let under: GatewayUnderTest;
afterEach(() => under.end());
afterEach(() => vi.useRealTimers());

async function begin(changes: Partial<GatewayConfiguration> = {}) {
  under = await gatewayUnderTest(changes);
  return under;
}

/** Changes the database of the gateway as a process that ended, or a day that passed, would have left it. */
function changeDatabase(sql: string) {
  const database = new DatabaseSync(under.configuration.database);
  database.exec(sql);
  database.close();
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
  test('a start sends a text, and the right code writes the number to Graph', async () => {
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
    expect(gateway.tenant.phoneNumber(alice)).toBeUndefined();

    const done = await gateway.confirm(alice, id, gateway.code());
    expect(done.body).toMatchObject({ state: 'done', smsSignIn: 'ready' });
    expect(gateway.tenant.phoneNumber(alice)).toBe('+44 7700900101');
    expect((await gateway.get(alice, id)).body).toMatchObject({ state: 'done', smsSignIn: 'ready' });
  });

  test('the text contains the code, binds it to the host in its last line and fits into 160 characters', async () => {
    const { gateway } = await sent();
    const body = gateway.texts[0]?.body ?? '';
    const code = gateway.code();
    expect(body.split('\n').at(-1)).toBe(`@gateway.contoso.example #${code}`);
    expect(body).toContain(`${code.slice(0, 3)} ${code.slice(3)} is your code`);
    expect(body).toContain('Nobody will ask you for it');
    expect(body.length).toBeLessThanOrEqual(160);
  });

  test('a repeated request, also in parallel and after a restart, gets the same challenge and sends no other text', async () => {
    const gateway = await begin();
    const id = newId();
    const both = await Promise.all([gateway.start(alice, id), gateway.start(alice, id)]);
    await gateway.restart();
    const later = await gateway.start(alice, id, { number: '+44 (7700) 900-101' });
    for (const answer of [...both, later]) expect(answer.body).toEqual(both[0]?.body);
    expect(gateway.texts).toHaveLength(1);
  });

  test('the same id for another request gets 409 and sends no text', async () => {
    const { gateway, id } = await sent();
    const others = [{ number: '+44 7700 900102' }, { number: '+44 999' }, { type: 'office' }, { purpose: 'change' }];
    for (const other of others) {
      const answer = await gateway.start(alice, id, other);
      expect([answer.status, answer.problem]).toEqual([409, 'invalid-request']);
    }
    expect(gateway.texts).toHaveLength(1);
  });

  test('of two parallel requests with the same id and different numbers, one gets 409', async () => {
    const gateway = await begin();
    const id = newId();
    const both = await Promise.all([gateway.start(alice, id), gateway.start(alice, id, { number: '+44 7700 900102' })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(gateway.texts).toHaveLength(1);
  });

  test('a cancelled verification is not found, its code confirms nothing and its id cannot be used again', async () => {
    const { gateway, id } = await sent();
    expect((await gateway.cancel(alice, id)).status).toBe(204);
    expect((await gateway.cancel(alice, id)).status).toBe(204);
    expect((await gateway.get(alice, id)).problem).toBe('not-found');
    expect((await gateway.confirm(alice, id, gateway.code())).problem).toBe('not-found');
    expect((await gateway.resend(alice, id)).problem).toBe('not-found');
    expect((await gateway.start(alice, id)).status).toBe(409);
    expect(gateway.texts).toHaveLength(1);
  });

  test('a verification cannot be cancelled while its proven number is being written', async () => {
    const { gateway, id } = await sent();
    gateway.tenant.faults.push({ path: 'phoneMethods', times: 100, status: 503, retryAfter: 5 });
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('writing');
    expect((await gateway.cancel(alice, id)).problem).toBe('code-used');
    expect((await gateway.get(alice, id)).body.state).toBe('writing');
  });

  test('a proven number whose write has not begun cannot be cancelled, and a request for its state begins the write', async () => {
    const { gateway, id } = await sent();
    // Only requests take steps.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    gateway.tenant.faults.push({ path: 'phoneMethods', times: 1, status: 503 });
    await gateway.confirm(alice, id, gateway.code());
    changeDatabase(`UPDATE challenges SET state = 'confirmed'`);
    expect((await gateway.cancel(alice, id)).problem).toBe('code-used');
    gateway.advance(1000);
    expect((await gateway.get(alice, id)).body.state).toBe('done');
  });

  test('a request for the state of a written number sends no notice', async () => {
    const gateway = await begin();
    gateway.tenant.setPhone(alice, 'mobile', '+44 7700900109');
    const id = newId();
    await gateway.start(alice, id, { purpose: 'change' });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    gateway.outcomes.push({ kind: 'unknown' });
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
    gateway.advance(minute);
    const { length } = gateway.texts;
    expect((await gateway.get(alice, id)).body.state).toBe('done');
    expect(gateway.texts).toHaveLength(length);
  });

  test('a confirmation is answered after 10 seconds, also while Graph does not answer', async () => {
    const { gateway, id } = await sent();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const release = gateway.holdGraph('POST');
    let isAnswered = false;
    const confirmed = gateway.confirm(alice, id, gateway.code()).finally(() => {
      isAnswered = true;
    });
    await release.arrived;
    await vi.advanceTimersByTimeAsync(9_999);
    expect(isAnswered).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect((await confirmed).body.state).toBe('writing');
    await gateway.crash();
  });

  test('a confirmation is answered as soon as the number is written', async () => {
    const { gateway, id } = await sent();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('the state of a verification is told also after its texts were deleted', async () => {
    const { gateway, id, challenge } = await sent();
    changeDatabase('DELETE FROM sends');
    const { sentAt } = challenge;
    expect((await gateway.get(alice, id)).body).toMatchObject({ state: 'sent', sentAt, resendAt: sentAt });
    expect((await gateway.confirm(alice, id, gateway.code())).problem).toBe('code-expired');
  });

  test('a newer verification for the same phone type ends the older one', async () => {
    const { gateway, id } = await sent();
    const newer = newId();
    await gateway.start(alice, newer, { number: '+44 7700 900102' });
    expect((await gateway.confirm(alice, id, gateway.code(0))).problem).toBe('code-replaced');
    expect((await gateway.get(alice, id)).body).toMatchObject({ state: 'failed', error: { kind: 'code-replaced' } });
    expect((await gateway.confirm(alice, newer, gateway.code())).body.state).toBe('done');
    expect(gateway.tenant.phoneNumber(alice)).toBe('+44 7700900102');
  });

  test('case 64: a verification gets no further text and accepts no code 30 minutes after its start', async () => {
    const { gateway, id } = await sent();
    for (let elapsed = 0; elapsed < 27; elapsed += 9) {
      gateway.advance(9 * minute);
      expect((await gateway.resend(alice, id)).status).toBe(200);
    }
    gateway.advance(3 * minute - 1);
    expect((await gateway.get(alice, id)).body).toMatchObject({ state: 'sent', expiresAt: gateway.clock.time + 1 });
    gateway.advance(1);
    expect((await gateway.resend(alice, id)).problem).toBe('code-expired');
    expect((await gateway.confirm(alice, id, gateway.code())).problem).toBe('code-expired');
    expect((await gateway.get(alice, id)).body).toMatchObject({ state: 'failed', error: { kind: 'code-expired' } });
  });
});

describe('a text with an unknown outcome', () => {
  test('a text with an unknown outcome is reported as send-failed and not repeated, and its code confirms', async () => {
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

  test('a text is reported as send-failed and not sent again after a crash during the sending', async () => {
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

  test('no other text is sent while a text is being sent, also after the cooldown', async () => {
    const gateway = await begin();
    const id = newId();
    const { promise, resolve } = Promise.withResolvers<SendOutcome>();
    gateway.outcomes.push(() => promise);
    const starting = gateway.start(alice, id);
    await expect.poll(() => gateway.texts.length).toBe(1);
    gateway.advance(30_000);
    const refused = await gateway.resend(alice, id);
    expect([refused.problem, refused.body.retryAt]).toEqual(['send-throttled', gateway.clock.time]);
    resolve({ kind: 'accepted' });
    await starting;
    expect((await gateway.resend(alice, id)).status).toBe(200);
    expect(gateway.texts).toHaveLength(2);
  });

  test('a gateway that closes waits for the outcome of a text', async () => {
    const gateway = await begin();
    const id = newId();
    const { promise, resolve } = Promise.withResolvers<SendOutcome>();
    gateway.outcomes.push(() => promise);
    const starting = gateway.start(alice, id);
    await expect.poll(() => gateway.texts.length).toBe(1);
    const restarted = gateway.restart();
    resolve({ kind: 'accepted' });
    await Promise.all([starting, restarted]);
    expect((await gateway.get(alice, id)).body.error).toBeUndefined();
    expect(gateway.logs.map(({ event }) => event)).not.toContain('delivery-not-recorded');
  });

  test('a refused text counts in no cap and needs no cooldown', async () => {
    const gateway = await begin({
      caps: {
        user: [{ limit: 1, windowMs: 60 * minute }],
        number: [{ limit: 1, windowMs: 60 * minute }],
        address: [],
        site: [],
        country: [],
        total: [],
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

  test('a number that the SMS provider cannot text ends the verification', async () => {
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
  test('case 38: five wrong codes end the verification, and then the right code is refused', async () => {
    const { gateway, id } = await sent();
    const wrong = gateway.wrongCode();
    for (const left of [4, 3, 2, 1]) {
      const answer = await gateway.confirm(alice, id, wrong);
      expect([answer.status, answer.problem, answer.body.attemptsLeft]).toEqual([422, 'wrong-code', left]);
      expect((await gateway.get(alice, id)).body.attemptsLeft).toBe(left);
    }
    const last = await gateway.confirm(alice, id, wrong);
    expect([last.status, last.problem, last.body.attemptsLeft]).toEqual([429, 'too-many-attempts', 0]);
    expect(gateway.logs).toContainEqual({ level: 'warn', event: 'verification-locked', oid: alice, id });
    expect((await gateway.confirm(alice, id, gateway.code())).problem).toBe('too-many-attempts');
    expect((await gateway.get(alice, id)).body).toMatchObject({
      state: 'failed',
      error: { kind: 'too-many-attempts' },
    });
    expect(gateway.tenant.phoneNumber(alice)).toBeUndefined();
  });

  test('case 38: the 16th code of a user within a day is refused with a retry time, also when it is right', async () => {
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
    // Another user is not affected.
    const other = newId();
    gateway.advance(minute);
    await gateway.start(bob, other);
    expect((await gateway.confirm(bob, other, gateway.code())).body.state).toBe('done');
  });

  test('case 39: a new text does not reset the count of wrong codes', async () => {
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

  test('case 40: an older code is refused as code-replaced and costs no try, and the newest one confirms', async () => {
    const { gateway, id } = await sent();
    gateway.advance(30_000);
    await gateway.resend(alice, id);
    const older = await gateway.confirm(alice, id, gateway.code(0));
    expect([older.status, older.problem, older.body.attemptsLeft]).toEqual([409, 'code-replaced', 5]);
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
  });

  test('case 40: a new code differs from all older ones, also when the random source repeats itself', async () => {
    const gateway = await begin();
    const drawn = [111_111, 111_111, 111_111, 222_222, 111_111, 222_222, 333_333];
    gateway.useRandom(() => drawn.shift() ?? 0);
    const id = newId();
    await gateway.start(alice, id);
    gateway.advance(30_000);
    await gateway.resend(alice, id);
    gateway.advance(30_000);
    await gateway.resend(alice, id);
    expect([gateway.code(0), gateway.code(1), gateway.code(2)]).toEqual(['111111', '222222', '333333']);
    for (const older of [0, 1])
      expect((await gateway.confirm(alice, id, gateway.code(older))).problem).toBe('code-replaced');
  });

  test('case 41: a code confirms until a millisecond before ten minutes and is expired at ten minutes', async () => {
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

  test('case 41: the code of a new text is valid for ten minutes of its own', async () => {
    const { gateway, id } = await sent();
    gateway.advance(9 * minute);
    await gateway.resend(alice, id);
    gateway.advance(9 * minute);
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
  });

  test('case 42: a used code is refused and writes nothing', async () => {
    const { gateway, id } = await sent();
    await gateway.confirm(alice, id, gateway.code());
    const writes = gateway.tenant.writes().length;
    const replay = await gateway.confirm(alice, id, gateway.code());
    expect([replay.status, replay.problem]).toEqual([409, 'code-used']);
    expect((await gateway.resend(alice, id)).problem).toBe('code-used');
    expect(gateway.tenant.writes()).toHaveLength(writes);
  });

  test('case 43: of parallel confirmations exactly one succeeds, and Graph is written once', async () => {
    const { gateway, id } = await sent();
    const answers = await Promise.all(Array.from({ length: 8 }, () => gateway.confirm(alice, id, gateway.code())));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ problem }) => problem === 'code-used')).toHaveLength(7);
    expect(gateway.tenant.writes()).toHaveLength(1);
  });

  test('case 43: parallel wrong codes are counted one by one', async () => {
    const { gateway, id } = await sent();
    await Promise.all(Array.from({ length: 4 }, () => gateway.confirm(alice, id, gateway.wrongCode())));
    expect((await gateway.get(alice, id)).body.attemptsLeft).toBe(1);
  });

  test('case 44: a verification belongs to its user, and the same id of another user is another verification', async () => {
    const { gateway, id } = await sent();
    expect((await gateway.confirm(bob, id, gateway.code())).problem).toBe('not-found');
    expect((await gateway.get(bob, id)).problem).toBe('not-found');
    expect((await gateway.cancel(bob, id)).problem).toBe('not-found');
    expect((await gateway.start(bob, id, { number: '+44 7700 900102' })).status).toBe(200);
    expect((await gateway.confirm(bob, id, gateway.code(0))).problem).toBe('wrong-code');
    await gateway.confirm(bob, id, gateway.code(1));
    expect(gateway.tenant.phoneNumber(bob)).toBe('+44 7700900102');
    expect(gateway.tenant.phoneNumber(alice)).toBeUndefined();
  });

  test('case 44: a code confirms only the verification it was sent for', async () => {
    const gateway = await begin();
    gateway.tenant.setPhone(alice, 'mobile', '+44 7700900109');
    const change = newId();
    const add = newId();
    await gateway.start(alice, change, { purpose: 'change' });
    await gateway.start(alice, add, { type: 'office', number: '+44 7700 900102' });
    expect((await gateway.confirm(alice, change, gateway.code(1))).problem).toBe('wrong-code');
    expect((await gateway.confirm(alice, add, gateway.code(0))).problem).toBe('wrong-code');
  });

  test('case 48: answers, logs and the database contain no code, and the logs no phone number and no token', async () => {
    const { gateway, id } = await sent();
    gateway.advance(30_000);
    const replies = [await gateway.resend(alice, id), await gateway.get(alice, id)];
    const wrong = gateway.wrongCode();
    replies.push(await gateway.confirm(alice, id, wrong), await gateway.confirm(alice, id, gateway.code(0)));
    const { readFileSync } = await import('node:fs');
    const path = gateway.configuration.database;
    const stored = [path, `${path}-wal`].map((file) => readFileSync(file).toString('latin1')).join('');
    expect(stored).toContain(id);
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

describe('rate limits', () => {
  test('case 45: a second text within 30 seconds is refused with the retry time in the body and in Retry-After', async () => {
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

  const users = (index: number) => `0c000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const numbers = (index: number) => `+44 7700 900${String(200 + index)}`;
  const capped = {
    user: { same: { user: 1 }, other: { user: 2 } },
    number: { same: { number: 1 }, other: { number: 2 } },
    address: { same: { address: '192.0.2.1' }, other: { address: '192.0.2.2' } },
    site: { same: { site: '2001:db8:1' }, other: { site: '2001:db8:2' } },
    country: { same: { country: 'GB' }, other: { country: 'US' } },
    total: { same: {}, other: undefined },
  } as const;

  const noCaps: Caps = { user: [], number: [], address: [], site: [], country: [], total: [] };

  for (const by of ['user', 'number', 'address', 'site', 'country', 'total'] as const) {
    test(`${by === 'total' ? 'case 76' : 'case 46'}: the cap per ${by} refuses a fourth text, slides, tells the retry time and survives a restart`, async () => {
      const limit = 3;
      const windowMs = 60 * minute;
      const gateway = await begin({ caps: { ...noCaps, [by]: [{ limit, windowMs }] } });
      let unique = 0;
      /** Varies everything but the shared property with each text. */
      const text = (shared: { user?: number; number?: number; address?: string; site?: string; country?: string }) => {
        unique++;
        const isAmerican = shared.country === 'US' || (by === 'total' && unique % 2 === 0);
        const number = isAmerican ? `+1 206 555 01${10 + unique}` : numbers(shared.number ?? 10 + unique);
        return gateway.start(
          users(shared.user ?? 10 + unique),
          newId(),
          { number },
          { address: shared.address ?? `${shared.site ?? `2001:db8:${90 + unique}`}:${unique}::1` },
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
      const { other } = capped[by];
      if (other) expect((await text(other)).status).toBe(200);
      gateway.clock.time = startedAt + windowMs - 1;
      expect((await text(capped[by].same)).problem).toBe('send-throttled');
      gateway.clock.time = startedAt + windowMs;
      expect((await text(capped[by].same)).status).toBe(200);
      // The second text still fills the window.
      expect((await text(capped[by].same)).problem).toBe('send-throttled');
    });
  }

  test('case 74: a host that changes its address within a /64 counts for one address', async () => {
    const gateway = await begin({ caps: { ...noCaps, address: [{ limit: 1, windowMs: 60 * minute }] } });
    const from = (user: number, address: string) =>
      gateway.start(users(user), newId(), { number: numbers(user) }, { address });
    expect((await from(1, '2001:db8:1:1::1')).status).toBe(200);
    expect((await from(2, '2001:db8:1:1:ffff::2')).problem).toBe('send-throttled');
    expect((await from(3, '2001:db8:1:2::1')).status).toBe(200);
  });

  test('case 74: IPv4 addresses count in no cap per site', async () => {
    const gateway = await begin({ caps: { ...noCaps, site: [{ limit: 1, windowMs: 60 * minute }] } });
    for (const user of [1, 2]) {
      const request = { number: numbers(user) };
      const answer = await gateway.start(users(user), newId(), request, { address: `192.0.2.${user}` });
      expect(answer.status).toBe(200);
    }
  });

  test('case 74: clients without a known address share one cap', async () => {
    const gateway = await begin({
      trustedProxies: 1,
      caps: { ...noCaps, address: [{ limit: 1, windowMs: 60 * minute }] },
    });
    const from = (user: number, forwarded?: string) =>
      gateway.start(
        users(user),
        newId(),
        { number: numbers(user) },
        {
          address: `198.51.100.${user}`,
          ...(forwarded === undefined ? {} : { headers: { 'x-forwarded-for': forwarded } }),
        },
      );
    expect((await from(1)).status).toBe(200);
    expect(gateway.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', event: 'client-address-unknown', trustedProxies: 1 }),
    );
    for (const garbage of ['unknown', '192.0.2.7, x', '999.1.1.1'])
      expect((await from(2, garbage)).problem).toBe('send-throttled');
    gateway.logs.length = 0;
    expect((await from(3, '192.0.2.3:4711')).status).toBe(200);
    expect(gateway.logs.map(({ event }) => event)).not.toContain('client-address-unknown');
  });

  test('case 46: parallel requests cannot exceed a cap', async () => {
    const gateway = await begin({ caps: { ...noCaps, user: [{ limit: 2, windowMs: 60 * minute }] } });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => gateway.start(alice, newId(), { number: numbers(index) })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(gateway.texts).toHaveLength(2);
  });
});

describe('phone numbers that get no text', () => {
  // Ofcom reserves ranges for fiction among landlines and premium numbers, too.
  const refused = {
    'a premium number': ['+44 909 879 0123', 'cannot-receive-texts'],
    'a premium number in North America': ['+1 900 555 0123', 'cannot-receive-texts'],
    'a landline': ['+44 20 7946 0018', 'cannot-receive-texts'],
    'a personal number': ['+44 70 0000 0000', 'cannot-receive-texts'],
    'an extension': ['+1 206 555 0109 x42', 'cannot-receive-texts'],
    'a short number': ['+44 999', 'invalid-number'],
    'a number without country': ['07700 900101', 'invalid-number'],
    'a number cut short': ['+44 7700 90010', 'invalid-number'],
    letters: ['+call me', 'invalid-number'],
    'a satellite network': ['+881 6 1234 5678', 'country-refused'],
    'a disallowed country': ['+1 206 555 0100', 'country-refused'],
  } as const;
  for (const [what, [number, problem]] of Object.entries(refused)) {
    test(`case 47: ${what} is refused before a text`, async () => {
      const gateway = await begin({
        destinations: {
          allowedCountries: undefined,
          refusedCountries: ['US'],
          additionalMobileRanges: ['+447700900xxx'],
        },
      });
      const expected = what.includes('North America') || what === 'an extension' ? 'country-refused' : problem;
      const answer = await gateway.start(alice, newId(), { number });
      expect([answer.status, answer.problem]).toEqual([422, expected]);
      expect(gateway.texts).toEqual([]);
    });
    if (number.startsWith('+1'))
      test(`case 47: ${what} is judged by its kind where its country is allowed`, async () => {
        const gateway = await begin();
        const answer = await gateway.start(alice, newId(), { number });
        expect(answer.problem).toBe(what === 'a disallowed country' ? undefined : problem);
      });
  }

  test('case 47: a country outside the list of allowed ones is refused before a text', async () => {
    const gateway = await begin({
      destinations: { allowedCountries: ['GB'], refusedCountries: [], additionalMobileRanges: ['+447700900xxx'] },
    });
    expect((await gateway.start(alice, newId(), { number: '+1 206 555 0100' })).problem).toBe('country-refused');
    expect((await gateway.start(alice, newId())).status).toBe(200);
  });

  test('case 47: a number reserved for fiction is refused without a configured range', async () => {
    const gateway = await begin({
      destinations: { allowedCountries: undefined, refusedCountries: [], additionalMobileRanges: [] },
    });
    expect((await gateway.start(alice, newId())).problem).toBe('invalid-number');
  });
});

describe('before the number is proven', () => {
  test("case 49: a start with a colleague's sign-in name gets the same answer as any other, and the conflict is told after the code", async () => {
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

  test('case 49: a 409 of Graph that saved nothing is told as number-in-use, after the code', async () => {
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

  test("case 49: a start is refused for reasons that concern the user's own phones, and not for a colleague's phone", async () => {
    const gateway = await begin();
    gateway.tenant.setPhone(alice, 'mobile', '+44 7700900101');
    expect((await gateway.start(alice, newId())).problem).toBe('already-registered');
    expect((await gateway.start(alice, newId(), { purpose: 'change' })).problem).toBe('already-registered');
    expect((await gateway.start(alice, newId(), { number: '+44 7700 900102' })).problem).toBe('too-many-phones');
    expect((await gateway.start(bob, newId(), { purpose: 'change' })).problem).toBe('not-found');
    expect((await gateway.start(bob, newId(), { type: 'alternateMobile' })).problem).toBe('not-permitted');
    expect(gateway.texts).toEqual([]);
    expect((await gateway.start(bob, newId())).status).toBe(200);
  });
});

describe('a change of a number', () => {
  async function changing() {
    const gateway = await begin();
    gateway.tenant.setPhone(alice, 'mobile', '+44 7700900109');
    const id = newId();
    expect((await gateway.start(alice, id, { purpose: 'change' })).status).toBe(200);
    return { gateway, id };
  }

  test('case 50: a change keeps the old number until the new one is proven', async () => {
    const { gateway, id } = await changing();
    await gateway.confirm(alice, id, gateway.wrongCode());
    expect(gateway.tenant.phoneNumber(alice)).toBe('+44 7700900109');
    expect(gateway.tenant.writes()).toEqual([]);
    await gateway.confirm(alice, id, gateway.code());
    expect(gateway.tenant.phoneNumber(alice)).toBe('+44 7700900101');
    expect(gateway.tenant.writes().map(({ method }) => method)).toEqual(['PATCH']);
  });

  test('case 50: a change keeps the old number when the verification expires and is cancelled', async () => {
    const { gateway, id } = await changing();
    gateway.advance(10 * minute);
    await gateway.confirm(alice, id, gateway.code());
    await gateway.cancel(alice, id);
    expect(gateway.tenant.phoneNumber(alice)).toBe('+44 7700900109');
    expect(gateway.tenant.writes()).toEqual([]);
  });
});

describe('a recent sign-in', () => {
  test('case 53: a start demands a recent sign-in, with the claims for the next one', async () => {
    const gateway = await begin();
    gateway.keepToken(alice, await gateway.tenant.token(alice));
    gateway.advance(10 * minute + 1000);
    const refused = await gateway.start(alice, newId());
    expect([refused.status, refused.problem]).toEqual([401, 'needs-step-up']);
    const claims = { access_token: { acrs: { essential: true, value: 'c1' } } };
    expect(JSON.parse(refused.body.claims)).toEqual(claims);
    const header = /^Bearer error="insufficient_claims", claims="([^"]+)"$/.exec(
      refused.headers.get('www-authenticate') ?? '',
    );
    expect(JSON.parse(atob(header?.[1] ?? ''))).toEqual(claims);
    expect(gateway.texts).toEqual([]);
    expect((await gateway.start(alice, newId(), {}, { token: await gateway.tenant.token(alice) })).status).toBe(200);
  });

  test('case 53: the code, the state, a resend and the repeated request need no recent sign-in', async () => {
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

describe('a second factor', () => {
  test('case 64: a password-only token neither starts, resends nor confirms, and leaves the code and its tries alone', async () => {
    const gateway = await begin();
    const password = await gateway.tenant.token(alice, { acrs: undefined });
    const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });
    const id = newId();
    expect((await gateway.start(alice, id, {}, { token: password })).problem).toBe('needs-step-up');
    expect(gateway.texts).toEqual([]);
    await gateway.start(alice, id);
    gateway.advance(30_000);
    for (const refused of [
      await gateway.resend(alice, id, { token: password }),
      await gateway.confirm(alice, id, gateway.code(), { token: password }),
      await gateway.confirm(alice, id, gateway.wrongCode(), { token: password }),
    ])
      expect([refused.status, refused.problem, refused.body.claims]).toEqual([401, 'needs-step-up', claims]);
    expect(gateway.texts).toHaveLength(1);
    expect((await gateway.get(alice, id)).body).toMatchObject({ state: 'sent', attemptsLeft: 5 });
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
  });

  test('case 64: an old token with the context is refused at the start, and accepted later', async () => {
    const gateway = await begin();
    const old = await gateway.tenant.token(alice);
    gateway.advance(10 * minute + 1000);
    const id = newId();
    expect((await gateway.start(alice, id, {}, { token: old })).problem).toBe('needs-step-up');
    await gateway.start(alice, id);
    expect((await gateway.confirm(alice, id, gateway.code(), { token: old })).body.state).toBe('done');
  });

  test('case 64: another client, another session and no session neither resend nor confirm, also after a restart', async () => {
    const gateway = await begin();
    const token = await gateway.tenant.token(alice, { sid: 'one' });
    const id = newId();
    await gateway.start(alice, id, {}, { token });
    gateway.advance(30_000);
    await gateway.restart();
    for (const claims of [{ sid: 'two' }, {}, { sid: 'one', azp: bob }]) {
      const other = await gateway.tenant.token(alice, claims);
      expect((await gateway.resend(alice, id, { token: other })).problem).toBe('not-found');
      expect((await gateway.confirm(alice, id, gateway.code(), { token: other })).problem).toBe('not-found');
    }
    expect((await gateway.resend(alice, id, { token })).status).toBe(200);
    expect((await gateway.confirm(alice, id, gateway.code(), { token })).body.state).toBe('done');
  });

  test('case 64: without a sufficient policy, no verification starts or goes on, and the gateway is not ready', async () => {
    const gateway = await begin({ policyUnchecked: false });
    const ready = async () => (await gateway.ask(alice, 'GET', '/ready')).body;
    const id = newId();
    expect((await gateway.start(alice, id)).status).toBe(200);
    expect(await ready()).toMatchObject({ status: 'ready' });
    gateway.tenant.settings.policies = [];
    gateway.advance(30_000);
    await gateway.restart();
    for (const refused of [
      await gateway.start(alice, newId()),
      await gateway.resend(alice, id),
      await gateway.confirm(alice, id, gateway.code()),
    ])
      expect([refused.status, refused.problem]).toEqual([500, 'not-configured']);
    expect(gateway.texts).toHaveLength(1);
    expect(await ready()).toMatchObject({
      status: 'not-ready',
      conditions: expect.arrayContaining([
        { name: 'second-factor-policy', isMet: false, words: expect.stringContaining('AUTHENTICATION_CONTEXT') },
      ]),
    });
    expect(gateway.tenant.writes()).toEqual([]);
  });

  test('case 64: an account that the policy excludes gets no text, and no write if it is excluded later', async () => {
    const gateway = await begin({ policyUnchecked: false, refuseAdministrators: false });
    const id = newId();
    await gateway.start(alice, id);
    const { conditions } = sufficientPolicy;
    const users = { ...conditions.users, excludeUsers: [alice] };
    gateway.tenant.settings.policies = [{ ...sufficientPolicy, conditions: { ...conditions, users } }];
    await gateway.restart();
    expect((await gateway.start(alice, newId())).problem).toBe('not-permitted');
    expect(gateway.logs).toContainEqual({ level: 'warn', event: 'excluded-account-refused', oid: alice });
    gateway.advance(30_000);
    expect((await gateway.start(bob, newId())).status).toBe(200);
    expect((await gateway.confirm(alice, id, gateway.code(0))).body).toMatchObject({ state: 'failed' });
    expect(gateway.tenant.writes()).toEqual([]);
  });

  test('case 64: every start without a look at the policies is logged, and the readiness page says so', async () => {
    const gateway = await begin({ policyUnchecked: true });
    await gateway.restart();
    const warnings = gateway.logs.filter(({ event }) => event === 'policy-unchecked');
    expect(warnings).toEqual(Array(2).fill({ level: 'warn', event: 'policy-unchecked', setting: 'POLICY_UNCHECKED' }));
    const { body } = await gateway.ask(alice, 'GET', '/ready');
    expect(body).toMatchObject({ status: 'ready', warnings: [expect.stringContaining('POLICY_UNCHECKED=allow')] });
    expect(gateway.tenant.requests).toEqual([]);
  });

  test('case 53: without a context, a recent sign-in starts, its claims are demanded, and operators are warned', async () => {
    const gateway = await begin({ authenticationContext: undefined });
    expect(gateway.logs).toContainEqual({ level: 'warn', event: 'single-factor-allowed', setting: 'SINGLE_FACTOR' });
    const { body } = await gateway.ask(alice, 'GET', '/ready');
    expect(body).toMatchObject({ status: 'ready', warnings: [expect.stringContaining('SINGLE_FACTOR=allow')] });
    const auth_time = Math.floor(gateway.clock.time / 1000) - 601;
    const refused = await gateway.start(
      alice,
      newId(),
      {},
      { token: await gateway.tenant.token(alice, { auth_time }) },
    );
    expect(refused.problem).toBe('needs-step-up');
    const claims = { access_token: { amr: { essential: true, values: ['ngcmfa'] } } };
    expect(JSON.parse(refused.body.claims)).toEqual(claims);
    const id = newId();
    const token = await gateway.tenant.token(alice, { acrs: undefined });
    expect((await gateway.start(alice, id, {}, { token })).status).toBe(200);
    expect((await gateway.confirm(alice, id, gateway.code(), { token })).body.state).toBe('done');
  });
});

test('phone numbers are deleted when a verification ends or expires', async () => {
  const { gateway, id } = await sent();
  const database = new DatabaseSync(gateway.configuration.database, { readOnly: true });
  const phoneNumbers = () =>
    database.prepare('SELECT count(*) AS n FROM challenges WHERE sealed_number IS NOT NULL').get() as { n: number };
  const rows = () => database.prepare('SELECT count(*) AS n FROM sends').get() as { n: number };
  expect(phoneNumbers().n).toBe(1);
  await gateway.confirm(alice, id, gateway.code());
  expect(phoneNumbers().n).toBe(0);
  // A verification whose code is never entered.
  await gateway.start(bob, newId(), { number: '+44 7700 900102' });
  gateway.advance(41 * minute);
  await gateway.start(bob, newId(), { number: '+44 7700 900103', type: 'office' });
  expect(phoneNumbers().n).toBe(1);
  // Also without another request.
  gateway.advance(41 * minute);
  await gateway.restart();
  expect(phoneNumbers().n).toBe(0);
  expect(rows().n).toBe(3);
  database.close();
});

describe('a clock that was a month ahead and is set back', () => {
  const month = 30 * 24 * 60 * minute;
  const caps = {
    ...{ number: [], address: [], site: [], country: [], user: [{ limit: 1, windowMs: 60 * minute }] },
    total: [{ limit: 2, windowMs: 60 * minute }],
  };

  test('case 46: texts count in the caps as if they were sent at the correction', async () => {
    const gateway = await begin({ caps });
    gateway.advance(month);
    await gateway.start(alice, newId());
    gateway.advance(-month);
    const refused = await gateway.start(alice, newId(), { number: '+44 7700 900102' });
    expect([refused.problem, refused.body.retryAt]).toEqual(['send-throttled', gateway.clock.time + 60 * minute]);
    expect((await gateway.start(bob, newId(), { number: '+44 7700 900103' })).status).toBe(200);
  });

  test('case 46: the same holds for another text of a verification', async () => {
    const gateway = await begin({ caps });
    gateway.advance(month);
    const id = newId();
    await gateway.start(alice, id);
    gateway.advance(-month);
    const { problem, body } = await gateway.resend(alice, id);
    expect([problem, body.retryAt]).toEqual(['send-throttled', gateway.clock.time + 60 * minute]);
  });

  test('case 39: a code is valid for ten minutes and a verification for 30 from the correction on', async () => {
    const gateway = await begin();
    gateway.advance(month);
    const id = newId();
    await gateway.start(alice, id);
    gateway.advance(-month);
    expect((await gateway.confirm(alice, id, gateway.wrongCode())).problem).toBe('wrong-code');
    gateway.advance(10 * minute);
    expect((await gateway.confirm(alice, id, gateway.code())).problem).toBe('code-expired');
    gateway.advance(20 * minute);
    expect((await gateway.resend(alice, id)).problem).toBe('code-expired');
  });

  test('case 38: wrong codes count for a day from the correction on', async () => {
    const gateway = await begin();
    gateway.advance(month);
    const id = newId();
    for (let round = 0; round < 3; round++) {
      await gateway.start(alice, `${id.slice(0, -1)}${round}`, { number: `+44 7700 90011${round}` });
      for (let nth = 0; nth < 5; nth++) await gateway.confirm(alice, `${id.slice(0, -1)}${round}`, gateway.wrongCode());
    }
    gateway.advance(-month);
    const next = newId();
    await gateway.start(alice, next);
    const { problem, body } = await gateway.confirm(alice, next, gateway.code());
    expect([problem, body.retryAt]).toEqual(['too-many-attempts', gateway.clock.time + 24 * 60 * minute]);
  });
});
