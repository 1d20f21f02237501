import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { DiskScene } from './disk-fault.js';
import { fill, mountSmall, unmount, PAGE_BYTES } from './disk-means.js';
import { STRUCK } from './save-once.js';

const DISK_BYTES = 1024 * 1024;
const JOURNAL_DISK_BYTES = 64 * 1024;

/** Mounts a small file system at the directory. */
export const onSmallDisk = ({ directory, undo }: DiskScene): void => {
  mountSmall(directory, DISK_BYTES);
  undo.push(() => unmount(directory));
};

/** Fills the disk during the run, except for the given number of bytes. */
export const fillTo =
  (bytesLeft: (scene: DiskScene) => number) =>
  (scene: DiskScene): void => {
    const filler = join(scene.own, 'filler');
    fill(filler, bytesLeft(scene));
    scene.undo.push(() => rmSync(filler));
  };

/** Returns the space that the affected files would need if each did not occupy whole pages, rounded up to a page. */
export const roomByTheByte = ({ expected }: DiskScene): number => {
  const lengths = [...expected].filter(([path]) => path.startsWith(`${STRUCK}/`)).map(([, length]) => length);
  return Math.ceil(lengths.reduce((sum, length) => sum + length, 0) / PAGE_BYTES) * PAGE_BYTES;
};

/** Moves the journal to another small file system during the run. */
export const journalElsewhere = ({ journal, aside, undo }: DiskScene): void => {
  const other = join(aside, 'disk');
  mountSmall(other, JOURNAL_DISK_BYTES);
  const moved = join(other, 'journal.jsonl');
  copyFileSync(journal, moved);
  rmSync(journal);
  symlinkSync(moved, journal);
  undo.push(() => {
    rmSync(journal);
    copyFileSync(moved, journal);
    unmount(other);
  });
};

/** Changes the mode of a path during the run, to take rights away. */
export const setMode =
  (choose: (scene: DiskScene) => string, mode: number, before: number) =>
  (scene: DiskScene): void => {
    const path = choose(scene);
    chmodSync(path, mode);
    scene.undo.push(() => existsSync(path) && chmodSync(path, before));
  };

/** Makes root the owner of a folder, but not of its contents, and lets every user write to it. */
export function letEverybodyWrite(folder: string): void {
  chownSync(folder, 0, 0);
  chmodSync(folder, 0o777);
}

/** Replaces a file or folder by something else during the run. */
export const inPlaceOf =
  (choose: (scene: DiskScene) => string, put: (path: string) => void) =>
  (scene: DiskScene): void => {
    const path = choose(scene);
    const kept = join(scene.aside, 'kept');
    renameSync(path, kept);
    put(path);
    scene.undo.push(() => {
      rmSync(path, { recursive: true });
      renameSync(kept, path);
    });
  };

export const putFile = (path: string): void => writeFileSync(path, 'in the way');
