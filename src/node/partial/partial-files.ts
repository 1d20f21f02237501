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
 * Stores incomplete archives, and incomplete large files of archives, in a hidden folder of the directory. A file that
 * is fetched in parts has a state file beside it that lists its parts, so that a later run can resume it.
 *
 * A partial file is kept until its batch is saved or requested again. One that cannot be resumed is removed at the
 * start of the next run: it has no state file, or the journal no longer knows its job.
 *
 * The key of an archive is that of its batch; the key of a file in it is made by {@link largeFileKey}.
 */
export interface PartialFiles {
  /** Removes what is stored under the key. Resolves to the path for a new file. */
  begin(key: string): Promise<string>;
  /**
   * Opens the file that is stored under the key. It starts empty unless it certainly belongs to the same archive; parts
   * that differ from what was noted count as missing.
   *
   * @param bytes the length of the complete file
   * @throws {FileSystemError} when the disk refuses
   */
  resume(key: string, identity: ArchiveIdentity, bytes: number, signal: AbortSignal): Promise<PartialFile>;
  /** The disk space that the file under the key takes, in bytes. */
  roomOf(key: string): Promise<number>;
  /** Removes what is stored under the key. The key of a batch stands for its large files as well. */
  remove(key: string): Promise<void>;
  /** Removes the folder if it is empty. */
  close(): Promise<void>;
}

/** A file that can be completed. */
export interface PartialFile {
  /** Each part that is written to the file is noted in its state file. */
  file: SplitFile;
  missing: Part[];
}

/** The key of a large file, made from the offset at which it begins in its archive. */
export const largeFileKey = (batch: string, offset: number): string => `${batch}${OF_FILE}${offset}`;

const OF_FILE = '/file/';
const batchOf = (key: string): string => key.replace(/\/file\/\d+$/, '');

export interface PartialFilesOptions {
  files: OutputFiles;
  temp: TempFiles;
  /** Whether the journal knows the job of a batch. */
  isKnown: (batch: string) => boolean;
}

/** The unit of `blocks` in the result of `stat`, regardless of the block size of the file system. */
const BLOCK_BYTES = 512;

/** @param own the private folder of this package, locked by this run */
export async function openPartialFiles(own: string, options: PartialFilesOptions): Promise<PartialFiles> {
  const { files, temp, isKnown } = options;
  const folder = join(own, 'partial');
  /** The keys under which a file may exist. */
  const begun = await onDisk(folder, () => clear(folder, isKnown));
  const pathsOf = (key: string) => {
    const [name, stateName] = fileNamesOf(key);
    return { path: join(folder, name), statePath: join(folder, stateName) };
  };

  const remove = async (key: string): Promise<void> => {
    for (const there of [...begun].filter((other) => other === key || other.startsWith(`${key}${OF_FILE}`))) {
      begun.delete(there);
      for (const path of Object.values(pathsOf(there))) await onDisk(path, () => rm(path, { force: true }));
    }
  };
  const begin = async (key: string): Promise<string> => {
    await remove(key);
    await onDisk(folder, () => makeDirectory(folder, 0o700));
    begun.add(key);
    return pathsOf(key).path;
  };

  const findPresent: (...asked: Parameters<PartialFiles['resume']>) => Promise<WrittenPart[]> = async (
    key,
    identity,
    bytes,
    signal,
  ) => {
    if (!begun.has(key)) return [];
    const { path, statePath } = pathsOf(key);
    try {
      const state = parseState(await readFile(statePath, 'utf8'));
      if (state === undefined || !isSameArchive(state.identity, identity)) return [];
      return await intactParts(path, bytes, state.parts, signal);
    } catch {
      // If the partial file cannot be used, for whatever reason, it can be fetched again.
      signal.throwIfAborted();
      return [];
    }
  };

  return {
    begin,
    async resume(key, identity, bytes, signal) {
      const { path, statePath } = pathsOf(key);
      const present = await findPresent(key, identity, bytes, signal);
      if (present.length === 0) await begin(key);
      const lines = [formatLine({ type: 'archive', ...identity }), ...present.map(formatPart)];
      // Replace the state file instead of appending to it: this drops torn lines and damaged parts, and never writes to
      // a file that another program may have put there.
      const newPath = temp.newPath();
      await onDisk(newPath, () => writeFile(newPath, lines.join(''), { flag: 'wx', mode: 0o600 }));
      await files.rename(newPath, statePath);
      // If a part cannot be noted, a later run only has to fetch it again. That is no reason to fail.
      const onWritten = (part: WrittenPart) => appendFile(statePath, formatPart(part)).catch(() => undefined);
      return {
        file: createSplitFile(path, files, { present, onWritten }),
        missing: missingParts(bytes, present),
      };
    },
    async roomOf(key) {
      if (!begun.has(key)) return 0;
      // A sparse file takes fewer blocks than its size suggests, because missing parts are holes.
      const stats = await lstat(pathsOf(key).path).catch(() => undefined);
      return stats === undefined ? 0 : Math.min(stats.size, stats.blocks * BLOCK_BYTES);
    },
    remove,
    async close() {
      // This fails if the folder is not empty, because files are left for a later run.
      await rmdir(folder).catch(() => undefined);
    },
  };
}

/** Removes everything that cannot be resumed. Resolves to the keys of the files that are kept. */
async function clear(folder: string, isKnown: (batch: string) => boolean): Promise<Set<string>> {
  try {
    // A symbolic link to a folder is removed as well, because it may lead anywhere.
    if (!(await lstat(folder)).isDirectory()) await rm(folder);
    const entries = await readdir(folder, { withFileTypes: true });
    const files = new Set(entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])));
    const left = [...files].map(keyOf).filter((key) => {
      return fileNamesOf(key).every((name) => files.has(name)) && isKnown(batchOf(key));
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

/** The names of the partial file and its state file. Slashes in the key are replaced. */
function fileNamesOf(key: string): [name: string, stateName: string] {
  const name = key.replaceAll('/', '-');
  return [`${name}.part`, `${name}.jsonl`];
}

/** The inverse of `fileNamesOf`. */
function keyOf(fileName: string): string {
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
