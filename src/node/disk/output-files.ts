import { close, closeSync, fstat, fstatSync, ftruncate, open, openSync, type Stats } from 'node:fs';
import { promisify } from 'node:util';
import type { Clock } from '../../clock.js';
import { createSemaphore } from '../budget/semaphore.js';
import type { DiskCall } from './disk-call.js';
import { errnoOf, onDisk, toFileSystemError } from './file-system-error.js';
import { renameFile } from './rename-file.js';
import { writeAll } from './write-all.js';
import { writeHere } from './write-here.js';
import type { Written } from './written-file.js';

// Based on the callback functions, because a FileHandle doubles the cost of a small file.
const openFile = promisify(open);
const closeFile = promisify(close);
const statFile = promisify(fstat);
const truncateFile = promisify(ftruncate);

/** A file that is being written. */
export interface OutputFile {
  readonly path: string;
  /** Writes the buffers one after another, starting at `position`. */
  write(bytes: readonly Buffer[], position: number): Promise<void>;
  /** Truncates the file to this many bytes. */
  truncate(bytes: number): Promise<void>;
  /** Closes the file and resolves to the time of its last change. May be called repeatedly. */
  close(): Promise<Written>;
}

/** Creates and opens files, and limits how many are open at a time. */
export interface OutputFiles {
  /**
   * Creates a file, which must not exist yet.
   *
   * @param onWritten called after each write, with the number of bytes written
   * @throws {FileSystemError} when the file cannot be created
   */
  create(path: string, onWritten?: (bytes: number) => void): Promise<OutputFile>;
  /**
   * Creates a small file in one step, because separate asynchronous steps cost more than the work itself. On a fast
   * disk this returns, or throws, without a promise.
   *
   * @throws {FileSystemError} when the disk refuses; a partial file is left behind
   */
  write(path: string, bytes: Buffer, onWritten?: (bytes: number) => void): Written | Promise<Written>;
  /**
   * Opens an existing file to write more of it.
   *
   * @throws {FileSystemError} when the file does not exist or cannot be opened
   */
  reopen(path: string): Promise<OutputFile>;
  /**
   * Renames a file, replacing what has the new name.
   *
   * @throws {FileSystemError} when the disk refuses
   */
  rename(from: string, to: string): Promise<void>;
}

const MAX_OPEN_FILES = 128;
const MAX_EMPTY_HANDED = 50;
const EMPTY_HANDED_MS = 100;

/**
 * When the process or the system runs out of file descriptors, the limit is lowered permanently and the file waits
 * until one is free.
 */
export function createOutputFiles(clock: Clock, call: DiskCall, limit = MAX_OPEN_FILES): OutputFiles {
  const slots = createSemaphore(limit);
  let turn: Promise<unknown> = Promise.resolve();

  /**
   * Opens files one at a time, to avoid a deadlock: if a later file took the descriptor that an earlier one is waiting
   * for, it would never be closed, because its bytes are only read after those of the earlier file have been written.
   */
  const openInTurn = (path: string, flags: string): Promise<number> => {
    const opened = turn.then(() => openWithRoom(path, flags));
    turn = opened.catch(() => undefined);
    return opened;
  };

  const openWithRoom = async (path: string, flags: string): Promise<number> => {
    for (let emptyHanded = 0; ;) {
      await slots.acquire();
      try {
        return await call(
          () => openSync(path, flags),
          () => openFile(path, flags),
        );
      } catch (error) {
        slots.release();
        if (!isOutOfDescriptors(error)) throw error;
        slots.setLimit(Math.max(1, Math.min(slots.limit(), slots.active())));
        if (slots.active() > 0) continue;
        if (++emptyHanded > MAX_EMPTY_HANDED) throw error;
        await clock.delay(EMPTY_HANDED_MS);
      }
    }
  };

  const openWith = async (path: string, flags: string, onWritten?: (bytes: number) => void): Promise<OutputFile> => {
    const descriptor = await onDisk(path, () => openInTurn(path, flags));
    const closeOnce = async (): Promise<Written> => {
      let stats: Stats;
      try {
        stats = await call(
          () => fstatSync(descriptor),
          () => statFile(descriptor),
        );
      } finally {
        try {
          await call(
            () => closeSync(descriptor),
            () => closeFile(descriptor),
          );
        } finally {
          slots.release();
        }
      }
      return { mtimeMs: Math.trunc(stats.mtimeMs) };
    };
    // A descriptor must not be closed twice: it may belong to another file by then.
    let closed: Promise<Written> | undefined;
    let writing = 0;
    return {
      path,
      async write(bytes, position) {
        const isAlone = writing++ === 0;
        try {
          const written = await writeAll(isAlone ? call : undefined, descriptor, bytes, position);
          onWritten?.(written);
        } catch (error) {
          throw toFileSystemError(error, path);
        } finally {
          writing--;
        }
      },
      truncate: (bytes) => onDisk(path, () => truncateFile(descriptor, bytes)),
      close: () => (closed ??= onDisk(path, closeOnce)),
    };
  };

  const writeInSteps = async (...[path, bytes, onWritten]: Parameters<OutputFiles['write']>): Promise<Written> => {
    const file = await openWith(path, 'wx', onWritten);
    try {
      await file.write([bytes], 0);
    } finally {
      await file.close();
    }
    return file.close();
  };

  return {
    // `wx`: each path is generated for one file, so an existing file is an error and must not be overwritten.
    create: (path, onWritten) => openWith(path, 'wx', onWritten),
    reopen: (path) => openWith(path, 'r+'),
    write(path, bytes, onWritten) {
      const writeAtOnce = () => {
        const written = writeHere(path, bytes);
        onWritten?.(bytes.length);
        return written;
      };
      try {
        return call(writeAtOnce, () => writeInSteps(path, bytes, onWritten));
      } catch (error) {
        // Opening the file in steps waits for a free descriptor.
        if (isOutOfDescriptors(error)) return writeInSteps(path, bytes, onWritten);
        throw toFileSystemError(error, path);
      }
    },
    rename: (from, to) => onDisk(to, () => renameFile(from, to, { call, clock })),
  };
}

function isOutOfDescriptors(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'EMFILE' || errno === 'ENFILE';
}
