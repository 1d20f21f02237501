import type { Rank } from '../names/name-claims.js';

/** A file as the archive of its batch lists it. */
export interface ListedFile {
  name: string;
  /** How many files of the same name precede it in the archive. */
  occurrence: number;
  bytes: number;
  crc32: number;
}

/**
 * A file with a path in the directory. To save memory, this object is all that is kept of a file during a run, which
 * may have a million files.
 */
export interface PlacedFile extends ListedFile {
  batch: string;
  /** The rank of its batch. */
  rank: Rank;
  /** Its index in the batch. */
  index: number;
  /** The path without regard to other files, with which `include` and `exclude` are called. */
  plainPath: string;
  /** What `include` and `exclude` returned. They are called once, because a second result might differ. */
  isWanted: boolean;
  /** Initially `missing`. With `force`, a wanted file that was already there counts as missing too. */
  presence: Presence;
  /**
   * The path, if the file replaces something else that was there when it was placed: a saved file that has been changed
   * or, with `force`, anything.
   */
  replaces: string | undefined;
  /** Where it was last saved, according to the journal. */
  whereabouts: Whereabouts | undefined;
}

/** Whether a file is intact at its path. `found`: it is, and was there already. `saved`: it is, saved by this run. */
export type Presence = 'missing' | 'found' | 'saved';

export interface Whereabouts {
  path: string;
  /** Epoch milliseconds. */
  mtimeMs: number;
  /** The path before a move. The file is still there if the move was interrupted. */
  from?: string | undefined;
  /** Whether it was already there and not saved by this package. It keeps its path, where its creator expects it. */
  isAdopted?: boolean | undefined;
}
