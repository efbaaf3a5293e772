import { afterEach, expect, test } from 'vitest';
import type { GatewayConfiguration } from '../configuration.ts';
import { alice, bob, type GatewayUnderTest, gatewayUnderTest, newId } from '../testing/gateway-under-test.ts';

let under: GatewayUnderTest;
afterEach(() => under.end());

/** Restarts the gateway with a new key. */
async function rotate(oldCodeKeys: readonly Uint8Array[] = [under.configuration.codeKey]) {
  Object.assign(under.configuration, { codeKey: new Uint8Array(32).fill(9), oldCodeKeys });
  await under.restart();
}

async function sent(changes: Partial<GatewayConfiguration> = {}, address?: string) {
  under = await gatewayUnderTest(changes);
  under.tenant.setPhone(alice, 'mobile', '+44 7700900109');
  const id = newId();
  const options = address === undefined ? {} : { address };
  expect((await under.start(alice, id, { purpose: 'change' }, options)).body.state).toBe('sent');
  return id;
}

test('after a change of CODE_KEY, CODE_KEY_OLD confirms a code that was sent before', async () => {
  const id = await sent();
  await rotate();
  expect((await under.confirm(alice, id, under.wrongCode())).problem).toBe('wrong-code');
  expect((await under.confirm(alice, id, under.code())).body.state).toBe('done');
  expect(under.tenant.phoneNumber(alice)).toBe('+44 7700900101');
});

test('after a change of CODE_KEY, a resent code replaces the code of the old key', async () => {
  const id = await sent();
  await rotate();
  under.advance(30_000);
  // The first draw repeats the code that was sent before the change, which must not be sent again.
  const draws = [Number(under.code(0)), 424_242, 424_243];
  under.useRandom(() => draws.shift() ?? 0);
  expect((await under.resend(alice, id)).status).toBe(200);
  expect(under.code(1)).not.toBe(under.code(0));
  expect((await under.confirm(alice, id, under.code(0))).problem).toBe('code-replaced');
  expect((await under.confirm(alice, id, under.code(1))).body.state).toBe('done');
});

test('after a change of CODE_KEY, a repeated request is known by its id and sends no text', async () => {
  const id = await sent();
  await rotate();
  expect((await under.start(alice, id, { purpose: 'change' })).status).toBe(200);
  expect((await under.start(alice, id, { purpose: 'change', number: '+44 7700 900102' })).status).toBe(409);
  expect(under.texts).toHaveLength(1);
});

test('after a change of CODE_KEY, a due registration is written and its notice is sent', async () => {
  const id = await sent();
  under.tenant.faults.push({ method: 'PATCH', times: 1, status: 503 });
  expect((await under.confirm(alice, id, under.code())).body.state).toBe('writing');
  under.advance(60_000);
  await rotate();
  expect((await under.get(alice, id)).body.state).toBe('done');
  expect(under.texts.at(-1)?.to).toBe('+447700900109');
});

const one = [{ limit: 1, windowMs: 3_600_000 }];
const many = [{ limit: 1000, windowMs: 3_600_000 }];
for (const by of ['number', 'address', 'site'] as const)
  test(`after a change of CODE_KEY, texts of the last hour count in the cap per ${by}`, async () => {
    const address = by === 'site' ? '2001:db8:1:1::1' : '198.51.100.7';
    await sent(
      { caps: { user: many, number: many, address: many, site: many, country: many, total: many, [by]: one } },
      address,
    );
    await rotate();
    under.advance(60_000);
    const number = by === 'number' ? '+44 7700 900101' : '+44 7700 900102';
    const same = by === 'site' ? '2001:db8:1:2::1' : address;
    expect((await under.start(bob, newId(), { number }, { address: same })).problem).toBe('send-throttled');
  });

test('after a change of CODE_KEY, a resend counts the texts of the old key in the cap per number', async () => {
  const id = await sent({ caps: { user: many, number: one, address: many, site: many, country: many, total: many } });
  await rotate();
  under.advance(60_000);
  expect((await under.resend(alice, id)).problem).toBe('send-throttled');
});

test('without the old key, a started verification is over, and a repeated request belongs to no challenge', async () => {
  const id = await sent();
  await rotate([]);
  expect((await under.confirm(alice, id, under.code())).problem).toBe('code-expired');
  expect((await under.resend(alice, id)).problem).toBe('code-expired');
  expect((await under.get(alice, id)).body.attemptsLeft).toBe(5);
  expect((await under.start(alice, id, { purpose: 'change' })).status).toBe(409);
});
