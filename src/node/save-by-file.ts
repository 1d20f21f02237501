import { ArchiveError } from '../errors.js';
import type { ByteSource } from './byte-source.js';
import { keepArchive } from './keep-archive.js';
import type { PartialFile } from './partial/partial-files.js';
import type { Run } from './run.js';
import type { ArchiveResult, ReadyArchive } from './save-archive.js';
import { saveEntries } from './save-entries.js';
import { assertLength, maxArchiveBytes } from './zip/archive-limits.js';
import { hasValidator } from './transfer/content-range.js';
import { fetchInParts } from './transfer/fetch-in-parts.js';
import { fetchWhole } from './transfer/fetch-whole.js';
import type { RangedSource } from './transfer/ranged-source.js';
import type { Remote } from './transfer/remote.js';
import { createSplitFile, tellOfParts } from './disk/split-file.js';
import { openFileSource } from './disk/file-source.js';
import type { WrittenFile } from './disk/written-file.js';

/**
 * Fetches an archive into a file and saves the wanted entries from there. This is for archives that are to be kept, and
 * for hosts without range requests. If the host supports them and identifies the version of the archive, what an
 * earlier run has fetched is not fetched again.
 *
 * @param ranged undefined if the host does not support range requests
 * @throws {RangesIgnoredError} when the host turns out not to support range requests
 */
export async function saveByFile(
  archive: ReadyArchive,
  remote: Remote,
  ranged: RangedSource | undefined,
  run: Run,
): Promise<ArchiveResult> {
  const { partials, options, diskPool } = run;
  const fetch = () => (ranged === undefined ? fetchAll(archive, remote, run) : fetchMissing(archive, ranged, run));
  try {
    let fetched = await fetch();
    let file = await openFileSource(fetched.path);
    const { size } = file;
    // Errors name the remote archive, because the file no longer exists when the user reads them.
    const { label } = remote;
    const source: ByteSource = {
      size,
      label,
      read: (...stretch) => file.read(...stretch),
      async forget() {
        await file.close();
        await partials.remove(archive.key);
        fetched = await fetch();
        file = await openFileSource(fetched.path);
        if (file.size === size) return;
        throw new ArchiveError(`${label} has changed since it was fetched.`, { path: label, reason: 'changed' });
      },
    };
    let result: ArchiveResult;
    try {
      result = await saveEntries(archive, source, { run, pool: diskPool });
    } finally {
      await file.close();
    }
    return options.keepArchives ? { ...result, archive: await keepArchive(archive, fetched, run) } : result;
  } catch (error) {
    // Another run can resume the partial file, unless the archive itself is the problem.
    const isOfUse = ranged !== undefined && hasValidator(ranged.version) && !(error instanceof ArchiveError);
    if (!isOfUse) await partials.remove(archive.key).catch(() => undefined);
    throw error;
  }
}

/**
 * Fetches an archive from its first byte, without resuming that of an earlier run. The host has responded to a request
 * for the last bytes with the whole archive, and would do so again in another run. Some hosts support only ranges with
 * a start. These are not worth a separate code path here, but within a run {@link fetchWhole} resumes that way.
 */
async function fetchAll({ key }: ReadyArchive, remote: Remote, run: Run): Promise<WrittenFile> {
  const { partials, pool, files, space, temp, options, signal } = run;
  const path = await partials.begin(key);
  const limits = { ...options.limits, totalBytes: maxArchiveBytes(options.limits) };
  const how = { remote, files, space, newTempPath: temp.newPath, limits, signal };
  return pool.run(() => fetchWhole(path, how), signal);
}

async function fetchMissing(archive: ReadyArchive, ranged: RangedSource, run: Run): Promise<WrittenFile> {
  const { pool, signal, space, options } = run;
  assertLength(ranged.label, ranged.size, maxArchiveBytes(options.limits));
  const { file, missing } = await openFile(archive, ranged, run);
  const bytes = missing.reduce((sum, { from, to }) => sum + to - from, 0);
  const room = await space.reserve(bytes);
  ranged.transfer.expect(bytes);
  try {
    const written = tellOfParts(file, ({ from, to }) => room.use(to - from));
    return await fetchInParts(written, missing, ranged, pool, signal);
  } finally {
    room.end();
  }
}

async function openFile({ key, job }: ReadyArchive, ranged: RangedSource, run: Run): Promise<PartialFile> {
  const { partials, files, signal } = run;
  const { size, version } = ranged;
  if (hasValidator(version)) return partials.resume(key, { jobId: job.jobId, size, version }, size, signal);
  // Without a validator, another run could not know whether the rest is of the same version.
  return { file: createSplitFile(await partials.begin(key), files), missing: [{ from: 0, to: size }] };
}
