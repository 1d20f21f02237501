import { ScenarioDownloadError } from '../../src/errors.js';

/** The result of reading one archive. */
export interface Verdict {
  /** What the reader did although it must never do so. */
  findings: string[];
  /** Whether every entry was saved. */
  isAccepted: boolean;
  /** Why something was not saved: the reason for the whole archive, or the reasons for its entries. */
  reasons: string[];
  /** The saved files, in the order of the archive. */
  files: { name: string; bytes: number; crc32: number }[];
}

/** The limits are small, so that an archive that circumvents them is noticed. */
export const FUZZ_LIMITS = { entries: 120, totalBytes: 6_000_000, ratio: 250 };

/** Records why something was not saved. Any error but an `ArchiveError` is a bug of the reader. */
export function noteError(verdict: Verdict, what: string, error: unknown): void {
  const { code, reason } = error as { code?: string; reason?: string };
  const isEndless = error instanceof Error && error.message.includes('unexpected end of file');
  verdict.reasons.push(isEndless ? 'no-end' : (reason ?? code ?? 'unexpected'));
  if (error instanceof ScenarioDownloadError && code === 'ARCHIVE_ERROR') return;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  verdict.findings.push(`${what} failed with ${text}`);
}
