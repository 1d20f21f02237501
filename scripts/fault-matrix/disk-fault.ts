import type { Need } from './disk-means.js';
import type { Confinement } from './save-child.js';
import type { SaveOrder } from './save-once.js';

/** What is done to the disk: the directory is taken, files are written, get their names, and are noted. */
export const DISK_STEPS = ['open', 'write', 'rename', 'journal'] as const;

export type DiskStep = (typeof DISK_STEPS)[number];

/** Where a fault is made. */
export interface DiskScene {
  directory: string;
  /** This package's own folder in it. */
  own: string;
  journal: string;
  /** A folder beside the directory, for what the fault needs. */
  aside: string;
  /** What is to be saved: lengths by path. */
  expected: ReadonlyMap<string, number>;
  /** What is to be done when the run is over; the last comes first. */
  undo: (() => unknown)[];
}

/** A fault of the disk at one step. */
export interface DiskFault {
  needs?: Need;
  /** Before the directory is used for the first time. */
  mount?: (scene: DiskScene) => void;
  /** Before the run that is struck. */
  prepare?: (scene: DiskScene) => void;
  /** When the run asks the file host for the first byte of what is struck. */
  strike?: (scene: DiskScene) => void;
  /** How the process is held in. */
  confinement?: Confinement;
  /** What the process does to itself. */
  order?: Partial<SaveOrder>;
}

/** A row of the table. */
export interface DiskRow {
  name: string;
  at: Partial<Record<DiskStep, DiskFault>>;
}
