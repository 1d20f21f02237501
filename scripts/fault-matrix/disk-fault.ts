import type { Need } from './disk-means.js';
import type { Confinement } from './save-child.js';
import type { SaveOrder } from './save-once.js';

/** The steps of a run on disk: opening the directory, writing a file, renaming it, and writing the journal. */
export const DISK_STEPS = ['open', 'write', 'rename', 'journal'] as const;

export type DiskStep = (typeof DISK_STEPS)[number];

/** The paths that a fault can affect. */
export interface DiskScene {
  directory: string;
  /** This package's private folder in the directory. */
  own: string;
  journal: string;
  /** A folder beside the directory, for files that the fault needs. */
  aside: string;
  /** The files to be saved: length by path. */
  expected: ReadonlyMap<string, number>;
  /** Functions that undo the fault after the run, called in reverse order. */
  undo: (() => unknown)[];
}

/** A fault of the disk at one step. */
export interface DiskFault {
  needs?: Need;
  /** Called before the directory is used for the first time. */
  mount?: (scene: DiskScene) => void;
  /** Called before the run with the fault. */
  prepare?: (scene: DiskScene) => void;
  /** Called when the run first requests the affected archive from the file host. */
  strike?: (scene: DiskScene) => void;
  /** How the process is restricted. */
  confinement?: Confinement;
  /** The faults that the process causes itself. */
  order?: Partial<SaveOrder>;
}

/** A row of the table: a fault at different steps. */
export interface DiskRow {
  name: string;
  at: Partial<Record<DiskStep, DiskFault>>;
}
