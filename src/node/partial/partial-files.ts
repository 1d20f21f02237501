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
 * Archives, and large files of archives, that are not whole yet, in a folder of the directory that is hidden. One that
 * comes in parts has a file beside it that says which parts are there: another run goes on with it.
 *
 * It stays there until its batch is saved, or is asked for anew. It is removed when it cannot be gone on with: when
 * nothing says what is there of it, or the journal does not know its job any more.
 *
 * An archive has the key of its batch, a file of it has {@link largeFileKey}.
 */
export interface PartialFiles {
  /** Removes what is there under the key. Resolves to the path where something new is to be put. */
  begin(key: string): Promise<string>;
  /**
   * Opens what is there under the key. What is not surely of the same archive, or not as it was noted, is not there.
   *
   * @param bytes how long the file will be
   * @throws {FileSystemError} when the disk refuses
   */
  resume(key: string, identity: ArchiveIdentity, bytes: number, signal: AbortSignal): Promise<PartialFile>;
  /** How much room on the disk is taken by what is there under the key, in bytes. */
  roomOf(key: string): Promise<number>;
  /** Removes what is there under the key, and for that of a batch, of its files too. */
  remove(key: string): Promise<void>;
  /** Leaves nothing where there is nothing to go on with. */
  close(): Promise<void>;
}

/** A file that is there in part. */
export interface PartialFile {
  /** Each part that is written to it is noted. */
  file: SplitFile;
  missing: Part[];
}

/** The key of a large file, by where in its archive it begins. */
export const largeFileKey = (batch: string, offset: number): string => `${batch}${OF_FILE}${offset}`;

const OF_FILE = '/file/';
const batchOf = (key: string): string => key.replace(/\/file\/\d+$/, '');

export interface PartialFilesOptions {
  files: OutputFiles;
  temp: TempFiles;
  /** Whether the journal knows the job of a batch. */
  isKnown: (batch: string) => boolean;
}

/** What `stat` counts in, whatever the file system does. */
const BLOCK_BYTES = 512;

/** @param own the folder of this package, locked by this run */
export async function openPartialFiles(own: string, options: PartialFilesOptions): Promise<PartialFiles> {
  const { files, temp, isKnown } = options;
  const folder = join(own, 'partial');
  /** The keys under which something may be there. */
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
      // Whatever is wrong with it: the archive can be had anew.
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
      // A new file takes the place of the old one: what was torn or damaged is not in it, and nothing is appended to
      // what somebody else may have put there.
      const newPath = temp.newPath();
      await onDisk(newPath, () => writeFile(newPath, lines.join(''), { flag: 'wx', mode: 0o600 }));
      await files.rename(newPath, statePath);
      // A note that cannot be made costs another run a part: that is no reason to give this one up.
      const onWritten = (part: WrittenPart) => appendFile(statePath, formatPart(part)).catch(() => undefined);
      return {
        file: createSplitFile(path, files, { present, onWritten }),
        missing: missingParts(bytes, present),
      };
    },
    async roomOf(key) {
      if (!begun.has(key)) return 0;
      // It has holes where parts are missing.
      const stats = await lstat(pathsOf(key).path).catch(() => undefined);
      return stats === undefined ? 0 : Math.min(stats.size, stats.blocks * BLOCK_BYTES);
    },
    remove,
    async close() {
      // Where something is left, it stays.
      await rmdir(folder).catch(() => undefined);
    },
  };
}

/** Removes what cannot be gone on with. Resolves to the keys under which something is left. */
async function clear(folder: string, isKnown: (batch: string) => boolean): Promise<Set<string>> {
  try {
    // A link to a folder is not one: it may lead anywhere.
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

/** What is there, and what says which parts of it are. Some keys have slashes in them. */
function fileNamesOf(key: string): [name: string, stateName: string] {
  const name = key.replaceAll('/', '-');
  return [`${name}.part`, `${name}.jsonl`];
}

/** The other way round. */
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
