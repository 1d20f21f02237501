import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from './node-folder.js';

/** A certificate that nobody trusts, for files.example.com. */
export async function makeCertificate(): Promise<{ key: Buffer; cert: Buffer; path: string }> {
  const folder = await makeFolder();
  const [keyPath, certPath] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=files.example.com', '-addext', 'subjectAltName=DNS:files.example.com'];
  const files = ['-keyout', keyPath, '-out', certPath];
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '1',
    ...files,
    ...subject,
  ]);
  return { key: await readFile(keyPath), cert: await readFile(certPath), path: certPath };
}
