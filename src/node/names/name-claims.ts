import { pathKey, suffixPath } from './file-names.js';

/**
 * The precedence of a batch, lowest first: its index in the plan, then which half of it, which half of that, and so on.
 */
export type Rank = readonly number[];

/** A file that claims a path. */
export interface Claim {
  /** The rank of its batch. */
  readonly rank: Rank;
  /** Its index in the batch. */
  readonly index: number;
  /** The path that it claims. */
  readonly plainPath: string;
}

/** The move of a file that has lost its path to a file with a lower rank or to something else, or that gets it back. */
export interface Move<File extends Claim> {
  file: File;
  from: string;
  to: string;
}

/**
 * Decides which file gets which path. Of the files that claim a path, the one with the lowest rank gets it, and each of
 * the others gets a suffixed path. So the outcome depends only on the set of files, not on the order of their claims.
 */
export interface NameClaims<File extends Claim> {
  /** Adds a file, which must not have been added yet. Returns the files that have to move because of it. */
  claim(file: File): Move<File>[];
  /** Removes a file. Returns the move of the file that gets its path, if there is one. */
  release(file: File): Move<File>[];
  /**
   * Marks a path as occupied by something that has to stay. Only a file that is at home there can have it from then on.
   * Returns the files that have to move.
   */
  occupy(path: string): Move<File>[];
  /** The current path of a file. */
  pathOf(file: File): string;
  /** Whether a file has not got the path that it claimed. */
  isSuffixed(file: File): boolean;
}

interface Claimants<File> {
  /** In order of rank and index. */
  files: File[];
  /** Whether the path belongs to a folder, or to something on disk that has to stay. */
  isOccupied: boolean;
}

/**
 * @param hashOf computes a hash that is unique to a file, from which its suffix is made
 * @param isAtHome whether what occupies the path that a file claims is this file itself; must not change for a file
 */
export function createNameClaims<File extends Claim>(
  hashOf: (file: File) => string,
  isAtHome: (file: File) => boolean = () => false,
): NameClaims<File> {
  // Nearly every path is claimed by one file only; keeping these separately saves memory.
  const alone = new Map<string, File>();
  const contested = new Map<string, Claimants<File>>();

  const holderAt = (key: string): File | undefined => {
    const there = contested.get(key);
    if (there === undefined) return alone.get(key);
    return there.isOccupied ? there.files.find(isAtHome) : there.files[0];
  };
  const contest = (key: string): Claimants<File> => {
    const known = contested.get(key);
    if (known !== undefined) return known;
    const single = alone.get(key);
    const there = { files: single === undefined ? [] : [single], isOccupied: false };
    alone.delete(key);
    contested.set(key, there);
    return there;
  };
  const suffixed = (file: File) => suffixPath(file.plainPath, hashOf(file));

  /** Changes the claimants of a path. Returns the move of the file that has lost the path thereby, if there is one. */
  const change = (path: string, apply: (there: Claimants<File>) => void): Move<File>[] => {
    const key = pathKey(path);
    const holder = holderAt(key);
    apply(contest(key));
    if (holder === undefined || holderAt(key) === holder) return [];
    return [{ file: holder, from: holder.plainPath, to: suffixed(holder) }];
  };

  const occupy = (path: string): Move<File>[] => change(path, (there) => (there.isOccupied = true));
  const isFirst = (file: File) => holderAt(pathKey(file.plainPath)) === file;

  return {
    claim(file) {
      const moves = foldersOf(file.plainPath).flatMap((folder) => occupyFolder(folder));
      const key = pathKey(file.plainPath);
      if (!alone.has(key) && !contested.has(key)) {
        alone.set(key, file);
        return moves;
      }
      return moves.concat(change(file.plainPath, ({ files }) => insert(files, file)));
    },
    release(file) {
      const key = pathKey(file.plainPath);
      if (alone.get(key) === file) {
        alone.delete(key);
        return [];
      }
      const there = contested.get(key);
      const place = there?.files.indexOf(file) ?? -1;
      if (there === undefined || place === -1) return [];
      const wasHolder = holderAt(key) === file;
      there.files.splice(place, 1);
      const heir = holderAt(key);
      return wasHolder && heir !== undefined ? [{ file: heir, from: suffixed(heir), to: heir.plainPath }] : [];
    },
    occupy,
    pathOf: (file) => (isFirst(file) ? file.plainPath : suffixed(file)),
    isSuffixed: (file) => !isFirst(file),
  };

  function occupyFolder(folder: string): Move<File>[] {
    return contested.get(pathKey(folder))?.isOccupied ? [] : occupy(folder);
  }
}

/** Inserts a file in order, searching from the end because files are nearly always added in order. */
function insert<File extends Claim>(files: File[], file: File): void {
  let place = files.length;
  for (let before = files[place - 1]; before && compareClaims(file, before) < 0; before = files[place - 1]) place--;
  files.splice(place, 0, file);
}

function compareClaims(one: Claim, other: Claim): number {
  return compareRanks(one.rank, other.rank) || one.index - other.index;
}

/** Returns a negative number if the first rank is lower. */
export function compareRanks(one: Rank, other: Rank): number {
  for (let place = 0; place < Math.max(one.length, other.length); place++) {
    const difference = (one[place] ?? -1) - (other[place] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    folders.push(path.slice(0, slash));
  }
  return folders;
}
