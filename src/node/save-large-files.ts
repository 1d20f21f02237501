import { largeFileKey } from './partial/partial-files.js';
import type { Run } from './run.js';
import type { ReadyArchive } from './save-archive.js';
import { hasValidator, type Version } from './transfer/content-range.js';
import type { ArchiveEntry } from './zip/entry.js';
import type { Assembly } from './zip/unpack-context.js';

/** The large files of an archive, which another run can go on with when this one is ended. */
export interface LargeFiles {
  assemble: (entry: ArchiveEntry) => Promise<Assembly>;
  /** How much of what these files will take is taken already, in bytes. */
  roomOf(entries: readonly ArchiveEntry[]): Promise<number>;
}

export interface LargeFilesOptions {
  /** Of the archive, in bytes. */
  size: number;
  version: Version;
  run: Run;
}

/** Undefined where nobody could tell whether the archive is still the same. */
export function createLargeFiles(archive: ReadyArchive, options: LargeFilesOptions): LargeFiles | undefined {
  const { size, version, run } = options;
  const { partials, meter, signal } = run;
  const identity = { jobId: archive.job.jobId, size, version };
  if (!hasValidator(version)) return undefined;

  return {
    async assemble({ offset, compressedSize }) {
      const key = largeFileKey(archive.key, offset);
      const { file, missing } = await partials.resume(key, identity, compressedSize, signal);
      meter.expect(missing.reduce((sum, { from, to }) => sum + to - from, 0) - compressedSize);
      return {
        file,
        missing,
        leave: file.close,
        remove: async () => {
          await file.close();
          await partials.remove(key);
        },
      };
    },
    async roomOf(entries) {
      let bytes = 0;
      // What is deflated takes its room beside the file that it becomes.
      for (const { isDeflated, offset } of entries)
        if (!isDeflated) bytes += await partials.roomOf(largeFileKey(archive.key, offset));
      return bytes;
    },
  };
}
