import * as crypto from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { alice, type GatewayUnderTest, gatewayUnderTest, newId } from '../testing/gateway-under-test.ts';

vi.mock('node:crypto', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:crypto')>();
  return { ...original, timingSafeEqual: vi.fn(original.timingSafeEqual) };
});

const compared = vi.mocked(crypto.timingSafeEqual);
let gateway: GatewayUnderTest;
beforeEach(async () => {
  gateway = await gatewayUnderTest();
});
afterEach(() => gateway.end());

async function sent(): Promise<string> {
  const id = newId();
  expect((await gateway.start(alice, id)).status).toBe(200);
  return id;
}

test.each(['first', 'last'])(
  'case 48: a code that differs in its %s digit is compared over all bytes',
  async (place) => {
    const id = await sent();
    const code = gateway.code();
    const other = (digit: string | undefined) => String((Number(digit) + 1) % 10);
    const wrong = place === 'first' ? other(code[0]) + code.slice(1) : code.slice(0, -1) + other(code.at(-1));
    compared.mockClear();
    expect((await gateway.confirm(alice, id, wrong)).problem).toBe('wrong-code');
    expect(compared.mock.calls.map(([one, two]) => [one.byteLength, two.byteLength])).toEqual([[32, 32]]);
  },
);

test('case 48: nothing but the constant-time comparison accepts or refuses a code', async () => {
  const refused = await sent();
  compared.mockReturnValue(false);
  expect((await gateway.confirm(alice, refused, gateway.code())).problem).toBe('wrong-code');
  gateway.advance(30_000);
  const accepted = await sent();
  compared.mockReturnValue(true);
  expect((await gateway.confirm(alice, accepted, gateway.wrongCode())).body.state).toBe('done');
});
