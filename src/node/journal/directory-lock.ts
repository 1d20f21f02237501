import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onDisk, errnoOf } from '../disk/file-system-error.js';
import { DirectoryBusyError, FileSystemError } from '../errors.js';
import { hashOf } from '../names/file-names.js';
import { startHeartbeat } from './lock-heartbeat.js';
import { describeSelf, isAlive, parseHolder, readLock, type Holder } from './lock-holder.js';

/** How often a run touches its lock, for other machines and containers, which cannot see its process. */
const BEAT_MS = 15_000;
/** How long a lock lasts without a touch. Clocks of machines that share a folder may differ by this minus `BEAT_MS`. */
const SILENCE_MS = 60_000;

/** How a directory is locked. */
export interface LockOptions {
  /** How often the lock is touched, in milliseconds. Default 15,000. */
  beatMs?: number;
  /** Called when the lock was lost to another run or removed. From then on this run must not use the directory. */
  onLost?: (error: DirectoryBusyError | FileSystemError) => void;
}

/** The locks that this thread holds. Other threads, and other copies of this module, are recognized by their locks. */
const heldHere = new Set<string>();

/**
 * Locks a directory for this run. A lock that a dead process has left behind is taken over: at once if the process ran
 * on this machine and in this container, otherwise when the lock has not been touched for a minute.
 *
 * @param folder an existing folder, in which the lock is kept
 * @param directory the directory as messages name it
 * @returns a function that releases the lock
 * @throws {DirectoryBusyError} when another run saves into it
 */
export async function lockDirectory(
  folder: string,
  directory: string,
  { beatMs = BEAT_MS, onLost = () => undefined }: LockOptions = {},
): Promise<() => Promise<void>> {
  const path = join(await onDisk(folder, () => realpath(folder)), 'lock');
  if (heldHere.has(path)) throw busy(directory, { pid: process.pid });
  heldHere.add(path);
  const own = await describeSelf();
  // The text of each lock is unique, so that a process can tell whether a lock is still the one that it has seen.
  const text = JSON.stringify({ ...own, id: randomUUID() });
  try {
    await onDisk(path, () => take(path, { own, text, directory }));
  } catch (error) {
    heldHere.delete(path);
    throw error;
  }
  const stopBeating = startHeartbeat(path, text, {
    beatMs,
    onLost: (found) => onLost(found === undefined ? gone(directory, path) : busy(directory, holderOf(found, own))),
  });
  const unlock = async () => {
    stopBeating();
    heldHere.delete(path);
    // While this machine was asleep, another run may have taken over the lock.
    if ((await readLock(path)) === text) await rm(path, { force: true });
  };
  try {
    await onDisk(path, () => removeLeftovers(path, own));
  } catch (error) {
    await unlock();
    throw error;
  }
  return unlock;
}

interface Taking {
  own: Holder;
  /** The text of the lock. */
  text: string;
  /** The directory as messages name it. */
  directory: string;
}

async function take(path: string, { own, text, directory }: Taking): Promise<void> {
  // The name identifies the process, because another process may see the file before its text has been written.
  const candidate = `${path}.${own.pid}.${hashOf(own.place ?? '')}.${randomUUID()}`;
  try {
    await writeFile(candidate, text, { mode: 0o600 });
    while (!(await create(path, candidate))) await makeWay(path, candidate, { own, text, directory });
  } finally {
    await rm(candidate, { force: true });
  }
}

/**
 * Removes a lock whose holder is gone.
 *
 * Of the processes that find the lock, only the one that creates a file named after the text of the lock may remove it.
 * Otherwise a second process might remove the new lock that has replaced it. If a process ends in the middle of this,
 * the file that it leaves behind is removed in the same way.
 *
 * @throws {DirectoryBusyError} when the lock is held, or another process is removing it
 */
async function makeWay(path: string, candidate: string, taking: Taking): Promise<void> {
  const found = await readLock(path);
  // The lock has been released in the meantime.
  if (found === undefined) return;
  const holder = parseHolder(found);
  if (holder !== undefined && (await isHeld(path, holder, taking.own))) {
    throw busy(taking.directory, holderOf(found, taking.own));
  }
  const right = `${path}.stale.${hashOf(found)}`;
  while (!(await create(right, candidate))) await makeWay(right, candidate, taking);
  try {
    if ((await readLock(path)) === found) await rm(path, { force: true });
  } finally {
    await rm(right, { force: true });
  }
}

/** Whether the holder of a lock is still running. */
async function isHeld(path: string, { pid, startedAt, place }: Holder, own: Holder): Promise<boolean> {
  if (place !== undefined && place !== own.place) return !(await isSilent(path));
  if (pid !== own.pid) return isAlive({ pid, startedAt });
  // The holder is another thread of this process, or an earlier process that had the same id.
  const begunAt = Date.now() - process.uptime() * 1000;
  return startedAt === own.startedAt && !(await isSilent(path, begunAt));
}

/** Creates a file unless it exists; returns whether it did. A hard link appears together with its content. */
async function create(path: string, candidate: string): Promise<boolean> {
  try {
    await link(candidate, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    return createWithoutLink(path, candidate);
  }
}

/** For file systems without hard links. */
async function createWithoutLink(path: string, candidate: string): Promise<boolean> {
  try {
    await writeFile(path, await readFile(candidate), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the files of processes that were killed while they took the lock, but not those of running processes. */
async function removeLeftovers(path: string, own: Holder): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    const left = join(dirname(path), name);
    const holder = name.startsWith('lock.stale.') ? parseHolder((await readLock(left)) ?? '') : candidateOf(name, own);
    if (holder !== undefined && !(await isHeld(left, holder, own))) await rm(left, { force: true });
  }
}

/** Parses the name of a file to find the process that was about to take the lock. */
function candidateOf(name: string, own: Holder): Holder | undefined {
  const [, pid, place] = /^lock\.(\d+)\.([0-9a-f]+)\./.exec(name) ?? [];
  if (pid === undefined) return undefined;
  const startedAt = Number(pid) === own.pid ? own.startedAt : undefined;
  return { pid: Number(pid), startedAt, place: place === hashOf(own.place ?? '') ? own.place : 'elsewhere' };
}

/**
 * Whether a lock has not been touched for `SILENCE_MS`.
 *
 * @param since epoch milliseconds; a touch before that time does not count either
 */
async function isSilent(path: string, since = 0): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats === undefined || stats.mtimeMs < Math.max(since, Date.now() - SILENCE_MS);
}

/** The holder that the text of a lock names. Its place is left out if it is this one. */
function holderOf(text: string, own: Holder): Partial<Holder> & { pid: number } {
  const { pid = 0, place } = parseHolder(text) ?? {};
  return place === own.place ? { pid } : { pid, place };
}

function gone(directory: string, path: string): FileSystemError {
  const message = `The lock of ${directory} is gone: another run has taken the directory, or ${path} was removed.`;
  return new FileSystemError(message, { path, errno: 'ENOENT' });
}

function busy(directory: string, { pid, place }: Partial<Holder> & { pid: number }): DirectoryBusyError {
  const where = place === undefined ? '' : ` of another machine or container (${place})`;
  return new DirectoryBusyError(`Process ${pid}${where} is saving into ${directory}.`, { directory, pid });
}
