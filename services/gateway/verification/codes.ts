import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';

export const codeLength = 6;

/** Drawn from the operating system's cryptographic source, without modulo bias. */
export function newCode(random: (exclusiveMaximum: number) => number = randomInt): string {
  return String(random(10 ** codeLength)).padStart(codeLength, '0');
}

/** What a code was sent for. */
interface CodeBinding {
  oid: string;
  id: string;
  phone_number: string | null;
  type: string;
  purpose: string;
}

/**
 * A keyed hash, because an unkeyed hash of six digits is reversed by trying all of them. It covers what the code was sent
 * for, so that a hash copied to another row matches nothing there.
 */
export function codeHash(key: Uint8Array, boundTo: CodeBinding, send: number, code: string): Uint8Array {
  const { oid, id, phone_number, type, purpose } = boundTo;
  return createHmac('sha256', key)
    .update(JSON.stringify(['code', oid, id, send, phone_number ?? '', type, purpose, code]))
    .digest();
}

/** @param keys also old ones, because a code outlives a change of the key */
export function isCodeOf(
  keys: readonly Uint8Array[],
  { code_hash, send }: { code_hash: Uint8Array | null; send: number },
  boundTo: CodeBinding,
  code: string,
): boolean {
  return code_hash !== null && keys.some((key) => isSameHash(code_hash, codeHash(key, boundTo, send, code)));
}

export function isSameHash(one: Uint8Array, other: Uint8Array): boolean {
  return one.byteLength === other.byteLength && timingSafeEqual(one, other);
}

/**
 * Idempotency key of a text or an event. Keyed and bound to the person, because the id of a verification is the client's
 * choice: an adapter that knows the id already would drop the message.
 */
export function messageId(
  key: Uint8Array,
  oid: string,
  id: string,
  purpose: `code-${number}` | 'notice' | 'event',
): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(['message', oid, id, purpose]))
    .digest('base64url');
}

/** A keyed hash in place of a phone number or an address that is only compared. */
export function mark(key: Uint8Array, kind: 'number' | 'address', value: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([kind, value]))
    .digest('base64url');
}
