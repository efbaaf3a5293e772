// CRX3, the package format for Chromium extensions outside a store: a signed header before the unchanged zip.
// Source: components/crx_file/crx3.proto and crx_creator.cc of Chromium.
import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';

/** @param privateKey RSA key; the extension id is derived from its public key */
export function packCrx3(zip: Uint8Array, privateKey: KeyObject): Buffer {
  const publicKey = publicKeyOf(privateKey);
  const id = createHash('sha256').update(publicKey).digest().subarray(0, 16);
  const signedHeader = field(1, id);
  const signature = sign(
    'sha256',
    Buffer.concat([Buffer.from('CRX3 SignedData\0'), uint32(signedHeader.length), signedHeader, zip]),
    privateKey,
  );
  const proof = Buffer.concat([field(1, publicKey), field(2, signature)]);
  const header = Buffer.concat([field(2, proof), field(10_000, signedHeader)]);
  return Buffer.concat([Buffer.from('Cr24'), uint32(3), uint32(header.length), header, zip]);
}

/** In DER format. */
export function publicKeyOf(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
}

/** A length-delimited field of a protocol buffer. */
function field(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
