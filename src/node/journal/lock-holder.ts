import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { errnoOf } from '../disk/file-system-error.js';

/** Who holds a directory. */
export interface Holder {
  pid: number;
  /** When the process began, as far as the system tells: a process id is used again. */
  startedAt: string | undefined;
  /** Where its id means something: the machine, and on Linux the container. Missing in locks of old. */
  place: string | undefined;
}

/** This process, as others will know it. */
export async function describeSelf(): Promise<Holder> {
  const { pid } = process;
  return { pid, startedAt: (await lookUp(pid))?.startedAt, place: await findPlace() };
}

/** Reads what a lock says; undefined when it says nothing. */
export function parseHolder(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Record<keyof Holder, unknown>> | null;
    if (typeof value?.pid !== 'number' || value.pid <= 0) return undefined;
    const { pid, startedAt, place } = value;
    return { pid, startedAt: textOf(startedAt), place: textOf(place) };
  } catch {
    // Only a system that fell over leaves half a lock behind.
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Whether a process of this place is still running. */
export async function isAlive({ pid, startedAt }: Pick<Holder, 'pid' | 'startedAt'>): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return false;
  }
  const found = await lookUp(pid);
  if (found === undefined) return true;
  return !found.hasEnded && (startedAt === undefined || found.startedAt === startedAt);
}

/** Containers may share a folder and even their names, but not the space that process ids are from. */
async function findPlace(): Promise<string> {
  const space = await readlink('/proc/self/ns/pid').catch(() => '');
  return `${hostname()} ${space}`.trim();
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
