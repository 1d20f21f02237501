import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DiskRow } from './disk-fault.js';
import {
  cover,
  fill,
  makeReadOnly,
  makeViewReadOnly,
  makeWritable,
  padToPage,
  unmount,
  PAGE_BYTES,
} from './disk-means.js';
import {
  onSmallDisk,
  fillTo,
  roomByTheByte,
  journalElsewhere,
  setMode,
  letEverybodyWrite,
  inPlaceOf,
  putFile,
} from './disk-scenes.js';
import { STRUCK } from './save-once.js';

const nobody = { isNobody: true };

/** All faults of the disk, in the order of the table. */
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
    name: 'folder of somebody else, who lets everybody write to it (EPERM)',
    at: { open: { needs: 'root', confinement: nobody, prepare: ({ own }) => letEverybodyWrite(own) } },
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
