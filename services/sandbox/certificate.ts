// One self-made certificate for all sandbox hosts, made anew at each start. Its key exists in this process only.
import { createHash, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

export interface Certificate {
  readonly pem: string;
  readonly keyPem: string;
  /** For Chromium's --ignore-certificate-errors-spki-list, which trusts this one key instead of everything. */
  readonly spkiSha256Base64: string;
}

export async function makeCertificate(hosts: readonly string[]): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: 'Sandbox' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2 as const, value })) },
    ],
  });
  const spki = new X509Certificate(made.cert).publicKey.export({ type: 'spki', format: 'der' });
  return {
    pem: made.cert,
    keyPem: made.private,
    spkiSha256Base64: createHash('sha256').update(spki).digest('base64'),
  };
}
