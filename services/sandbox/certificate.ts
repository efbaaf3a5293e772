// A self-signed certificate for all sandbox hosts, created at each start; its key stays in this process.
import { createHash, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

export interface Certificate {
  readonly pem: string;
  readonly keyPem: string;
  /** For Chromium's --ignore-certificate-errors-spki-list, which trusts only this key. */
  readonly spkiSha256Base64: string;
}

export async function makeCertificate(hosts: readonly string[]): Promise<Certificate> {
  const created = await generate([{ name: 'commonName', value: 'Sandbox' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2 as const, value })) },
    ],
  });
  const spki = new X509Certificate(created.cert).publicKey.export({ type: 'spki', format: 'der' });
  return {
    pem: created.cert,
    keyPem: created.private,
    spkiSha256Base64: createHash('sha256').update(spki).digest('base64'),
  };
}
