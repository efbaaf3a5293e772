// The ids of the extension and the redirect URIs derived from them.
import { createHash } from 'node:crypto';

/**
 * Public key (DER, base64) from which Chromium derives the extension id and the redirect URI. The Chrome Web Store rejects
 * a manifest with a key, so the store package omits it.
 */
export const chromiumPublicKey =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmSLiKt8KQQqiTF2ROo/8ssKxyXVMfD2/6UNMZ55gbbbm/f1kjfkRZ8L3AaoYc5PHIivAffm0HCkHNvaSVuZ7eP63V/L7mpSN/rWP+JnU1TGlrnpFHjuNkIsetaey+tpsQObUGqIs5X27KRp8x/Avp74VbDJcpyGHRo2mA0O2BvcydK2NU8TloH1tI0idxv34VMEIBHBeidYFCGDZ4XmLGIRkRo5ajUWayIHq2agcDs0LntC1IvVYC7Wd+r5rD+2Ma1/lEWNK/TT2bc36I82grCE7SjXghDTKBUQPlLQT1sMfgFdMZNXY80BMqHHwbkAXn48PgERYZ/iYbrEXy/8v7QIDAQAB';

/** Firefox derives the redirect URI from the SHA-1 of this id. */
export const geckoId = 'phone-sign-in@phone-sign-in.example';

/** @returns the first 32 hex digits of the key's SHA-256, with the letters a to p as digits */
export function chromiumId(publicKey: string): string {
  const digest = createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 32);
  return digest.replace(/[0-9a-f]/g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
}

export function chromiumRedirectUri(id: string): string {
  return `https://${id}.chromiumapp.org/`;
}

/** Redirect URIs that an organization registers as "Single-page application". */
export const redirectUris = {
  chromium: chromiumRedirectUri(chromiumId(chromiumPublicKey)),
  firefox: `https://${createHash('sha1').update(geckoId).digest('hex')}.extensions.allizom.org/`,
};
