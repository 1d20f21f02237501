import { lstat, readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { errnoOf } from '../disk/file-system-error.js';

/** The process that holds the lock of a directory. */
export interface Holder {
  pid: number;
  /** When the process started, if the system tells. Needed because process ids are reused. */
  startedAt: string | undefined;
  /** Where the process id is valid: the machine and, on Linux, the container. Missing in locks of older versions. */
  place: string | undefined;
}

/** Describes this process for its lock. */
export async function describeSelf(): Promise<Holder> {
  const { pid } = process;
  return { pid, startedAt: (await lookUp(pid))?.startedAt, place: await findPlace() };
}

/** Parses the text of a lock. Returns undefined if it names no process. */
export function parseHolder(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Record<keyof Holder, unknown>> | null;
    if (typeof value?.pid !== 'number' || value.pid <= 0) return undefined;
    const { pid, startedAt, place } = value;
    return { pid, startedAt: textOf(startedAt), place: textOf(place) };
  } catch {
    // Incomplete text is left by a system crash or, without hard links, by a process that is killed or still writing.
    return undefined;
  }
}

/** Reads the text of a lock. Resolves to undefined if there is none, and to an empty text if it cannot be read. */
export async function readLock(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') return '';
    // A dangling symbolic link exists although its target does not.
    const stats = await lstat(path).catch(() => undefined);
    return stats?.isSymbolicLink() ? '' : undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Whether a process on this machine and in this container is still running. */
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

/** Names the host and, on Linux, the PID namespace: containers may share a folder and a host name, but not that. */
async function findPlace(): Promise<string> {
  const space = await readlink('/proc/self/ns/pid').catch(() => '');
  return `${hostname()} ${space}`.trim();
}

interface FoundProcess {
  /** The id of the system's boot, and the clock ticks from the boot to the start of the process. */
  startedAt: string;
  /** Whether the process is a zombie: it has ended and only keeps its id, because its parent has not waited for it. */
  hasEnded: boolean;
}

/** Looks up a process in /proc. Resolves to undefined if it is not there, or the system has no /proc. */
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
    // Without /proc, the process id alone has to suffice.
    return undefined;
  }
}
