// Encrypts full phone numbers at rest, so that the database file alone tells none.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
/** NIST SP 800-38D, 8.2.2: a random nonce of 96 bits is safe for 2^32 numbers per key. */
const nonceBytes = 12;
const tagBytes = 16;

/** The row that a number belongs to; a sealed number copied to another row does not open there. */
export interface SealedRow {
  table: 'challenges' | 'registrations';
  oid: string;
  id: string;
}

export interface NumberSeal {
  /** @returns nonce, ciphertext and tag */
  seal(row: SealedRow, phoneNumber: string): Uint8Array;
  /** @returns undefined if the number was sealed with another key or for another row, or was changed */
  open(row: SealedRow, sealed: Uint8Array): string | undefined;
}

/** @param codeKeys the first key seals, every key opens */
export function createNumberSeal(codeKeys: readonly [Uint8Array, ...Uint8Array[]]): NumberSeal {
  const [sealing, ...older] = codeKeys.map(derivedKey) as [Uint8Array, ...Uint8Array[]];
  return {
    seal(row, phoneNumber) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, sealing, nonce).setAAD(associatedData(row));
      return Buffer.concat([nonce, cipher.update(phoneNumber, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    open(row, sealed) {
      for (const key of [sealing, ...older]) {
        const phoneNumber = openWith(key, row, sealed);
        if (phoneNumber !== undefined) return phoneNumber;
      }
      return undefined;
    },
  };
}

/** A key for this purpose only, so that `CODE_KEY` itself is used by HMAC alone (RFC 5869). */
function derivedKey(codeKey: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', codeKey, '', 'phone numbers at rest', 32));
}

function associatedData({ table, oid, id }: SealedRow): Uint8Array {
  return Buffer.from(JSON.stringify([table, oid, id]));
}

function openWith(key: Uint8Array, row: SealedRow, sealed: Uint8Array): string | undefined {
  const nonce = sealed.subarray(0, nonceBytes);
  const tag = sealed.subarray(-tagBytes);
  const ciphertext = sealed.subarray(nonceBytes, -tagBytes);
  try {
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
      .setAAD(associatedData(row))
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
