import { createDecipheriv, hkdfSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { createNumberSeal, type SealedRow } from './sealed-number.ts';

const key = (byte: number) => new Uint8Array(32).fill(byte);
const row: SealedRow = { table: 'challenges', oid: 'o', id: 'i' };
const number = '+44 7700900101';

test('case 71: a sealed number opens to the number and does not contain it', () => {
  const { seal, open } = createNumberSeal([key(1)]);
  const sealed = seal(row, number);
  expect(open(row, sealed)).toBe(number);
  expect(Buffer.from(sealed).toString('latin1')).not.toContain('7700900101');
  expect(sealed).toHaveLength(12 + number.length + 16);
});

test('case 71: two seals of one number share neither nonce nor ciphertext', () => {
  const { seal } = createNumberSeal([key(1)]);
  const [one, other] = [seal(row, number), seal(row, number)].map((sealed) => Buffer.from(sealed).toString('hex'));
  expect(one?.slice(0, 24)).not.toBe(other?.slice(0, 24));
  expect(one?.slice(24)).not.toBe(other?.slice(24));
});

test('case 71: a sealed number opens in no other row', () => {
  const { seal, open } = createNumberSeal([key(1)]);
  const sealed = seal(row, number);
  for (const other of [{ table: 'registrations' as const }, { oid: 'p' }, { id: 'j' }])
    expect(open({ ...row, ...other }, sealed)).toBeUndefined();
});

test('case 71: a sealed number opens with no other key', () => {
  expect(createNumberSeal([key(2)]).open(row, createNumberSeal([key(1)]).seal(row, number))).toBeUndefined();
});

test('case 71: a sealed number with a changed bit, or a part of it, does not open', () => {
  const { seal, open } = createNumberSeal([key(1)]);
  const sealed = seal(row, number);
  for (const [index] of sealed.entries()) {
    const changed = Uint8Array.from(sealed);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(open(row, changed)).toBeUndefined();
    expect(open(row, sealed.subarray(0, index))).toBeUndefined();
  }
});

test('case 71: the first key seals, and every key opens', () => {
  const old = createNumberSeal([key(1)]);
  const rotated = createNumberSeal([key(2), key(1)]);
  expect(rotated.open(row, old.seal(row, number))).toBe(number);
  expect(old.open(row, rotated.seal(row, number))).toBeUndefined();
  expect(createNumberSeal([key(2)]).open(row, rotated.seal(row, number))).toBe(number);
});

test('case 71: the key of the seal is derived, so that CODE_KEY itself opens nothing', () => {
  const sealed = createNumberSeal([key(1)]).seal(row, number);
  const openWith = (raw: Uint8Array) => {
    const decipher = createDecipheriv('aes-256-gcm', raw, sealed.subarray(0, 12), { authTagLength: 16 })
      .setAAD(Buffer.from('["challenges","o","i"]'))
      .setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString();
  };
  expect(openWith(new Uint8Array(hkdfSync('sha256', key(1), '', 'phone numbers at rest', 32)))).toBe(number);
  expect(() => openWith(key(1))).toThrow();
});
