import { createSplitFile, tellOfParts } from './disk/split-file.js';
import type { Reservation } from './disk/free-space.js';
import { largeFileKey } from './partial/partial-files.js';
import type { Run } from './run.js';
import type { Archive } from './save-archive.js';
import { hasValidator } from './transfer/content-range.js';
import type { RangedSource } from './transfer/ranged-source.js';
import type { ArchiveEntry } from './zip/entry.js';
import type { Assembly } from './zip/unpack-context.js';

/** The large files of an archive, which come in parts. */
export interface LargeFiles {
  /** @param room what the parts of a file that is stored use up */
  assemble(entry: ArchiveEntry, room: Reservation): Promise<Assembly>;
  /** How much of what these files will take is taken already, in bytes. */
  roomOf(entries: readonly ArchiveEntry[]): Promise<number>;
}

export interface LargeFilesOptions {
  /** Of the archive, in bytes. */
  size: number;
  ranged: Pick<RangedSource, 'version' | 'transfer'>;
  run: Run;
}

/** Another run can go on with them when this one is ended, unless nobody could tell whether the archive is the same. */
export function createLargeFiles(archive: Archive, { size, ranged, run }: LargeFilesOptions): LargeFiles {
  const { partials, signal } = run;
  const { version, transfer } = ranged;
  const identity = { jobId: archive.job.jobId, size, version };
  const keyOf = ({ offset }: ArchiveEntry) => largeFileKey(archive.key, offset);
  const canGoOn = hasValidator(version);

  const goOn = async (entry: ArchiveEntry): Promise<Assembly> => {
    const key = keyOf(entry);
    const { file, missing } = await partials.resume(key, identity, entry.compressedSize, signal);
    transfer.expect(missing.reduce((sum, { from, to }) => sum + to - from, 0) - entry.compressedSize);
    const remove = async () => {
      await file.close();
      await partials.remove(key);
    };
    return { file, missing, leave: file.close, remove };
  };
  const begin = ({ compressedSize }: ArchiveEntry): Assembly => {
    const file = createSplitFile(run.temp.newPath(), run.files);
    return { file, missing: [{ from: 0, to: compressedSize }], leave: file.discard, remove: file.discard };
  };

  return {
    async assemble(entry, room) {
      const assembly = canGoOn ? await goOn(entry) : begin(entry);
      // What is deflated takes its room beside the file that it becomes.
      if (entry.isDeflated) return assembly;
      return { ...assembly, file: tellOfParts(assembly.file, ({ from, to }) => room.use(to - from)) };
    },
    async roomOf(entries) {
      let bytes = 0;
      for (const entry of entries) if (canGoOn && !entry.isDeflated) bytes += await partials.roomOf(keyOf(entry));
      return bytes;
    },
  };
}
