import { join } from 'node:path';
import { checkInMemory } from './check-in-memory.js';
import { checkOnDisk } from './check-on-disk.js';
import { generateArchive, type GeneratedArchive } from './generate-archive.js';
import { mutate } from './mutate.js';
import { createRandom, seedOfCase } from './random.js';
import type { Verdict } from './verdict.js';

/** A problem found in one case, which `npm run fuzz -- --case SEED` repeats. */
export interface Finding {
  seed: number;
  text: string;
}

/** The results of a number of cases. */
export interface CaseCounts {
  cases: number;
  /** Number of archives whose entries were all saved. */
  accepted: number;
  /** Number of archives by the reason for which something in them was not saved. */
  reasons: Record<string, number>;
  findings: Finding[];
}

const HANG_MS = 30_000;
/** One case in this many is unpacked to disk; the others are unpacked in memory. */
const ON_DISK = 16;
/** Larger archives are always unpacked to disk: they have an entry that is too large to be inflated in one call. */
const LARGE_BYTES = 4_000_000;
/** How many cases run at once, because a case mostly waits for the file system and for threads that inflate. */
const AT_ONCE = 8;

/** Generates the archive of a case. About one archive in four is not damaged. */
export function archiveOfCase(seed: number): GeneratedArchive {
  const random = createRandom(seed);
  const archive = generateArchive(random);
  if (random.onceIn(4)) return archive;
  return { ...archive, bytes: mutate(archive.bytes, random), isSound: false };
}

/** Unpacks the archive of one case and checks the result. */
export async function runCase(seed: number, folder: string): Promise<{ archive: GeneratedArchive; verdict: Verdict }> {
  const archive = archiveOfCase(seed);
  const random = createRandom(seed ^ 0x5eed);
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came of it within ${HANG_MS} ms`)), HANG_MS);
  });
  try {
    const verdict = await Promise.race([
      seed % ON_DISK === 0 || archive.bytes.length > LARGE_BYTES
        ? checkOnDisk(archive.bytes, join(folder, `case-${seed}`), random)
        : checkInMemory(archive.bytes, random),
      hang,
    ]);
    if (archive.isSound && (!verdict.isAccepted || verdict.files.length !== archive.contents.length)) {
      const isBeyondLimits = verdict.reasons.every((reason) => /^too-|^ratio$/.test(reason));
      if (!isBeyondLimits) verdict.findings.push(`refused a sound archive: ${verdict.reasons.join(', ')}`);
    }
    return { archive, verdict };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Checks the cases from `from` to below `to` of a run.
 *
 * @param onCase called after each case; may return more findings
 */
export async function runCases(
  seed: number,
  { from, to, folder }: { from: number; to: number; folder: string },
  onCase?: (seed: number, archive: GeneratedArchive, verdict: Verdict) => Promise<string[]> | undefined,
): Promise<CaseCounts> {
  const counts: CaseCounts = { cases: 0, accepted: 0, reasons: {}, findings: [] };
  let next = from;
  const work = async () => {
    for (let number = next++; number < to; number = next++) {
      const caseSeed = seedOfCase(seed, number);
      const note = (text: string) => counts.findings.push({ seed: caseSeed, text });
      counts.cases++;
      try {
        const { archive, verdict } = await runCase(caseSeed, folder);
        verdict.findings.forEach(note);
        if (verdict.isAccepted) counts.accepted++;
        for (const reason of new Set(verdict.reasons)) counts.reasons[reason] = (counts.reasons[reason] ?? 0) + 1;
        (await onCase?.(caseSeed, archive, verdict))?.forEach(note);
      } catch (error) {
        note(error instanceof Error ? (error.stack ?? error.message) : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return counts;
}
