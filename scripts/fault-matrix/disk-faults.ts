import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cover, fill, makeReadOnly, makeViewReadOnly, makeWritable, mountSmall, padToPage, unmount } from './disk-means.js'; // prettier-ignore
import type { DiskRow, DiskScene } from './disk-fault.js';
import { STRUCK } from './save-once.js';
const DISK_BYTES = 1024 * 1024;
const JOURNAL_DISK_BYTES = 64 * 1024;
const PAGE_BYTES = 4096;

const onSmallDisk = ({ directory, undo }: DiskScene): void => {
  mountSmall(directory, DISK_BYTES);
  undo.push(() => unmount(directory));
};

/** Fills the disk, so that only so much is left. */
const fillTo =
  (bytesLeft: (scene: DiskScene) => number) =>
  (scene: DiskScene): void => {
    const filler = join(scene.own, 'filler');
    fill(filler, bytesLeft(scene));
    scene.undo.push(() => rmSync(filler));
  };

/** What is struck would fit, if files were no larger on disk than they are. */
const roomByTheByte = ({ expected }: DiskScene): number => {
  const lengths = [...expected].filter(([path]) => path.startsWith(`${STRUCK}/`)).map(([, length]) => length);
  return Math.ceil(lengths.reduce((sum, length) => sum + length, 0) / PAGE_BYTES) * PAGE_BYTES;
};

/** Keeps the journal on another, small disk for the time of the run. */
const journalElsewhere = ({ journal, aside, undo }: DiskScene): void => {
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

const setMode =
  (choose: (scene: DiskScene) => string, mode: number, before: number) =>
  (scene: DiskScene): void => {
    const path = choose(scene);
    chmodSync(path, mode);
    scene.undo.push(() => existsSync(path) && chmodSync(path, before));
  };

const nobody = { isNobody: true };

/** Puts something where something else is, for the time of the run. */
const inPlaceOf =
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

const putFile = (path: string): void => writeFileSync(path, 'in the way');

/** Every fault, in the order of the table. */
export const DISK_ROWS: readonly DiskRow[] = [
  {
    name: 'no space for what the archive holds (ENOSPC)',
    at: { write: { needs: 'mount', mount: onSmallDisk, strike: fillTo(() => PAGE_BYTES) } },
  },
  {
    name: 'no space left (ENOSPC)',
    at: {
      open: { needs: 'mount', mount: onSmallDisk, prepare: fillTo(() => 0) },
      write: { needs: 'mount', mount: onSmallDisk, strike: fillTo(roomByTheByte) },
      journal: {
        needs: 'mount',
        prepare: journalElsewhere,
        strike: ({ aside }) => {
          padToPage(join(aside, 'disk', 'journal.jsonl'));
          fill(join(aside, 'disk', 'filler'), 0);
        },
      },
    },
  },
  {
    name: 'file larger than is allowed (EFBIG)',
    at: {
      write: { needs: 'limits', confinement: { ulimit: '-f 8' } },
      journal: {
        needs: 'limits',
        prepare: ({ journal }) => writeFileSync(journal, '\n'.repeat(PAGE_BYTES), { flag: 'a' }),
        confinement: { ulimit: '-f 8' },
      },
    },
  },
  {
    name: 'no permission (EACCES)',
    at: {
      open: { needs: 'nobody', confinement: nobody, prepare: setMode(({ directory }) => directory, 0o000, 0o755) },
      write: { needs: 'nobody', confinement: nobody, strike: setMode(({ own }) => join(own, 'tmp'), 0o555, 0o755) },
      rename: { needs: 'nobody', confinement: nobody, strike: setMode(({ directory }) => directory, 0o555, 0o755) },
      journal: { needs: 'nobody', confinement: nobody, prepare: setMode(({ journal }) => journal, 0o444, 0o600) },
    },
  },
  {
    name: 'read-only (EROFS)',
    at: {
      open: {
        needs: 'mount',
        mount: onSmallDisk,
        prepare: ({ directory, undo }) => {
          makeReadOnly(directory);
          undo.push(() => makeWritable(directory));
        },
      },
      write: {
        needs: 'mount',
        strike: ({ own, undo }) => {
          cover(join(own, 'tmp'));
          undo.push(() => unmount(join(own, 'tmp')));
          makeViewReadOnly(join(own, 'tmp'));
        },
      },
      rename: {
        needs: 'mount',
        prepare: ({ directory, own, undo }) => {
          cover(directory);
          undo.push(() => unmount(directory));
          cover(own);
          undo.push(() => unmount(own));
        },
        strike: ({ directory }) => makeViewReadOnly(directory),
      },
      journal: {
        needs: 'mount',
        prepare: (scene) => {
          journalElsewhere(scene);
          makeReadOnly(join(scene.aside, 'disk'));
        },
      },
    },
  },
  {
    name: 'too many open files (EMFILE)',
    at: {
      open: { needs: 'limits', confinement: { ulimit: '-n 64' }, order: { descriptorsLeft: 0 } },
      write: {
        needs: 'limits',
        confinement: { ulimit: '-n 64' },
        order: { descriptorsLeft: 0, moment: 'archive-opened' },
      },
    },
  },
  {
    name: 'one more file may be open',
    at: {
      write: {
        needs: 'limits',
        confinement: { ulimit: '-n 64' },
        order: { descriptorsLeft: 1, moment: 'archive-opened' },
      },
    },
  },
  {
    name: 'a file in the way of a folder',
    at: {
      open: { prepare: inPlaceOf(({ own }) => own, putFile) },
      rename: {
        strike: ({ directory, undo }) => {
          putFile(join(directory, STRUCK));
          undo.push(() => rmSync(join(directory, STRUCK)));
        },
      },
    },
  },
  {
    name: 'a folder in the way of a file',
    at: {
      rename: {
        strike: ({ directory, expected, undo }) => {
          const paths = [...expected.keys()].filter((path) => path.startsWith(`${STRUCK}/`));
          for (const path of paths) mkdirSync(join(directory, path, 'full'), { recursive: true });
          undo.push(() => paths.forEach((path) => rmSync(join(directory, path), { recursive: true })));
        },
      },
      journal: { prepare: inPlaceOf(({ journal }) => journal, (path) => mkdirSync(path)) }, // prettier-ignore
    },
  },
  {
    name: 'a symbolic link in the way of a folder',
    at: {
      rename: {
        needs: 'limits',
        strike: ({ directory, aside, undo }) => {
          symlinkSync(aside, join(directory, STRUCK));
          undo.push(() => rmSync(join(directory, STRUCK)));
        },
      },
    },
  },
  {
    name: 'folder or file removed by somebody else',
    at: {
      write: { needs: 'limits', strike: ({ own }) => rmSync(join(own, 'tmp'), { recursive: true }) },
      journal: { needs: 'limits', strike: ({ journal }) => rmSync(journal) },
    },
  },
  {
    name: 'called off',
    at: {
      open: { order: { isAborted: true } },
      write: { order: { isAborted: true, moment: 'archive-opened' } },
      rename: { order: { isAborted: true, moment: 'file-saved' } },
    },
  },
];
