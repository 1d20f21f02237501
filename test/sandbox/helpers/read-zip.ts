import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { fromBufferPromise, type Entry } from 'yauzl';

export interface ReadEntry {
  name: string;
  bytes: Buffer;
  method: number;
  hasDataDescriptor: boolean;
  modified: string;
  extraFieldBytes: number;
}

/** Every entry of an archive, in its order. Throws when the length or the CRC of one is wrong. */
export async function readZip(archive: Buffer): Promise<ReadEntry[]> {
  const zip = await fromBufferPromise(archive);
  const entries: ReadEntry[] = [];
  for await (const entry of zip.eachEntry()) {
    const bytes = await buffer(await zip.openReadStreamPromise(entry));
    if (bytes.length !== entry.uncompressedSize) throw new Error(`length of ${entry.fileName}`);
    if (crc32(bytes) !== entry.crc32) throw new Error(`CRC of ${entry.fileName}`);
    entries.push(readEntry(entry, bytes));
  }
  return entries;
}

function readEntry(entry: Entry, bytes: Buffer): ReadEntry {
  return {
    name: entry.fileName,
    bytes,
    method: entry.compressionMethod,
    hasDataDescriptor: (entry.generalPurposeBitFlag & 8) !== 0,
    modified: entry.getLastModDate().toISOString(),
    extraFieldBytes: entry.extraFieldRaw.length,
  };
}
