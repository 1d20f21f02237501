import { createCipheriv } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** An archive for a benchmark. */
export interface BenchArchive {
  name: string;
  files: number;
  /** Size of each file in bytes. */
  size: number;
  compress: boolean;
  /**
   * How many of the eight bits of each byte are noise. Default 8, which makes the files incompressible, as images are.
   */
  noisyBits?: number;
  zip64?: boolean;
}

/** Writes an archive unless it already exists. Resolves to its path. */
export async function makeArchive(folder: string, archive: BenchArchive): Promise<string> {
  const path = join(folder, `${archive.name}.zip`);
  if (await isThere(path)) return path;
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
  const zeros = Buffer.alloc(archive.size);
  const zip = new ZipFile();
  for (let at = 0; at < archive.files; at++) {
    const name = `inference/asset-${String(at).padStart(5, '0')}.png`;
    // Added as a stream, so that the sizes and CRC-32 are written after each file, in a data descriptor.
    zip.addReadStreamLazy(name, { compress: archive.compress, mtime: new Date(0) }, (done) => {
      done(null, Readable.from([keepBits(noise.update(zeros), archive.noisyBits ?? 8)]));
    });
  }
  zip.end({ forceZip64Format: archive.zip64 ?? false, comment: '' });
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

function keepBits(bytes: Buffer, bits: number): Buffer {
  const mask = 2 ** bits - 1;
  return bits === 8 ? bytes : (bytes.map((byte) => byte & mask) as Buffer);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
