import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canBeNobody } from './save-child.js';

/** What a fault of the disk takes to be made. */
export type Need = 'mount' | 'nobody' | 'root' | 'limits';

/** Of memory, and of files that the tests fill up. */
export const PAGE_BYTES = 4096;

/** Why a need cannot be met here; undefined if it can. */
export function whyNot(need: Need): string | undefined {
  if (process.platform === 'win32') return 'Windows has no such limits';
  if (need === 'mount' && !canMount()) return 'it takes the right to mount a file system';
  if (need === 'root' && process.getuid?.() !== 0) return "it takes root, to make a folder root's";
  if ((need === 'nobody' || need === 'root') && !canBeNobody()) return 'root cannot become somebody else here';
  return undefined;
}

let isMounter: boolean | undefined;

function canMount(): boolean {
  if (isMounter !== undefined) return isMounter;
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return (isMounter = false);
  const folder = mkdtempSync(join(tmpdir(), 'scenario-downloads-mount-'));
  try {
    mountSmall(folder, 64 * 1024);
    unmount(folder);
    return (isMounter = true);
  } catch {
    // A container without the right.
    return (isMounter = false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const run = (command: string, ...args: string[]): void => void execFileSync(command, args, { stdio: 'pipe' });

/** Mounts a file system in memory. */
export function mountSmall(folder: string, bytes: number): void {
  mkdirSync(folder, { recursive: true });
  run('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder);
}

/** Makes a file system read-only. It must not be in use. */
export const makeReadOnly = (folder: string): void => run('mount', '-o', 'remount,ro', folder);

export const makeWritable = (folder: string): void => run('mount', '-o', 'remount,rw', folder);

/** Makes a folder a mount of its own, so that it can be read-only by itself. */
export const cover = (folder: string): void => run('mount', '--bind', folder, folder);

/** Makes such a mount read-only. Others of the same file system stay as they are. */
export const makeViewReadOnly = (folder: string): void => run('mount', '-o', 'remount,bind,ro', folder);

/** Takes the mount away that was made last. */
export const unmount = (folder: string): void => run('umount', folder);

/** Leaves no more than this much room in a file system. */
export function fill(path: string, bytesLeft: number): void {
  const { bavail, bsize } = statfsSync(join(path, '..'));
  writeFileSync(path, Buffer.alloc(Math.max(0, bavail * bsize - bytesLeft), 1));
}

/** Lets a text file end where a page of memory ends, with empty lines. */
export function padToPage(path: string): void {
  appendFileSync(path, '\n'.repeat((PAGE_BYTES - (statSync(path).size % PAGE_BYTES)) % PAGE_BYTES));
}
