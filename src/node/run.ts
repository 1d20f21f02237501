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
/** How much may be received and not on disk yet. */
const MAX_UNFINISHED_FILES = 64;
const MAX_UNFINISHED_BYTES = 4 * 1024 * 1024;

/** What the parts of one `saveAll` share. */
export interface Run {
  client: ScenarioClient;
  options: ResolvedSaveOptions;
  journal: Journal;
  saved: SavedFiles;
  transport: Transport;
  pool: ConnectionPool;
  /** Takes the place of connections where an archive is read from disk. */
  diskPool: ConnectionPool;
  meter: TransferMeter;
  files: OutputFiles;
  scratch: ScratchPool;
  window: Window;
  temp: TempFiles;
  partials: PartialFiles;
  space: FreeSpace;
  /** Aborts for the caller's reason, or when the disk as a whole fails. */
  signal: AbortSignal;
  tell: (event: SaveEvent) => void;
  /** Whether an error is one of the disk as a whole. */
  isFatal: (error: unknown) => boolean;
  /** Gives everything back. */
  close: () => Promise<void>;
}

/**
 * Takes the directory and opens what is in it.
 *
 * @param planned the keys of what this run is about
 * @param stop ends the run when the directory is lost to another one
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
    // Not every file system has modes, and the folder may be somebody else's. Whether it can be used shows by itself.
    await chmod(folder, 0o700).catch(() => undefined);
    return lockDirectory(folder, directory, { onLost });
  };
  const unlock = await take().catch((error: unknown) => {
    // A run that ends just now removes the folder when nothing is in it.
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
      // What is there now is the other run's.
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
  // The halves of a batch, and the archives that were kept, have keys that begin with the batch's.
  const keys = [...journal.batches.keys()].filter((key) => planned.has(wholeOf(key)));
  await Promise.all(keys.map((batch) => journal.append({ type: 'forget', batch })));
}
