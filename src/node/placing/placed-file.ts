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
 * nothing else: a run may have a million of them.
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
  /** Begins as `missing`; with `force`, what is wanted and was there is missing as well. */
  presence: Presence;
  /** Where something else was when it got its place, which it replaces: what somebody has changed, or with `force` whatever was there. */
  replaces: string | undefined;
  /** Where it was saved last, as the journal has it. */
  whereabouts: Whereabouts | undefined;
}

/** Whether a file is at its place, and intact: not so, since before this run, or because this run has saved it. */
export type Presence = 'missing' | 'found' | 'saved';

export interface Whereabouts {
  path: string;
  /** Epoch milliseconds. */
  mtimeMs: number;
  /** Where it was before it was moved; it may still be there. */
  from?: string | undefined;
  /** Whether it was there already, put by somebody else, who may be surprised to find it elsewhere: it keeps its place. */
  isAdopted?: boolean | undefined;
}
