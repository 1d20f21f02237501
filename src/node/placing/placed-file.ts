import type { Rank } from '../names/name-claims.js';

/** A file of a batch, as its archive lists it. */
export interface ListedFile {
  name: string;
  /** How many files of the same name come before it. */
  occurrence: number;
  bytes: number;
  crc32: number;
}

/**
 * A file that has its place in the directory. There is one object for each file of a run, as long as the run lasts, and
 * nothing else: a run may have a million of them. Where it goes:
 *
 * 1. Its name becomes a path that is safe everywhere (`mapEntryName`): the plain one.
 * 2. Of the files of a run that want one path, the first in the plan gets it, and so do those of other batches that are the
 *    same file (`name-claims.ts`); nobody does where something is that has to stay (`occupancy.ts`, `isTaken`). All others
 *    get it with a suffix that tells the file from any other, and is the same in every run.
 * 3. What an earlier run has saved there for another file of this one makes room (`makeRoom` in `saved-files.ts`). A file
 *    that was saved somewhere else is moved there (`settle`), and one with the right content is taken as it is (`adopt`).
 */
export interface PlacedFile extends ListedFile {
  batch: string;
  /** Of its batch. */
  rank: Rank;
  /** Its place in the batch. */
  index: number;
  /** Without regard to other files: what `include` and `exclude` are asked about. */
  plainPath: string;
  /** What they answered. They are asked once: one that counts would answer otherwise the next time. */
  isWanted: boolean;
  /** Whether it is there and intact. */
  isPresent: boolean;
  /** Whether it was when it got its place. */
  wasPresent: boolean;
  /** Whether something else was in its place then that an earlier run had saved: somebody has changed it. */
  wasChanged: boolean;
  /** Where it was saved last, as the journal has it. */
  whereabouts: Whereabouts | undefined;
}

export interface Whereabouts {
  path: string;
  /** Epoch milliseconds. */
  mtimeMs: number;
  /** Where it was before it was moved; it may still be there. */
  from?: string | undefined;
}
