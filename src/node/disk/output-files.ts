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

// The callback functions, because a FileHandle costs as much again for a small file.
const openFile = promisify(open);
const closeFile = promisify(close);
const statFile = promisify(fstat);
const truncateFile = promisify(ftruncate);

/** A file that is being written. */
export interface OutputFile {
  readonly path: string;
  /** Writes the bytes one behind the other, from `position` on. */
  write(bytes: readonly Buffer[], position: number): Promise<void>;
  /** Cuts off what is behind this many bytes. */
  truncate(bytes: number): Promise<void>;
  /** Closes the file and tells when it was last written. May be called again. */
  close(): Promise<Written>;
}

/** Creates and opens files, and never has more than a limited number of them open. */
export interface OutputFiles {
  /**
   * @param onWritten hears how many bytes were written, whenever some were
   * @throws {FileSystemError} when the file cannot be created
   */
  create(path: string, onWritten?: (bytes: number) => void): Promise<OutputFile>;
  /**
   * Creates a small file in one go: the single steps would cost more than what they do. Where the disk answers at once
   * it is done, or has thrown, without a promise.
   *
   * @throws {FileSystemError} when the disk refuses; what there is of the file stays
   */
  write(path: string, bytes: Buffer, onWritten?: (bytes: number) => void): Written | Promise<Written>;
  /**
   * Opens a file that is there, to write more of it.
   *
   * @throws {FileSystemError} when the file is not there, or cannot be opened
   */
  reopen(path: string): Promise<OutputFile>;
  /**
   * Gives a file another name, in place of what has it.
   *
   * @throws {FileSystemError} when the disk refuses
   */
  rename(from: string, to: string): Promise<void>;
}

const MAX_OPEN_FILES = 128;
const MAX_EMPTY_HANDED = 50;
const EMPTY_HANDED_MS = 100;

/** When the process or the system has no more descriptors, the limit is lowered for good and the file waits its turn. */
export function createOutputFiles(clock: Clock, call: DiskCall, limit = MAX_OPEN_FILES): OutputFiles {
  const slots = createSemaphore(limit);
  let turn: Promise<unknown> = Promise.resolve();

  /**
   * One file after the other: if a later one took the descriptor that an earlier one waits for, it would keep it for
   * ever, since its bytes are not read before those of the earlier one are written.
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
    // A descriptor that is closed twice may by then be another file's.
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
    // A name that exists is a fault, never something to overwrite: every name is made for one file.
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
        // Those who create files know how to wait for a descriptor.
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
