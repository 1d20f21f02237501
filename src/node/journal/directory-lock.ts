import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onDisk, errnoOf } from '../disk/file-system-error.js';
import { DirectoryBusyError } from '../errors.js';

/** Who holds a directory. */
interface Holder {
  pid: number;
  /** When the process began, as far as the system tells: a process id is used again. */
  startedAt: string | undefined;
}

/** What this process holds; the id alone cannot tell two runs of one process apart. */
const heldHere = new Set<string>();

/**
 * Takes a directory for this run, or says who has it. A lock that a dead process has left behind is taken over.
 *
 * @param folder where the lock is kept; exists
 * @param directory what messages call it
 * @returns what gives it back
 * @throws {DirectoryBusyError} when another run saves into it
 */
export async function lockDirectory(folder: string, directory: string): Promise<() => Promise<void>> {
  const path = join(await onDisk(folder, () => realpath(folder)), 'lock');
  if (heldHere.has(path)) throw busy(directory, process.pid);
  heldHere.add(path);
  const own: Holder = { pid: process.pid, startedAt: (await lookUp(process.pid))?.startedAt };
  try {
    await onDisk(path, () => take(path, own, directory));
  } catch (error) {
    heldHere.delete(path);
    throw error;
  }
  const unlock = async () => {
    heldHere.delete(path);
    await rm(path, { force: true });
  };
  try {
    await onDisk(path, () => removeLeftovers(path));
  } catch (error) {
    await unlock();
    throw error;
  }
  return unlock;
}

async function take(path: string, own: Holder, directory: string): Promise<void> {
  const candidate = asideOf(path);
  try {
    await writeFile(candidate, JSON.stringify(own), { mode: 0o600 });
    for (;;) {
      if (await create(path, candidate)) return;
      const text = await readFile(path, 'utf8').catch(() => '');
      const holder = parseHolder(text);
      if (holder !== undefined && (await isAlive(holder))) throw busy(directory, holder.pid);
      await removeStale(path, text);
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
async function removeStale(path: string, text: string): Promise<void> {
  const aside = asideOf(path);
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
function asideOf(path: string): string {
  return `${path}.${process.pid}.${randomUUID()}`;
}

/** Removes what processes that were killed while they took the lock have left. Those that still run keep theirs. */
async function removeLeftovers(path: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    const pid = Number(/^lock\.(\d+)\./.exec(name)?.[1]);
    if (pid > 0 && !(await isAlive({ pid, startedAt: undefined })))
      await rm(join(dirname(path), name), { force: true });
  }
}

function busy(directory: string, pid: number): DirectoryBusyError {
  return new DirectoryBusyError(`Process ${pid} is saving into ${directory}.`, { directory, pid });
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    if (typeof value?.pid !== 'number' || value.pid <= 0) return undefined;
    return { pid: value.pid, startedAt: typeof value.startedAt === 'string' ? value.startedAt : undefined };
  } catch {
    // Only a system that fell over leaves half a lock behind.
    return undefined;
  }
}

async function isAlive({ pid, startedAt }: Holder): Promise<boolean> {
  // This process knows what it holds: under its own id it can only be a predecessor's.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return false;
  }
  const found = await lookUp(pid);
  if (found === undefined) return true;
  return !found.hasEnded && (startedAt === undefined || found.startedAt === startedAt);
}

interface FoundProcess {
  /** In clock ticks since the system began, with what tells that beginning from others. */
  startedAt: string;
  /** It was killed, and its parent has not asked what became of it: it has its id still, and does nothing any more. */
  hasEnded: boolean;
}

/** What the system knows of a process; undefined where there is no /proc. */
async function lookUp(pid: number): Promise<FoundProcess | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'latin1'),
      readFile('/proc/sys/kernel/random/boot_id', 'latin1'),
    ]);
    // The second field is the name in parentheses, which may hold anything; the state is the third, the start the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { startedAt: `${boot.trim()}:${fields[19] ?? ''}`, hasEnded: /^[ZX]$/.test(fields[0] ?? '') };
  } catch {
    // Other systems have none: there the id has to do.
    return undefined;
  }
}
