import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, realpath, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onDisk, errnoOf } from '../disk/file-system-error.js';
import { DirectoryBusyError } from '../errors.js';
import { hashOf } from '../names/file-names.js';
import { describeSelf, isAlive, parseHolder, type Holder } from './lock-holder.js';

/** How often a holder says that it is still there, for those who cannot see its process. */
const BEAT_MS = 15_000;
/** After so much silence it is gone. The clocks of machines that share a folder may differ by what is between the two. */
const SILENCE_MS = 60_000;

/** What this process holds; the id alone cannot tell two runs of one process apart. */
const heldHere = new Set<string>();

/**
 * Takes a directory for this run, or says who has it. A lock that a dead process has left behind is taken over: at once
 * if it was of this machine, or container, and after a minute without a sign of life if it was of another.
 *
 * @param folder where the lock is kept; exists
 * @param directory what messages call it
 * @param beatMs how often the lock is touched, in milliseconds
 * @returns what gives it back
 * @throws {DirectoryBusyError} when another run saves into it
 */
export async function lockDirectory(folder: string, directory: string, beatMs = BEAT_MS): Promise<() => Promise<void>> {
  const path = join(await onDisk(folder, () => realpath(folder)), 'lock');
  if (heldHere.has(path)) throw busy(directory, { pid: process.pid });
  heldHere.add(path);
  const own = await describeSelf();
  try {
    await onDisk(path, () => take(path, own, directory));
  } catch (error) {
    heldHere.delete(path);
    throw error;
  }
  const beat = setInterval(() => void touch(path), beatMs).unref();
  const unlock = async () => {
    clearInterval(beat);
    heldHere.delete(path);
    // A machine that slept may have lost it to another.
    if ((await readText(path)) === JSON.stringify(own)) await rm(path, { force: true });
  };
  try {
    await onDisk(path, () => removeLeftovers(path, own));
  } catch (error) {
    await unlock();
    throw error;
  }
  return unlock;
}

async function take(path: string, own: Holder, directory: string): Promise<void> {
  const candidate = asideOf(path, own);
  try {
    await writeFile(candidate, JSON.stringify(own), { mode: 0o600 });
    for (;;) {
      if (await create(path, candidate)) return;
      const text = await readText(path);
      const holder = parseHolder(text);
      const isForeign = holder?.place !== undefined && holder.place !== own.place;
      const isHeld = holder !== undefined && (isForeign ? !(await isSilent(path)) : await isAlive(holder));
      if (isHeld) throw busy(directory, isForeign ? holder : { pid: holder.pid });
      await removeStale(path, text, own);
    }
  } finally {
    await rm(candidate, { force: true });
  }
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

/** Moves the lock aside before it goes: if another process has just made it its own, it is put back. */
async function removeStale(path: string, text: string, own: Holder): Promise<void> {
  const aside = asideOf(path, own);
  try {
    await rename(path, aside);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== text) await create(path, aside);
  await rm(aside, { force: true });
}

/** A name beside the lock that says whose it is: what is in the file may not have been written yet. */
function asideOf(path: string, own: Holder): string {
  return `${path}.${own.pid}.${hashOf(own.place ?? '')}.${randomUUID()}`;
}

/** Removes what processes that were killed while they took the lock have left. Those that still run keep theirs. */
async function removeLeftovers(path: string, own: Holder): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    const [, pid, place] = /^lock\.(\d+)\.([0-9a-f]+)\./.exec(name) ?? [];
    if (pid === undefined) continue;
    const aside = join(dirname(path), name);
    const isHere = place === hashOf(own.place ?? '');
    const isLeft = isHere ? !(await isAlive({ pid: Number(pid), startedAt: undefined })) : await isSilent(aside);
    if (isLeft) await rm(aside, { force: true });
  }
}

/** Says that the holder is still there. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  // Without its lock it has lost the directory to somebody who thought that it was gone; there is nothing to say.
  await utimes(path, now, now).catch(() => undefined);
}

async function isSilent(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats === undefined || Date.now() - stats.mtimeMs > SILENCE_MS;
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

function busy(directory: string, { pid, place }: Partial<Holder> & { pid: number }): DirectoryBusyError {
  const where = place === undefined ? '' : ` of another machine or container (${place})`;
  return new DirectoryBusyError(`Process ${pid}${where} is saving into ${directory}.`, { directory, pid });
}
