import { close, closeSync, fstat, fstatSync, ftruncate, open, openSync, type Stats } from 'node:fs';
import { promisify } from 'node:util';
import type { Clock } from '../../clock.js';
import { createSemaphore } from '../budget/semaphore.js';
import type { DiskCall } from './disk-call.js';
import { errnoOf, onDisk } from './file-system-error.js';
import { renameFile } from './rename-file.js';
import { writeAll } from './write-all.js';
import { writeHere } from './write-here.js';

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
  /** Closes the file and tells when it was last written, in epoch milliseconds. May be called again. */
  close(): Promise<{ mtimeMs: number }>;
}

/** Creates and opens files, and never has more than a limited number of them open. */
export interface OutputFiles {
  /** @throws {FileSystemError} when the file cannot be created */
  create(path: string): Promise<OutputFile>;
  /**
   * Creates a small file in one go: the single steps would cost more than what they do.
   *
   * @throws {FileSystemError} when the disk refuses; what there is of the file stays
   */
  write(path: string, bytes: Buffer): Promise<{ mtimeMs: number }>;
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

  const openWith = async (path: string, flags: string): Promise<OutputFile> => {
    const descriptor = await onDisk(path, () => openInTurn(path, flags));
    const closeOnce = async (): Promise<{ mtimeMs: number }> => {
      let stats: Stats;
      try {
        stats = await call(
          () => fstatSync(descriptor),
          () => statFile(descriptor),
        );
      } finally {
        await call(
          () => closeSync(descriptor),
          () => closeFile(descriptor),
        ).finally(() => slots.release());
      }
      return { mtimeMs: Math.trunc(stats.mtimeMs) };
    };
    // A descriptor that is closed twice may by then be another file's.
    let closed: Promise<{ mtimeMs: number }> | undefined;
    let writing = 0;
    const write = async (bytes: readonly Buffer[], position: number): Promise<void> => {
      const isAlone = writing++ === 0;
      await writeAll(isAlone ? call : undefined, descriptor, bytes, position).finally(() => writing--);
    };
    return {
      path,
      write: (bytes, position) => onDisk(path, () => write(bytes, position)),
      truncate: (bytes) => onDisk(path, () => truncateFile(descriptor, bytes)),
      close: () => (closed ??= onDisk(path, closeOnce)),
    };
  };

  const writeInSteps = async (path: string, bytes: Buffer): Promise<{ mtimeMs: number }> => {
    const file = await openWith(path, 'wx');
    try {
      await file.write([bytes], 0);
    } finally {
      await file.close();
    }
    return file.close();
  };

  return {
    // A name that exists is a fault, never something to overwrite: every name is made for one file.
    create: (path) => openWith(path, 'wx'),
    reopen: (path) => openWith(path, 'r+'),
    write: (path, bytes) =>
      onDisk(path, async () => {
        try {
          return await call(
            () => writeHere(path, bytes),
            () => writeInSteps(path, bytes),
          );
        } catch (error) {
          if (!isOutOfDescriptors(error)) throw error;
          // Those who create files know how to wait for a descriptor.
          return writeInSteps(path, bytes);
        }
      }),
    rename: (from, to) => onDisk(to, () => renameFile(from, to, { call, clock })),
  };
}

function isOutOfDescriptors(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'EMFILE' || errno === 'ENFILE';
}
