import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canBeNobody } from './save-child.js';

/** What is needed to cause a fault of the disk. */
export type Need = 'mount' | 'nobody' | 'root' | 'limits';

/** Size of a memory page, which is also the block size of a tmpfs. */
export const PAGE_BYTES = 4096;

/** Returns why a need cannot be met on this system; undefined if it can. */
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
    // For example, a container without the right to mount.
    return (isMounter = false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const run = (command: string, ...args: string[]): void => void execFileSync(command, args, { stdio: 'pipe' });

/** Mounts a tmpfs of the given size. */
export function mountSmall(folder: string, bytes: number): void {
  mkdirSync(folder, { recursive: true });
  run('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder);
}

/** Makes a file system read-only. No file in it may be open for writing. */
export const makeReadOnly = (folder: string): void => run('mount', '-o', 'remount,ro', folder);

export const makeWritable = (folder: string): void => run('mount', '-o', 'remount,rw', folder);

/** Mounts a folder onto itself, so that it can be made read-only separately. */
export const cover = (folder: string): void => run('mount', '--bind', folder, folder);

/** Makes such a mount read-only. Other mounts of the same file system do not change. */
export const makeViewReadOnly = (folder: string): void => run('mount', '-o', 'remount,bind,ro', folder);

/** Removes the latest mount at a folder. */
export const unmount = (folder: string): void => run('umount', folder);

/** Fills a file system until only `bytesLeft` bytes are free. */
export function fill(path: string, bytesLeft: number): void {
  const { bavail, bsize } = statfsSync(join(path, '..'));
  writeFileSync(path, Buffer.alloc(Math.max(0, bavail * bsize - bytesLeft), 1));
}

/** Appends empty lines to a text file until its size is a multiple of the page size. */
export function padToPage(path: string): void {
  appendFileSync(path, '\n'.repeat((PAGE_BYTES - (statSync(path).size % PAGE_BYTES)) % PAGE_BYTES));
}
