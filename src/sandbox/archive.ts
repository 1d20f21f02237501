import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { ZipFile } from 'yazl';
import type { ArchiveOptions } from './options.js';

/** A file to add to an archive. `content` is called when the file is added. */
export interface ArchiveFile {
  name: string;
  content: () => Buffer;
}

/** In local time, as ZIP stores it, so that an archive has the same bytes in every time zone. */
const MODIFIED = new Date(2025, 0, 1, 12, 0, 0);
/** After this many files, other work of the event loop gets a turn, so that the hosts can respond meanwhile. */
const FILES_A_TURN = 32;

/** Builds a ZIP archive. The same files result in the same bytes. Names may occur more than once. */
export async function buildArchive(
  files: readonly ArchiveFile[],
  { compression, dataDescriptors, zip64 }: Required<ArchiveOptions>,
): Promise<Buffer> {
  const zip = new ZipFile();
  const failed = new Promise<never>((_resolve, reject) => zip.on('error', reject));
  const options = {
    compress: compression === 'deflated',
    forceZip64Format: zip64,
    forceDosTimestamp: true,
    mtime: MODIFIED,
    mode: 0o100644,
  };
  const archive = buffer(zip.outputStream);
  for (const [index, { name, content }] of files.entries()) {
    // yazl writes data descriptors only for streams, whose size it does not know in advance.
    if (dataDescriptors) zip.addReadStream(Readable.from([content()]), name, options);
    else zip.addBuffer(content(), name, options);
    if (index % FILES_A_TURN === FILES_A_TURN - 1) await setImmediate();
  }
  zip.end({ forceZip64Format: zip64, comment: '' });
  return Promise.race([archive, failed]);
}
