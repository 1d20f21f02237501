import { pathKey, suffixPath } from './file-names.js';

/** Who comes first: place in the plan, which half of which half, place in the archive. */
export type Rank = readonly number[];

/** A file that wants a path. */
export interface Claim {
  /** What tells the file from any other. */
  id: string;
  rank: Rank;
  /** The path that it wants. */
  path: string;
  /** Of the file's identity; what its path is told apart by. */
  hash: string;
}

/** A file that has to give up a path to one that comes before it. */
export interface Move {
  id: string;
  from: string;
  to: string;
}

/**
 * Decides which file gets which path. The outcome depends on which files there are, not on the order in which they are
 * claimed: of those that want one path, the one of the lowest rank gets it, and all others get a path of their own.
 */
export interface NameClaims {
  /** Adds a file, and tells which ones have to move because of it. */
  claim(claim: Claim): Move[];
  /** Takes a file out again, and tells which one gets its path. */
  release(id: string): Move[];
  /** Takes a path away from everybody: something else is there. */
  occupy(path: string): Move[];
  /** The path that a file has now. */
  pathOf(id: string): string | undefined;
  /** Whether the file has not got the path that it wanted. */
  isSuffixed(id: string): boolean;
}

interface Claimants {
  claims: Claim[];
  /** Whether a folder has the path, or something that is not one of the files. */
  isOccupied: boolean;
}

export function createNameClaims(): NameClaims {
  const claimants = new Map<string, Claimants>();
  const byId = new Map<string, Claim>();

  const at = (path: string): Claimants => {
    const key = pathKey(path);
    const found = claimants.get(key) ?? { claims: [], isOccupied: false };
    claimants.set(key, found);
    return found;
  };
  const isFirst = (claim: Claim): boolean => {
    const { claims, isOccupied } = at(claim.path);
    return !isOccupied && claims[0] === claim;
  };
  const pathFor = (claim: Claim): string => (isFirst(claim) ? claim.path : suffixPath(claim.path, claim.hash));

  /** Changes who wants a path, and tells what that changes for who had it. */
  const change = (path: string, apply: (claimants: Claimants) => void): Move[] => {
    const there = at(path);
    const holder = there.isOccupied ? undefined : there.claims[0];
    apply(there);
    if (holder === undefined || isFirst(holder)) return [];
    return [{ id: holder.id, from: holder.path, to: pathFor(holder) }];
  };

  const occupy = (path: string): Move[] => change(path, (there) => (there.isOccupied = true));

  return {
    claim(claim) {
      if (byId.has(claim.id)) return [];
      byId.set(claim.id, claim);
      const moves = foldersOf(claim.path).flatMap((folder) => occupy(folder));
      return moves.concat(
        change(claim.path, ({ claims }) => {
          const place = claims.findIndex((other) => compareRanks(claim.rank, other.rank) < 0);
          claims.splice(place === -1 ? claims.length : place, 0, claim);
        }),
      );
    },
    release(id) {
      const claim = byId.get(id);
      if (claim === undefined) return [];
      byId.delete(id);
      const wasFirst = isFirst(claim);
      const there = at(claim.path);
      there.claims.splice(there.claims.indexOf(claim), 1);
      const [heir] = there.claims;
      if (!wasFirst || heir === undefined) return [];
      return [{ id: heir.id, from: suffixPath(heir.path, heir.hash), to: heir.path }];
    },
    occupy,
    pathOf(id) {
      const claim = byId.get(id);
      return claim && pathFor(claim);
    },
    isSuffixed(id) {
      const claim = byId.get(id);
      return claim !== undefined && !isFirst(claim);
    },
  };
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
