import { ScenarioDownloadError } from '../../src/errors.js';

/** What the reader made of an archive. */
export interface Verdict {
  /** What it must never do. */
  findings: string[];
  /** Whether every entry was saved. */
  isAccepted: boolean;
  /** Why not: the reason of the archive, or those of its entries. */
  reasons: string[];
  /** What was saved, in the order of the archive. */
  files: { name: string; bytes: number; crc32: number }[];
}

/** Small, so that an archive that gets around them is noticed. */
export const FUZZ_LIMITS = { entries: 120, totalBytes: 6_000_000, ratio: 250 };

/** Takes down why something was not saved. Anything but an `ArchiveError` is a fault of the reader. */
export function noteError(verdict: Verdict, what: string, error: unknown): void {
  const { code, reason } = error as { code?: string; reason?: string };
  const isEndless = error instanceof Error && error.message.includes('unexpected end of file');
  verdict.reasons.push(isEndless ? 'no-end' : (reason ?? code ?? 'unexpected'));
  if (error instanceof ScenarioDownloadError && code === 'ARCHIVE_ERROR') return;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  verdict.findings.push(`${what} failed with ${text}`);
}
