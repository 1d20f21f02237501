import { appendFile, lstat, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, onDisk } from '../disk/file-system-error.js';
import { makeDirectory } from '../disk/make-directory.js';
import type { OutputFiles } from '../disk/output-files.js';
import type { TempFiles } from '../disk/temp-files.js';
import { isSurelySame } from '../transfer/content-range.js';
import { createSplitFile, type Part, type SplitFile, type WrittenPart } from '../disk/split-file.js';
import { intactParts } from './intact-parts.js';
import { missingParts } from './missing-parts.js';
import { parseState, type ArchiveIdentity, type StateLine } from './partial-state.js';

/**
 * Archives that are not whole yet, in a folder of the directory that is hidden. One that comes in parts has a file
 * beside it that says which parts are there: another run goes on with it.
 *
 * It stays there until its batch is saved, or is asked for anew. It is removed when it cannot be gone on with: when
 * nothing says what is there of it, or the journal does not know its job any more.
 */
export interface PartialArchives {
  /** Removes what is there of the archive of a batch. Resolves to the path where a new one is to be put. */
  begin(batch: string): Promise<string>;
  /**
   * Opens what is there of an archive. What is not surely of the same archive, or not as it was noted, is not there.
   *
   * @throws {FileSystemError} when the disk refuses
   */
  resume(batch: string, identity: ArchiveIdentity, signal: AbortSignal): Promise<PartialFile>;
  /** Removes what is there of the archive of a batch. */
  remove(batch: string): Promise<void>;
  /** Leaves nothing where there is nothing to go on with. */
  close(): Promise<void>;
}

/** A file that is there in part. */
export interface PartialFile {
  /** Each part that is written to it is noted. */
  file: SplitFile;
  missing: Part[];
}

export interface PartialArchivesOptions {
  files: OutputFiles;
  temp: TempFiles;
  /** Whether the journal knows the job of a batch. */
  isKnown: (batch: string) => boolean;
}

/** @param own the folder of this package, locked by this run */
export async function openPartialArchives(own: string, options: PartialArchivesOptions): Promise<PartialArchives> {
  const { files, temp, isKnown } = options;
  const folder = join(own, 'partial');
  /** The batches of whose archives something may be there. */
  const begun = await onDisk(folder, () => clear(folder, isKnown));
  const pathsOf = (batch: string) => {
    const [name, stateName] = fileNamesOf(batch);
    return { path: join(folder, name), statePath: join(folder, stateName) };
  };

  const remove = async (batch: string): Promise<void> => {
    if (!begun.delete(batch)) return;
    for (const path of Object.values(pathsOf(batch))) await onDisk(path, () => rm(path, { force: true }));
  };
  const begin = async (batch: string): Promise<string> => {
    await remove(batch);
    await onDisk(folder, () => makeDirectory(folder, 0o700));
    begun.add(batch);
    return pathsOf(batch).path;
  };

  const findPresent = async (batch: string, identity: ArchiveIdentity, signal: AbortSignal): Promise<WrittenPart[]> => {
    if (!begun.has(batch)) return [];
    const { path, statePath } = pathsOf(batch);
    try {
      const state = parseState(await readFile(statePath, 'utf8'));
      if (state === undefined || !isSameArchive(state.identity, identity)) return [];
      return await intactParts(path, identity.size, state.parts, signal);
    } catch {
      // Whatever is wrong with it: the archive can be had anew.
      signal.throwIfAborted();
      return [];
    }
  };

  return {
    begin,
    async resume(batch, identity, signal) {
      const { path, statePath } = pathsOf(batch);
      const present = await findPresent(batch, identity, signal);
      if (present.length === 0) await begin(batch);
      const lines = [formatLine({ type: 'archive', ...identity }), ...present.map(formatPart)];
      // A new file takes the place of the old one: what was torn or damaged is not in it, and nothing is appended to
      // what somebody else may have put there.
      const newPath = temp.newPath();
      await onDisk(newPath, () => writeFile(newPath, lines.join(''), { flag: 'wx', mode: 0o600 }));
      await files.rename(newPath, statePath);
      // A note that cannot be made costs another run a part: that is no reason to give this one up.
      const onWritten = (part: WrittenPart) => appendFile(statePath, formatPart(part)).catch(() => undefined);
      return {
        file: createSplitFile(path, files, { present, onWritten }),
        missing: missingParts(identity.size, present),
      };
    },
    remove,
    async close() {
      // Where something is left, it stays.
      await rmdir(folder).catch(() => undefined);
    },
  };
}

/** Removes what cannot be gone on with. Resolves to the batches of whose archives something is left. */
async function clear(folder: string, isKnown: (batch: string) => boolean): Promise<Set<string>> {
  try {
    // A link to a folder is not one: it may lead anywhere.
    if (!(await lstat(folder)).isDirectory()) await rm(folder);
    const entries = await readdir(folder, { withFileTypes: true });
    const files = new Set(entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])));
    const left = [...files].map(batchOf).filter((batch) => {
      return fileNamesOf(batch).every((name) => files.has(name)) && isKnown(batch);
    });
    const kept = new Set(left.flatMap(fileNamesOf));
    for (const { name } of entries) {
      if (!kept.has(name)) await rm(join(folder, name), { recursive: true, force: true });
    }
    return new Set(left);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    return new Set();
  }
}

/** The archive of a batch, and what says which parts of it are there. The key of a half has a slash in it. */
function fileNamesOf(batch: string): [name: string, stateName: string] {
  const name = batch.replaceAll('/', '-');
  return [`${name}.part`, `${name}.jsonl`];
}

/** The other way round. */
function batchOf(fileName: string): string {
  return fileName.replace(/\..*/s, '').replaceAll('-', '/');
}

function isSameArchive(one: ArchiveIdentity, other: ArchiveIdentity): boolean {
  return one.jobId === other.jobId && one.size === other.size && isSurelySame(one.version, other.version);
}

function formatPart(part: WrittenPart): string {
  return formatLine({ type: 'part', ...part });
}

function formatLine(line: StateLine): string {
  return `${JSON.stringify(line)}\n`;
}
