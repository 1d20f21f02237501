import { hashOf, mapEntryName, pathKey, type RenameReason } from '../names/file-names.js';
import { createNameClaims, type Move } from '../names/name-claims.js';
import type { Occupancy } from './occupancy.js';
import type { PlacedFile } from './placed-file.js';

/** Decides which path each file of a run gets, given the other files and what is on disk. */
export interface PathChoice {
  /** Adds a file. Resolves to the files that have to move because of it. */
  claim(file: PlacedFile): Promise<Move<PlacedFile>[]>;
  /** Removes a file. Returns the move of the file that gets its path, if there is one. */
  release(file: PlacedFile): Move<PlacedFile>[];
  /** Whether the file has got a path that is occupied, because what occupies it is the file itself. */
  isAtHome(file: PlacedFile): boolean;
  pathOf(file: PlacedFile): string;
  /** Whether the file has not got the path that it claimed. */
  isSuffixed(file: PlacedFile): boolean;
  /** Why the path of the file differs from its name in the archive. */
  reasonsOf(file: PlacedFile): RenameReason[];
}

export function createPathChoice(occupancy: Occupancy): PathChoice {
  const atHome = new Set<PlacedFile>();
  const occupied = new Set<string>();
  const claims = createNameClaims<PlacedFile>(
    ({ batch, name, occurrence }) => hashOf(batch, name, occurrence),
    (file) => atHome.has(file),
  );
  /** Whether what is at a path is the file itself. If the file is intact at another path, it is not. */
  const belongsTo = async (file: PlacedFile, path: string): Promise<boolean> => {
    const found = await occupancy.locate(file);
    return found === undefined ? (await occupancy.findTwin(file, path)) !== undefined : found.path === path;
  };

  return {
    ...claims,
    async claim(file) {
      const { plainPath } = file;
      if (occupancy.isFree(plainPath) || !(await occupancy.isTaken(plainPath))) return claims.claim(file);
      if (await belongsTo(file, plainPath)) atHome.add(file);
      occupied.add(pathKey(plainPath));
      return [...claims.occupy(plainPath), ...claims.claim(file)];
    },
    isAtHome: (file) => atHome.has(file) && !claims.isSuffixed(file),
    reasonsOf(file) {
      // A path that equals the name has no reasons; the comparison is cheaper than mapping the name again.
      const reasons = file.plainPath === file.name ? [] : mapEntryName(file.name).reasons;
      if (!claims.isSuffixed(file)) return reasons;
      return [...reasons, occupied.has(pathKey(file.plainPath)) ? 'occupied' : 'duplicate'];
    },
  };
}
