import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScenarioClient } from '../client.js';
import { emit } from '../progress.js';
import { createDiskCall } from './disk/disk-call.js';
import { isFatal, onDisk } from './disk/file-system-error.js';
import { createFolders } from './disk/folders.js';
import { createFreeSpace, type FreeSpace } from './disk/free-space.js';
import { makeDirectory, removeEmpty, requireNoLink } from './disk/make-directory.js';
import { createOutputFiles, type OutputFiles } from './disk/output-files.js';
import { createTempFiles, type TempFiles } from './disk/temp-files.js';
import { FileSystemError } from './errors.js';
import type { SaveEvent } from './events.js';
import { createTransport, type Transport } from './http/transport.js';
import { lockDirectory } from './journal/directory-lock.js';
import { openJournal, type Journal } from './journal/journal.js';
import { PRIVATE_FOLDER } from './names/file-names.js';
import { openPartialFiles, type PartialFiles } from './partial/partial-files.js';
import { wholeOf } from './planned-batches.js';
import type { ResolvedSaveOptions } from './save-options.js';
import { openSavedFiles, type SavedFiles } from './placing/saved-files.js';
import { createScratchPool, type ScratchPool } from './budget/scratch.js';
import { createTransferMeter, type TransferMeter } from './transfer/transfer-meter.js';
import { createWindow, type Window } from './budget/window.js';
import { createConnectionPool, type ConnectionPool } from './transfer/connection-pool.js';

const DISK_READERS = 2;
/** The limits of what may have been received but not yet written to disk. */
const MAX_UNFINISHED_FILES = 64;
const MAX_UNFINISHED_BYTES = 4 * 1024 * 1024;

/** The state that all parts of one `saveAll` call share. */
export interface Run {
  client: ScenarioClient;
  options: ResolvedSaveOptions;
  journal: Journal;
  saved: SavedFiles;
  transport: Transport;
  pool: ConnectionPool;
  /** Used in place of `pool` when an archive is read from disk. */
  diskPool: ConnectionPool;
  meter: TransferMeter;
  files: OutputFiles;
  scratch: ScratchPool;
  window: Window;
  temp: TempFiles;
  partials: PartialFiles;
  space: FreeSpace;
  /** Aborts when the caller aborts, a filter throws, the disk as a whole fails, or the directory's lock is lost. */
  signal: AbortSignal;
  tell: (event: SaveEvent) => void;
  /** Whether an error concerns the disk as a whole. */
  isFatal: (error: unknown) => boolean;
  /** Closes everything that the run has opened, and unlocks the directory. */
  close: () => Promise<void>;
}

/**
 * Locks the directory and opens the journal and everything else that the run needs.
 *
 * @param planned the journal keys of the batches of this run
 * @param stop aborted when the lock of the directory is lost
 * @throws {DirectoryBusyError} when another run saves into it
 * @throws {FileSystemError} when it cannot be written to
 */
export async function openRun(
  client: ScenarioClient,
  options: ResolvedSaveOptions,
  planned: ReadonlySet<string>,
  stop: AbortController,
): Promise<Run> {
  const { signal } = stop;
  const { directory, clock, force } = options;
  const folder = join(directory, PRIVATE_FOLDER);
  let isLost = false;
  const onLost = (error: Error) => {
    isLost = true;
    stop.abort(error);
  };
  const take = async () => {
    await onDisk(folder, () => makeDirectory(folder, 0o700));
    await onDisk(folder, () => requireNoLink(folder));
    // May fail, because the file system has no modes or the folder belongs to another user. If it cannot be used, the
    // next operations in it fail.
    await chmod(folder, 0o700).catch(() => undefined);
    return lockDirectory(folder, directory, { onLost });
  };
  const unlock = await take().catch((error: unknown) => {
    // Another run that has just ended may have removed the folder, because it was empty.
    if (error instanceof FileSystemError && error.errno === 'ENOENT') return take();
    throw error;
  });
  const transport = createTransport(options.env);
  const opened: { journal?: Journal; temp?: TempFiles; partials?: PartialFiles; meter?: TransferMeter } = {};
  const close = async () => {
    transport.close();
    opened.meter?.close();
    try {
      await opened.journal?.close();
      // If the lock is lost, these files may belong to another run.
      if (!isLost) {
        await opened.temp?.remove();
        await opened.partials?.close();
      }
    } finally {
      await unlock();
      await removeEmpty([folder]);
    }
  };
  try {
    const temp = (opened.temp = await createTempFiles(folder));
    const call = createDiskCall();
    const journal = (opened.journal = await openJournal(join(folder, 'journal.jsonl'), call));
    if (force) await forget(journal, planned);
    const files = createOutputFiles(clock, call);
    const isKnown = (batch: string) => journal.batches.get(batch)?.job !== undefined;
    const partials = (opened.partials = await openPartialFiles(folder, { files, temp, isKnown }));
    const folders = createFolders(directory);
    const saved = openSavedFiles({
      directory,
      folders,
      output: files,
      newTempPath: temp.newPath,
      journal,
      planned,
      force,
      signal,
    });
    const pool = createConnectionPool(options.connections, clock.now);
    const tell = (event: SaveEvent) => emit(options.onProgress, event);
    const diskPool = createConnectionPool(DISK_READERS, clock.now);
    const meter = (opened.meter = createTransferMeter(pool, clock.now, tell));
    const space = createFreeSpace(directory);
    const scratch = createScratchPool();
    const window = createWindow(MAX_UNFINISHED_FILES, MAX_UNFINISHED_BYTES);
    return {
      client,
      options,
      journal,
      saved,
      transport,
      pool,
      diskPool,
      meter,
      files,
      scratch,
      window,
      temp,
      partials,
      space,
      signal,
      tell,
      isFatal: (error) => isFatal(error, directory),
      close,
    };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

async function forget(journal: Journal, planned: ReadonlySet<string>): Promise<void> {
  // The keys of the parts and kept archives of a batch begin with the key of the batch.
  const keys = [...journal.batches.keys()].filter((key) => planned.has(wholeOf(key)));
  await Promise.all(keys.map((batch) => journal.append({ type: 'forget', batch })));
}
