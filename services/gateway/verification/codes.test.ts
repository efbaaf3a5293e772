import * as crypto from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { codeHash, isCodeOf, isSameHash, mark, newCode } from './codes.ts';

vi.mock('node:crypto', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:crypto')>();
  return { ...original, timingSafeEqual: vi.fn(original.timingSafeEqual), randomInt: vi.fn(original.randomInt) };
});

const key = new Uint8Array(32).fill(1);
const boundTo = { oid: 'a', id: 'b', phone_number: '+44 7700900101', type: 'mobile', purpose: 'add' };

test('equal and different hashes are compared by timingSafeEqual', () => {
  const hash = codeHash(key, boundTo, 1, '123456');
  for (const [code, same] of [
    ['123456', true],
    ['123457', false],
    ['923456', false],
  ] as const) {
    vi.mocked(crypto.timingSafeEqual).mockClear();
    expect(isSameHash(hash, codeHash(key, boundTo, 1, code))).toBe(same);
    expect(crypto.timingSafeEqual).toHaveBeenCalledOnce();
  }
});

test('case 44: a hash is bound to the key, the user, the verification, the text, the phone number and the purpose', () => {
  const hash = codeHash(key, boundTo, 1, '123456');
  expect(isSameHash(hash, codeHash(new Uint8Array(32).fill(2), boundTo, 1, '123456'))).toBe(false);
  for (const changed of [
    { oid: 'c' },
    { id: 'c' },
    { phone_number: '+44 7700900102' },
    { type: 'office' },
    { purpose: 'change' },
  ])
    expect(isSameHash(hash, codeHash(key, { ...boundTo, ...changed }, 1, '123456'))).toBe(false);
  expect(isSameHash(hash, codeHash(key, boundTo, 2, '123456'))).toBe(false);
});

test('hashes of different lengths differ', () => {
  const hash = codeHash(key, boundTo, 1, '123456');
  expect(isSameHash(hash, hash.subarray(1))).toBe(false);
});

test('a code matches a hash of any of the keys, and no deleted hash', () => {
  const other = new Uint8Array(32).fill(2);
  const send = { code_hash: codeHash(key, boundTo, 1, '123456'), send: 1 };
  expect(isCodeOf([other, key], send, boundTo, '123456')).toBe(true);
  expect(isCodeOf([key, other], send, boundTo, '123456')).toBe(true);
  expect(isCodeOf([other], send, boundTo, '123456')).toBe(false);
  expect(isCodeOf([key], send, boundTo, '123457')).toBe(false);
  expect(isCodeOf([key], { ...send, send: 2 }, boundTo, '123456')).toBe(false);
  expect(isCodeOf([key], { ...send, code_hash: null }, boundTo, '123456')).toBe(false);
});

test('a code comes from the cryptographic source and keeps its leading zeros', () => {
  vi.mocked(crypto.randomInt).mockImplementationOnce(() => 42);
  expect(newCode()).toBe('000042');
  expect(crypto.randomInt).toHaveBeenCalledWith(1_000_000);
  expect(newCode()).toMatch(/^\d{6}$/);
});

test('the mark of a phone number differs from the mark of an equal address', () => {
  expect(mark(key, 'number', '1')).not.toBe(mark(key, 'address', '1'));
  expect(mark(key, 'number', '1')).toBe(mark(key, 'number', '1'));
});
