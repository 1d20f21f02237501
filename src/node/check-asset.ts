import { open } from 'node:fs/promises';
import { InvalidResponseError } from '../errors.js';
import { onDisk } from './disk/file-system-error.js';

const HEAD_BYTES = 256;
const WEB_PAGE = /^\ufeff?\s*<(!doctype\s+html|html|head|body)\b/i;

/**
 * Asserts that a fetched file is neither empty nor a web page, which a proxy may have sent in place of the asset. The
 * expected length and CRC-32 of a single asset are not known.
 *
 * @param path the temporary path of the file
 * @throws {InvalidResponseError} when it is empty or a web page
 */
export async function assertIsAsset(path: string, assetId: string): Promise<void> {
  const head = await onDisk(path, () => readHead(path));
  const what = head === '' ? 'An empty file' : WEB_PAGE.test(head) ? 'A web page' : undefined;
  if (what !== undefined) throw new InvalidResponseError(`${what} came in place of asset ${JSON.stringify(assetId)}.`);
}

async function readHead(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
