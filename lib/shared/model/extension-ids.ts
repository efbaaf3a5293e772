// The fixed ids of the extension and the redirect URIs that follow from them.
import { createHash } from 'node:crypto';

/**
 * Public half (DER, base64) of the key that fixes the Chromium extension id, and with it the redirect URI that an
 * organization registers. The Chrome Web Store refuses a manifest that has a key: the store zip is the build without it.
 */
export const chromiumPublicKey =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmSLiKt8KQQqiTF2ROo/8ssKxyXVMfD2/6UNMZ55gbbbm/f1kjfkRZ8L3AaoYc5PHIivAffm0HCkHNvaSVuZ7eP63V/L7mpSN/rWP+JnU1TGlrnpFHjuNkIsetaey+tpsQObUGqIs5X27KRp8x/Avp74VbDJcpyGHRo2mA0O2BvcydK2NU8TloH1tI0idxv34VMEIBHBeidYFCGDZ4XmLGIRkRo5ajUWayIHq2agcDs0LntC1IvVYC7Wd+r5rD+2Ma1/lEWNK/TT2bc36I82grCE7SjXghDTKBUQPlLQT1sMfgFdMZNXY80BMqHHwbkAXn48PgERYZ/iYbrEXy/8v7QIDAQAB';

/** Fixes the Firefox redirect URI, which is made from this id's SHA-1. */
export const geckoId = 'phone-sign-in@phone-sign-in.example';

/** Chromium's id of a key: the first 32 hex digits of the SHA-256 of its DER form, written in the letters a to p. */
export function chromiumId(publicKey: string): string {
  const digest = createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 32);
  return digest.replace(/[0-9a-f]/g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
}

/** Of the extension with that id, in Chromium browsers. */
export function chromiumRedirectUri(id: string): string {
  return `https://${id}.chromiumapp.org/`;
}

/** Redirect URIs to register as "Single-page application", one per browser. */
export const redirectUris = {
  chromium: chromiumRedirectUri(chromiumId(chromiumPublicKey)),
  firefox: `https://${createHash('sha1').update(geckoId).digest('hex')}.extensions.allizom.org/`,
};
