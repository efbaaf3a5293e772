// The codes: where they come from, how they are kept, how they are compared.
import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';

export const codeLength = 6;

/** From the operating system's cryptographic source, without modulo bias. */
export function newCode(random: (exclusiveMaximum: number) => number = randomInt): string {
  return String(random(10 ** codeLength)).padStart(codeLength, '0');
}

/**
 * A keyed hash: six digits are guessed from a plain one in no time. What the code was sent for goes into it, so a hash
 * copied to another row proves nothing there.
 */
export function codeHash(
  key: Uint8Array,
  bound: { oid: string; id: string; send: number; number: string; type: string; purpose: string },
  code: string,
): Uint8Array {
  const { oid, id, send, number, type, purpose } = bound;
  return createHmac('sha256', key)
    .update(JSON.stringify(['code', oid, id, send, number, type, purpose, code]))
    .digest();
}

export function isSameHash(one: Uint8Array, other: Uint8Array): boolean {
  return one.byteLength === other.byteLength && timingSafeEqual(one, other);
}

/** Stands for a number or an address where only "the same as before?" is asked. */
export function mark(key: Uint8Array, kind: 'number' | 'address', value: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([kind, value]))
    .digest('base64url');
}
