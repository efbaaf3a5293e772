// tests/e2e/policy-installs.e2e.ts installs these files in real browsers.
import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { chromiumId, chromiumRedirectUri, geckoId } from '../../lib/shared/model/extension-ids.ts';
import { parseXml } from '../policy-files/testing/parse-xml.ts';
import { selfHostedFiles } from './files.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
const chromiumZip = Buffer.from('PK as the Chrome store gets it');
const firefoxZip = Buffer.from('PK as Mozilla gets it');
const baseUrl = 'https://extensions.contoso.example/phone-sign-in';
const selfHosted = selfHostedFiles({
  version: '1.2.3',
  chromiumZip,
  firefoxZip,
  privateKey,
  baseUrl,
  settings: { paused: true },
});

test('the extension id, redirect URI and origin follow from the key', () => {
  const id = chromiumId(publicKey.toString('base64'));
  expect(selfHosted).toMatchObject({ id, redirectUri: chromiumRedirectUri(id), origin: `chrome-extension://${id}` });
});

test('the package for Chromium is the unchanged zip after a header with its signature', () => {
  const crx = selfHosted.files['phone-sign-in-1.2.3.crx'] as Buffer;
  expect(crx.toString('latin1', 0, 4)).toBe('Cr24');
  expect(crx.readUInt32LE(4)).toBe(3);
  const end = 12 + crx.readUInt32LE(8);
  expect(crx.subarray(end).equals(chromiumZip)).toBe(true);

  const header = fieldsOf(crx.subarray(12, end));
  const proof = fieldsOf(header.get(2) as Buffer);
  expect(proof.get(1)?.equals(publicKey)).toBe(true);
  const signedHeader = header.get(10_000) as Buffer;
  expect(fieldsOf(signedHeader).get(1)?.equals(createHash('sha256').update(publicKey).digest().subarray(0, 16))).toBe(
    true,
  );
  const length = Buffer.from(Uint32Array.of(signedHeader.length).buffer);
  const signed = Buffer.concat([Buffer.from('CRX3 SignedData\0'), length, signedHeader, chromiumZip]);
  expect(verify('sha256', signed, createPublicKey(privateKey), proof.get(2) as Buffer)).toBe(true);
});

test('the update manifest names the version and the address of the package', () => {
  expect(parseXml(String(selfHosted.files['updates.xml']))).toMatchObject({
    gupdate: {
      app: {
        '@appid': selfHosted.id,
        updatecheck: { '@codebase': `${baseUrl}/phone-sign-in-1.2.3.crx`, '@version': '1.2.3' },
      },
    },
  });
});

test('the Firefox package is the unchanged zip, and its URL contains the version', () => {
  expect((selfHosted.files['phone-sign-in-1.2.3.xpi'] as Buffer).equals(firefoxZip)).toBe(true);
  const { policies } = JSON.parse(String(selfHosted.files['templates/firefox/policies.json']));
  expect(policies.ExtensionSettings[geckoId].install_url).toBe(`${baseUrl}/phone-sign-in-1.2.3.xpi`);
});

test('the templates have the extension id and the settings', () => {
  expect(JSON.parse(String(selfHosted.files['templates/linux/chrome/phone-sign-in.json']))).toMatchObject({
    ExtensionSettings: { [selfHosted.id]: { update_url: `${baseUrl}/updates.xml` } },
    '3rdparty': { extensions: { [selfHosted.id]: { paused: true } } },
  });
});

/** The length-delimited fields of a protocol buffer, by number. */
function fieldsOf(bytes: Buffer): Map<number, Buffer> {
  const fields = new Map<number, Buffer>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes.readUInt8(at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    expect(tag & 7).toBe(2);
    const length = varint();
    fields.set(tag >>> 3, bytes.subarray(at, at + length));
    at += length;
  }
  return fields;
}
