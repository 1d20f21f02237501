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
 * claimed: of those that want one path, the one of the lowest rank holds it. Its twins have it as well, and all others get
 * a path of their own.
 */
export interface NameClaims<File extends Claim> {
  /** Adds a file, which must not be there yet, and tells which ones have to move because of it. */
  claim(file: File): Move<File>[];
  /** Takes a file out again, and tells which one gets its path. */
  release(file: File): Move<File>[];
  /** Takes a path away from everybody: something else is there. */
  occupy(path: string): Move<File>[];
  /** The path that a file has now. */
  pathOf(file: File): string;
  /** Whether the file has not got the path that it wanted. */
  isSuffixed(file: File): boolean;
  /** The file whose path it has: itself, unless it is a twin. */
  holderOf(file: File): File;
}

interface Claimants<File> {
  /** In order. */
  files: File[];
  /** Whether a folder has the path, or something that is not one of the files. */
  isOccupied: boolean;
}

/**
 * @param hashOf of what tells a file from any other: its path is told apart by it
 * @param isTwin whether two files are the same one, as two batches may have it
 */
export function createNameClaims<File extends Claim>(
  hashOf: (file: File) => string,
  isTwin: (one: File, other: File) => boolean,
): NameClaims<File> {
  // Nearly every path is wanted by one file: that takes no more memory than it has to.
  const alone = new Map<string, File>();
  const contested = new Map<string, Claimants<File>>();

  const holderAt = (key: string): File | undefined => {
    const there = contested.get(key);
    return there === undefined ? alone.get(key) : there.isOccupied ? undefined : there.files[0];
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

  /** Whether a file has the path that it wants, where that is held by this one. */
  const hasPlain = (file: File, holder: File | undefined): boolean =>
    holder === file || (holder?.plainPath === file.plainPath && isTwin(holder, file));
  const isPlain = (file: File) => hasPlain(file, holderAt(pathKey(file.plainPath)));

  /** Takes note of a change of who wants a path, and tells what that changes for the others. */
  const change = (key: string, apply: (there: Claimants<File>) => void, changed?: File): Move<File>[] => {
    const there = contest(key);
    const holder = holderAt(key);
    apply(there);
    const heir = holderAt(key);
    // Nearly always: there may be many who want it.
    if (heir === holder) return [];
    return there.files.flatMap((file): Move<File>[] => {
      const [had, has] = [hasPlain(file, holder), hasPlain(file, heir)];
      if (file === changed || had === has) return [];
      const own = suffixed(file);
      return [{ file, from: had ? file.plainPath : own, to: has ? file.plainPath : own }];
    });
  };

  const occupy = (path: string): Move<File>[] => change(pathKey(path), (there) => (there.isOccupied = true));

  return {
    claim(file) {
      const moves = foldersOf(file.plainPath).flatMap((folder) => occupyFolder(folder));
      const key = pathKey(file.plainPath);
      if (!alone.has(key) && !contested.has(key)) {
        alone.set(key, file);
        return moves;
      }
      return moves.concat(change(key, ({ files }) => insert(files, file), file));
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
      return change(key, ({ files }) => files.splice(place, 1));
    },
    occupy,
    pathOf: (file) => (isPlain(file) ? file.plainPath : suffixed(file)),
    isSuffixed: (file) => !isPlain(file),
    holderOf: (file) => (isPlain(file) ? (holderAt(pathKey(file.plainPath)) ?? file) : file),
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
