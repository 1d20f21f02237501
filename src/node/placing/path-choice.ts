import { hashOf, mapEntryName, pathKey, type RenameReason } from '../names/file-names.js';
import { createNameClaims, type Move } from '../names/name-claims.js';
import type { Occupancy } from './occupancy.js';
import type { PlacedFile } from './placed-file.js';

/** Which path each file of a run has, with regard to the others and to what is on disk. */
export interface PathChoice {
  /** Adds a file, and tells which ones have to move because of it. */
  claim(file: PlacedFile): Promise<Move<PlacedFile>[]>;
  /** Takes a file out again, and tells which one gets its path. */
  release(file: PlacedFile): Move<PlacedFile>[];
  /** Whether the file has got a path that has to stay as it is, because that is just the file. */
  isAtHome(file: PlacedFile): boolean;
  pathOf(file: PlacedFile): string;
  /** Whether the file has not got the path that it wanted. */
  isSuffixed(file: PlacedFile): boolean;
  /** Why the file is not called what the archive calls it. */
  reasonsOf(file: PlacedFile): RenameReason[];
}

export function createPathChoice(occupancy: Occupancy): PathChoice {
  const atHome = new Set<PlacedFile>();
  const occupied = new Set<string>();
  const claims = createNameClaims<PlacedFile>(
    ({ batch, name, occurrence }) => hashOf(batch, name, occurrence),
    (file) => atHome.has(file),
  );
  /** Whether what is at a path is just the file. One that is somewhere else already, and intact, stays there. */
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
      // What is as it was has none.
      const reasons = file.plainPath === file.name ? [] : mapEntryName(file.name).reasons;
      if (!claims.isSuffixed(file)) return reasons;
      return [...reasons, occupied.has(pathKey(file.plainPath)) ? 'occupied' : 'duplicate'];
    },
  };
}
