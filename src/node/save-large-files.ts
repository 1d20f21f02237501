import { createSplitFile, tellOfParts } from './disk/split-file.js';
import type { Reservation } from './disk/free-space.js';
import { largeFileKey } from './partial/partial-files.js';
import type { Run } from './run.js';
import type { Archive } from './save-archive.js';
import { hasValidator } from './transfer/content-range.js';
import type { RangedSource } from './transfer/ranged-source.js';
import type { ArchiveEntry } from './zip/entry.js';
import type { Assembly } from './zip/unpack-context.js';

/** The large files of an archive, which are fetched in parts. */
export interface LargeFiles {
  /** @param room the reservation of space that the parts use up if the file is stored uncompressed */
  assemble(entry: ArchiveEntry, room: Reservation): Promise<Assembly>;
  /** Resolves to how many bytes of the space for these files are already in use, by parts fetched earlier. */
  roomOf(entries: readonly ArchiveEntry[]): Promise<number>;
}

export interface LargeFilesOptions {
  /** The size of the archive in bytes. */
  size: number;
  ranged: Pick<RangedSource, 'version' | 'transfer'>;
  run: Run;
}

/** A later run can resume the files, unless the host sends no validator that shows whether the archive has changed. */
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
      // The parts of a deflated file need space in addition to the unpacked file, for which the reservation is made.
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
