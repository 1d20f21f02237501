import { writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { makeFolder } from './node-folder.js';

/** A certificate that nobody trusts, and where it lies, for who shall. */
export interface Certificate {
  key: string;
  cert: string;
  path: string;
}

/** Makes a certificate for names or addresses, and for this machine. */
export async function makeCertificate(...names: string[]): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: names[0] ?? 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...[...names, 'localhost', '127.0.0.1'].map((value) =>
            isIP(value) === 0 ? { type: 2 as const, value } : { type: 7 as const, ip: value },
          ),
        ],
      },
    ],
  });
  const path = join(await makeFolder(), 'cert.pem');
  await writeFile(path, cert);
  return { key, cert, path };
}
