import { randomUUID } from 'node:crypto';
import { link, lstat, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onDisk, errnoOf } from '../disk/file-system-error.js';
import { DirectoryBusyError, FileSystemError } from '../errors.js';
import { hashOf } from '../names/file-names.js';
import { startHeartbeat } from './lock-heartbeat.js';
import { describeSelf, isAlive, parseHolder, type Holder } from './lock-holder.js';

/** How often a holder says that it is still there, for those who cannot see its process. */
const BEAT_MS = 15_000;
/** After so much silence it is gone. The clocks of machines that share a folder may differ by what is between the two. */
const SILENCE_MS = 60_000;

/** How a directory is locked. */
export interface LockOptions {
  /** How often the lock is touched, in milliseconds. Default 15,000. */
  beatMs?: number;
  /** Hears when the lock was lost to another run, or removed: the directory is no longer this run's then. */
  onLost?: (error: DirectoryBusyError | FileSystemError) => void;
}

/** What this thread holds. Other threads, and other copies of this module, are told by their locks. */
const heldHere = new Set<string>();

/**
 * Takes a directory for this run, or says who has it. A lock that a dead process has left behind is taken over: at once
 * if it was of this machine, or container, and after a minute without a sign of life if it was of another.
 *
 * @param folder where the lock is kept; exists
 * @param directory what messages call it
 * @returns what gives it back
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
  // No two locks have the same text: who has seen one can tell whether it is still the same.
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
    // A machine that slept may have lost it to another.
    if ((await readText(path)) === text) await rm(path, { force: true });
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
  /** Of the lock. */
  text: string;
  /** What messages call the directory. */
  directory: string;
}

async function take(path: string, { own, text, directory }: Taking): Promise<void> {
  // Others are told by its name whose it is: what is in it may not have been written yet.
  const candidate = `${path}.${own.pid}.${hashOf(own.place ?? '')}.${randomUUID()}`;
  try {
    await writeFile(candidate, text, { mode: 0o600 });
    while (!(await create(path, candidate))) await makeWay(path, candidate, { own, text, directory });
  } finally {
    await rm(candidate, { force: true });
  }
}

/**
 * Removes a lock that is nobody's any more.
 *
 * Of those who find it only one may do so, the one who creates a file that is called after its text: another might
 * remove the lock that was put in its place. What a process has left behind that ended in the middle of this is removed
 * in the same way.
 *
 * @throws {DirectoryBusyError} when it is somebody's, or somebody else is doing this
 */
async function makeWay(path: string, candidate: string, taking: Taking): Promise<void> {
  const found = await readText(path);
  // It was given back meanwhile.
  if (found === undefined) return;
  const holder = parseHolder(found);
  if (holder !== undefined && (await isHeld(path, holder, taking.own))) {
    throw busy(taking.directory, holderOf(found, taking.own));
  }
  const right = `${path}.stale.${hashOf(found)}`;
  while (!(await create(right, candidate))) await makeWay(right, candidate, taking);
  try {
    if ((await readText(path)) === found) await rm(path, { force: true });
  } finally {
    await rm(right, { force: true });
  }
}

/** Whether somebody has a lock who is still there. */
async function isHeld(path: string, { pid, startedAt, place }: Holder, own: Holder): Promise<boolean> {
  if (place !== undefined && place !== own.place) return !(await isSilent(path));
  if (pid !== own.pid) return isAlive({ pid, startedAt });
  // Another thread of this process, or a predecessor with its id.
  const begunAt = Date.now() - process.uptime() * 1000;
  return startedAt === own.startedAt && !(await isSilent(path, begunAt));
}

/** A link, because it appears with its content in it, or not at all. */
async function create(path: string, candidate: string): Promise<boolean> {
  try {
    await link(candidate, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    return createWithoutLink(path, candidate);
  }
}

/** For file systems that have no links. */
async function createWithoutLink(path: string, candidate: string): Promise<boolean> {
  try {
    await writeFile(path, await readFile(candidate), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes what processes that were killed while they took the lock have left. Those that still run keep theirs. */
async function removeLeftovers(path: string, own: Holder): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    const left = join(dirname(path), name);
    const holder = name.startsWith('lock.stale.') ? parseHolder((await readText(left)) ?? '') : candidateOf(name, own);
    if (holder !== undefined && !(await isHeld(left, holder, own))) await rm(left, { force: true });
  }
}

/** Who was about to take the lock, says the name of a file. */
function candidateOf(name: string, own: Holder): Holder | undefined {
  const [, pid, place] = /^lock\.(\d+)\.([0-9a-f]+)\./.exec(name) ?? [];
  if (pid === undefined) return undefined;
  const startedAt = Number(pid) === own.pid ? own.startedAt : undefined;
  return { pid: Number(pid), startedAt, place: place === hashOf(own.place ?? '') ? own.place : 'elsewhere' };
}

/** @param since epoch milliseconds; what was said before does not count either */
async function isSilent(path: string, since = 0): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats === undefined || stats.mtimeMs < Math.max(since, Date.now() - SILENCE_MS);
}

/** What is in a file; undefined where there is none. What cannot be read says nothing. */
async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') return '';
    // A link that leads nowhere is there all the same.
    const stats = await lstat(path).catch(() => undefined);
    return stats?.isSymbolicLink() ? '' : undefined;
  }
}

/** Who has a lock with this text; the place is only told where it is another one. */
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
