import { pathKey, suffixPath } from './file-names.js';

/** Who comes first: place in the plan, which half of which half. */
export type Rank = readonly number[];

/** What wants a path. */
export interface Claim {
  /** Of its batch. */
  readonly rank: Rank;
  /** Its place in the batch. */
  readonly index: number;
  /** The path that it wants. */
  readonly plainPath: string;
}

/** A claim that has to give up a path to one that comes before it, or gets it back. */
export interface Move<File extends Claim> {
  file: File;
  from: string;
  to: string;
}

/**
 * Decides which file gets which path. The outcome depends on which files there are, not on the order in which they are
 * claimed: of those that want one path, the one of the lowest rank gets it, and all others get a path of their own.
 */
export interface NameClaims<File extends Claim> {
  /** Adds a file, which must not be there yet, and tells which ones have to move because of it. */
  claim(file: File): Move<File>[];
  /** Takes a file out again, and tells which one gets its path. */
  release(file: File): Move<File>[];
  /** Takes a path away from everybody but those that are at home there: something is there that has to stay. */
  occupy(path: string): Move<File>[];
  /** The path that a file has now. */
  pathOf(file: File): string;
  /** Whether the file has not got the path that it wanted. */
  isSuffixed(file: File): boolean;
}

interface Claimants<File> {
  /** In order. */
  files: File[];
  /** Whether a folder has the path, or something that is not one of the files. */
  isOccupied: boolean;
}

/**
 * @param hashOf of what tells a file from any other: its path is told apart by it
 * @param isAtHome whether what is at the path that a file wants, and has to stay, is that file; the answer must not change
 */
export function createNameClaims<File extends Claim>(
  hashOf: (file: File) => string,
  isAtHome: (file: File) => boolean = () => false,
): NameClaims<File> {
  // Nearly every path is wanted by one file: that takes no more memory than it has to.
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

  /** Takes note of a change of who wants a path, and tells what that changes for who had it. */
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

/** Files come in order nearly always. */
function insert<File extends Claim>(files: File[], file: File): void {
  let place = files.length;
  for (let before = files[place - 1]; before && compareClaims(file, before) < 0; before = files[place - 1]) place--;
  files.splice(place, 0, file);
}

function compareClaims(one: Claim, other: Claim): number {
  return compareRanks(one.rank, other.rank) || one.index - other.index;
}

/** Below 0 when the first comes before the second. */
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
