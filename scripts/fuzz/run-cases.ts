import { join } from 'node:path';
import { checkInMemory } from './check-in-memory.js';
import { checkOnDisk } from './check-on-disk.js';
import { generateArchive, type GeneratedArchive } from './generate-archive.js';
import { mutate } from './mutate.js';
import { createRandom, seedOfCase } from './random.js';
import type { Verdict } from './verdict.js';

/** What went wrong with one case, which `npm run fuzz -- --case SEED` runs again. */
export interface Finding {
  seed: number;
  text: string;
}

/** What became of some cases. */
export interface CaseCounts {
  cases: number;
  /** Archives of which every entry was saved. */
  accepted: number;
  /** How often each reason was given for not saving something. */
  reasons: Record<string, number>;
  findings: Finding[];
}

const HANG_MS = 30_000;
/** Every so many cases go the whole way, onto the disk; the others stay in memory. */
const ON_DISK = 16;
/** What is larger is collected in files before it is inflated. */
const LARGE_BYTES = 4_000_000;
/** Most of a case is waiting for the file system. */
const AT_ONCE = 8;

/** The archive of a case. Every fourth is left as it was made. */
export function archiveOfCase(seed: number): GeneratedArchive {
  const random = createRandom(seed);
  const archive = generateArchive(random);
  if (random.onceIn(4)) return archive;
  return { ...archive, bytes: mutate(archive.bytes, random), isSound: false };
}

/** Checks one case. */
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
 * Checks cases `from` to before `to` of a run.
 *
 * @param onCase hears of each, and may find something of its own
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
